//! The whole index anew: documents in batches, then the vocabulary counted from all of them.

use super::{
    document::{self, Document, VERSION, different},
    index, learning,
};
use crate::{
    content::model::entry::{EntryId, EntryState},
    db::{Conn, Db},
    error::AppResult,
    schema::{entries, search_changes, search_documents, search_texts, search_words},
};
use diesel::prelude::*;
use std::{collections::HashMap, ops::Range};

/// Entries that are read at once.
const BATCH: i64 = 500;

/// Makes every document anew where it is not as it should be, and counts the vocabulary; tells after each batch how many entries were
/// looked at. Returns how many documents were wrong.
pub fn all(db: &Db, mut told: impl FnMut(usize)) -> AppResult<usize> {
    let (mut last, mut changed) = (EntryId::from(0), 0);
    loop {
        let ids = db.read_here(|conn| Ok(after(conn, last)?))?;
        let Some(newest) = ids.last() else { break };
        changed += db.write_here(|conn| {
            index::lock(conn, &ids)?;
            Ok(index::refresh(conn, &ids)?)
        })?;
        last = *newest;
        told(ids.len());
    }
    db.write_here(|conn| Ok(count(conn)?))?;
    Ok(changed)
}

/// The next keys, of entries that are not live too: their documents should not be there.
fn after(conn: &mut Conn, last: EntryId) -> QueryResult<Vec<EntryId>> {
    entries::table.filter(entries::id.gt(last)).order(entries::id).select(entries::id).limit(BATCH).load(conn)
}

/// Fills tables that are empty with the documents of these entries, without comparing; for a site that was just made up. The vocabulary
/// is counted by [`count`].
pub fn fill(conn: &mut Conn, keys: Range<i64>) -> QueryResult<()> {
    let those = entries::table.filter(entries::id.ge(EntryId::from(keys.start))).filter(entries::id.lt(EntryId::from(keys.end)));
    let those = those.filter(entries::state.eq(EntryState::Published));
    let ids: Vec<EntryId> = those.order(entries::id).select(entries::id).load(conn)?;
    let documents = document::read(conn, &ids)?;
    let row = |one: &Document| {
        (
            search_documents::entry_id.eq(one.entry),
            search_documents::kind.eq(one.kind),
            search_documents::author_id.eq(one.author),
            search_documents::published_at.eq(one.published_at),
            search_documents::topics.eq(one.topics.clone()),
            search_documents::head.eq(one.head.clone()),
            search_documents::terms.eq(one.terms.clone()),
            search_documents::version.eq(VERSION),
        )
    };
    let text = |one: &Document| (search_texts::entry_id.eq(one.entry), search_texts::body.eq(one.text.clone()));
    for some in documents.chunks(100) {
        diesel::replace_into(search_documents::table).values(some.iter().map(row).collect::<Vec<_>>()).execute(conn)?;
        diesel::replace_into(search_texts::table).values(some.iter().map(text).collect::<Vec<_>>()).execute(conn)?;
    }
    Ok(())
}

/// Counts the vocabulary from all documents, in the caller's transaction, which sees no change that has not left its note yet.
pub fn count(conn: &mut Conn) -> QueryResult<()> {
    let noted: Option<i64> = search_changes::table.select(diesel::dsl::max(search_changes::id)).first(conn)?;
    let (mut last, mut sums) = (EntryId::from(0), HashMap::<String, i64>::new());
    loop {
        let next = search_documents::table.filter(search_documents::entry_id.gt(last)).order(search_documents::entry_id);
        let rows: Vec<(EntryId, String)> = next.select((search_documents::entry_id, search_documents::terms)).limit(BATCH).load(conn)?;
        let Some((newest, _)) = rows.last() else { break };
        last = *newest;
        for word in rows.iter().flat_map(|(_, terms)| different(terms)) {
            match sums.get_mut(word) {
                Some(sum) => *sum += 1,
                None => drop(sums.insert(word.to_owned(), 1)),
            }
        }
    }
    diesel::delete(search_words::table).execute(conn)?;
    let mut sums: Vec<(&str, i64)> = sums.iter().map(|(word, sum)| (word.as_str(), *sum)).collect();
    sums.sort_unstable();
    learning::add(conn, &sums)?;
    diesel::delete(search_changes::table.filter(search_changes::id.le(noted.unwrap_or(0)))).execute(conn).map(drop)
}
