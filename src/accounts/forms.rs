//! What browsers send to this room. Forms that hold passwords have no `Debug`.

mod keys;
mod readers;

pub use keys::*;
pub use readers::*;

use super::model::{
    branches::Branch,
    people::PersonChange,
    profile::{Profile, Scheme},
    strength,
    user::{NewUser, User},
};
use crate::{
    markup::is_slug,
    web::{
        form::FormErrors,
        person::{Reach, Role},
    },
};
use serde::Deserialize;
use validator::{Validate, ValidationError};

const NAME: &str = "Give a name of at most 120 characters.";
const EMAIL: &str = "Give an email address such as ada@example.org.";
const ROLE: &str = "Choose one of the roles.";

/// A button alone: nothing but the token that every form carries.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ButtonForm {}

/// What somebody types to log in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LoginForm {
    /// Address of the account.
    pub email: String,
    /// As typed.
    pub password: String,
    /// Where to go afterwards.
    pub next: String,
}

impl LoginForm {
    /// The address and the password, or what is missing.
    pub fn check(&self) -> Result<(String, String), FormErrors> {
        let mut errors = FormErrors::none();
        if self.email.is_empty() {
            errors.add("email", "Give the email address of your account.");
        }
        if self.password.is_empty() {
            errors.add("password", "Give your password.");
        }
        errors.unless_any((email(&self.email), self.password.clone()))
    }
}

/// What the first owner types.
#[derive(Default, Deserialize, Validate)]
#[serde(default)]
pub struct SetupForm {
    /// Token of the link.
    pub link: String,
    /// Name shown.
    #[validate(length(min = 1, max = 120, message = "Give a name of at most 120 characters."), custom(function = "one_line"))]
    pub name: String,
    /// Address to log in with.
    #[validate(custom(function = "address"))]
    pub email: String,
    /// New password.
    pub password: String,
}

impl SetupForm {
    /// The owner to be and the password, or what to mend.
    pub fn check(&self) -> Result<(NewUser, String), FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        if let Some(fault) = strength::fault(&self.password, &self.email, &self.name) {
            errors.add("password", fault);
        }
        let new = NewUser { email: email(&self.email), name: self.name.clone(), role: Role::Owner };
        errors.unless_any((new, self.password.clone()))
    }
}

/// What somebody invited types.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct InvitationForm {
    /// Token of the link.
    pub link: String,
    /// New password.
    pub password: String,
}

impl InvitationForm {
    /// The password, or what to mend.
    pub fn check(&self, user: &User) -> Result<String, FormErrors> {
        self.check_password(&user.email, &user.name)
    }

    fn check_password(&self, email: &str, name: &str) -> Result<String, FormErrors> {
        match strength::fault(&self.password, email, name) {
            Some(fault) => Err(FormErrors::one("password", fault)),
            None => Ok(self.password.clone()),
        }
    }
}

/// What an admin types to invite somebody.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct InviteForm {
    /// Name shown.
    #[validate(length(min = 1, max = 120, message = "Give a name of at most 120 characters."), custom(function = "one_line"))]
    pub name: String,
    /// Address to log in with.
    #[validate(custom(function = "address"))]
    pub email: String,
    /// A role's word.
    pub role: String,
}

impl Default for InviteForm {
    fn default() -> Self {
        InviteForm { name: String::new(), email: String::new(), role: Role::Author.word().to_owned() }
    }
}

impl InviteForm {
    /// The person to invite, or what to mend.
    pub fn check(&self) -> Result<NewUser, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        let role = role(&self.role, &mut errors);
        errors.unless_any(NewUser { email: email(&self.email), name: self.name.clone(), role })
    }
}

/// What an admin changes about a person.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct PersonForm {
    /// Name shown.
    #[validate(length(min = 1, max = 120, message = "Give a name of at most 120 characters."), custom(function = "one_line"))]
    pub name: String,
    /// Address to log in with; heeded while there is no password.
    pub email: String,
    /// Names the author page.
    pub slug: String,
    /// A few sentences.
    #[validate(length(max = 2000, message = "Shorten the text to 2,000 characters."))]
    pub bio: String,
    /// A role's word.
    pub role: String,
    /// How far the rights on content reach, by its word.
    pub reach: String,
    /// Addresses of branches, one a line.
    pub branches: String,
}

impl PersonForm {
    /// The form filled with what is stored.
    pub fn of(user: &User, branches: &[Branch]) -> PersonForm {
        PersonForm {
            name: user.name.clone(),
            email: user.email.clone(),
            slug: user.slug.clone(),
            bio: user.bio.clone(),
            role: user.role.word().to_owned(),
            reach: user.reach.word().to_owned(),
            branches: branches.iter().map(|(_, address)| address.as_str()).collect::<Vec<_>>().join("\n"),
        }
    }

    /// What to change about this person, or what to mend. Fields that the page does not show stay as they are.
    pub fn check(&self, user: &User) -> Result<PersonChange, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        if !is_slug(&self.slug) {
            errors.add("slug", "Use lower-case letters a to z, digits and hyphens, such as ada-lovelace.");
        }
        let role = if self.role.is_empty() { user.role } else { role(&self.role, &mut errors) };
        let email = if self.email.is_empty() { user.email.clone() } else { email(&self.email) };
        if email != user.email && address(&email).is_err() {
            errors.add("email", EMAIL);
        }
        let reach = Reach::from_word(&self.reach);
        if reach.is_none() && !self.reach.is_empty() {
            errors.add("reach", "Choose how far the rights reach.");
        }
        let lines = self.branches.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        errors.unless_any(PersonChange {
            name: self.name.clone(),
            slug: self.slug.clone(),
            bio: self.bio.clone(),
            role,
            email,
            reach: reach.unwrap_or(user.reach),
            branches: reach.map(|_| lines.collect()),
        })
    }
}

/// What somebody changes about the own account.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct ProfileForm {
    /// Name shown.
    #[validate(length(min = 1, max = 120, message = "Give a name of at most 120 characters."), custom(function = "one_line"))]
    pub name: String,
    /// A few sentences.
    #[validate(length(max = 2000, message = "Shorten the text to 2,000 characters."))]
    pub bio: String,
    /// A scheme's word.
    pub scheme: String,
}

impl ProfileForm {
    /// The form filled with what is stored.
    pub fn of(user: &User) -> ProfileForm {
        ProfileForm { name: user.name.clone(), bio: user.bio.clone(), scheme: user.scheme.clone() }
    }

    /// What to change, or what to mend.
    pub fn check(&self) -> Result<Profile, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        let scheme = Scheme::from_word(&self.scheme).unwrap_or_else(|| {
            errors.add("scheme", "Choose light, dark or what your system says.");
            Scheme::System
        });
        errors.unless_any(Profile { name: self.name.clone(), bio: self.bio.clone(), scheme })
    }
}

/// What somebody types to change the own password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    /// The password so far.
    pub password_old: String,
    /// The new one.
    pub password_new: String,
}

impl PasswordForm {
    /// The old and the new password, or what to mend.
    pub fn check(&self, name: &str, email: &str) -> Result<(String, String), FormErrors> {
        let mut errors = FormErrors::none();
        if self.password_old.is_empty() {
            errors.add("password_old", "Give the password that you log in with now.");
        }
        if let Some(fault) = strength::fault(&self.password_new, email, name) {
            errors.add("password_new", fault);
        }
        errors.unless_any((self.password_old.clone(), self.password_new.clone()))
    }
}

/// What somebody types to confirm that it is still oneself.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ConfirmationForm {
    /// As typed.
    pub password: String,
    /// Where to go afterwards.
    pub next: String,
}

/// What somebody types who has forgotten the password.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ResetForm {
    /// Address of the account.
    pub email: String,
}

impl ResetForm {
    /// The address, or what to mend.
    pub fn check(&self) -> Result<String, FormErrors> {
        checked_address(&self.email)
    }
}

/// What somebody types to log in with another address.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct EmailForm {
    /// The address to be.
    pub email: String,
}

impl EmailForm {
    /// The address, or what to mend.
    pub fn check(&self) -> Result<String, FormErrors> {
        checked_address(&self.email)
    }
}

fn checked_address(typed: &str) -> Result<String, FormErrors> {
    let email = email(typed);
    if address(&email).is_ok() { Ok(email) } else { Err(FormErrors::one("email", EMAIL)) }
}

/// The button of a page that a link leads to.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LinkForm {
    /// Token of the link.
    pub link: String,
}

/// What the script sends while a new password is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct StrengthForm {
    /// As typed so far.
    pub password: String,
    /// Address of the account, where the form has it.
    pub email: String,
    /// Name of the person, where the form has it.
    pub name: String,
}

/// An address as it is stored.
pub fn email(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Whether a letter can be sent there.
pub fn address(typed: &str) -> Result<(), ValidationError> {
    let fits = typed.chars().count() <= 254 && !typed.contains('"') && typed.parse::<lettre::Address>().is_ok();
    if fits { Ok(()) } else { Err(ValidationError::new("address").with_message(EMAIL.into())) }
}

/// Names stand in headers of letters and in one line everywhere.
fn one_line(name: &str) -> Result<(), ValidationError> {
    if name.chars().any(char::is_control) { Err(ValidationError::new("one_line").with_message(NAME.into())) } else { Ok(()) }
}

fn role(word: &str, errors: &mut FormErrors) -> Role {
    Role::from_word(word).unwrap_or_else(|| {
        errors.add("role", ROLE);
        Role::Author
    })
}

/// Checks what the command line was given for an account.
pub fn new_user(address: &str, name: &str, role: Role) -> Result<NewUser, FormErrors> {
    InviteForm { name: name.to_owned(), email: address.to_owned(), role: role.word().to_owned() }.check()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_in_lower_case_and_must_take_letters() {
        assert_eq!(email(" Ada@Example.ORG "), "ada@example.org");
        for good in ["ada@example.org", "ada+site@sub.example.org", "a@localhost"] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "a b@example.org",
            "ada@example.org\r\nBcc: x@y.z",
            &format!("{}@example.org", "a".repeat(250)),
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_mistake_of_the_first_owner_is_told_at_its_field() {
        let errors =
            SetupForm { name: "A\u{7}".to_owned(), password: "short".to_owned(), ..SetupForm::default() }.check().expect_err("all wrong");
        let fields: Vec<&str> = errors.fields().map(|(field, _)| field).collect();
        assert_eq!(fields, ["email", "name", "password"]);
    }

    #[test]
    fn an_unknown_role_is_told_and_no_role_is_given_instead() {
        let form = InviteForm { name: "Ada".to_owned(), email: "ada@example.org".to_owned(), role: "captain".to_owned() };
        assert_eq!(form.check().expect_err("no such role").on("role"), [ROLE]);
    }
}
