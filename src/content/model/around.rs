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

/// What is beside one post.
struct Beside {
    older: Option<EntryId>,
    newer: Option<EntryId>,
    /// Live entries that stand first: chosen by editors, then found by what they share with the post (`search::model::related`).
    near: Vec<EntryId>,
}

/// How many of the latter are read.
const MOST_NEAR: i64 = 10;

/// How many related posts are shown.
const MOST: usize = 5;

/// Lists that are looked at for related posts, and the newest rows of each.
const LISTS: usize = 8;
const ROWS: usize = 40;

const OLDER: i64 = -1;
const NEWER: i64 = -2;
/// Less the place among them.
const CHOSEN: i64 = -1_000;
const FOUND: i64 = -1_000_000;

const OLDER_POST: &str = "(SELECT CAST(? AS SIGNED), entry_id, published_at FROM listings WHERE kind = 'all' AND list_key = 0 \
     AND published_at <= ? AND (published_at < ? OR entry_id < ?) ORDER BY published_at DESC, entry_id DESC LIMIT 1)";
const NEWER_POST: &str = "(SELECT CAST(? AS SIGNED), entry_id, published_at FROM listings WHERE kind = 'all' AND list_key = 0 \
     AND published_at >= ? AND (published_at > ? OR entry_id > ?) ORDER BY published_at, entry_id LIMIT 1)";
const NEAR_POSTS: &str = "(SELECT IF(chosen, CAST(? AS SIGNED), CAST(? AS SIGNED)) - position, related_id, CAST('2000-01-01' AS DATETIME(6)) \
     FROM related_entries WHERE entry_id = ? ORDER BY chosen DESC, position, related_id LIMIT ?)";
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
        let (beside, heads) = places(conn, pages, middle, &lists)?;
        let weights = lists.iter().map(|(weight, _)| *weight);
        let near = &beside.near;
        let shared = most_shared(middle.id, weights.zip(&heads));
        let more = shared.into_iter().filter(|id| !near.contains(id));
        let chosen: Vec<EntryId> = near.iter().copied().chain(more).take(MOST.max(near.len())).collect();
        let others = beside.older.into_iter().chain(beside.newer).filter(|id| !chosen.contains(id));
        let ids: Vec<EntryId> = chosen.iter().copied().chain(others).collect();
        let briefs = Brief::load(conn, pages, &ids)?;
        let named = |id: Option<EntryId>| {
            let Entry { path, title, .. } = &briefs.iter().find(|brief| Some(brief.entry.id) == id)?.entry;
            Some((id?, (path.clone()?, title.clone())))
        };
        let (older, newer) = (named(beside.older), named(beside.newer));
        Ok(Around { older, newer, related: briefs.into_iter().filter(|brief| chosen.contains(&brief.entry.id)).collect() })
    }

    /// The keys of the related posts.
    pub fn chosen(&self) -> impl Iterator<Item = EntryId> {
        self.related.iter().map(|brief| brief.entry.id)
    }
}

/// What is beside the post, and the newest rows of the lists: out of memory, or what is missing there in one query.
fn places(conn: &mut Conn, pages: &PageCache, middle: &Middle, lists: &[(i64, List)]) -> QueryResult<(Arc<Beside>, Vec<Arc<Head>>)> {
    let begun = pages.number();
    let mut heads: Vec<Option<Arc<Head>>> = lists.iter().map(|(_, list)| pages.recall(list.number())).collect();
    let beside: Option<Arc<Beside>> = pages.recall(middle.id.number()).filter(|_| middle.is_live);
    let missing: Vec<usize> = (0..lists.len()).filter(|place| heads[*place].is_none()).collect();
    let rows = read(conn, middle, beside.is_none(), lists, &missing)?;
    for place in missing {
        let list = lists[place].1;
        let head = Head(rows.iter().filter(|(part, ..)| *part == place as i64).map(|(_, id, at)| (*id, *at)).collect());
        heads[place] = Some(pages.remember(list.number(), head, &[list.cache_tag()], begun));
    }
    let beside = beside.unwrap_or_else(|| match (Beside::of(&rows), middle.is_live) {
        (found, true) => pages.remember(middle.id.number(), found, &[shown::own_page(middle.id), shown::entry(middle.id)], begun),
        (found, false) => Arc::new(found),
    });
    Ok((beside, heads.into_iter().flatten().collect()))
}

impl Beside {
    fn of(rows: &[Row]) -> Beside {
        let at = |which: i64| rows.iter().find(|(part, ..)| *part == which).map(|(_, id, _)| *id);
        let mut near: Vec<(Reverse<i64>, i64, EntryId)> =
            rows.iter().filter(|(part, ..)| *part <= CHOSEN).map(|(part, id, _)| (Reverse(*part), id.number(), *id)).collect();
        near.sort_unstable_by_key(|(part, number, _)| (*part, *number));
        let chosen = near.iter().filter(|(part, ..)| part.0 > FOUND).count();
        Beside { older: at(OLDER), newer: at(NEWER), near: near.into_iter().take(chosen.max(MOST)).map(|(.., id)| id).collect() }
    }
}

/// What is beside the post, if that is asked for, and the newest rows of those lists.
fn read(conn: &mut Conn, middle: &Middle, is_asked: bool, lists: &[(i64, List)], missing: &[usize]) -> QueryResult<Vec<Row>> {
    let at = middle.published_at.filter(|_| is_asked);
    let mut parts: Vec<&str> = if at.is_some() { vec![OLDER_POST, NEWER_POST] } else { Vec::new() };
    parts.extend(is_asked.then_some(NEAR_POSTS));
    parts.extend(missing.iter().map(|_| OF_LIST));
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let id = middle.id.number();
    let mut statement: Statement<(), (BigInt, BigInt, Datetime)> = Statement::new(parts.join(" UNION ALL "), ());
    for (at, part) in at.into_iter().flat_map(|at| [(at, OLDER), (at, NEWER)]) {
        statement = statement.number(part).time(at).time(at).number(id);
    }
    if is_asked {
        statement = statement.number(CHOSEN).number(FOUND).number(id).number(MOST_NEAR + MOST as i64);
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
