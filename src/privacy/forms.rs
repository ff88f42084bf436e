//! What browsers send to this room.

use super::model::erasure::Wish;
use crate::web::form::FormErrors;
use serde::Deserialize;

/// What is asked before somebody is erased.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ErasureForm {
    /// The name of the person, typed to show that this one is meant.
    pub name: String,
    /// Key of who is named as author from now on, or empty.
    pub successor: String,
    /// The name under which the rest stays, or empty.
    pub placeholder: String,
}

/// What is asked before somebody erases the own account.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct OwnErasureForm {
    /// The address to log in with, typed to show that this is meant.
    pub email: String,
}

impl OwnErasureForm {
    /// Whether it is meant; `email` is that of the account.
    pub fn check(&self, email: &str) -> Result<(), FormErrors> {
        if self.email.trim().to_lowercase() == email {
            return Ok(());
        }
        Err(FormErrors::one("email", format!("Type the address as it stands above, {email}: this cannot be undone.")))
    }
}

impl ErasureForm {
    /// What is wanted, or what to mend; `name` is that of the person.
    pub fn check(&self, name: &str) -> Result<Wish, FormErrors> {
        let mut errors = FormErrors::none();
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if plain(&self.name) != plain(name) {
            errors.add("name", format!("Type the name as it stands above, “{name}”: this cannot be undone."));
        }
        let successor = self.successor.parse().ok();
        if successor.is_none() && !self.successor.is_empty() {
            errors.add("successor", "Choose somebody from the list, or nobody.");
        }
        if self.placeholder.chars().count() > 120 || self.placeholder.chars().any(char::is_control) {
            errors.add("placeholder", "Give a name of at most 120 characters, in one line.");
        }
        errors.unless_any(Wish { successor, placeholder: self.placeholder.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_erased_by_a_slip() {
        let form = |name: &str| ErasureForm { name: name.to_owned(), successor: "7".to_owned(), ..ErasureForm::default() };
        assert_eq!(form(" ada  LOVELACE ").check("Ada Lovelace").map(|wish| wish.successor), Ok(Some(7.into())));
        assert!(form("Ada").check("Ada Lovelace").is_err_and(|errors| !errors.on("name").is_empty()));
        let form = ErasureForm { name: "A".to_owned(), successor: "x".to_owned(), placeholder: "é".repeat(121) };
        assert_eq!(form.check("A").map_err(|errors| errors.count()), Err(2));
    }
}
