//! The form of the site's appearance.

use super::{
    colour::{Accent, NEEDED, Rgb, Scheme, nearest},
    css,
};
use crate::{
    site::{
        SiteSettings,
        look::{Fonts, Header, Home, Look},
    },
    web::form::FormErrors,
};
use serde::{Deserialize, Serialize};

/// The longest text at the foot, in characters.
const LONGEST_FOOTER: usize = 500;

/// What somebody chooses.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct AppearanceForm {
    /// Address of a picture on this site, or empty.
    pub logo: String,
    /// The same for the dark theme.
    pub logo_dark: String,
    /// Address of a picture on this site, or empty.
    pub favicon: String,
    /// The field of a picture that is to be taken away, or empty.
    pub remove: String,
    /// A colour as CSS writes it, or empty.
    pub accent: String,
    /// The same for the dark theme.
    pub accent_dark: String,
    /// What the colour inputs say, which always say something: they count where they were touched.
    pub accent_pick: String,
    /// What that input said when the form was drawn.
    pub accent_pick_was: String,
    /// The same for the dark theme.
    pub accent_dark_pick: String,
    /// The same for the dark theme.
    pub accent_dark_pick_was: String,
    /// A colour that was offered instead of one that cannot be read, and taken.
    pub accent_use: String,
    /// The same for the dark theme.
    pub accent_dark_use: String,
    /// Word of [`Fonts`].
    pub fonts: String,
    /// Word of [`Header`].
    pub header: String,
    /// Word of [`Home`].
    pub home: String,
    /// Markdown of one line.
    pub footer: String,
    /// A style sheet.
    pub css: String,
}

/// A colour that cannot be read everywhere, and the nearest that can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The field it is about.
    pub field: &'static str,
    /// The colour, as `#rrggbb`.
    pub colour: String,
}

impl AppearanceForm {
    /// The form filled with what is stored.
    pub fn of(site: &SiteSettings) -> AppearanceForm {
        let look = site.look.clone();
        AppearanceForm {
            logo: look.logo,
            logo_dark: look.logo_dark,
            favicon: look.favicon,
            accent: look.accent,
            accent_dark: look.accent_dark,
            fonts: look.fonts.word().to_owned(),
            header: look.header.word().to_owned(),
            home: look.home.word().to_owned(),
            footer: site.footer.clone(),
            css: look.css,
            ..AppearanceForm::default()
        }
    }

    /// The address in the field of a picture.
    pub fn picture_mut(&mut self, field: &str) -> Option<&mut String> {
        match field {
            "logo" => Some(&mut self.logo),
            "logo_dark" => Some(&mut self.logo_dark),
            "favicon" => Some(&mut self.favicon),
            _ => None,
        }
    }

    /// With one value for each colour: what was taken of an offer, else the colour input that was touched, else what was typed. A
    /// picture is named without its version, and not at all where it was taken away.
    pub fn settled(mut self) -> AppearanceForm {
        let removed = std::mem::take(&mut self.remove);
        if let Some(address) = self.picture_mut(&removed) {
            address.clear();
        }
        for address in [&mut self.logo, &mut self.logo_dark, &mut self.favicon] {
            address.truncate(address.find(['?', '#']).unwrap_or(address.len()));
        }
        let settle = |typed: &mut String, offered: &mut String, picked: &mut String, was: &mut String| {
            if !offered.is_empty() {
                *typed = std::mem::take(offered);
            } else if !picked.is_empty() && *picked != *was {
                *typed = std::mem::take(picked);
            }
            for field in [offered, picked, was] {
                field.clear();
            }
        };
        settle(&mut self.accent, &mut self.accent_use, &mut self.accent_pick, &mut self.accent_pick_was);
        settle(&mut self.accent_dark, &mut self.accent_dark_use, &mut self.accent_dark_pick, &mut self.accent_dark_pick_was);
        self
    }

    /// Turns what was chosen into a look on top of what is stored, or says what to mend. Whether pictures are there is asked of
    /// the database.
    pub fn check(&self, site: &SiteSettings) -> Result<SiteSettings, FormErrors> {
        let mut errors = FormErrors::none();
        let accent = self.colour("accent", &self.accent, Scheme::Light, &mut errors);
        let accent_dark = self.colour("accent_dark", &self.accent_dark, Scheme::Dark, &mut errors);
        let fonts = Fonts::from_word(&self.fonts);
        let header = Header::from_word(&self.header);
        let home = Home::from_word(&self.home);
        for (field, known) in [("fonts", fonts.is_some()), ("header", header.is_some()), ("home", home.is_some())] {
            if !known {
                errors.add(field, "Choose one of these.");
            }
        }
        if header == Some(Header::Logo) && self.logo.is_empty() {
            errors.add("header", "Give a logo first, which then stands for the name.");
        }
        if !self.logo_dark.is_empty() && self.logo.is_empty() {
            errors.add("logo_dark", "Give the logo for the light theme as well.");
        }
        if self.footer.chars().count() > LONGEST_FOOTER {
            errors.add("footer", "Shorten the text at the foot to 500 characters.");
        }
        if let Err(sentence) = css::check(&self.css) {
            errors.add("css", sentence);
        }
        let look = Look {
            logo: self.logo.clone(),
            logo_dark: self.logo_dark.clone(),
            favicon: self.favicon.clone(),
            accent,
            accent_dark,
            fonts: fonts.unwrap_or(Fonts::Mixed),
            header: header.unwrap_or(Header::Left),
            home: home.unwrap_or(Home::Front),
            css: self.css.clone(),
        };
        errors.unless_any(SiteSettings { footer: self.footer.clone(), look, ..site.clone() })
    }

    fn colour(&self, field: &'static str, typed: &str, scheme: Scheme, errors: &mut FormErrors) -> String {
        if typed.is_empty() {
            return String::new();
        }
        let Some(colour) = Rgb::read(typed) else {
            errors.add(field, "Give a colour such as #1a7f5a, without transparency, or leave the field empty.");
            return String::new();
        };
        let accent = Accent::of(colour, scheme);
        if !accent.is_readable(scheme) {
            let (pair, contrast) = accent.weakest(scheme);
            let near = nearest(colour, scheme);
            errors.add(
                field,
                format!(
                    "{pair}: contrast {contrast:.1} in the {} theme, where {NEEDED} is needed. The nearest that passes is {near}.",
                    scheme.label()
                ),
            );
        }
        colour.to_string()
    }

    /// What is offered instead of colours that cannot be read everywhere.
    pub fn offers(&self) -> Vec<Offer> {
        let fields = [("accent", &self.accent, Scheme::Light), ("accent_dark", &self.accent_dark, Scheme::Dark)];
        let offer = |(field, typed, scheme): (&'static str, &String, Scheme)| {
            let colour = Rgb::read(typed)?;
            let near = nearest(colour, scheme);
            (near != colour).then(|| Offer { field, colour: near.to_string() })
        };
        fields.into_iter().filter_map(offer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> AppearanceForm {
        AppearanceForm::of(&SiteSettings::default())
    }

    fn told(form: &AppearanceForm, field: &str) -> String {
        form.check(&SiteSettings::default()).err().map(|errors| errors.on(field).join(" ")).unwrap_or_default()
    }

    #[test]
    fn a_look_comes_back_as_it_was() {
        let look =
            Look { accent: "#1b5e4a".to_owned(), fonts: Fonts::Serif, home: Home::List, css: "a { b: c }".to_owned(), ..Look::default() };
        let site = SiteSettings { look, footer: "Foot".to_owned(), ..SiteSettings::default() };
        assert_eq!(AppearanceForm::of(&site).check(&site), Ok(site));
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can() {
        let bright = AppearanceForm { accent: "#ffd400".to_owned(), ..form() };
        let sentence = told(&bright, "accent");
        assert!(sentence.contains("in the light theme, where 4.5 is needed. The nearest that passes is #"), "{sentence}");
        let offer = &bright.offers()[0];
        assert!(sentence.contains(&offer.colour) && offer.field == "accent");
        let taken = AppearanceForm { accent_use: offer.colour.clone(), ..bright }.settled();
        assert_eq!(taken.check(&SiteSettings::default()).map(|site| site.look.accent), Ok(offer.colour.clone()));
        let dark = AppearanceForm { accent_dark: "#102030".to_owned(), ..form() };
        assert!(told(&dark, "accent_dark").contains("in the dark theme"));
    }

    #[test]
    fn the_colour_input_counts_only_where_it_was_touched() {
        let typed = AppearanceForm {
            accent: "#1b5e4a".to_owned(),
            accent_pick: "#000000".to_owned(),
            accent_pick_was: "#000000".to_owned(),
            ..form()
        };
        assert_eq!(typed.clone().settled().accent, "#1b5e4a");
        let picked = AppearanceForm { accent_pick: "#112233".to_owned(), ..typed }.settled();
        assert_eq!((picked.accent.as_str(), picked.accent_pick.as_str()), ("#112233", ""));
    }

    #[test]
    fn a_picture_is_named_without_its_version_and_taken_away_by_its_button() {
        let typed = AppearanceForm { logo: "/files/a/b.svg?v=1#x".to_owned(), favicon: "/files/a/c.png".to_owned(), ..form() };
        assert_eq!(typed.clone().settled().logo, "/files/a/b.svg");
        let removed = AppearanceForm { remove: "favicon".to_owned(), ..typed.clone() }.settled();
        assert_eq!((removed.favicon.as_str(), removed.remove.as_str(), removed.logo.is_empty()), ("", "", false));
        assert_eq!(AppearanceForm { remove: "css".to_owned(), ..typed.clone() }.settled(), typed.settled());
    }

    #[test]
    fn what_does_not_go_together_is_told() {
        assert!(told(&AppearanceForm { header: "logo".to_owned(), ..form() }, "header").contains("Give a logo first"));
        assert!(told(&AppearanceForm { logo_dark: "/files/a/b.svg".to_owned(), ..form() }, "logo_dark").contains("light theme"));
        assert!(told(&AppearanceForm { fonts: "comic".to_owned(), ..form() }, "fonts").contains("Choose one"));
        assert!(told(&AppearanceForm { css: "@import 'x';".to_owned(), ..form() }, "css").starts_with("Line 1: @import"));
    }
}
