//! Devices that have logged in before.
//!
//! Each keeps a cookie (OWASP, "Device cookies") that names it, the account, and the password of that day; the cookie itself is
//! made and read in `public::device`. It opens nothing: it gives the device an allowance of failed tries of its own, and says that
//! it is no new one. It ends with the password.

use super::user::User;
use crate::web::person::UserId;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What a device says of itself. Whether it is true is told by [`Claim::fits`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who logged in there.
    pub user: UserId,
    /// Names the device.
    pub nonce: String,
    /// Of the password at that time.
    pub mark: String,
}

impl Claim {
    /// A device on which this user has just logged in.
    pub fn new(user: &User, nonce: String) -> Claim {
        Claim { user: user.id, nonce, mark: mark(user) }
    }

    /// Whether this user has logged in there, with the password of today.
    pub fn fits(&self, user: &User) -> bool {
        self.user == user.id && bool::from(self.mark.as_bytes().ct_eq(mark(user).as_bytes()))
    }

    /// As text, for the cookie.
    pub fn text(&self) -> String {
        format!("{}.{}.{}", self.user, self.nonce, self.mark)
    }

    /// Reads what [`Claim::text`] wrote.
    pub fn parse(text: &str) -> Option<Claim> {
        let mut parts = text.split('.');
        let (user, nonce, mark) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
        let fits = parts.next().is_none() && nonce.len() == 32 && mark.len() == 32;
        fits.then(|| Claim { user, nonce: nonce.to_owned(), mark: mark.to_owned() })
    }
}

/// What changes with the password, and tells nothing of it: the beginning of a hash of its hash.
pub fn mark(user: &User) -> String {
    let hash = Sha256::digest(user.password_hash.as_deref().unwrap_or("").as_bytes());
    hash[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::person::{Reach, Role};

    fn user(id: i64, password_hash: &str) -> User {
        User {
            id: id.into(),
            email: "ada@example.org".to_owned(),
            name: "Ada".to_owned(),
            slug: "ada".to_owned(),
            bio: String::new(),
            role: Role::Author,
            password_hash: Some(password_hash.to_owned()),
            scheme: "system".to_owned(),
            disabled_at: None,
            reach: Reach::Everything,
        }
    }

    #[test]
    fn a_claim_fits_its_user_while_the_password_stays() {
        let claim = Claim::new(&user(1, "one"), "0".repeat(32));
        assert_eq!(Claim::parse(&claim.text()), Some(claim.clone()));
        assert!(claim.fits(&user(1, "one")));
        assert!(!claim.fits(&user(2, "one")) && !claim.fits(&user(1, "another")));
    }

    #[test]
    fn what_is_no_claim_is_refused() {
        let nonce = "0".repeat(32);
        for text in
            ["", ".", "1", "1.2.3", &format!("1.{nonce}"), &format!("x.{nonce}.{nonce}"), &format!("1.{nonce}.{nonce}.1"), "🐎.🐎.🐎"]
        {
            assert_eq!(Claim::parse(text), None, "{text:?}");
        }
    }
}
