//! What a visitor types.

use crate::{
    contact::model::message::NewMessage,
    web::{bots::Forms, form::FormErrors},
};
use chrono::NaiveDateTime;
use serde::Deserialize;
use validator::{Validate, ValidateEmail};

/// A message, with what tells programs from people.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct MessageForm {
    /// Who writes.
    #[validate(length(min = 1, max = 120, message = "Give your name, in at most 120 characters."))]
    pub name: String,
    /// The address to answer to.
    pub email: String,
    /// What it is about.
    #[validate(length(max = 200, message = "Shorten the subject to 200 characters."))]
    pub subject: String,
    /// What it says.
    #[validate(length(min = 1, max = 10_000, message = "Write your message, in at most 10,000 characters."))]
    pub message: String,
    /// What people do not see (`web::bots::TRAP`).
    pub website2: String,
    /// When the form was drawn (`web::bots::DRAWN`).
    pub drawn: String,
}

impl MessageForm {
    /// The message, or what to mend. What programs betray themselves by is no mistake: the filter is told of it.
    pub fn check(&self, forms: &Forms, agent: &str, now: NaiveDateTime) -> Result<NewMessage, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        if !self.email.validate_email() || self.email.chars().count() > 254 {
            errors.add("email", "Give your email address, such as ada@example.org, so that you can be answered.");
        }
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        errors.unless_any(NewMessage {
            name: line(&self.name),
            email: self.email.clone(),
            subject: line(&self.subject),
            body: self.message.clone(),
            agent: agent.to_owned(),
            seconds: forms.age(&self.drawn, now),
            trapped: !self.website2.is_empty(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::cookie::Key;

    #[test]
    fn what_is_missing_is_told_at_its_field_and_traps_are_not() {
        let (forms, now) = (Forms::of(Key::generate()), NaiveDateTime::default());
        let errors = MessageForm { website2: "x".to_owned(), ..MessageForm::default() }.check(&forms, "", now).expect_err("empty");
        assert_eq!(errors.fields().map(|(field, _)| field).collect::<Vec<_>>(), ["email", "message", "name"]);
        let full = MessageForm {
            name: "Ada\nLovelace 🦀".to_owned(),
            email: "ada@example.org".to_owned(),
            message: "שלום".to_owned(),
            website2: "x".to_owned(),
            drawn: forms.stamp(now),
            ..MessageForm::default()
        };
        let new = full.check(&forms, "Mozilla", now).expect("all there");
        assert_eq!((new.name.as_str(), new.seconds, new.trapped), ("Ada Lovelace 🦀", Some(0), true));
    }
}
