//! The frame of every letter as HTML: the site's name and colour. Drawn by `templates/mail/layout.html`.
//!
//! Readers of mail know little CSS and load nothing: styles stand in the elements, one sheet adds the dark theme, and there is no picture.

use super::SiteSettings;

/// The accent of the design, for light and for dark paper.
const ACCENT: (&str, &str) = ("#00674b", "#6ed9b1");

/// Readable on dark paper beside any accent.
const INK_ON_DARK: &str = "#e6ebe9";

/// What the frame of a letter shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Name of the site.
    pub site: String,
    /// Where it stands.
    pub home: String,
    /// `#rrggbb` for links and buttons on light paper.
    pub accent: String,
    /// The same on dark paper.
    pub accent_dark: String,
}

impl Frame {
    /// The frame of this site's letters.
    pub fn of(site: &SiteSettings, base_url: &str) -> Frame {
        let look = &site.look;
        let own_dark = if look.accent.is_empty() { ACCENT.1 } else { INK_ON_DARK };
        Frame {
            site: site.title.clone(),
            home: base_url.to_owned(),
            accent: colour(&look.accent, ACCENT.0),
            accent_dark: colour(&look.accent_dark, own_dark),
        }
    }
}

/// A colour as mail knows it, or that of the design: nothing else may get into a style.
fn colour(chosen: &str, otherwise: &str) -> String {
    let is_hex = chosen.len() == 7 && chosen.starts_with('#') && chosen[1..].bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex { chosen.to_owned() } else { otherwise.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_colour_gets_into_a_style() {
        assert_eq!([colour("#1b4f8f", "x"), colour("", "x"), colour("#12;a:b", "x"), colour("red\">", "x")], ["#1b4f8f", "x", "x", "x"]);
    }
}
