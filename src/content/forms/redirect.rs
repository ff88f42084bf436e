//! The form of a redirect.

use crate::{
    content::model::redirect::{Redirect, Status, changes::Wish},
    web::form::FormErrors,
};
use serde::Deserialize;

/// What somebody types to lead an address elsewhere.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct RedirectForm {
    /// The old address.
    pub from: String,
    /// The new one.
    pub to: String,
    /// A word of [`Status`].
    pub status: String,
    /// For colleagues.
    pub note: String,
}

/// The longest note, in characters.
const LONGEST_NOTE: usize = 300;

impl RedirectForm {
    /// An empty form, for this address if one is given.
    pub fn empty(from: &str) -> RedirectForm {
        RedirectForm { from: from.to_owned(), status: Status::Moved.word().to_owned(), ..RedirectForm::default() }
    }

    /// The form filled with what is stored; `to` is where it leads now.
    pub fn of(redirect: &Redirect, to: &str) -> RedirectForm {
        RedirectForm {
            from: redirect.from_path.clone(),
            to: to.to_owned(),
            status: redirect.status.word().to_owned(),
            note: redirect.note.clone(),
        }
    }

    /// What is wished, or what to mend.
    pub fn check(&self) -> Result<Wish, FormErrors> {
        let mut errors = FormErrors::none();
        if self.note.chars().count() > LONGEST_NOTE {
            errors.add("note", format!("Shorten the note to {LONGEST_NOTE} characters."));
        }
        let status = Status::from_word(&self.status).unwrap_or_else(|| {
            errors.add("status", "Choose how long this will hold.");
            Status::Moved
        });
        errors.unless_any(Wish { from: self.from.clone(), to: self.to.clone(), status, note: self.note.clone() })
    }

    /// The choices: word, name, hint.
    pub fn statuses() -> Vec<(String, &'static str, &'static str)> {
        vec![
            (Status::Moved.word().to_owned(), "For good", "Search engines forget the old address (301)."),
            (Status::Permanent.word().to_owned(), "For good, forms too", "What is sent to the old address is sent on (308)."),
            (Status::Found.word().to_owned(), "For now", "Search engines keep the old address (302)."),
            (
                Status::Gone.word().to_owned(),
                "It is gone",
                "Nothing takes its place; search engines drop it soon (410). The new address is not needed.",
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_short_and_a_status_is_known() {
        let form =
            |note: usize, status: &str| RedirectForm { note: "x".repeat(note), status: status.to_owned(), ..RedirectForm::empty("/a") };
        assert!(form(300, "410").check().is_ok());
        assert!(form(301, "301").check().is_err() && form(0, "200").check().is_err() && form(0, "").check().is_err());
    }
}
