//! Documents as a search looks at them, kept in memory: three kilobytes each, of which one search may need a thousand.
//!
//! A document is kept by the tags of what it is made of, so that a change forgets it before its answer is sent. Where a change touches
//! more documents than its transaction makes anew, jobs do the rest after the tags were told: so none is kept longer than [`LONGEST`].
//! Which documents there are is always asked of the database.

use super::{bag::Bag, finding::Hit};
use crate::{
    content::model::{
        entry::{EntryId, Kind},
        shown,
    },
    db::Conn,
    schema::search_documents,
    web::{page_cache::PageCache, person::UserId},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::{collections::HashMap, sync::Arc};

/// So long a document is kept.
const LONGEST: TimeDelta = TimeDelta::seconds(60);

/// A document, and when it was read.
struct Known {
    hit: Arc<Hit>,
    read_at: NaiveDateTime,
}

type Row = (EntryId, Kind, UserId, NaiveDateTime, String, String, String);

/// These documents in their order; those that are gone are left out.
pub fn documents(conn: &mut Conn, pages: &PageCache, ids: &[EntryId], now: NaiveDateTime) -> QueryResult<Vec<Arc<Hit>>> {
    let begun = pages.number();
    let fresh = |known: &Arc<Known>| (now - known.read_at).abs() < LONGEST;
    let mut found: HashMap<EntryId, Arc<Hit>> = HashMap::with_capacity(ids.len());
    let recalled = |id: &EntryId| pages.recall::<Known>(id.number()).filter(fresh).map(|known| (*id, known.hit.clone()));
    found.extend(ids.iter().filter_map(recalled));
    let missing: Vec<EntryId> = ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
    for hit in read(conn, &missing)? {
        let (id, hit) = (hit.id, Arc::new(hit));
        pages.remember(id.number(), Known { hit: hit.clone(), read_at: now }, hit.bag.kilobytes(), &tags(&hit), begun);
        found.insert(id, hit);
    }
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

/// The same, in no order and read anew.
pub fn read(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<Vec<Hit>> {
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
    let hit = |(id, kind, author, published_at, topics, head, terms): Row| {
        Hit::new(id, (kind, author, published_at), &topics, head, Bag::of(&terms))
    };
    Ok(rows.into_iter().map(hit).collect())
}

/// What a document is made of: the entry, and the names that its keys stand for.
fn tags(hit: &Hit) -> Vec<String> {
    let own = [shown::entry(hit.id), shown::own_page(hit.id), shown::MANY.to_owned()];
    let of_key = |key: &str| {
        let id = key.get(2..)?.strip_suffix('_')?.parse::<i64>().ok()?;
        match &key[..2] {
            "_a" => Some(shown::author(id.into())),
            "_c" => Some(shown::category(id.into())),
            "_g" => Some(shown::tag(id.into())),
            _ => None,
        }
    };
    let keys = hit.bag.words().take_while(|word| word.as_bytes() <= b"_z".as_slice()).filter(|word| word.starts_with('_'));
    own.into_iter().chain(keys.filter_map(of_key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_forgotten_with_whatever_it_names() {
        let bag = Bag::of("1_95 _a5_ _c4_ _g12_ _g3_ _kpost _t_pool _t_tag_7_ _y2026 pool");
        let hit = Hit::new(7.into(), (Kind::Post, 5.into(), NaiveDateTime::default()), "4", "pool".to_owned(), bag);
        assert_eq!(tags(&hit), ["entry:7", "page:7", "entries", "author:5", "category:4", "tag:12", "tag:3"]);
    }
}
