//! Forms: reading what a browser posted, and saying what to mend.
//!
//! Form structs hold only `String`, `Vec<String>` and `bool` and carry `#[serde(default)]`, so that typing nonsense is never
//! a 400; their `check()` turns them into domain values or [`FormErrors`].

use crate::{
    error::AppError,
    web::{ctx::TOKEN, patience, person::Person},
};
use actix_session::SessionExt;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, error::PayloadError, web};
use serde::{Deserialize, de::DeserializeOwned};
use std::{borrow::Cow, collections::BTreeMap, pin::Pin};
use subtle::ConstantTimeEq;
use validator::{ValidationErrors, ValidationErrorsKind};

/// The largest form of somebody who has not signed in, in bytes. Signed-in people write articles: `app::LARGEST_BODY`.
pub const LARGEST_PUBLIC_FORM: usize = 64 * 1024;

/// The most fields of a form. The largest of ours, an act on many entries, has some hundreds.
pub const MOST_FIELDS: usize = 5000;

/// Whether a form has more; told before anything is made of it.
pub(super) fn has_too_many_fields(body: &[u8]) -> bool {
    body.iter().filter(|byte| **byte == b'&').count() >= MOST_FIELDS
}

/// A posted form: trimmed, its token checked.
pub struct Submitted<T>(T);

impl<T> Submitted<T> {
    /// The form itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Submitted<T> {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let token = req.get_session().get::<String>(TOKEN).ok().flatten();
        let signed_in = req.extensions().get::<Person>().is_some();
        let body = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            let body = body.await.map_err(|error| match error.as_error::<PayloadError>() {
                Some(error) if patience::is_too_slow(error) => AppError::TooSlow,
                _ => AppError::BadRequest("That form is too large. Shorten it, or send it in parts."),
            })?;
            if !signed_in && body.len() > LARGEST_PUBLIC_FORM {
                return Err(AppError::BadRequest("That form is too large."));
            }
            if has_too_many_fields(&body) {
                return Err(AppError::BadRequest("That form has too many fields. Send it in parts."));
            }
            parse(&body, token.as_deref()).map(Submitted)
        })
    }
}

/// Reads a form, if it carries the token.
pub fn parse<T: DeserializeOwned>(body: &[u8], token: Option<&str>) -> Result<T, AppError> {
    let pairs: Vec<(String, String)> = serde_html_form::from_bytes(body).map_err(unreadable)?;
    if let Some(token) = token {
        let given = pairs.iter().find(|(name, _)| name == TOKEN).map_or("", |(_, value)| value);
        check_token(given, token)?;
    }
    of_fields(pairs)
}

/// The form that has these fields, each cleaned.
pub(super) fn of_fields<T: DeserializeOwned>(mut fields: Vec<(String, String)>) -> Result<T, AppError> {
    for (_, value) in fields.iter_mut().filter(|(name, _)| !name.starts_with("password")) {
        *value = clean(value);
    }
    let text = serde_html_form::to_string(&fields).map_err(|error| AppError::Internal(error.into()))?;
    serde_html_form::from_str(&text).map_err(unreadable)
}

/// Trims, makes line ends `\n` as everything but a browser writes them, and takes out what no text has a use for: control
/// characters and noncharacters, which HTML forbids. What holds nothing visible is empty.
fn clean(value: &str) -> String {
    let text = value.replace("\r\n", "\n");
    let kept: String = text.chars().filter(|sign| matches!(sign, '\n' | '\t') || !sign.is_control() && !is_noncharacter(*sign)).collect();
    if kept.chars().all(is_blank) { String::new() } else { kept.trim().to_owned() }
}

/// Code points that are set apart for ever (Unicode, 23.7).
fn is_noncharacter(sign: char) -> bool {
    let code = u32::from(sign);
    (0xfdd0..=0xfdef).contains(&code) || code & 0xfffe == 0xfffe
}

/// Blanks, and signs that show nothing by themselves: joiners, direction marks, fillers.
fn is_blank(sign: char) -> bool {
    sign.is_whitespace()
        || matches!(sign, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Refuses a form that somebody else has made.
pub(super) fn check_token(given: &str, token: &str) -> Result<(), AppError> {
    if bool::from(given.as_bytes().ct_eq(token.as_bytes())) {
        return Ok(());
    }
    Err(AppError::Forbidden("This form was opened before you logged in again. Go back, load the page again and send it once more."))
}

fn unreadable(_: serde_html_form::de::Error) -> AppError {
    AppError::BadRequest("This form cannot be read. Load the page again and send it once more.")
}

/// A form with nothing but its button.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Confirmed {}

/// What to mend, sentence by sentence, by field. Never holds what was typed: that may be a password.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct FormErrors {
    unconfirmed: bool,
    general: Vec<String>,
    fields: BTreeMap<Cow<'static, str>, Vec<String>>,
}

impl FormErrors {
    /// Nothing to mend.
    pub fn none() -> Self {
        Self::default()
    }

    /// One sentence at one field.
    pub fn one(field: &'static str, sentence: impl Into<String>) -> Self {
        let mut errors = Self::none();
        errors.add(field, sentence);
        errors
    }

    /// One sentence about the whole form.
    pub fn whole(sentence: impl Into<String>) -> Self {
        Self { general: vec![sentence.into()], ..Self::none() }
    }

    /// The form was sent too long after the password was typed (`Ctx::sudo_for_form`).
    pub fn unconfirmed() -> Self {
        let sentence = "It is a while since you gave your password, and this needs it. Nothing is lost: confirm that it is you, then send this form again.";
        Self { unconfirmed: true, ..Self::whole(sentence) }
    }

    /// Whether the password must be given again first; the summary of a form then leads there.
    pub fn is_unconfirmed(&self) -> bool {
        self.unconfirmed
    }

    /// One more sentence at a field.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, sentence: impl Into<String>) {
        self.fields.entry(field.into()).or_default().push(sentence.into());
    }

    /// Takes over what another check found.
    pub fn merge(&mut self, other: FormErrors) {
        self.unconfirmed |= other.unconfirmed;
        self.general.extend(other.general);
        for (field, sentences) in other.fields {
            self.fields.entry(field).or_default().extend(sentences);
        }
    }

    /// `value`, unless there is something to mend.
    pub fn unless_any<T>(self, value: T) -> Result<T, FormErrors> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Whether all is well.
    pub fn is_empty(&self) -> bool {
        self.general.is_empty() && self.fields.is_empty()
    }

    /// How many things there are to mend.
    pub fn count(&self) -> usize {
        self.general.len() + self.fields.values().map(Vec::len).sum::<usize>()
    }

    /// The sentences for one field.
    pub fn on(&self, field: &str) -> &[String] {
        self.fields.get(field).map_or(&[], Vec::as_slice)
    }

    /// The sentences about the whole form.
    pub fn general(&self) -> &[String] {
        &self.general
    }

    /// Every field with its first sentence, for the summary.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().filter_map(|(field, sentences)| Some((field.as_ref(), sentences.first()?.as_str())))
    }
}

impl From<ValidationErrors> for FormErrors {
    fn from(errors: ValidationErrors) -> Self {
        let mut mend = FormErrors::none();
        for (field, kind) in errors.into_errors() {
            match kind {
                ValidationErrorsKind::Field(errors) => {
                    let sentences = errors.into_iter().map(|error| error.message.unwrap_or(error.code).into_owned()).collect();
                    mend.fields.insert(field, sentences);
                }
                _ => mend.general.push(format!("Check {field}.")),
            }
        }
        mend
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_trimmed_and_its_line_ends_made_alike() {
        assert_eq!(clean("  a\r\nb\0 \n"), "a\nb");
        assert_eq!(clean("\u{1}a\u{7f}\u{9b}\u{fffe}\u{1ffff}\tb"), "a\tb");
        assert_eq!(clean("\u{feff} \u{200b}\u{3164}"), "");
        assert_eq!(clean("a\u{200d}b 👩‍🚀"), "a\u{200d}b 👩‍🚀");
    }

    #[test]
    fn errors_are_counted_and_listed_by_field() {
        let mut errors = FormErrors::whole("All wrong.");
        errors.merge(FormErrors::one("name", "Give a name."));
        errors.add("name", "Give a shorter name.");
        assert_eq!(errors.count(), 3);
        assert_eq!(errors.fields().collect::<Vec<_>>(), [("name", "Give a name.")]);
        assert!(errors.unless_any(()).is_err());
    }
}
