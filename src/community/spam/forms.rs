//! The form in which moderators try a text.

use super::Sent;
use crate::web::form::FormErrors;
use serde::Deserialize;
use validator::Validate;

/// What a moderator types to see what the filter thinks of it.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct TryForm {
    /// A name, or empty.
    #[validate(length(max = 200, message = "Shorten the name to 200 characters."))]
    pub name: String,
    /// The address of a site, or empty.
    #[validate(length(max = 500, message = "Shorten the address to 500 characters."))]
    pub website: String,
    /// The text.
    #[validate(length(min = 1, max = 20_000, message = "Write or paste a text to try, of at most 20,000 characters."))]
    pub text: String,
}

impl TryForm {
    /// What was typed, as if somebody had sent it; or what to mend.
    pub fn check(&self) -> Result<Sent<'_>, FormErrors> {
        self.validate().map_err(FormErrors::from)?;
        Ok(Sent { name: &self.name, website: &self.website, text: &self.text, ..Sent::default() })
    }
}
