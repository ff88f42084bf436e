//! Where entries came from: which file of an import, and whether that has changed since; or which form.

use super::{
    entry::{EntryId, EntryState, Kind},
    revision::RevisionId,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    schema::{entries, revisions},
};
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError},
};
use std::collections::HashMap;

/// An entry that a source has brought.
#[derive(Debug, Clone)]
pub struct Known {
    /// The entry.
    pub id: EntryId,
    /// Post or page.
    pub kind: Kind,
    /// Last part of its address.
    pub slug: String,
    /// Its address; `None` in the trash.
    pub path: Option<String>,
    /// Draft, published or trashed.
    pub state: EntryState,
    /// Of what was brought last.
    pub hash: Option<Vec<u8>>,
    /// Saved last, to save over it.
    pub latest: Option<RevisionId>,
    /// Somebody has saved it in the editor since.
    pub edited: bool,
}

/// What was brought under keys that begin with `prefix`, by key.
pub fn known(conn: &mut Conn, prefix: &str) -> QueryResult<HashMap<String, Known>> {
    type Row = (String, EntryId, Kind, String, Option<String>, EntryState, Option<Vec<u8>>, Option<RevisionId>, Option<i64>);
    let rows: Vec<Row> = entries::table
        .left_join(revisions::table.on(revisions::id.nullable().eq(entries::latest_revision_id)))
        .filter(entries::source_key.like(format!("{}%", super::search::escape(prefix))))
        .select((
            entries::source_key.assume_not_null(),
            entries::id,
            entries::kind,
            entries::slug,
            entries::path,
            entries::state,
            entries::source_hash,
            entries::latest_revision_id,
            revisions::saved_by_id.nullable(),
        ))
        .load(conn)?;
    let known = rows.into_iter().map(|(key, id, kind, slug, path, state, hash, latest, saved_by)| {
        (key, Known { id, kind, slug, path, state, hash, latest, edited: saved_by.is_some() })
    });
    Ok(known.collect())
}

/// Writes down where an entry came from, and the hash of what was brought.
pub fn mark(conn: &mut Conn, id: EntryId, key: &str, hash: &[u8]) -> QueryResult<()> {
    let set = (entries::source_key.eq(key), entries::source_hash.eq(hash));
    diesel::update(entries::table.find(id)).set(set).execute(conn).map(drop)
}

/// The entry that was made under this key.
pub fn made_by(conn: &mut Conn, key: &str) -> QueryResult<Option<EntryId>> {
    entries::table.filter(entries::source_key.eq(key)).select(entries::id).first(conn).optional()
}

/// Writes down under which key an entry was made. Of two at the same moment, the second is refused.
pub fn mark_made(conn: &mut Conn, id: EntryId, key: &str) -> AppResult<()> {
    match diesel::update(entries::table.find(id)).set(entries::source_key.eq(key)).execute(conn) {
        Err(DatabaseError(UniqueViolation, _)) => {
            Err(AppError::Conflict("This form was sent twice at the same moment. The entry is there: look in the list."))
        }
        done => Ok(done.map(drop)?),
    }
}

/// The entry at this address, whatever its state.
pub fn holder(conn: &mut Conn, path: &str) -> QueryResult<Option<EntryId>> {
    entries::table.filter(entries::path.eq(path)).select(entries::id).first(conn).optional()
}

/// Whether there is an entry that no key beginning with `prefix` has brought; an empty prefix asks for any entry.
pub fn others(conn: &mut Conn, prefix: &str) -> QueryResult<bool> {
    let pattern = format!("{}%", super::search::escape(prefix));
    let mut query = entries::table.select(entries::id).limit(1).into_boxed();
    if !prefix.is_empty() {
        query = query.filter(entries::source_key.is_null().or(entries::source_key.not_like(pattern)));
    }
    Ok(query.first::<EntryId>(conn).optional()?.is_some())
}
