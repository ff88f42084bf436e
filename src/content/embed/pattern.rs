//! Patterns of the addresses that a provider knows (oEmbed 1.0, 2.1): `https://*.example.org/watch*`.
//!
//! A star stands for anything in path and query; before the host, for any subdomain. It stands for no part of the name behind that,
//! so that no pattern takes the addresses of strangers. Http and https are alike.

use reqwest::Url;

/// A pattern that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Host, and port where it is an unusual one, in small letters.
    authority: String,
    /// Whether any name below the host is meant, instead of the host.
    below: bool,
    /// Path and query, with stars.
    path: String,
}

impl Pattern {
    /// Reads one, or says in a sentence what to mend.
    pub fn parse(text: &str) -> Result<Pattern, String> {
        let wrong = |why: &str| Err(format!("“{}” {why}", short(text)));
        let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
            return wrong("does not begin with https://. Write whole addresses, such as https://video.example/watch/*.");
        };
        let Some((host, path)) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).filter(|(_, path)| !path.is_empty()) else {
            return wrong("names no pages. Write what comes behind the name of the site too: /* for all of it.");
        };
        let (below, host) = host.strip_prefix("*.").map_or((false, host), |host| (true, host));
        if host.contains('*') {
            return wrong(
                "has a star in the name of the site. It may stand only at the beginning, for subdomains: https://*.video.example/*.",
            );
        }
        let Some(url) = Url::parse(&format!("https://{host}/")).ok().filter(|url| url.username().is_empty() && url.password().is_none())
        else {
            return wrong("has no name of a site behind https://.");
        };
        if below && !url.domain().is_some_and(|name| name.contains('.')) {
            return wrong("would take the addresses of strangers. Write at least two parts behind the star, such as *.video.example.");
        }
        if path.contains(['#', ' ', '\\']) {
            return wrong("has a character that no address has.");
        }
        Ok(Pattern { authority: authority(&url), below, path: path.to_owned() })
    }

    /// Whether the provider knows this address.
    pub fn takes(&self, url: &Url) -> bool {
        let authority = authority(url);
        let is_there = match authority.strip_suffix(&self.authority) {
            Some("") => !self.below,
            Some(sub) => self.below && sub.ends_with('.'),
            None => false,
        };
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        is_there && fits(&self.path, &format!("{}{query}", url.path()))
    }
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or("");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Whether a text is what a pattern with stars says; linear in its length for each star.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or("")) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(pattern: &str, address: &str) -> bool {
        Pattern::parse(pattern).unwrap().takes(&Url::parse(address).unwrap())
    }

    #[test]
    fn stars_stand_for_subdomains_and_for_anything_in_the_path() {
        for (pattern, address) in [
            ("https://video.example/watch*", "https://video.example/watch?v=1"),
            ("https://video.example/watch*", "http://VIDEO.example/watch"),
            ("https://*.video.example/watch*", "https://www.video.example/watch?v=1"),
            ("https://*.video.example/*", "https://a.b.video.example/"),
            ("https://photos.example/*/sets/*", "https://photos.example/ada/x/sets/7"),
            ("https://photos.example/one", "https://photos.example/one"),
            ("http://127.0.0.1:8080/*", "http://127.0.0.1:8080/x"),
            ("https://exämple.org/*", "https://xn--exmple-cua.org/a"),
        ] {
            assert!(takes(pattern, address), "{pattern} {address}");
        }
    }

    #[test]
    fn strangers_are_not_taken() {
        for (pattern, address) in [
            ("https://*.video.example/watch*", "https://video.example/watch"),
            ("https://*.video.example/watch*", "https://evilvideo.example/watch"),
            ("https://*.video.example/watch*", "https://evil.example/.video.example/watch"),
            ("https://*.video.example/watch*", "https://evil.example/?.video.example/watch"),
            ("https://video.example/watch*", "https://video.example.evil.example/watch"),
            ("https://video.example/watch*", "https://video.example:8443/watch"),
            ("https://video.example/watch*", "https://video.example/Watch"),
            ("https://photos.example/*/sets/*", "https://photos.example/ada/sets"),
            ("https://photos.example/one", "https://photos.example/one?x"),
            ("https://photos.example/a*a", "https://photos.example/a"),
        ] {
            assert!(!takes(pattern, address), "{pattern} {address}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        for (text, sentence) in [
            ("", "does not begin"),
            ("video.example/*", "does not begin"),
            ("javascript://video.example/*", "does not begin"),
            ("https://video.example", "names no pages"),
            ("https://*/x", "star in the name"),
            ("https://video.*/x", "star in the name"),
            ("https://a*.video.example/x", "star in the name"),
            ("https://*.example/x", "strangers"),
            ("https://*.com/*", "strangers"),
            ("https://*.127.0.0.1/*", "strangers"),
            ("https:///x", "no name of a site"),
            ("https://me@video.example/x", "no name of a site"),
            ("https://video.example/a b", "no address has"),
            ("https://video.example/a#b", "no address has"),
        ] {
            let told = Pattern::parse(text).unwrap_err();
            assert!(told.contains(sentence), "{text}: {told}");
        }
    }
}
