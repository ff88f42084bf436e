//! What readers send: signing up, and their own account.

use super::{InvitationForm, checked_address, keys::checked_name};
use crate::{accounts::model::sign_up::SignUp, web::form::FormErrors};
use serde::Deserialize;

/// What somebody types to sign up as a reader.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SignUpForm {
    /// Name shown.
    pub name: String,
    /// Address to log in with.
    pub email: String,
    /// Nobody sees this field: what fills it in is a program ([`crate::web::bots::TRAP`]).
    pub website2: String,
    /// When the form was drawn, signed ([`crate::web::bots::DRAWN`]).
    pub drawn: String,
}

impl SignUpForm {
    /// Name and address, or what to mend.
    pub fn check(&self) -> Result<SignUp, FormErrors> {
        match (checked_name(&self.name), checked_address(&self.email)) {
            (Ok(name), Ok(email)) => Ok(SignUp { email, name }),
            (name, email) => {
                let mut errors = name.err().unwrap_or_default();
                errors.merge(email.err().unwrap_or_default());
                Err(errors)
            }
        }
    }
}

impl InvitationForm {
    /// The password of somebody who is no user yet, or what to mend.
    pub fn check_for(&self, wanted: &SignUp) -> Result<String, FormErrors> {
        self.check_password(&wanted.email, &wanted.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_mistakes_are_told_at_once() {
        let form = SignUpForm { name: "A\u{7}".to_owned(), email: "nobody".to_owned(), ..SignUpForm::default() };
        assert_eq!(form.check().map_err(|errors| errors.count()).err(), Some(2));
        let form = SignUpForm { name: "Ada 🐎".to_owned(), email: " Ada@Example.org ".to_owned(), ..SignUpForm::default() };
        assert_eq!(form.check().map(|wanted| wanted.email).ok().as_deref(), Some("ada@example.org"));
    }
}
