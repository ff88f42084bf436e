//! Who shows a file. The rooms above show files, and say so here; this room knows none of them.

use super::file::{File, FileId};
use crate::{
    app::SHOWS_FILES,
    db::{Conn, statement::kept_for},
    error::AppResult,
    schema::links,
    web::person::Person,
};
use chrono::NaiveDateTime;
use diesel::{prelude::*, sql_types::BigInt};
use std::collections::BTreeSet;

/// A place where a file is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub title: String,
    /// Where it is changed.
    pub url: String,
    /// In a word or two: on the site, in a draft, in the trash.
    pub state: String,
    /// Whether who looks may open it there.
    pub opens: bool,
}

/// A room that shows files.
pub trait Shows: Sync {
    /// The first `limit` places where it shows this file, and how many there are; `by` looks.
    fn places(&self, conn: &mut Conn, file: &File, limit: i64, by: &Person) -> QueryResult<(Vec<Place>, i64)>;

    /// The keys of what it shows this file in, or of what that looks like, as [`Shows::renew`] takes them in the same transaction.
    fn showing(&self, conn: &mut Conn, file: FileId) -> QueryResult<Vec<i64>>;

    /// Makes anew what is kept ready of these, and says which cached pages change; for many it files jobs.
    fn renew(&self, conn: &mut Conn, keys: &[i64], now: NaiveDateTime) -> AppResult<Vec<String>>;
}

/// The places where a file is shown, a few of each room, and how many there are in all.
pub fn places(conn: &mut Conn, file: &File, limit: i64, by: &Person) -> QueryResult<(Vec<Place>, i64)> {
    let (mut all, mut count) = (Vec::new(), 0);
    for room in SHOWS_FILES {
        let (some, many) = room.places(conn, file, limit, by)?;
        all.extend(some);
        count += many;
    }
    Ok((all, count))
}

/// What shows a file before it changes, to be made anew afterwards.
pub struct Showing(Vec<Vec<i64>>);

impl Showing {
    /// Asks every room.
    pub fn of(conn: &mut Conn, file: FileId) -> QueryResult<Showing> {
        SHOWS_FILES.iter().map(|room| room.showing(conn, file)).collect::<QueryResult<_>>().map(Showing)
    }

    /// Makes it anew, and says which cached pages change.
    pub fn renew(self, conn: &mut Conn, now: NaiveDateTime) -> AppResult<Vec<String>> {
        let mut tags = Vec::new();
        for (room, keys) in SHOWS_FILES.iter().zip(self.0) {
            tags.extend(room.renew(conn, &keys, now)?);
        }
        Ok(tags)
    }
}

/// Files that the links of these entries lead to, as it is now and not as it was when the transaction began.
pub fn linked_from(conn: &mut Conn, entries: &[i64]) -> QueryResult<BTreeSet<FileId>> {
    let found = links::table.filter(links::entry_id.eq_any(entries)).filter(links::target_file_id.is_not_null());
    let found = found.select(links::target_file_id.assume_not_null()).for_update();
    Ok(kept_for(entries.len(), found).load(conn)?.into_iter().collect())
}

/// Changes links of an entry by `work`, and notes which files are used after it.
pub fn settled<T, E: From<diesel::result::Error>>(
    conn: &mut Conn,
    entry: i64,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    let before = linked_from(conn, &[entry])?;
    let done = work(conn)?;
    let after = linked_from(conn, &[entry])?;
    settle(conn, &before, &after)?;
    Ok(done)
}

/// Notes which files are used, after links that led to those `before` have been changed to lead to those `after`.
///
/// Whoever adds a link holds a share of the file's row, since the link refers to it; so whoever takes the last one away waits, and
/// sees it. A file that is used already is only read, or everybody who shows the same picture would wait for each other.
pub fn settle(conn: &mut Conn, before: &BTreeSet<FileId>, after: &BTreeSet<FileId>) -> QueryResult<()> {
    let new: Vec<FileId> = after.difference(before).copied().collect();
    if !new.is_empty() {
        let not_yet = new.iter().map(|id| diesel::sql_query(NOT_YET).bind::<BigInt, _>(*id).load::<Found>(conn));
        let not_yet: Vec<FileId> = not_yet.collect::<QueryResult<Vec<_>>>()?.into_iter().flatten().map(|found| found.id).collect();
        recount(conn, &not_yet)?;
    }
    recount(conn, &before.difference(after).copied().collect::<Vec<_>>())
}

// Not FOR SHARE, which MariaDB does not know.
const NOT_YET: &str = "SELECT id FROM files WHERE id = ? AND used = FALSE LOCK IN SHARE MODE";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: FileId,
}

// One statement, which reads what is committed and not what this transaction saw at its beginning.
const RECOUNT: &str = "
    UPDATE files
    SET    used = EXISTS (SELECT 1 FROM links WHERE links.target_file_id = files.id)
    WHERE  id = ?";

/// Notes whether links lead to these files.
pub(super) fn recount(conn: &mut Conn, files: &[FileId]) -> QueryResult<()> {
    files.iter().try_for_each(|id| diesel::sql_query(RECOUNT).bind::<BigInt, _>(*id).execute(conn).map(drop))
}
