//! Passwords: hashing and checking. Both are slow on purpose: never inside a transaction. Which new ones are good enough is told
//! by `strength`.
//!
//! What is hashed is the NFC of what was typed (RFC 8265, NIST SP 800-63B-4): one keyboard sends `é` as one sign, another as two.

use crate::error::{AppError, AppResult};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// What OWASP recommends for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How a hash begins that was made with these.
const CURRENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

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

/// What came of a check.
pub struct Checked {
    /// Whether the password is the one that was hashed.
    pub fits: bool,
    /// Its hash made anew, where it fits and was hashed otherwise than passwords are today.
    pub renewed: Option<Hashed>,
}

/// Hashes a password with a salt of its own.
pub fn hash(password: &str) -> AppResult<Hashed> {
    let hashed: PasswordHash = hasher()?.hash_password(normal(password).as_bytes()).map_err(internal)?;
    Ok(Hashed(hashed.to_string()))
}

/// Whether the password is the one that was hashed. Without a hash the answer is no, and takes as long.
pub fn verify(password: &str, hashed: Option<&str>) -> AppResult<bool> {
    let stored = PasswordHash::new(hashed.unwrap_or(NOBODY)).map_err(internal)?;
    let hasher = hasher()?;
    let mut fits = hasher.verify_password(normal(password).as_bytes(), &stored).is_ok();
    if !is_nfc(password) {
        fits |= hasher.verify_password(password.as_bytes(), &stored).is_ok(); // hashed as it was typed, before there was a rule
    }
    Ok(fits && hashed.is_some())
}

/// The same, and the hash made anew where it is not as it would be made today.
pub fn check(password: &str, hashed: Option<&str>) -> AppResult<Checked> {
    let fits = verify(password, hashed)?;
    let is_old = hashed.is_some_and(|stored| !stored.starts_with(CURRENT));
    let renewed = if fits && (is_old || !is_nfc(password)) { Some(hash(password)?) } else { None };
    Ok(Checked { fits, renewed })
}

/// A password as it is hashed and measured.
pub(super) fn normal(password: &str) -> String {
    password.nfc().collect()
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
    fn the_same_signs_fit_however_a_keyboard_composes_them() {
        let hashed = hash("crème brûlée à la carte").unwrap();
        let other = "cre\u{300}me bru\u{302}le\u{301}e a\u{300} la carte";
        assert!(verify(other, Some(hashed.as_str())).unwrap());
        // One that was hashed as typed still fits, and is made anew.
        let old = hasher().unwrap().hash_password(other.as_bytes()).unwrap().to_string();
        let checked = check(other, Some(&old)).unwrap();
        assert!(checked.fits && verify("crème brûlée à la carte", checked.renewed.as_ref().map(Hashed::as_str)).unwrap());
    }

    #[test]
    fn a_hash_made_otherwise_is_made_anew_when_its_password_comes() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
        let old = weak.hash_password(b"four unrelated words").unwrap().to_string();
        let wrong = check("four unrelated word", Some(&old)).unwrap();
        assert!(!wrong.fits && wrong.renewed.is_none());
        let right = check("four unrelated words", Some(&old)).unwrap();
        let renewed = right.renewed.expect("a new hash");
        assert!(right.fits && renewed.as_str().starts_with(CURRENT));
        assert!(check("four unrelated words", Some(renewed.as_str())).unwrap().renewed.is_none());
    }

    #[test]
    fn long_passphrases_in_any_script_are_hashed_whole() {
        let long = "🐎 correct حصان 马 ".repeat(8);
        let hashed = hash(&long).unwrap();
        assert!(verify(&long, Some(hashed.as_str())).unwrap());
        assert!(!verify(long.trim_end(), Some(hashed.as_str())).unwrap());
    }
}
