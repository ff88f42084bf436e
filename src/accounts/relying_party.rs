//! The site as browsers know it when they make and use passkeys: its name is that of the host, its origin the base URL.

use crate::{
    error::{AppError, AppResult},
    web::person::UserId,
};
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{Url, Uuid, WebauthnError},
};

/// `None` where there can be no passkeys: `WebAuthn` wants a name, not a number, and https unless the name is `localhost`.
pub fn of(base_url: &str) -> Option<Webauthn> {
    let origin = Url::parse(base_url).ok()?;
    let host = origin.domain()?.to_owned();
    let is_safe = origin.scheme() == "https" || host == "localhost" || host.ends_with(".localhost");
    if !is_safe {
        return None;
    }
    WebauthnBuilder::new(&host, &origin).ok()?.rp_name(&host).build().ok()
}

/// The same, or why not.
pub fn required(base_url: &str) -> AppResult<Webauthn> {
    of(base_url).ok_or(AppError::Conflict("Passkeys need the site to be reached by https under a name. Ask whoever runs the server."))
}

/// What a passkey knows its user by: nothing but the key of the row.
pub fn handle(user: UserId) -> Uuid {
    Uuid::from_u128(u128::try_from(user.number()).unwrap_or_default())
}

/// What a browser sent did not fit what it was asked.
pub fn refused(error: &WebauthnError) -> AppError {
    log::info!("a passkey was refused: {error}");
    AppError::Forbidden("This passkey was not accepted. Go back and try again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_name_and_https() {
        for base in ["https://example.org", "https://example.org:8443", "http://localhost:8080"] {
            assert!(of(base).is_some(), "{base}");
        }
        for base in ["http://example.org", "http://127.0.0.1:8080", "https://[::1]", "nonsense", ""] {
            assert!(of(base).is_none(), "{base}");
        }
    }
}
