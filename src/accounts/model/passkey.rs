//! Passkeys (`WebAuthn`): keys on a device, a stick or in a password manager, of which the site keeps the public halves.
//!
//! Table `passkeys`. One counts as second factor after the password, and in the place of both: the device has asked for a finger,
//! a face or a PIN (user verification is required). The exchange with the browser is in `public::passkey`.

use super::{
    notice::Notice,
    recovery,
    second_factor::{By, changed, is_on},
    token::hash_bytes,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    schema::passkeys,
    typed_id,
    web::person::{Person, UserId},
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError},
};
use webauthn_rs::prelude::{AuthenticationResult, Passkey};

typed_id!(
    /// Names a passkey.
    PasskeyId
);

/// How many somebody may have.
pub const MOST: i64 = 20;

/// A passkey as it is listed.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = passkeys)]
pub struct Listed {
    /// Key.
    pub id: PasskeyId,
    /// Whose.
    pub user_id: UserId,
    /// What its owner calls it.
    pub name: String,
    /// When it was added, UTC.
    pub created_at: NaiveDateTime,
    /// When it was last used to log in, UTC.
    pub used_at: Option<NaiveDateTime>,
}

/// The passkeys of a user, the oldest first; at most [`MOST`].
pub fn of_user(conn: &mut Conn, user: UserId) -> QueryResult<Vec<Listed>> {
    Listed::query().filter(passkeys::user_id.eq(user)).order(passkeys::id).limit(MOST).load(conn)
}

/// One of a user's.
pub fn find(conn: &mut Conn, user: UserId, id: PasskeyId) -> QueryResult<Listed> {
    Listed::query().find(id).filter(passkeys::user_id.eq(user)).first(conn)
}

/// How many a user has.
pub fn count(conn: &mut Conn, user: UserId) -> QueryResult<i64> {
    passkeys::table.filter(passkeys::user_id.eq(user)).count().get_result(conn)
}

/// The keys of a user themselves.
pub fn keys(conn: &mut Conn, user: UserId) -> AppResult<Vec<Passkey>> {
    let stored: Vec<String> =
        passkeys::table.filter(passkeys::user_id.eq(user)).order(passkeys::id).select(passkeys::passkey).limit(MOST).load(conn)?;
    stored.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
}

/// Whose a credential is, and its key.
pub fn by_credential(conn: &mut Conn, credential: &[u8]) -> AppResult<Option<(UserId, Passkey)>> {
    let row = passkeys::table.filter(passkeys::credential_hash.eq(hash_bytes(credential)));
    let found: Option<(UserId, String)> = row.select((passkeys::user_id, passkeys::passkey)).first(conn).optional()?;
    found.map(|(user, text)| Ok((user, serde_json::from_str(&text)?))).transpose()
}

/// Keeps a new one. Returns recovery codes where there were none yet.
pub fn add(conn: &mut Conn, person: &Person, key: &Passkey, name: &str, by: &By<'_>) -> AppResult<Vec<String>> {
    if count(conn, person.id)? >= MOST {
        return Err(AppError::invalid("name", "You have 20 passkeys. Remove one that you do not use any more."));
    }
    let codes = if is_on(conn, person.id)? { Vec::new() } else { recovery::make(conn, person.id, by.now)? };
    let row = (
        passkeys::user_id.eq(person.id),
        passkeys::credential_hash.eq(hash_bytes(key.cred_id())),
        passkeys::passkey.eq(serde_json::to_string(key)?),
        passkeys::name.eq(name),
        passkeys::created_at.eq(by.now),
    );
    diesel::insert_into(passkeys::table).values(row).execute(conn).map_err(clash)?;
    changed(conn, "account.added_passkey", Notice::PasskeyAdded, person.id, by)?;
    Ok(codes)
}

fn clash(error: diesel::result::Error) -> AppError {
    match &error {
        DatabaseError(UniqueViolation, _) => AppError::invalid("name", "This passkey is known already. Choose another device or manager."),
        _ => error.into(),
    }
}

/// Notes that a key was used; its counter moves on.
pub fn used(conn: &mut Conn, key: &mut Passkey, result: &AuthenticationResult, now: NaiveDateTime) -> AppResult<()> {
    let row = || passkeys::table.filter(passkeys::credential_hash.eq(hash_bytes(result.cred_id())));
    if key.update_credential(result) == Some(true) {
        diesel::update(row()).set(passkeys::passkey.eq(serde_json::to_string(key)?)).execute(conn)?;
    }
    diesel::update(row()).set(passkeys::used_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Gives one another name.
pub fn rename(conn: &mut Conn, user: UserId, id: PasskeyId, name: &str) -> QueryResult<()> {
    let row = passkeys::table.find(id).filter(passkeys::user_id.eq(user));
    if diesel::update(row).set(passkeys::name.eq(name)).execute(conn)? == 0 { Err(diesel::result::Error::NotFound) } else { Ok(()) }
}

/// Removes one. With the last second factor the recovery codes end.
pub fn remove(conn: &mut Conn, user: UserId, id: PasskeyId, by: &By<'_>) -> QueryResult<String> {
    let found = find(conn, user, id)?;
    diesel::delete(passkeys::table.find(id)).execute(conn)?;
    if !is_on(conn, user)? {
        recovery::forget(conn, user)?;
    }
    changed(conn, "account.removed_passkey", Notice::PasskeyRemoved, user, by)?;
    Ok(found.name)
}

/// Removes all of a user's.
pub fn forget(conn: &mut Conn, user: UserId) -> QueryResult<usize> {
    diesel::delete(passkeys::table.filter(passkeys::user_id.eq(user))).execute(conn)
}
