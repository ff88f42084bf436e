//! Providers that the program knows: those of the registry at oembed.com whose address for questions is fixed, takes https, and
//! answers in JSON without a key.

use super::pattern::Pattern;

/// A provider.
#[derive(Debug, Clone, Copy)]
pub struct Shipped {
    /// What settings and rows call it by.
    pub key: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Where it is asked.
    pub endpoint: &'static str,
    /// Which addresses it knows.
    patterns: &'static [&'static str],
}

impl Shipped {
    /// Which addresses it knows.
    pub fn patterns(&self) -> impl Iterator<Item = Pattern> {
        self.patterns.iter().filter_map(|pattern| Pattern::parse(pattern).ok())
    }
}

const fn shipped(key: &'static str, name: &'static str, endpoint: &'static str, patterns: &'static [&'static str]) -> Shipped {
    Shipped { key, name, endpoint, patterns }
}

/// All of them, from A to Z.
pub const ALL: &[Shipped] = &[
    shipped("apple-podcasts", "Apple Podcasts", "https://podcasts.apple.com/api/oembed", &["https://podcasts.apple.com/*"]),
    shipped("bluesky", "Bluesky", "https://embed.bsky.app/oembed", &["https://bsky.app/profile/*/post/*"]),
    shipped("codepen", "CodePen", "https://codepen.io/api/oembed", &["https://codepen.io/*/pen/*"]),
    shipped(
        "dailymotion",
        "Dailymotion",
        "https://www.dailymotion.com/services/oembed",
        &["https://www.dailymotion.com/video/*", "https://dailymotion.com/video/*", "https://dai.ly/*"],
    ),
    shipped(
        "flickr",
        "Flickr",
        "https://www.flickr.com/services/oembed/",
        &["https://*.flickr.com/photos/*", "https://flickr.com/photos/*", "https://flic.kr/p/*", "https://flic.kr/s/*"],
    ),
    shipped("giphy", "GIPHY", "https://giphy.com/services/oembed", &["https://giphy.com/gifs/*"]),
    shipped("mixcloud", "Mixcloud", "https://app.mixcloud.com/oembed/", &["https://www.mixcloud.com/*/*", "https://mixcloud.com/*/*"]),
    shipped(
        "reddit",
        "Reddit",
        "https://www.reddit.com/oembed",
        &["https://www.reddit.com/r/*/comments/*", "https://reddit.com/r/*/comments/*"],
    ),
    shipped("soundcloud", "SoundCloud", "https://soundcloud.com/oembed", &["https://soundcloud.com/*", "https://*.soundcloud.com/*"]),
    shipped(
        "speakerdeck",
        "Speaker Deck",
        "https://speakerdeck.com/oembed.json",
        &["https://speakerdeck.com/*/*", "https://www.speakerdeck.com/*/*"],
    ),
    shipped("spotify", "Spotify", "https://open.spotify.com/oembed", &["https://open.spotify.com/*"]),
    shipped("ted", "TED", "https://www.ted.com/services/v1/oembed.json", &["https://www.ted.com/talks/*", "https://ted.com/talks/*"]),
    shipped("tiktok", "TikTok", "https://www.tiktok.com/oembed", &["https://www.tiktok.com/*/video/*"]),
    shipped(
        "vimeo",
        "Vimeo",
        "https://vimeo.com/api/oembed.json",
        &["https://vimeo.com/*", "https://www.vimeo.com/*", "https://player.vimeo.com/video/*"],
    ),
    shipped(
        "youtube",
        "YouTube",
        "https://www.youtube.com/oembed",
        &[
            "https://*.youtube.com/watch*",
            "https://youtube.com/watch*",
            "https://*.youtube.com/shorts/*",
            "https://youtube.com/shorts/*",
            "https://*.youtube.com/live/*",
            "https://youtube.com/live/*",
            "https://*.youtube.com/playlist*",
            "https://youtube.com/playlist*",
            "https://youtu.be/*",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::Url;
    use std::collections::BTreeSet;

    #[test]
    fn every_provider_is_asked_by_https_and_every_pattern_is_one() {
        for one in ALL {
            let endpoint = Url::parse(one.endpoint).unwrap();
            assert!(endpoint.scheme() == "https" && endpoint.query().is_none(), "{}", one.endpoint);
            assert_eq!(one.patterns().count(), one.patterns.len(), "{}", one.name);
            assert!(one.key.len() <= 50 && one.key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", one.key);
        }
        assert_eq!(ALL.iter().map(|one| one.key).collect::<BTreeSet<_>>().len(), ALL.len());
        assert!(ALL.is_sorted_by_key(|one| one.key));
    }

    #[test]
    fn addresses_that_people_copy_are_known() {
        for (address, key) in [
            ("https://www.youtube.com/watch?v=abc&t=10s", "youtube"),
            ("https://youtu.be/abc?si=x", "youtube"),
            ("https://m.youtube.com/shorts/abc", "youtube"),
            ("https://vimeo.com/1234", "vimeo"),
            ("https://www.flickr.com/photos/ada/123/in/pool", "flickr"),
            ("https://open.spotify.com/track/1?si=2", "spotify"),
            ("https://soundcloud.com/a/b", "soundcloud"),
            ("https://bsky.app/profile/ada.example/post/3k", "bluesky"),
            ("https://www.youtube.com/@channel", ""),
            ("https://youtube.com.evil.example/watch?v=1", ""),
        ] {
            let url = Url::parse(address).unwrap();
            let found = ALL.iter().find(|one| one.patterns().any(|pattern| pattern.takes(&url))).map_or("", |one| one.key);
            assert_eq!(found, key, "{address}");
        }
    }
}
