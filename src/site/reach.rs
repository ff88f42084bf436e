//! What feeds, robots and language models are told, as far as the owner decides: kept among the settings, arranged in the room
//! `reach`.

use super::SiteSettings;
use sha2::{Digest, Sha256};

/// The largest number of posts in a feed.
pub const MOST_ENTRIES: usize = 50;

/// What feeds, robots and language models are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Whether feeds carry whole texts; else summaries.
    pub full_text: bool,
    /// Posts in a feed.
    pub entries: usize,
    /// The address of a hub (W3C, `WebSub`), or empty.
    pub hub: String,
    /// What stands in robots.txt before the sitemap; empty: [`ROBOTS`].
    pub robots: String,
    /// Whether there is an llms.txt.
    pub llms: bool,
    /// What it says after the description of the site, in Markdown.
    pub llms_intro: String,
    /// Whether a picture is drawn for link previews of entries without one.
    pub share_pictures: bool,
}

/// Width and height of the picture that is drawn for link previews, in pixels: what most programs show whole.
pub const SHARE_SIZE: (u32, u32) = (1200, 630);
/// Changes with how it is drawn.
const SHARE_VERSION: u32 = 1;

/// The robots.txt of a site that has none of its own (RFC 9309).
pub const ROBOTS: &str = "User-agent: *\nDisallow: /admin\nDisallow: /login\nDisallow: /search\n";

/// The address of the feed of a page in a format: of the whole site for the home page and the list of all posts.
pub fn feed(format: &str, page: &str) -> String {
    let list = if matches!(page, "/" | "/posts") { "" } else { page };
    format!("/feeds/{format}{list}")
}

/// The address of the picture that is drawn for link previews of an entry: another one whenever it looks otherwise.
pub fn share_picture(site: &SiteSettings, entry: i64, title: &str) -> String {
    let mut hash = Sha256::new();
    for part in [title, &site.title, &site.look.accent, &site.language, &SHARE_VERSION.to_string()] {
        hash.update(part);
        hash.update([0]);
    }
    let version: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("/share/{entry}.png?v={version}")
}

/// The address of a feed of comments: of the whole site, or below the entry at that address.
pub fn comments_feed(format: &str, entry: Option<&str>) -> String {
    format!("/feeds/{format}/comments{}", entry.unwrap_or_default())
}

impl Default for Reach {
    fn default() -> Self {
        Reach {
            full_text: true,
            entries: 20,
            hub: String::new(),
            robots: String::new(),
            llms: true,
            llms_intro: String::new(),
            share_pictures: true,
        }
    }
}

impl Reach {
    /// As names and values.
    pub fn pairs(&self) -> [(&'static str, String); 7] {
        [
            ("reach.full_text", self.full_text.to_string()),
            ("reach.entries", self.entries.to_string()),
            ("reach.hub", self.hub.clone()),
            ("reach.robots", self.robots.clone()),
            ("reach.llms", self.llms.to_string()),
            ("reach.llms_intro", self.llms_intro.clone()),
            ("reach.share_pictures", self.share_pictures.to_string()),
        ]
    }

    /// Takes over a setting, if it is one of these.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        match name {
            "reach.full_text" => self.full_text = value == "true",
            "reach.entries" => self.entries = value.parse().unwrap_or(self.entries).clamp(1, MOST_ENTRIES),
            "reach.hub" => value.clone_into(&mut self.hub),
            "reach.robots" => value.clone_into(&mut self.robots),
            "reach.llms" => self.llms = value == "true",
            "reach.share_pictures" => self.share_pictures = value == "true",
            "reach.llms_intro" => value.clone_into(&mut self.llms_intro),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_stand_beside_their_pages() {
        assert_eq!([feed("atom", "/"), feed("rss", "/posts")], ["/feeds/atom", "/feeds/rss"]);
        assert_eq!(feed("json", "/categories/a/b"), "/feeds/json/categories/a/b");
        assert_eq!(comments_feed("rss", Some("/posts/a")), "/feeds/rss/comments/posts/a");
    }

    #[test]
    fn a_drawn_picture_has_another_address_when_it_looks_otherwise() {
        let site = SiteSettings::default();
        let address = share_picture(&site, 7, "Knots");
        assert!(address.starts_with("/share/7.png?v=") && address.len() == 27, "{address}");
        assert_eq!(address, share_picture(&site, 7, "Knots"));
        let other = SiteSettings { title: format!("{}!", site.title), ..site.clone() };
        assert!([share_picture(&site, 7, "Bends"), share_picture(&other, 7, "Knots")].iter().all(|it| *it != address));
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let told = Reach {
            full_text: false,
            entries: 7,
            hub: "https://hub.example".into(),
            robots: "User-agent: *".into(),
            llms: false,
            llms_intro: "Hello".into(),
            share_pictures: false,
        };
        let mut read = Reach::default();
        assert!(told.pairs().iter().all(|(name, value)| read.set(name, value)));
        assert_eq!(read, told);
        assert!(!read.set("look.logo", "x"));
        assert!(read.set("reach.entries", "9000") && read.entries == MOST_ENTRIES);
    }
}
