//! The form of how there are comments.

use crate::{
    site::{
        SiteSettings,
        comments::{Comments, Policy, Tell, Who},
    },
    web::form::FormErrors,
};
use serde::Deserialize;

/// What an admin chooses.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    /// A word of [`Who`].
    pub who: String,
    /// A word of [`Policy`].
    pub policy: String,
    /// Whether pages take comments too.
    pub on_pages: bool,
    /// Whether guests must give a mail address.
    pub needs_email: bool,
    /// A number of days; 0: for ever.
    pub close_days: String,
    /// A number.
    pub links: String,
    /// A word of [`Tell`].
    pub tell: String,
    /// A number of minutes.
    pub tell_minutes: String,
    /// A number of days; 0: as long as there is the comment.
    pub trace_days: String,
    /// A number of days.
    pub trash_days: String,
}

impl SettingsForm {
    /// The form filled with what is stored.
    pub fn of(it: &Comments) -> SettingsForm {
        SettingsForm {
            who: it.who.to_string(),
            policy: it.policy.to_string(),
            on_pages: it.on_pages,
            needs_email: it.needs_email,
            close_days: it.close_days.to_string(),
            links: it.links.to_string(),
            tell: it.tell.to_string(),
            tell_minutes: it.tell_minutes.to_string(),
            trace_days: it.trace_days.to_string(),
            trash_days: it.trash_days.to_string(),
        }
    }

    /// Turns what was chosen into settings on top of those that are stored, or says what to mend.
    pub fn check(&self, stored: &SiteSettings) -> Result<SiteSettings, FormErrors> {
        let mut errors = FormErrors::none();
        let mut number = |field: &'static str, text: &str, least: u32, most: u32| {
            text.parse().ok().filter(|count| (least..=most).contains(count)).unwrap_or_else(|| {
                errors.add(field, format!("Give a whole number from {least} to {most}."));
                least
            })
        };
        let close_days = number("close_days", &self.close_days, 0, 3650);
        let links = number("links", &self.links, 0, 100);
        let tell_minutes = number("tell_minutes", &self.tell_minutes, 1, 1440);
        let trace_days = number("trace_days", &self.trace_days, 0, 3650);
        let trash_days = number("trash_days", &self.trash_days, 1, 3650);
        let (who, policy, tell) = (Who::from_word(&self.who), Policy::from_word(&self.policy), Tell::from_word(&self.tell));
        for (field, is_chosen) in [("who", who.is_some()), ("policy", policy.is_some()), ("tell", tell.is_some())] {
            if !is_chosen {
                errors.add(field, "Choose one of these.");
            }
        }
        let comments = Comments {
            who: who.unwrap_or(Who::Nobody),
            policy: policy.unwrap_or(Policy::Held),
            on_pages: self.on_pages,
            needs_email: self.needs_email,
            close_days,
            links,
            tell: tell.unwrap_or(Tell::Nobody),
            tell_minutes,
            trace_days,
            trash_days,
        };
        errors.unless_any(SiteSettings { comments, ..stored.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_as_it_is_shown_changes_nothing() {
        let stored = SiteSettings::default();
        assert_eq!(SettingsForm::of(&stored.comments).check(&stored), Ok(stored));
    }

    #[test]
    fn every_mistake_is_told_at_its_field() {
        let errors =
            SettingsForm { links: "many".into(), tell_minutes: "0".into(), ..SettingsForm::default() }.check(&SiteSettings::default());
        let errors = errors.expect_err("all wrong");
        let fields: Vec<&str> = errors.fields().map(|(field, _)| field).collect();
        assert_eq!(fields, ["close_days", "links", "policy", "tell", "tell_minutes", "trace_days", "trash_days", "who"]);
    }
}
