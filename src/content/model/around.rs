//! What stands around a post: the ones before and after it, and those that share the most with it.
//!
//! The newest rows of lists and what is shown of an entry are the same for many posts, so both are kept in memory by the tags of
//! the page cache: a post then costs a query for its neighbours, or none. Without memory it is two.

use super::{
    category::CategoryId,
    entry::{Entry, EntryId},
    list::{Brief, HEAD, Head, List, Neighbour},
    shown,
    tag::TagId,
};
use crate::{
    db::{Conn, statement::Statement},
    schema::related_entries,
    web::page_cache::PageCache,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Datetime},
};
use std::{cmp::Reverse, collections::HashMap, sync::Arc};

/// What stands around a post.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// The post before it in time.
    pub older: Neighbour,
    /// The one after it.
    pub newer: Neighbour,
    /// “Interesting links”: those that editors chose, posts that share the most words with it, then posts of the same topics.
    pub related: Vec<Arc<Brief>>,
}

/// The post that stands in the middle.
#[derive(Debug, Clone)]
pub struct Middle {
    /// Its key.
    pub id: EntryId,
    /// When it was published; `None`: it has no neighbours.
    pub published_at: Option<NaiveDateTime>,
    /// Whether visitors see it there; a preview stands where it would.
    pub is_live: bool,
    /// Its categories and those above them.
    pub topics: Vec<CategoryId>,
    /// Its tags.
    pub tags: Vec<TagId>,
}

/// The posts before and after one.
struct Neighbours {
    older: Option<EntryId>,
    newer: Option<EntryId>,
}

/// Live entries that stand first: chosen by editors, then found by what they share with the post (`search::model::related`).
struct Near(Vec<EntryId>);

/// How many of them are read.
const MOST_NEAR: i64 = 10;

/// How many related posts are shown.
const MOST: usize = 5;

/// Lists that are looked at for related posts, and the newest rows of each.
const LISTS: usize = 8;
const ROWS: usize = 40;

const OLDER: i64 = -1;
const NEWER: i64 = -2;

const OLDER_POST: &str = "(SELECT CAST(? AS SIGNED), entry_id, published_at FROM listings WHERE kind = 'all' AND list_key = 0 \
     AND published_at <= ? AND (published_at < ? OR entry_id < ?) ORDER BY published_at DESC, entry_id DESC LIMIT 1)";
const NEWER_POST: &str = "(SELECT CAST(? AS SIGNED), entry_id, published_at FROM listings WHERE kind = 'all' AND list_key = 0 \
     AND published_at >= ? AND (published_at > ? OR entry_id > ?) ORDER BY published_at, entry_id LIMIT 1)";
const OF_LIST: &str = "(SELECT CAST(? AS SIGNED), entry_id, published_at FROM listings WHERE kind = ? AND list_key = ? \
     ORDER BY published_at DESC, entry_id DESC LIMIT ?)";

/// A row: which part of the statement it comes from, and which post it names.
type Row = (i64, EntryId, NaiveDateTime);

impl Middle {
    /// The lists from which related posts are chosen, with their weights: a shared tag weighs twice a shared category.
    fn lists(&self) -> Vec<(i64, List)> {
        let tags = self.tags.iter().map(|id| (2, List::Tag(*id)));
        tags.chain(self.topics.iter().map(|id| (1, List::Category(*id)))).take(LISTS).collect()
    }
}

impl Around {
    /// What stands around a post.
    pub fn of(conn: &mut Conn, pages: &PageCache, middle: &Middle) -> QueryResult<Around> {
        let lists = middle.lists();
        let (neighbours, heads) = places(conn, pages, middle, &lists)?;
        let weights = lists.iter().map(|(weight, _)| *weight);
        let near = near(conn, pages, middle.id)?;
        let shared = most_shared(middle.id, weights.zip(&heads));
        let more = shared.into_iter().filter(|id| !near.0.contains(id));
        let chosen: Vec<EntryId> = near.0.iter().copied().chain(more).take(MOST.max(near.0.len())).collect();
        let beside = neighbours.older.into_iter().chain(neighbours.newer).filter(|id| !chosen.contains(id));
        let ids: Vec<EntryId> = chosen.iter().copied().chain(beside).collect();
        let briefs = Brief::load(conn, pages, &ids)?;
        let named = |id: Option<EntryId>| {
            let Entry { path, title, .. } = &briefs.iter().find(|brief| Some(brief.entry.id) == id)?.entry;
            Some((id?, (path.clone()?, title.clone())))
        };
        let (older, newer) = (named(neighbours.older), named(neighbours.newer));
        Ok(Around { older, newer, related: briefs.into_iter().filter(|brief| chosen.contains(&brief.entry.id)).collect() })
    }

    /// The keys of the related posts.
    pub fn chosen(&self) -> impl Iterator<Item = EntryId> {
        self.related.iter().map(|brief| brief.entry.id)
    }
}

/// Those of a post, in their order.
fn near(conn: &mut Conn, pages: &PageCache, id: EntryId) -> QueryResult<Arc<Near>> {
    pages.kept(id.number(), &[shown::own_page(id), shown::entry(id)], || {
        let own = related_entries::table.filter(related_entries::entry_id.eq(id));
        let own = own.order((related_entries::chosen.desc(), related_entries::position, related_entries::related_id));
        let rows: Vec<(EntryId, bool)> =
            own.select((related_entries::related_id, related_entries::chosen)).limit(MOST_NEAR + MOST as i64).load(conn)?;
        let chosen = rows.iter().filter(|(_, chosen)| *chosen).count();
        Ok(Near(rows.into_iter().take(chosen.max(MOST)).map(|(id, _)| id).collect()))
    })
}

/// The neighbours and the newest rows of the lists: out of memory, or what is missing there in one query.
fn places(conn: &mut Conn, pages: &PageCache, middle: &Middle, lists: &[(i64, List)]) -> QueryResult<(Arc<Neighbours>, Vec<Arc<Head>>)> {
    let begun = pages.number();
    let mut heads: Vec<Option<Arc<Head>>> = lists.iter().map(|(_, list)| pages.recall(list.number())).collect();
    let neighbours = match middle.published_at {
        None => Some(Arc::new(Neighbours { older: None, newer: None })),
        Some(_) => pages.recall(middle.id.number()).filter(|_| middle.is_live),
    };
    let missing: Vec<usize> = (0..lists.len()).filter(|place| heads[*place].is_none()).collect();
    let rows = read(conn, middle.published_at.filter(|_| neighbours.is_none()), middle.id, lists, &missing)?;
    for place in missing {
        let list = lists[place].1;
        let head = Head(rows.iter().filter(|(part, ..)| *part == place as i64).map(|(_, id, at)| (*id, *at)).collect());
        heads[place] = Some(pages.remember(list.number(), head, &[list.cache_tag()], begun));
    }
    let neighbours = neighbours.unwrap_or_else(|| {
        let beside = |which: i64| rows.iter().find(|(part, ..)| *part == which).map(|(_, id, _)| *id);
        let found = Neighbours { older: beside(OLDER), newer: beside(NEWER) };
        match middle.is_live {
            true => pages.remember(middle.id.number(), found, &[shown::own_page(middle.id), shown::entry(middle.id)], begun),
            false => Arc::new(found),
        }
    });
    Ok((neighbours, heads.into_iter().flatten().collect()))
}

/// The posts beside this moment, if one is given, and the newest rows of those lists.
fn read(conn: &mut Conn, at: Option<NaiveDateTime>, id: EntryId, lists: &[(i64, List)], missing: &[usize]) -> QueryResult<Vec<Row>> {
    let beside = if at.is_some() { [OLDER_POST, NEWER_POST].as_slice() } else { &[] };
    let parts: Vec<&str> = beside.iter().copied().chain(missing.iter().map(|_| OF_LIST)).collect();
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement: Statement<(), (BigInt, BigInt, Datetime)> = Statement::new(parts.join(" UNION ALL "), ());
    for (at, part) in at.into_iter().flat_map(|at| [(at, OLDER), (at, NEWER)]) {
        statement = statement.number(part).time(at).time(at).number(id.number());
    }
    for place in missing {
        let (kind, key) = lists[*place].1.key();
        statement = statement.number(*place as i64).text(kind).number(key).number(HEAD as i64);
    }
    statement.load(conn)
}

/// The posts that stand on lists of the most weight, but this one; of equals the newest.
fn most_shared<'a>(own: EntryId, heads: impl Iterator<Item = (i64, &'a Arc<Head>)>) -> Vec<EntryId> {
    let mut found: HashMap<EntryId, (i64, NaiveDateTime), foldhash::fast::RandomState> = HashMap::default();
    for (weight, head) in heads {
        for (id, at) in head.0.iter().take(ROWS).filter(|(id, _)| *id != own) {
            found.entry(*id).or_insert((0, *at)).0 += weight;
        }
    }
    let mut order: Vec<(i64, NaiveDateTime, EntryId)> = found.into_iter().map(|(id, (weight, at))| (weight, at, id)).collect();
    order.sort_unstable_by_key(|place| Reverse(*place));
    order.into_iter().take(MOST).map(|(.., id)| id).collect()
}
