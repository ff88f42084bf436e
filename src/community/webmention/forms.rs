//! What another site sends, and the form of the settings.

use crate::{error::AppError, markup::own_path, site::webmention::Webmention};
use reqwest::Url;
use serde::Deserialize;

/// The longest address that is taken, in bytes.
const LONGEST: usize = 2000;

/// What another site sends (Webmention, 3.1.3).
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct MentionForm {
    /// Its page.
    pub source: String,
    /// Our page, to which it links.
    pub target: String,
}

impl MentionForm {
    /// The page of the other site, if both are addresses that can be meant (Webmention, 3.2.1).
    pub fn check(&self, base_url: &str) -> Result<Url, AppError> {
        if self.source.is_empty() || self.target.is_empty() {
            return Err(AppError::BadRequest(
                "Send source, the address of your page, and target, the address of the page here that it links to.",
            ));
        }
        let page = |text: &str| Url::parse(text).ok().filter(|url| text.len() <= LONGEST && matches!(url.scheme(), "http" | "https"));
        let (Some(source), Some(target)) = (page(&self.source), page(&self.target)) else {
            return Err(AppError::BadRequest("Source and target must be whole addresses of pages, beginning with http:// or https://."));
        };
        if source == target || own_path(&self.source, base_url).is_some() {
            return Err(AppError::BadRequest("The source must be a page of another site."));
        }
        Ok(source)
    }
}

/// What an admin chooses.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    /// Whether mentions are taken.
    pub receive: bool,
    /// Whether they are sent.
    pub send: bool,
}

impl SettingsForm {
    /// As settings; every choice is one.
    pub fn chosen(&self) -> Webmention {
        Webmention { receive: self.receive, send: self.send }
    }
}

#[cfg(test)]
mod tests {
    use super::MentionForm;

    fn refused(source: &str, target: &str) -> bool {
        MentionForm { source: source.to_owned(), target: target.to_owned() }.check("https://a.example").is_err()
    }

    #[test]
    fn both_must_be_pages_and_the_source_elsewhere() {
        let ours = "https://a.example/posts/x";
        assert!(!refused("https://b.example/1", ours) && !refused("http://b.example/?a=ü", ours));
        for source in [
            "",
            "b.example/1",
            "ftp://b.example/1",
            "javascript:alert(1)",
            ours,
            "https://A.example/y",
            &format!("https://b.example/{}", "x".repeat(2000)),
        ] {
            assert!(refused(source, ours), "{source}");
        }
        assert!(refused("https://b.example/1", "/posts/x"));
    }
}
