//! The form of the site's settings.

use super::{language::is_language, settings::SiteSettings};
use crate::web::{
    form::FormErrors,
    person::{Right, Role},
};
use chrono_tz::Tz;
use serde::Deserialize;
use validator::Validate;

/// Days for which something may be kept by a number: a hundred years.
const LONGEST_MEMORY: u32 = 36_500;

/// What an admin types into the settings form.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct SettingsForm {
    /// Name of the site.
    #[validate(length(min = 1, max = 120, message = "Give the site a name of at most 120 characters."))]
    pub title: String,
    /// Headline of the home page.
    #[validate(length(max = 200, message = "Shorten the tagline to 200 characters."))]
    pub tagline: String,
    /// For search engines.
    #[validate(length(max = 500, message = "Shorten the description to 500 characters."))]
    pub description: String,
    /// BCP 47.
    pub language: String,
    /// IANA name.
    pub time_zone: String,
    /// A number.
    pub posts_per_page: String,
    /// A path of the site or empty.
    pub home_page: String,
    /// A number.
    pub upload_mb: String,
    /// A number.
    pub upload_megapixels: String,
    /// A number.
    pub upload_files: String,
    /// A number of days; 0: for ever.
    pub journal_days: String,
    /// The same.
    pub trace_days: String,
    /// The same.
    pub letter_days: String,
    /// The same.
    pub message_days: String,
    /// Whether links to other sites are looked at.
    pub check_outside: bool,
    /// Words of roles.
    pub second_factor: Vec<String>,
    /// Ticked or not.
    pub reader_sign_up: bool,
}

impl SettingsForm {
    /// The form filled with what is stored.
    pub fn of(site: &SiteSettings) -> SettingsForm {
        SettingsForm {
            title: site.title.clone(),
            tagline: site.tagline.clone(),
            description: site.description.clone(),
            language: site.language.clone(),
            time_zone: site.time_zone.name().to_owned(),
            posts_per_page: site.posts_per_page.to_string(),
            home_page: site.home_page.clone(),
            upload_mb: site.upload_mb.to_string(),
            upload_megapixels: site.upload_megapixels.to_string(),
            upload_files: site.upload_files.to_string(),
            journal_days: site.journal_days.to_string(),
            trace_days: site.trace_days.to_string(),
            letter_days: site.letter_days.to_string(),
            message_days: site.message_days.to_string(),
            check_outside: site.check_outside,
            reader_sign_up: site.reader_sign_up,
            second_factor: site.second_factor.iter().map(|role| role.word().to_owned()).collect(),
        }
    }

    /// Whether that role is ticked.
    pub fn needs_second_factor(&self, role: Role) -> bool {
        self.second_factor.iter().any(|word| word == role.word())
    }

    /// Turns what was typed into settings on top of those that are stored, or says what to mend.
    pub fn check(&self, stored: &SiteSettings) -> Result<SiteSettings, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        if !is_language(&self.language) {
            errors.add("language", "Give a language tag such as en, de or pt-BR.");
        }
        let time_zone = self.time_zone.parse::<Tz>().unwrap_or_else(|_| {
            errors.add("time_zone", "Choose a time zone from the list, such as Europe/Berlin.");
            Tz::UTC
        });
        let mut number = |field: &'static str, text: &str, most: usize, what: &str| {
            text.parse().ok().filter(|count| (1..=most).contains(count)).unwrap_or_else(|| {
                errors.add(field, format!("Give a whole number{what} from 1 to {most}."));
                1
            })
        };
        let posts_per_page = number("posts_per_page", &self.posts_per_page, 100, "");
        let upload_mb = number("upload_mb", &self.upload_mb, 500, " of megabytes") as u64;
        let upload_megapixels = number("upload_megapixels", &self.upload_megapixels, 1000, " of megapixels") as u64;
        let upload_files = number("upload_files", &self.upload_files, 200, " of files at a time");
        let mut days = |field: &'static str, text: &str| {
            text.parse().ok().filter(|days| *days <= LONGEST_MEMORY).unwrap_or_else(|| {
                errors.add(field, format!("Give a whole number of days up to {LONGEST_MEMORY}, or 0 for no end."));
                0
            })
        };
        let (journal_days, trace_days) = (days("journal_days", &self.journal_days), days("trace_days", &self.trace_days));
        let (letter_days, message_days) = (days("letter_days", &self.letter_days), days("message_days", &self.message_days));
        if !self.home_page.is_empty() && !self.home_page.starts_with('/') {
            errors.add("home_page", "Give the path of a page, such as /about, or leave it empty for the newest posts.");
        }
        errors.unless_any(SiteSettings {
            title: self.title.clone(),
            tagline: self.tagline.clone(),
            description: self.description.clone(),
            language: self.language.clone(),
            time_zone,
            posts_per_page,
            home_page: if self.home_page == "/" { String::new() } else { self.home_page.trim_end_matches('/').to_owned() },
            upload_mb,
            upload_megapixels,
            upload_files,
            journal_days,
            trace_days,
            letter_days,
            message_days,
            check_outside: self.check_outside,
            reader_sign_up: self.reader_sign_up,
            second_factor: Role::that_may(Right::Write).filter(|role| self.needs_second_factor(*role)).collect(),
            ..stored.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_settings_come_back_as_they_were() {
        let site = SiteSettings { time_zone: Tz::Europe__Berlin, language: "de-CH".to_owned(), ..SiteSettings::default() };
        assert_eq!(SettingsForm::of(&site).check(&SiteSettings::default()), Ok(site));
    }

    #[test]
    fn every_mistake_is_told_at_its_field() {
        let form = SettingsForm {
            language: "English".to_owned(),
            time_zone: "Mars/Olympus".to_owned(),
            posts_per_page: "many".to_owned(),
            home_page: "about".to_owned(),
            ..SettingsForm::default()
        };
        let errors = form.check(&SiteSettings::default()).expect_err("all wrong");
        let fields: Vec<&str> = errors.fields().map(|(field, _)| field).collect();
        assert_eq!(
            fields,
            [
                "home_page",
                "journal_days",
                "language",
                "letter_days",
                "message_days",
                "posts_per_page",
                "time_zone",
                "title",
                "trace_days",
                "upload_files",
                "upload_mb",
                "upload_megapixels"
            ]
        );
    }
}
