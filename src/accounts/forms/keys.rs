//! What browsers send about second factors: codes and passkeys.

use super::NAME;
use crate::web::form::FormErrors;
use serde::Deserialize;
use webauthn_rs::prelude::RegisterPublicKeyCredential;

/// A code of a second factor, as somebody types it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    /// Six digits of an app, or a recovery code.
    pub code: String,
}

impl CodeForm {
    /// The code, or what is missing.
    pub fn check(self) -> Result<String, FormErrors> {
        if self.code.is_empty() { Err(FormErrors::one("code", "Type the code that your app shows.")) } else { Ok(self.code) }
    }
}

/// A passkey that a browser has made.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NewPasskeyForm {
    /// What its owner calls it.
    pub name: String,
    /// JSON of the browser (`WebAuthn`, `RegistrationResponseJSON`).
    pub credential: String,
}

impl NewPasskeyForm {
    /// The name and the browser's answer, or what to mend.
    pub fn check(&self) -> Result<(String, RegisterPublicKeyCredential), FormErrors> {
        let name = checked_name(&self.name)?;
        let unreadable =
            |_| FormErrors::whole("The browser has sent no passkey. It needs JavaScript for that; an authenticator app does not.");
        Ok((name, serde_json::from_str(&self.credential).map_err(unreadable)?))
    }
}

/// Another name, for a passkey or for oneself.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NameForm {
    /// The name to be.
    pub name: String,
}

impl NameForm {
    /// The name, or what to mend.
    pub fn check(&self) -> Result<String, FormErrors> {
        checked_name(&self.name)
    }
}

pub(super) fn checked_name(name: &str) -> Result<String, FormErrors> {
    let fits = (1..=120).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(FormErrors::one("name", NAME)) }
}

/// A passkey that a browser has used.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PasskeyForm {
    /// JSON of the browser (`WebAuthn`, `AuthenticationResponseJSON`).
    pub credential: String,
    /// Where to go afterwards.
    pub next: String,
}
