//! Old addresses and where they lead. Looked up by hash; a redirect to an entry follows it wherever it moves, so there are no
//! chains.

use super::entry::{EntryId, EntryState};
use crate::{
    db::Conn,
    schema::{entries, redirects},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

fn hash(path: &str) -> Vec<u8> {
    Sha256::digest(path.as_bytes()).to_vec()
}

/// Makes `from` lead to an entry; replaces what led from there before.
pub fn to_entry(conn: &mut Conn, from: &str, entry: EntryId, origin: &str, now: NaiveDateTime) -> QueryResult<()> {
    write(conn, from, Some(entry), None, origin, now)
}

/// Makes `from` lead to another address of the site. What led to `from` leads there at once, so no chain arises.
pub fn to_path(conn: &mut Conn, from: &str, to: &str, origin: &str, now: NaiveDateTime) -> QueryResult<()> {
    diesel::update(redirects::table.filter(redirects::to_path.eq(from))).set(redirects::to_path.eq(to)).execute(conn)?;
    remove(conn, to)?;
    write(conn, from, None, Some(to), origin, now)
}

fn write(conn: &mut Conn, from: &str, entry: Option<EntryId>, to: Option<&str>, origin: &str, now: NaiveDateTime) -> QueryResult<()> {
    let row = (
        redirects::from_hash.eq(hash(from)),
        redirects::from_path.eq(from),
        redirects::target_entry_id.eq(entry),
        redirects::to_path.eq(to),
        redirects::origin.eq(origin),
        redirects::created_at.eq(now),
    );
    diesel::replace_into(redirects::table).values(row).execute(conn).map(drop)
}

/// Takes the redirect from this address away, if there is one.
pub fn remove(conn: &mut Conn, from: &str) -> QueryResult<()> {
    diesel::delete(redirects::table.filter(redirects::from_hash.eq(hash(from)))).execute(conn).map(drop)
}

/// Where an address leads; nothing for an entry that is not live.
pub fn target(conn: &mut Conn, from: &str) -> QueryResult<Option<String>> {
    let found: Option<(Option<String>, Option<String>, Option<EntryState>)> = redirects::table
        .left_join(entries::table)
        .filter(redirects::from_hash.eq(hash(from)))
        .select((redirects::to_path, entries::path.nullable(), entries::state.nullable()))
        .first(conn)
        .optional()?;
    Ok(match found {
        Some((_, Some(path), Some(EntryState::Published))) => Some(path),
        Some((to, None, None)) => to,
        _ => None,
    })
}
