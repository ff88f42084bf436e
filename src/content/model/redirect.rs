//! Old addresses and where they lead. Looked up by hash; a redirect to an entry follows it wherever it moves, so there are no
//! chains.

use super::entry::{EntryId, EntryState};
use crate::{
    db::Conn,
    schema::{entries, redirects},
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Datetime, Text},
};
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

/// Takes away what leads to this address: nothing will live there.
pub fn forget(conn: &mut Conn, to: &str) -> QueryResult<()> {
    diesel::delete(redirects::table.filter(redirects::to_path.eq(to))).execute(conn).map(drop)
}

const RETARGET_BRANCH: &str = "
    UPDATE redirects
    SET    to_path = CONCAT(?, SUBSTRING(to_path, ?))
    WHERE  to_path = ? OR to_path LIKE CONCAT(?, '/%')";

const REDIRECT_BRANCH: &str = "
    INSERT INTO redirects (from_hash, from_path, to_path, origin, created_at)
    SELECT UNHEX(SHA2(CONCAT('/categories/', path), 256)), CONCAT('/categories/', path), CONCAT(?, SUBSTRING(path, ?)), 'rename', ?
    FROM   categories
    WHERE  path = ? OR path LIKE CONCAT(?, '/%')
    ON DUPLICATE KEY UPDATE target_entry_id = NULL, to_path = VALUES(to_path)";

const CLEAR_BRANCH: &str = "
    DELETE redirects
    FROM   redirects
    JOIN   categories ON redirects.from_hash = UNHEX(SHA2(CONCAT('/categories/', categories.path), 256))
    WHERE  categories.path LIKE CONCAT(?, '%')";

/// Makes every address of a branch of categories lead below `to`, an address; called while the categories still stand at `path`.
pub(super) fn branch_leaves(conn: &mut Conn, path: &str, to: &str, now: NaiveDateTime) -> QueryResult<()> {
    let from = crate::content::paths::category(path);
    diesel::sql_query(RETARGET_BRANCH)
        .bind::<Text, _>(to)
        .bind::<BigInt, _>(from.len() as i64 + 1)
        .bind::<Text, _>(&from)
        .bind::<Text, _>(&from)
        .execute(conn)?;
    diesel::sql_query(REDIRECT_BRANCH)
        .bind::<Text, _>(to)
        .bind::<BigInt, _>(path.len() as i64 + 1)
        .bind::<Datetime, _>(now)
        .bind::<Text, _>(path)
        .bind::<Text, _>(path)
        .execute(conn)
        .map(drop)
}

/// Takes the redirects away from addresses at which a category stands now; `path` is what their paths begin with.
pub(super) fn branch_arrived(conn: &mut Conn, path: &str) -> QueryResult<()> {
    diesel::sql_query(CLEAR_BRANCH).bind::<Text, _>(path).execute(conn).map(drop)
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

/// Those of these addresses from which a redirect leads to something that visitors see.
pub fn leading(conn: &mut Conn, from: &[&str]) -> QueryResult<Vec<String>> {
    if from.is_empty() {
        return Ok(Vec::new());
    }
    redirects::table
        .left_join(entries::table)
        .filter(redirects::from_hash.eq_any(from.iter().map(|path| hash(path))))
        .filter(redirects::target_entry_id.is_null().or(entries::state.eq(EntryState::Published)))
        .select(redirects::from_path)
        .load(conn)
}
