//! What we have signed and know again when it comes back: links in letters, the cookie of who has just written, names of drawings.
//!
//! HMAC-SHA-256 (RFC 2104) with a key in `secrets`, shared by all nodes. A token is its numbers, the second at which it ends and the
//! first half of the code, joined by dots; it opens nothing but what it was made for.

use crate::{db::Conn, schema::secrets};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The name of the key.
const NAME: &str = "comment_key";

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Lets whoever has just written a comment change it: its key.
    Edit,
    /// Confirms a mail address: the key of the comment.
    Confirm,
    /// Lets a moderator decide once: comment, user, number of decisions so far.
    Verdict,
    /// Ends letters about replies: the key of a comment with that address.
    Unsubscribe,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Purpose::Edit => "edit",
            Purpose::Confirm => "confirm",
            Purpose::Verdict => "verdict",
            Purpose::Unsubscribe => "unsubscribe",
        }
    }
}

/// Signs.
#[derive(Clone)]
pub struct Signer(Vec<u8>);

impl Signer {
    /// With the key of the site; it is made where there is none.
    pub fn load(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<Signer> {
        let read = |conn: &mut Conn| secrets::table.find(NAME).select(secrets::value).first::<Vec<u8>>(conn).optional();
        if let Some(key) = read(conn)? {
            return Ok(Signer(key));
        }
        let fresh = rand::random::<[u8; 32]>().to_vec();
        let row = (secrets::name.eq(NAME), secrets::value.eq(&fresh), secrets::created_at.eq(now));
        diesel::insert_or_ignore_into(secrets::table).values(row).execute(conn)?;
        Ok(Signer(read(conn)?.unwrap_or(fresh)))
    }

    /// A token that ends at `until`.
    pub fn sign(&self, purpose: Purpose, numbers: &[i64], until: NaiveDateTime) -> String {
        let said: Vec<String> = numbers.iter().copied().chain([until.and_utc().timestamp()]).map(|number| number.to_string()).collect();
        let said = said.join(".");
        format!("{said}.{}", hex(&self.code(purpose.word(), &said)[..16]))
    }

    /// The numbers of a token that we have made for that and that has not ended.
    pub fn open(&self, purpose: Purpose, token: &str, now: NaiveDateTime) -> Option<Vec<i64>> {
        let (said, code) = token.rsplit_once('.')?;
        let mut mac = self.mac();
        mac.update(format!("{}:{said}", purpose.word()).as_bytes());
        mac.verify_truncated_left(&unhex(code)?).ok()?;
        let mut numbers = said.split('.').map(str::parse).collect::<Result<Vec<i64>, _>>().ok()?;
        let until = numbers.pop()?;
        (until >= now.and_utc().timestamp()).then_some(numbers)
    }

    /// Names the drawing of whoever has this address or name, and tells nothing of it.
    pub fn avatar(&self, of: &str) -> String {
        hex(&self.code("avatar", &of.trim().to_lowercase())[..8])
    }

    fn code(&self, purpose: &str, said: &str) -> Vec<u8> {
        let mut mac = self.mac();
        mac.update(format!("{purpose}:{said}").as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    fn mac(&self) -> Hmac<Sha256> {
        Hmac::new_from_slice(&self.0).expect("a key of any length will do")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sixteen bytes in hexadecimal digits.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.then(|| (0..16).filter_map(|place| u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn now() -> NaiveDateTime {
        "2026-12-01T10:00:00".parse().expect("a time")
    }

    #[test]
    fn a_token_opens_what_it_was_made_for_until_it_ends() {
        let signer = Signer(vec![7; 32]);
        let token = signer.sign(Purpose::Verdict, &[12, 3, 0], now() + TimeDelta::days(7));
        assert_eq!(signer.open(Purpose::Verdict, &token, now()), Some(vec![12, 3, 0]));
        assert_eq!(signer.open(Purpose::Confirm, &token, now()), None);
        assert_eq!(signer.open(Purpose::Verdict, &token, now() + TimeDelta::days(8)), None);
        assert_eq!(Signer(vec![8; 32]).open(Purpose::Verdict, &token, now()), None);
        for forged in [token.replacen("12", "13", 1), String::new(), "1.2".into(), token[..token.len() - 2].to_owned(), format!("{token}é")]
        {
            assert_eq!(signer.open(Purpose::Verdict, &forged, now()), None, "{forged}");
        }
    }

    #[test]
    fn a_drawing_is_that_of_an_address_however_it_is_written() {
        let signer = Signer(vec![7; 32]);
        assert_eq!(signer.avatar("Ada@example.org "), signer.avatar("ada@example.org"));
        assert_ne!(signer.avatar("ada@example.org"), Signer(vec![8; 32]).avatar("ada@example.org"));
        assert_eq!(signer.avatar("x").len(), 16);
    }
}
