//! What an admin types to put a contact form on a page.

use crate::{
    contact::model::form::{ContactForm, Wish},
    web::form::FormErrors,
};
use serde::Deserialize;
use validator::{Validate, ValidateEmail};

/// Addresses that one form tells.
const MOST_RECIPIENTS: usize = 20;

/// What is said where nobody has said anything else.
const THANKS: &str = "Thank you. Your message has arrived, and you will be answered by mail.";

/// A contact form, as it is typed.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct ContactFormForm {
    /// The address of a page, e.g. `/contact`.
    pub path: String,
    /// Addresses, one a line or with commas between.
    pub recipients: String,
    /// What stands above the fields.
    #[validate(length(min = 1, max = 120, message = "Give a heading of at most 120 characters."))]
    pub heading: String,
    /// What whoever has sent something reads.
    #[validate(length(min = 1, max = 1000, message = "Say something to whoever has written, in at most 1,000 characters."))]
    pub thanks: String,
}

impl ContactFormForm {
    /// The form for a new one.
    pub fn fresh() -> ContactFormForm {
        ContactFormForm { heading: "Write to us".to_owned(), thanks: THANKS.to_owned(), ..ContactFormForm::default() }
    }

    /// The form filled with what is stored; `path` is the address of its page.
    pub fn of(form: &ContactForm, path: &str) -> ContactFormForm {
        let ContactForm { recipients, heading, thanks, .. } = form.clone();
        ContactFormForm { path: path.to_owned(), recipients, heading, thanks }
    }

    /// What is wanted, or what to mend.
    pub fn check(&self) -> Result<Wish, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        let path = self.path.trim_end_matches('/');
        if !path.starts_with('/') {
            errors.add("path", "Give the address of a page on this site, such as /contact.");
        }
        let mut recipients: Vec<String> = Vec::new();
        for one in self.recipients.split(['\n', ',', ';']).map(str::trim).filter(|one| !one.is_empty()) {
            if !one.validate_email() || one.len() > 254 {
                errors.add("recipients", format!("“{}” is no email address. Write one such as ada@example.org.", shortened(one)));
            } else if !recipients.iter().any(|known| known.eq_ignore_ascii_case(one)) {
                recipients.push(one.to_owned());
            }
        }
        if recipients.len() > MOST_RECIPIENTS {
            errors.add("recipients", format!("Name {MOST_RECIPIENTS} addresses at most. A list of your mail server reaches more."));
        }
        if recipients.join("\n").chars().count() > 2000 {
            errors.add("recipients", "These addresses are too long together. Name fewer.");
        }
        errors.unless_any(Wish { path: path.to_owned(), recipients, heading: self.heading.clone(), thanks: self.thanks.clone() })
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_counts_once_and_none_is_needed() {
        let form = |recipients: &str| ContactFormForm {
            path: "/contact/".to_owned(),
            recipients: recipients.to_owned(),
            ..ContactFormForm::fresh()
        };
        let wish = form("ada@example.org, grace@example.org\nADA@example.org\n").check().expect("right");
        assert_eq!((wish.path.as_str(), wish.recipients.len()), ("/contact", 2));
        assert_eq!(form("").check().map(|wish| wish.recipients.len()), Ok(0));
        let many = (0..21).map(|number| format!("a{number}@example.org\n")).collect::<String>();
        for wrong in ["ada", "a@example.org\r\nBcc: x@y", &many] {
            assert!(form(wrong).check().is_err(), "{wrong}");
        }
    }
}
