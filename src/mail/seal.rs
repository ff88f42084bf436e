//! Texts that must not lie readable in the database: letters that open something, and keys that sign letters.
//!
//! Sealed as private cookies are: AES-256-GCM, tied to a name, so that one text cannot be put in the place of another. The key is a row of the
//! table `secrets`. It lies in the same database: what is sealed is safe from whoever reads the admin, a log or a single
//! table, not from whoever has a copy of all of it. So letters are wiped as soon as they are sent or given up.

use crate::{db::Conn, schema::secrets};
use actix_web::cookie::{Cookie, CookieJar, Key};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// The name of the key in the table `secrets`.
const NAME: &str = "letter_seal";

/// Seals and opens.
pub struct Seal(Key);

impl Seal {
    /// The key that all nodes share; it is made where there is none.
    pub fn load(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<Seal> {
        let known: Option<Vec<u8>> = secrets::table.find(NAME).select(secrets::value).first(conn).optional()?;
        if let Some(value) = known.filter(|value| value.len() >= 64) {
            return Ok(Seal(Key::from(&value)));
        }
        let row = (secrets::name.eq(NAME), secrets::value.eq(Key::generate().master().to_vec()), secrets::created_at.eq(now));
        diesel::insert_or_ignore_into(secrets::table).values(row).execute(conn)?;
        let value: Vec<u8> = secrets::table.find(NAME).select(secrets::value).for_update().first(conn)?;
        Ok(Seal(Key::from(&value)))
    }

    /// The text, sealed under a name.
    pub fn close(&self, name: &str, text: &str) -> String {
        let mut jar = CookieJar::new();
        jar.private_mut(&self.0).add(Cookie::new(name.to_owned(), text.to_owned()));
        jar.get(name).map_or_else(String::new, |cookie| cookie.value().to_owned())
    }

    /// The text again; `None`: it was sealed by another key, under another name, or not at all.
    pub fn open(&self, name: &str, sealed: &str) -> Option<String> {
        let plain = CookieJar::new().private(&self.0).decrypt(Cookie::new(name.to_owned(), sealed.to_owned()))?;
        Some(plain.value().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_name_open_a_text() {
        let (seal, other) = (Seal(Key::generate()), Seal(Key::generate()));
        let text = "Set a new password: https://example.org/?token=äöü🦀\n; Path=/";
        let sealed = seal.close("a", text);
        assert!(!sealed.contains("token"));
        assert_eq!(seal.open("a", &sealed).as_deref(), Some(text));
        assert_eq!([seal.open("b", &sealed), other.open("a", &sealed), seal.open("a", text)], [None, None, None]);
    }
}
