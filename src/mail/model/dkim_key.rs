//! Keys that sign letters: one in use at most, and one that is to follow it once the DNS has its record.

use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    mail::seal::Seal,
    schema::dkim_keys,
    text_enum, typed_id,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

typed_id!(
    /// Names a key.
    KeyId
);

text_enum!(
    /// Whether a key is in use.
    KeyState {
        /// Its record has to be published first.
        New = "new",
        /// It signs every letter.
        Signing = "signing",
    }
);

/// A key, without its private half.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = dkim_keys)]
pub struct PublicKey {
    /// Key of the row.
    pub id: KeyId,
    /// Its name in the DNS.
    pub selector: String,
    /// The public half in base64.
    pub public_key: String,
    /// Whether it is in use.
    pub state: KeyState,
    /// When it was made, UTC.
    pub created_at: NaiveDateTime,
}

/// The keys there are: two at most, the one in use first.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<PublicKey>> {
    PublicKey::query().order(dkim_keys::state.desc()).load(conn)
}

/// Selector and private key of the one in use.
pub fn signing(conn: &mut Conn, seal: &Seal) -> QueryResult<Option<(String, String)>> {
    let key: Option<(String, String)> = dkim_keys::table
        .filter(dkim_keys::state.eq(KeyState::Signing))
        .select((dkim_keys::selector, dkim_keys::private_key))
        .first(conn)
        .optional()?;
    Ok(key.and_then(|(selector, sealed)| seal.open(&selector, &sealed).map(|private| (selector, private))))
}

/// Keeps a new key; another that was not in use yet makes room for it.
pub fn add(conn: &mut Conn, (private, public): &(String, String), actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let selector = format!("mainstay-{}", now.format("%Y%m%d%H%M%S"));
    let sealed = Seal::load(conn, now)?.close(&selector, private);
    diesel::delete(dkim_keys::table.filter(dkim_keys::state.eq(KeyState::New))).execute(conn)?;
    let row = (
        dkim_keys::selector.eq(&selector),
        dkim_keys::private_key.eq(sealed),
        dkim_keys::public_key.eq(public),
        dkim_keys::state.eq(KeyState::New),
        dkim_keys::created_at.eq(now),
    );
    diesel::insert_or_ignore_into(dkim_keys::table).values(row).execute(conn)?;
    Ok(record(conn, "signing_key.made", &selector, actor, now)?)
}

/// Lets the new key sign from now on, in the place of the one before.
pub fn start(conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let new = PublicKey::query().filter(dkim_keys::state.eq(KeyState::New)).for_update().first(conn).optional()?;
    let new = new.ok_or(AppError::Conflict("There is no new key. Make one first, and publish its record."))?;
    diesel::delete(dkim_keys::table.filter(dkim_keys::state.eq(KeyState::Signing))).execute(conn)?;
    diesel::update(dkim_keys::table.find(new.id)).set(dkim_keys::state.eq(KeyState::Signing)).execute(conn)?;
    Ok(record(conn, "signing_key.started", &new.selector, actor, now)?)
}

/// Drops every key: letters go out without a signature.
pub fn drop_all(conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    if diesel::delete(dkim_keys::table).execute(conn)? > 0 {
        record(conn, "signing_key.dropped", "", actor, now)?;
    }
    Ok(())
}

fn record(conn: &mut Conn, kind: &'static str, label: &str, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    Change { kind, subject: "signing_key", key: 0, label, detail: json!({}), cache_tags: Vec::new() }.record(conn, actor, now)
}
