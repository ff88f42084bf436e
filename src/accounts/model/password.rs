//! Passwords: the rule for new ones, hashing and checking. Both are slow on purpose: never inside a transaction.

use crate::error::{AppError, AppResult};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

/// Characters that a password has at least.
pub const SHORTEST: usize = 12;
/// Characters that a password has at most.
pub const LONGEST: usize = 128;

/// What OWASP recommends for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Checked where there is no account, so that the answer takes as long. Of random bytes: no password fits.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$S4Jcc6JYnh3fZ1H4S0zq3w$wXcRPpYBtoSzhIfRM04sOMXJGTb8rXwwlJ1RQHhfDrE";

/// A password as it is stored: a PHC string.
#[derive(Clone, PartialEq, Eq)]
pub struct Hashed(String);

impl Hashed {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is wrong with a new password, in a sentence. It must not be what others know of its owner.
pub fn fault(password: &str, email: &str, name: &str) -> Option<&'static str> {
    let length = password.chars().count();
    let plain = plain(password);
    if length < SHORTEST {
        Some("Use at least 12 characters. Four unrelated words make a good password.")
    } else if length > LONGEST {
        Some("Shorten the password to 128 characters.")
    } else if [email, email.split('@').next().unwrap_or(""), name].iter().any(|known| plain == self::plain(known)) {
        Some("Your name or address is no password. Choose something that nobody knows.")
    } else {
        None
    }
}

fn plain(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Hashes a password with a salt of its own.
pub fn hash(password: &str) -> AppResult<Hashed> {
    let hashed: PasswordHash = hasher()?.hash_password(password.as_bytes()).map_err(internal)?;
    Ok(Hashed(hashed.to_string()))
}

/// Whether the password is the one that was hashed. Without a hash the answer is no, and takes as long.
pub fn verify(password: &str, hashed: Option<&str>) -> AppResult<bool> {
    let stored = PasswordHash::new(hashed.unwrap_or(NOBODY)).map_err(internal)?;
    let fits = hasher()?.verify_password(password.as_bytes(), &stored).is_ok();
    Ok(fits && hashed.is_some())
}

fn hasher() -> AppResult<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> AppError {
    AppError::Internal(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hashed = hash("four unrelated words").unwrap();
        assert!(hashed.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hashed.as_str());
        assert!(hashed.as_str().len() <= 255);
        assert!(verify("four unrelated words", Some(hashed.as_str())).unwrap());
        assert!(!verify("four unrelated word", Some(hashed.as_str())).unwrap());
        assert!(hashed != hash("four unrelated words").unwrap());
    }

    #[test]
    fn where_there_is_no_account_no_password_fits() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!verify("", None).unwrap());
        assert!(verify("", Some("no hash")).is_err());
    }

    #[test]
    fn short_long_and_known_passwords_are_refused() {
        let fault = |password: &str| fault(password, "ada.lovelace@example.org", "Ada King Lovelace");
        for bad in ["", "elevensigns", &"x".repeat(129), "Ada.Lovelace@example.org", "adalovelace!", "ada king lovelace"] {
            assert!(fault(bad).is_some(), "{bad:?}");
        }
        for good in ["twelve signs", "ädäädäädäädä", &"x".repeat(128)] {
            assert_eq!(fault(good), None, "{good:?}");
        }
    }
}
