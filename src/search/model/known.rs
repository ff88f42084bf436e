//! Documents as a search looks at them, kept in memory: three kilobytes each, of which one search may need a thousand.
//!
//! A document is kept by the tags of what it is made of, so that a change forgets it before its answer is sent. Where a change touches
//! more documents than its transaction makes anew, jobs do the rest after the tags were told: so none is kept longer than [`LONGEST`].
//! Which documents there are, whoever asks knows ([`super::memory`]).

use super::bag::Bag;
use crate::{
    content::model::{
        category::CategoryId,
        entry::{EntryId, Kind},
        shown,
    },
    db::Conn,
    schema::search_documents,
    web::{page_cache::PageCache, person::UserId},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::{collections::HashMap, ops::Deref, sync::Arc};

/// So long a document is kept.
pub const LONGEST: TimeDelta = TimeDelta::seconds(60);

/// What results are narrowed and sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The entry.
    pub id: EntryId,
    /// Post or page.
    pub kind: Kind,
    /// Who wrote it.
    pub author: UserId,
    /// When it was published.
    pub published_at: NaiveDateTime,
    /// Its categories.
    pub topics: Box<[CategoryId]>,
}

/// A document as the index has it.
#[derive(Debug, PartialEq, Eq)]
pub struct Indexed {
    /// What results are narrowed and sorted by.
    pub facts: Facts,
    /// The folded words of its title.
    pub head: String,
    /// All of its words, where they had to be looked at.
    pub bag: Bag,
}

impl Facts {
    /// The categories are given as a row has them.
    pub fn new(id: EntryId, kind: Kind, author: UserId, published_at: NaiveDateTime, topics: &str) -> Facts {
        let topics = topics.split(' ').filter_map(|id| id.parse().ok()).collect();
        Facts { id, kind, author, published_at, topics }
    }
}

impl Deref for Indexed {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.facts
    }
}

/// A document, and when it was read.
struct Known {
    document: Arc<Indexed>,
    read_at: NaiveDateTime,
}

type Row = (EntryId, Kind, UserId, NaiveDateTime, String, String, String);

/// These documents in their order; those that are gone are left out.
pub fn documents(conn: &mut Conn, pages: &PageCache, ids: &[EntryId], now: NaiveDateTime) -> QueryResult<Vec<Arc<Indexed>>> {
    let begun = pages.number();
    let fresh = |known: &Arc<Known>| (now - known.read_at).abs() < LONGEST;
    let mut found: HashMap<EntryId, Arc<Indexed>> = HashMap::with_capacity(ids.len());
    let recalled = |id: &EntryId| pages.recall::<Known>(id.number()).filter(fresh).map(|known| (*id, known.document.clone()));
    found.extend(ids.iter().filter_map(recalled));
    let missing: Vec<EntryId> = ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
    for document in read(conn, &missing)? {
        let id = document.id;
        let kept = Known { document: document.clone(), read_at: now };
        pages.remember(id.number(), kept, document.bag.kilobytes(), &tags(&document), begun);
        found.insert(id, document);
    }
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

/// The same, in no order and read anew.
pub fn read(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<Vec<Arc<Indexed>>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let columns = (
        search_documents::entry_id,
        search_documents::kind,
        search_documents::author_id,
        search_documents::published_at,
        search_documents::topics,
        search_documents::head,
        search_documents::terms,
    );
    let rows: Vec<Row> = search_documents::table.filter(search_documents::entry_id.eq_any(ids)).select(columns).load(conn)?;
    let document = |(id, kind, author, published_at, topics, head, terms): Row| {
        Arc::new(Indexed { facts: Facts::new(id, kind, author, published_at, &topics), head, bag: Bag::of(&terms) })
    };
    Ok(rows.into_iter().map(document).collect())
}

/// What a document is made of: the entry, and the names that its keys stand for.
fn tags(document: &Indexed) -> Vec<String> {
    let own = [shown::entry(document.id), shown::own_page(document.id), shown::MANY.to_owned()];
    let of_key = |key: &str| {
        let id = key.get(2..)?.strip_suffix('_')?.parse::<i64>().ok()?;
        match &key[..2] {
            "_a" => Some(shown::author(id.into())),
            "_c" => Some(shown::category(id.into())),
            "_g" => Some(shown::tag(id.into())),
            _ => None,
        }
    };
    let keys = document.bag.words().take_while(|word| word.as_bytes() <= b"_z".as_slice()).filter(|word| word.starts_with('_'));
    own.into_iter().chain(keys.filter_map(of_key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_forgotten_with_whatever_it_names() {
        let bag = Bag::of("1_95 _a5_ _c4_ _g12_ _g3_ _kpost _t_pool _t_tag_7_ _y2026 pool");
        let facts = Facts::new(7.into(), Kind::Post, 5.into(), NaiveDateTime::default(), "4");
        assert_eq!(
            tags(&Indexed { facts, head: "pool".to_owned(), bag }),
            ["entry:7", "page:7", "entries", "author:5", "category:4", "tag:12", "tag:3"]
        );
    }
}
