//! Which entries call for which snippets: written beside the links of a revision.

use crate::{
    content::model::{
        entry::{EntryId, Listed},
        revision::RevisionId,
    },
    db::{Conn, statement::Statement},
    schema::{entries, entry_snippets},
};
use diesel::{prelude::*, sql_types::BigInt};

/// Writes the names that a revision says, and drops those of revisions that are neither live nor the newest any more.
pub fn write(conn: &mut Conn, entry: EntryId, revision: RevisionId, keep: Option<RevisionId>, names: &[String]) -> QueryResult<()> {
    let keep = keep.filter(|kept| *kept != revision).unwrap_or(0.into());
    let over = entry_snippets::table.filter(entry_snippets::entry_id.eq(entry)).filter(entry_snippets::revision_id.ne(keep));
    diesel::delete(over).execute(conn)?;
    let row = |name: &String| {
        (entry_snippets::entry_id.eq(entry), entry_snippets::revision_id.eq(revision), entry_snippets::name.eq(name.clone()))
    };
    for some in names.chunks(200) {
        diesel::insert_into(entry_snippets::table).values(some.iter().map(row).collect::<Vec<_>>()).execute(conn)?;
    }
    Ok(())
}

/// Entries whose live or newest revision says one of these names, by key, after one of them.
pub fn entries_with(conn: &mut Conn, names: &[String], after: EntryId, limit: i64) -> QueryResult<Vec<EntryId>> {
    let users = entry_snippets::table.filter(entry_snippets::name.eq_any(names)).filter(entry_snippets::entry_id.gt(after));
    users.select(entry_snippets::entry_id).distinct().order(entry_snippets::entry_id).limit(limit).load(conn)
}

/// The same as it is now, whenever the transaction began.
pub(super) fn entries_now_with(conn: &mut Conn, names: &[String], after: EntryId, limit: i64) -> QueryResult<Vec<EntryId>> {
    let text = format!(
        "SELECT DISTINCT entry_id FROM entry_snippets WHERE name IN ({}) AND entry_id > ? ORDER BY entry_id LIMIT ? LOCK IN SHARE MODE",
        vec!["?"; names.len()].join(", ")
    );
    let statement: Statement<(), BigInt> = Statement::new(text, ());
    names.iter().fold(statement, |statement, name| statement.text(name)).number(after.number()).number(limit).load(conn)
}

/// Locks the first entries that say one of these names. Whoever changes a snippet does so before locking that, as whoever saves an
/// entry locks the entry first: so they wait for each other rather than deadlock.
pub(super) fn lock_entries(conn: &mut Conn, names: &[String], limit: i64) -> QueryResult<()> {
    let ids = entries_with(conn, names, 0.into(), limit)?;
    let rows = entries::table.filter(entries::id.eq_any(ids)).order(entries::id).select(entries::id).for_update();
    rows.load::<EntryId>(conn).map(drop)
}

/// The first entries that use it, by title, and how many there are in all; the list is bounded by 20.
pub fn shown(conn: &mut Conn, names: &[String]) -> QueryResult<(Vec<Listed>, i64)> {
    let ids = entries_with(conn, names, 0.into(), 20)?;
    let users = entry_snippets::table.filter(entry_snippets::name.eq_any(names));
    let count = users.select(diesel::dsl::count(entry_snippets::entry_id).aggregate_distinct()).first(conn)?;
    Ok((Listed::by_title(conn, &ids)?, count))
}

/// How many entries say one of these names, counted up to `most`.
pub fn count(conn: &mut Conn, names: &[String], most: i64) -> QueryResult<i64> {
    let text = format!(
        "SELECT COUNT(*) FROM (SELECT DISTINCT entry_id FROM entry_snippets WHERE name IN ({}) LIMIT ?) AS users",
        vec!["?"; names.len().max(1)].join(", ")
    );
    let statement: Statement<(), BigInt> = Statement::new(text, ());
    let statement = if names.is_empty() { statement.text("") } else { statement };
    names.iter().fold(statement, |statement, name| statement.text(name)).number(most).get_result(conn)
}
