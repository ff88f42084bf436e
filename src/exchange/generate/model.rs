//! What the generator asks and tells the database beside its rows.

use super::rows::{Keys, Rows};
use crate::{
    db::{Conn, unhurried},
    schema::{comments, entries, links, revisions, tags},
};
use chrono::NaiveDateTime;
use diesel::{connection::SimpleConnection, dsl::max, prelude::*, result::Error, sql_types::BigInt};
use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::Path,
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

/// The keys that come next.
pub fn next_keys(conn: &mut Conn) -> QueryResult<Keys> {
    let entry: Option<i64> = entries::table.select(max(entries::id)).first(conn)?;
    let revision: Option<i64> = revisions::table.select(max(revisions::id)).first(conn)?;
    let link: Option<i64> = links::table.select(max(links::id)).first(conn)?;
    let comment: Option<i64> = comments::table.select(max(comments::id)).first(conn)?;
    let [entry, revision, link, comment] = [entry, revision, link, comment].map(|newest| newest.unwrap_or(0) + 1);
    Ok(Keys { entry, revision, link, comment })
}

/// Makes tags of these names and slugs where they are missing, and returns the key of each.
pub fn ensure_tags(conn: &mut Conn, wanted: &[(String, String)], now: NaiveDateTime) -> QueryResult<Vec<(i64, String)>> {
    let mut keys = Vec::new();
    for some in wanted.chunks(500) {
        let rows: Vec<_> = some.iter().map(|(name, slug)| (tags::name.eq(name), tags::slug.eq(slug), tags::created_at.eq(now))).collect();
        diesel::insert_or_ignore_into(tags::table).values(rows).execute(conn)?;
        let slugs: Vec<&String> = some.iter().map(|(_, slug)| slug).collect();
        keys.extend(
            tags::table.filter(tags::slug.eq_any(slugs)).order(tags::id).select((tags::id, tags::name)).load::<(i64, String)>(conn)?,
        );
    }
    Ok(keys)
}

/// The size of InnoDB's log on a server of our own, in bytes; `None` where it is fixed while the server runs.
pub fn log_size(conn: &mut Conn) -> Option<i64> {
    diesel::select(diesel::dsl::sql::<BigInt>("CAST(@@innodb_log_file_size AS SIGNED)")).get_result(conn).ok()
}

/// Changes it. With a small log the server spends its time on writing pages out to make room in it.
pub fn set_log_size(conn: &mut Conn, bytes: i64) -> QueryResult<()> {
    // It waits until all pages of the old log are written.
    unhurried(conn, |conn| conn.batch_execute(&format!("SET GLOBAL innodb_log_file_size = {bytes}")))
}

/// Writes rows that name each other in both directions; the caller vouches for them. Files go through `folder`.
pub fn write(conn: &mut Conn, rows: &[Rows], folder: Option<&Path>) -> QueryResult<()> {
    conn.batch_execute("SET foreign_key_checks = 0, unique_checks = 0")?;
    let written = rows.iter().try_for_each(|rows| match (rows, folder) {
        (Rows::Statement(text), _) => conn.batch_execute(text),
        (Rows::File { into, lines }, Some(folder)) => load(conn, into, lines, folder),
        (Rows::File { .. }, None) => Err(Error::QueryBuilderError("a file needs a folder".into())),
    });
    conn.batch_execute("SET foreign_key_checks = 1, unique_checks = 1")?;
    written
}

/// Has the server read the lines of a file; it must be allowed to, and the folder one that it can enter.
fn load(conn: &mut Conn, into: &str, lines: &str, folder: &Path) -> QueryResult<()> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let failed = |error: io::Error| Error::QueryBuilderError(format!("cannot write {}: {error}", folder.display()).into());
    let file = folder.join(format!("rows-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let name = file.to_string_lossy().replace('\\', "\\\\").replace('\'', "\\'");
    fs::write(&file, lines).and_then(|()| fs::set_permissions(&file, Permissions::from_mode(0o644))).map_err(failed)?;
    let (table, columns) = into.split_once(' ').unwrap_or((into, ""));
    // Binary: the text is sound already, and need not be looked through letter by letter.
    let loaded = conn.batch_execute(&format!(
        "LOAD DATA INFILE '{name}' INTO TABLE {table} CHARACTER SET binary \
         FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\\'' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' {columns}"
    ));
    fs::remove_file(&file).map_err(failed)?;
    loaded
}

/// Tells the planner of queries how large the tables are now.
pub fn analyze(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute("ANALYZE TABLE entries, revisions, listings, list_counts, entry_counts, entry_categories, entry_tags, links, tags, comments, entry_comments, search_documents, \
                        search_words")
}
