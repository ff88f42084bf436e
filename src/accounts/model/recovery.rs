//! Recovery codes: ten, each of which stands in for a lost second factor once.
//!
//! Table `recovery_codes`. A code has 120 random bits, so its SHA-256 is enough (OWASP ASVS 5.0, 6.5.2); it is shown when it is made
//! and never again.

use super::token::hash;
use crate::{db::Conn, schema::recovery_codes, web::person::UserId};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// How many are made at a time.
pub const COUNT: usize = 10;

/// Letters and digits that nobody mixes up.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Signs of a code, beside the hyphens: five bits each.
const LENGTH: usize = 24;

/// Makes new codes and ends those from before.
pub fn make(conn: &mut Conn, user: UserId, now: NaiveDateTime) -> QueryResult<Vec<String>> {
    forget(conn, user)?;
    let codes: Vec<String> = (0..COUNT).map(|_| fresh()).collect();
    let row = |code: &String| {
        (recovery_codes::user_id.eq(user), recovery_codes::code_hash.eq(hash(&plain(code))), recovery_codes::created_at.eq(now))
    };
    diesel::insert_into(recovery_codes::table).values(codes.iter().map(row).collect::<Vec<_>>()).execute(conn)?;
    Ok(codes)
}

/// Takes a code, if it is one of this user's that was not taken before.
pub fn take(conn: &mut Conn, user: UserId, typed: &str, now: NaiveDateTime) -> QueryResult<bool> {
    let code = plain(typed);
    if code.len() != LENGTH {
        return Ok(false);
    }
    let one = recovery_codes::table
        .filter(recovery_codes::user_id.eq(user))
        .filter(recovery_codes::code_hash.eq(hash(&code)))
        .filter(recovery_codes::used_at.is_null());
    Ok(diesel::update(one).set(recovery_codes::used_at.eq(now)).execute(conn)? > 0)
}

/// How many are left.
pub fn left(conn: &mut Conn, user: UserId) -> QueryResult<i64> {
    recovery_codes::table.filter(recovery_codes::user_id.eq(user)).filter(recovery_codes::used_at.is_null()).count().get_result(conn)
}

/// Deletes them all.
pub fn forget(conn: &mut Conn, user: UserId) -> QueryResult<usize> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(conn)
}

/// `K7QP-2M9F-…`: six groups of four.
fn fresh() -> String {
    let signs: [u8; LENGTH] = rand::random();
    let signs: Vec<char> = signs.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect();
    signs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A code as it is hashed: however somebody writes it.
fn plain(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_uppercase()).take(LENGTH + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_can_be_read_aloud_and_typed_in_any_way() {
        let code = fresh();
        assert_eq!((code.len(), code.matches('-').count()), (29, 5));
        assert_ne!(code, fresh());
        assert_eq!(plain(&code.to_lowercase().replace('-', " ")), plain(&code));
        assert_eq!(plain("🐎 a-b"), "AB");
        assert_eq!(plain(&"x".repeat(1000)).len(), LENGTH + 1);
    }
}
