//! What is typed on the pages of the outbox.

use super::model::suppression::Reason;
use crate::web::form::FormErrors;
use serde::Deserialize;
use validator::ValidateEmail;

/// An address to be spared.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct SuppressionForm {
    /// One address.
    pub address: String,
    /// A word of [`Reason`].
    pub reason: String,
    /// Why, in one's own words.
    pub note: String,
}

impl SuppressionForm {
    /// Address and reason, or what to mend.
    pub fn check(&self) -> Result<(String, Reason), FormErrors> {
        let mut errors = FormErrors::none();
        if !self.address.validate_email() || self.address.chars().count() > 254 {
            errors.add("address", "Give one email address, such as ada@example.org.");
        }
        if self.note.chars().count() > 500 {
            errors.add("note", "Shorten the note to 500 characters.");
        }
        let reason = Reason::from_word(&self.reason).filter(|reason| *reason != Reason::Bounce).unwrap_or(Reason::ByHand);
        errors.unless_any((self.address.to_lowercase(), reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_asked_for() {
        let check = |address: &str| SuppressionForm { address: address.to_owned(), ..SuppressionForm::default() }.check();
        assert_eq!(check("Ada@Example.org"), Ok(("ada@example.org".to_owned(), Reason::ByHand)));
        for address in ["", "ada", "a@b, c@d", "@example.org", &format!("{}@example.org", "x".repeat(300))] {
            assert!(check(address).is_err(), "{address}");
        }
    }
}
