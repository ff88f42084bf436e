//! How the site looks, as far as its owner decides: kept among the settings, arranged in the room `appearance`.

use super::SiteSettings;
use crate::text_enum;
use std::collections::BTreeMap;

text_enum!(
    /// Which families set the text and the interface; each is shipped or on the reader's machine.
    Fonts {
        /// A serif for what people wrote, a sans for the rest.
        Mixed = "mixed",
        /// Literata for everything.
        Serif = "serif",
        /// Figtree for everything.
        Sans = "sans",
        /// The serif of the reader's system, and its interface face.
        SystemSerif = "system-serif",
        /// The interface face of the reader's system for everything.
        SystemSans = "system-sans",
    }
);

text_enum!(
    /// How the top of every page is laid out.
    Header {
        /// The name, then the menu, in one row.
        Left = "left",
        /// The name in the middle, the menu below it.
        Centred = "centred",
        /// The logo stands for the name.
        Logo = "logo",
    }
);

text_enum!(
    /// What the home page shows.
    Home {
        /// A headline, the newest posts, the topics.
        Front = "front",
        /// The newest posts, one below the other.
        List = "list",
        /// The newest posts with their pictures.
        Grid = "grid",
    }
);

/// The name of the setting that has the address of the favicon: the library makes it in the sizes that browsers ask for.
pub const FAVICON: &str = "look.favicon";

/// How the site looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The address of the logo on this site, or empty.
    pub logo: String,
    /// The same for the dark theme; empty: the other one.
    pub logo_dark: String,
    /// The address of the favicon on this site, or empty: ours.
    pub favicon: String,
    /// `#rrggbb`, or empty: starboard green.
    pub accent: String,
    /// The same for the dark theme; empty: made from the other one.
    pub accent_dark: String,
    /// The families.
    pub fonts: Fonts,
    /// The top of every page.
    pub header: Header,
    /// The home page.
    pub home: Home,
    /// A style sheet of the owner's, checked.
    pub css: String,
}

impl Default for Look {
    fn default() -> Self {
        Look {
            logo: String::new(),
            logo_dark: String::new(),
            favicon: String::new(),
            accent: String::new(),
            accent_dark: String::new(),
            fonts: Fonts::Mixed,
            header: Header::Left,
            home: Home::Front,
            css: String::new(),
        }
    }
}

impl Look {
    /// As names and values of settings.
    pub fn pairs(&self) -> [(&'static str, String); 9] {
        [
            ("look.logo", self.logo.clone()),
            ("look.logo_dark", self.logo_dark.clone()),
            (FAVICON, self.favicon.clone()),
            ("look.accent", self.accent.clone()),
            ("look.accent_dark", self.accent_dark.clone()),
            ("look.fonts", self.fonts.word().to_owned()),
            ("look.header", self.header.word().to_owned()),
            ("look.home", self.home.word().to_owned()),
            ("look.css", self.css.clone()),
        ]
    }

    /// Takes over a setting, if it is one of these.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        match name {
            "look.logo" => value.clone_into(&mut self.logo),
            "look.logo_dark" => value.clone_into(&mut self.logo_dark),
            FAVICON => value.clone_into(&mut self.favicon),
            "look.accent" => value.clone_into(&mut self.accent),
            "look.accent_dark" => value.clone_into(&mut self.accent_dark),
            "look.fonts" => self.fonts = Fonts::from_word(value).unwrap_or(Fonts::Mixed),
            "look.header" => self.header = Header::from_word(value).unwrap_or(Header::Left),
            "look.home" => self.home = Home::from_word(value).unwrap_or(Home::Front),
            "look.css" => value.clone_into(&mut self.css),
            _ => return false,
        }
        true
    }

    /// Whether the style sheet of the program does not suffice.
    pub fn needs_a_sheet(&self) -> bool {
        !self.accent.is_empty() || !self.accent_dark.is_empty() || self.fonts != Fonts::Mixed || !self.css.is_empty()
    }
}

/// The name of the setting that keeps the look before the last change, for its undoing.
pub const BEFORE: &str = "look.before";

/// The look with the text at the foot, as one text that [`restore`] reads.
pub fn remember(site: &SiteSettings) -> String {
    let mut all: BTreeMap<&str, String> = site.look.pairs().into_iter().collect();
    all.insert("footer", site.footer.clone());
    serde_json::json!(all).to_string()
}

/// The site as it looked then; `None` where that cannot be read.
pub fn restore(site: &SiteSettings, remembered: &str) -> Option<SiteSettings> {
    let all: BTreeMap<String, String> = serde_json::from_str(remembered).ok()?;
    let mut then = SiteSettings { look: Look::default(), ..site.clone() };
    for (name, value) in all {
        if name == "footer" {
            then.footer = value;
        } else {
            then.look.set(&name, &value);
        }
    }
    Some(then)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_remembered_whole() {
        let look = Look {
            accent: "#123456".to_owned(),
            fonts: Fonts::Sans,
            header: Header::Centred,
            home: Home::Grid,
            css: "a{}".to_owned(),
            ..Look::default()
        };
        let site = SiteSettings { footer: "Foot".to_owned(), look, ..SiteSettings::default() };
        let now = SiteSettings { title: "Kept".to_owned(), ..SiteSettings::default() };
        let then = restore(&now, &remember(&site)).expect("it was just written");
        assert_eq!((then.look, then.footer, then.title), (site.look, site.footer, "Kept".to_owned()));
        assert_eq!(restore(&now, "nonsense"), None);
    }
}
