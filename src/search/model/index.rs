//! Keeps documents as the entries are: in the transaction of each change.
//!
//! What a transaction touches is told by the tags of the page cache ([`Index::follow`]), whoever wrote it: entries by their own, and those
//! that show the name of a tag, a category or an author by the keys in their documents. Each document is compared before it is written,
//! so that a tag told in vain costs a look. Where there are many, jobs do the rest. InnoDB finds by its index of words only what was
//! committed, so what a transaction has just written is not among what it finds by a key: that it has told by itself.

use super::{
    document::{self, Document, VERSION},
    learning,
};
use crate::{
    content::model::{
        entry::{EntryId, Kind},
        shown,
    },
    db::{Conn, Follows, statement::kept_for},
    error::AppResult,
    jobs::Job,
    schema::{entries, search_documents, search_texts},
    search::jobs::{Prune, Refresh, RefreshKey},
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use std::collections::{BTreeSet, HashMap};

/// Documents that are made anew in the transaction of the change; the rest by jobs.
pub const AT_ONCE: usize = 20;
/// Documents that one step of a job makes anew.
pub const BATCH: usize = 100;

/// The index of live entries.
pub struct Index;

/// What a transaction has told.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Entries by name.
    pub entries: BTreeSet<EntryId>,
    /// Keys that documents hold, of which something else was told.
    pub keys: BTreeSet<String>,
    /// More entries than could be named.
    pub many: bool,
}

impl Told {
    /// What the tags of the page cache say of documents.
    pub fn of(tags: &[String]) -> Told {
        let mut told = Told::default();
        for tag in tags {
            told.many |= tag == shown::MANY;
            let Some((name, id)) = tag.split_once(':').and_then(|(name, id)| Some((name, id.parse::<i64>().ok()?))) else { continue };
            match name {
                "entry" | "page" => drop(told.entries.insert(id.into())),
                "tag" => drop(told.keys.insert(document::of_tag(id))),
                "category" => drop(told.keys.insert(document::of_category(id))),
                "author" => drop(told.keys.insert(document::of_author(id))),
                _ => {}
            }
        }
        told
    }
}

impl Follows for Index {
    fn follow(&self, conn: &mut Conn, tags: &[String], now: NaiveDateTime) -> AppResult<()> {
        let Told { entries: mut ids, keys, many } = Told::of(tags);
        if many {
            let some = stale(conn, AT_ONCE + 1)?;
            if some.len() > AT_ONCE {
                Prune.enqueue(conn, now)?;
            } else {
                ids.extend(some);
            }
        }
        for key in keys {
            let found = with_key(conn, &key, AT_ONCE + 1)?;
            if found.len() > AT_ONCE {
                RefreshKey { key }.enqueue(conn, now)?;
            } else {
                ids.extend(found);
            }
        }
        let ids: Vec<EntryId> = ids.into_iter().collect();
        let (first, rest) = ids.split_at(ids.len().min(AT_ONCE));
        refresh(conn, first)?;
        let jobs: Vec<Refresh> = rest.chunks(BATCH).map(|some| Refresh { entries: some.to_vec() }).collect();
        if !jobs.is_empty() {
            Refresh::enqueue_all(&jobs, conn, now)?;
        }
        Ok(())
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    entry_id: EntryId,
}

const WITH_KEY: &str = "SELECT entry_id FROM search_documents WHERE MATCH (terms) AGAINST (? IN BOOLEAN MODE) LIMIT ?";

/// Entries whose documents hold a key, such as those of a category.
pub fn with_key(conn: &mut Conn, key: &str, limit: usize) -> QueryResult<Vec<EntryId>> {
    let found = diesel::sql_query(WITH_KEY).bind::<Text, _>(format!("+{key}")).bind::<BigInt, _>(limit as i64).load::<Found>(conn)?;
    Ok(found.into_iter().map(|row| row.entry_id).collect())
}

const STALE: &str = "SELECT entry_id FROM entries JOIN search_documents ON entry_id = entries.id \
     WHERE entries.state IN ('draft', 'trashed') LIMIT ?";

/// Documents of entries that are not live any more: a large branch that goes to the trash does not name all of its pages.
fn stale(conn: &mut Conn, limit: usize) -> QueryResult<Vec<EntryId>> {
    let found = diesel::sql_query(STALE).bind::<BigInt, _>(limit as i64).load::<Found>(conn)?;
    Ok(found.into_iter().map(|row| row.entry_id).collect())
}

/// Takes some of them away, and says how many there were.
pub fn prune(conn: &mut Conn) -> QueryResult<usize> {
    let some = stale(conn, BATCH)?;
    lock(conn, &some)?;
    refresh(conn, &some)?;
    Ok(some.len())
}

/// Holds entries until the transaction ends: a job begins with this, and sees them as they were left by whoever changed them last.
pub fn lock(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<()> {
    let rows = entries::table.filter(entries::id.eq_any(ids)).order(entries::id).select(entries::id);
    rows.for_update().load::<EntryId>(conn).map(drop)
}

/// What a document was made of, as its row has it.
type Standing = (EntryId, Kind, UserId, NaiveDateTime, String, String, String, i32);

/// Makes the documents of these entries what they should be, and says how many were not.
pub fn refresh(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    let wanted: HashMap<EntryId, Document> = document::read(conn, ids)?.into_iter().map(|one| (one.entry, one)).collect();
    let columns = (
        search_documents::entry_id,
        search_documents::kind,
        search_documents::author_id,
        search_documents::published_at,
        search_documents::topics,
        search_documents::head,
        search_documents::terms,
        search_documents::version,
    );
    let standing = search_documents::table.filter(search_documents::entry_id.eq_any(ids)).select(columns);
    let standing: Vec<Standing> = kept_for(ids.len(), standing).load(conn)?;
    let standing: HashMap<EntryId, Standing> = standing.into_iter().map(|row| (row.0, row)).collect();
    let texts = search_texts::table.filter(search_texts::entry_id.eq_any(ids)).select((search_texts::entry_id, search_texts::body));
    let texts: HashMap<EntryId, String> = kept_for(ids.len(), texts).load::<(EntryId, String)>(conn)?.into_iter().collect();
    let mut changed = 0;
    for id in ids {
        let (new, old) = (wanted.get(id), standing.get(id));
        let before = old.map_or("", |row| row.6.as_str());
        match new {
            Some(new) if !is_as(new, old, texts.get(id)) => put(conn, new, before)?,
            None if old.is_some() => take_off(conn, *id, before)?,
            _ => continue,
        }
        changed += 1;
    }
    Ok(changed)
}

/// Whether a document stands as it should.
fn is_as(new: &Document, old: Option<&Standing>, text: Option<&String>) -> bool {
    let row = (new.entry, new.kind, new.author, new.published_at, new.topics.clone(), new.head.clone(), new.terms.clone(), VERSION);
    old == Some(&row) && text == Some(&new.text)
}

fn put(conn: &mut Conn, new: &Document, before: &str) -> QueryResult<()> {
    let row = (
        search_documents::entry_id.eq(new.entry),
        search_documents::kind.eq(new.kind),
        search_documents::author_id.eq(new.author),
        search_documents::published_at.eq(new.published_at),
        search_documents::topics.eq(&new.topics),
        search_documents::head.eq(&new.head),
        search_documents::terms.eq(&new.terms),
        search_documents::version.eq(VERSION),
    );
    diesel::replace_into(search_documents::table).values(row).execute(conn)?;
    let text = (search_texts::entry_id.eq(new.entry), search_texts::body.eq(&new.text));
    diesel::replace_into(search_texts::table).values(text).execute(conn)?;
    learning::note(conn, before, &new.terms)
}

fn take_off(conn: &mut Conn, id: EntryId, before: &str) -> QueryResult<()> {
    diesel::delete(search_documents::table.find(id)).execute(conn)?;
    diesel::delete(search_texts::table.find(id)).execute(conn)?;
    learning::note(conn, before, "")
}

/// Entries whose documents an older version has made, or none yet, at most so many.
pub fn outdated(conn: &mut Conn, limit: usize) -> QueryResult<Vec<EntryId>> {
    let old = search_documents::table.filter(search_documents::version.lt(VERSION));
    old.order((search_documents::version, search_documents::entry_id)).select(search_documents::entry_id).limit(limit as i64).load(conn)
}

/// Makes some outdated documents anew, and says how many there were.
pub fn catch_up(conn: &mut Conn) -> QueryResult<usize> {
    let old = outdated(conn, BATCH)?;
    lock(conn, &old)?;
    refresh(conn, &old)?;
    Ok(old.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_and_names_are_told_by_the_tags_of_pages() {
        let tags = [
            "entry:7",
            "page:8",
            "page:7",
            "tag:3",
            "category:4",
            "author:5",
            "list:tag:9",
            "about:author:6",
            "tags",
            "site",
            "entries",
            "entry:x",
        ];
        let told = Told::of(&tags.map(str::to_owned));
        assert_eq!(told.entries.into_iter().map(EntryId::number).collect::<Vec<_>>(), [7, 8]);
        assert!(told.many);
        assert_eq!(told.keys.into_iter().collect::<Vec<_>>(), ["_a5_", "_c4_", "_g3_"]);
    }
}
