//! Links that work once. Of the token in a link only the SHA-256 is kept.

use crate::{db::Conn, schema::account_tokens, text_enum, typed_id, web::person::UserId};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

typed_id!(
    /// Names a one-time link.
    TokenId
);

text_enum!(
    /// What a link is for.
    Purpose {
        /// Makes the first owner.
        Setup = "setup",
        /// Lets somebody invited set a password.
        Invite = "invite",
        /// Lets somebody who has forgotten it set a new password.
        Reset = "reset",
        /// Confirms at the address so far that it changes.
        EmailOld = "email_old",
        /// Confirms at the address to be that it takes letters.
        EmailNew = "email_new",
    }
);

/// Makes a link's token and returns it; it cannot be read again.
pub fn mint(conn: &mut Conn, purpose: Purpose, user: Option<UserId>, life: TimeDelta, now: NaiveDateTime) -> QueryResult<String> {
    let token = fresh();
    let row = (
        account_tokens::token_hash.eq(hash(&token)),
        account_tokens::purpose.eq(purpose),
        account_tokens::user_id.eq(user),
        account_tokens::created_at.eq(now),
        account_tokens::expires_at.eq(now + life),
    );
    diesel::insert_into(account_tokens::table).values(row).execute(conn)?;
    Ok(token)
}

/// The link that this token belongs to, and whom it is for, while it works. Locked, so that it can be used once only.
pub fn find(conn: &mut Conn, purpose: Purpose, token: &str, now: NaiveDateTime) -> QueryResult<Option<(TokenId, Option<UserId>)>> {
    account_tokens::table
        .filter(account_tokens::token_hash.eq(hash(token)))
        .filter(account_tokens::purpose.eq(purpose))
        .filter(account_tokens::expires_at.gt(now))
        .select((account_tokens::id, account_tokens::user_id))
        .for_update()
        .first(conn)
        .optional()
}

/// Takes back every link of that purpose for that user; without a user, those that belong to nobody.
pub fn revoke(conn: &mut Conn, purpose: Purpose, user: Option<UserId>) -> QueryResult<usize> {
    let links = account_tokens::table.filter(account_tokens::purpose.eq(purpose));
    match user {
        Some(user) => diesel::delete(links.filter(account_tokens::user_id.eq(user))).execute(conn),
        None => diesel::delete(links.filter(account_tokens::user_id.is_null())).execute(conn),
    }
}

/// Which of these users hold a link of that purpose that still works.
pub fn holders(conn: &mut Conn, purpose: Purpose, users: &[UserId], now: NaiveDateTime) -> QueryResult<Vec<UserId>> {
    account_tokens::table
        .filter(account_tokens::user_id.eq_any(users.iter().copied().map(Some)))
        .filter(account_tokens::purpose.eq(purpose))
        .filter(account_tokens::expires_at.gt(now))
        .select(account_tokens::user_id.assume_not_null())
        .distinct()
        .load(conn)
}

/// Deletes what nobody can use any more.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    diesel::delete(account_tokens::table.filter(account_tokens::expires_at.le(now))).execute(conn)
}

/// A token that nobody can guess.
pub fn fresh() -> String {
    hex(&rand::random::<[u8; 32]>())
}

/// What is kept of a token.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
