//! What stands around a post: the ones before and after it, those that share the most with it, and the parts of its series.
//!
//! The newest rows of lists and what is shown of an entry are the same for many posts, so both are kept in memory by the tags of
//! the page cache: a post then costs a query for its neighbours, or none. Without memory it is two.

mod standing;

pub use standing::{NearPart, Standing};

use standing::{nearest, standing};

use super::{
    category::CategoryId,
    entry::{EntryId, Listed},
    list::{Brief, HEAD, Head, List, Neighbour},
    series::{MOST_PARTS, Parts, SeriesId},
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
    /// Where it stands in its series.
    pub standing: Option<Standing>,
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
    /// The series that it is part of.
    pub series: Option<SeriesId>,
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
const PART: i64 = -1_000_000_000_000;

const OLDER_POST: &str = "(SELECT CAST(? AS SIGNED), entry_id, published_at FROM listings WHERE kind = 'all' AND list_key = 0 \
     AND published_at <= ? AND (published_at < ? OR entry_id < ?) ORDER BY published_at DESC, entry_id DESC LIMIT 1)";
const NEWER_POST: &str = "(SELECT CAST(? AS SIGNED), entry_id, published_at FROM listings WHERE kind = 'all' AND list_key = 0 \
     AND published_at >= ? AND (published_at > ? OR entry_id > ?) ORDER BY published_at, entry_id LIMIT 1)";
const NEAR_POSTS: &str = "(SELECT IF(chosen, CAST(? AS SIGNED), CAST(? AS SIGNED)) - position, related_id, CAST('2000-01-01' AS DATETIME(6)) \
     FROM related_entries WHERE entry_id = ? ORDER BY chosen DESC, position, related_id LIMIT ?)";
const PARTS: &str = "(SELECT STRAIGHT_JOIN CAST(? AS SIGNED) - series_parts.position, series_parts.entry_id, CAST('2000-01-01' AS DATETIME(6)) \
     FROM series_parts FORCE INDEX (series_parts_in_order) JOIN entries FORCE INDEX (PRIMARY) ON entries.id = series_parts.entry_id \
     WHERE series_parts.series_id = ? AND (entries.state = 'published' OR entries.id = ?) \
     ORDER BY series_parts.position, series_parts.entry_id LIMIT ?)";
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
        let (beside, heads, parts) = places(conn, pages, middle, &lists)?;
        let weights = lists.iter().map(|(weight, _)| *weight);
        let first = &beside.near;
        let shared = most_shared(middle.id, weights.zip(&heads));
        let more = shared.into_iter().filter(|id| !first.contains(id));
        let chosen: Vec<EntryId> = first.iter().copied().chain(more).take(MOST.max(first.len())).collect();
        let total = parts.as_ref().map_or(0, |parts| parts.0.len());
        let near = parts.map(|parts| nearest(&parts, middle.id)).unwrap_or_default();
        let mut ids = chosen.clone();
        for id in beside.older.into_iter().chain(beside.newer).chain(near.iter().map(|(_, id)| *id).filter(|id| *id != middle.id)) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let briefs = Brief::load(conn, pages, &ids)?;
        let named = |id: Option<EntryId>| {
            let Listed { path, title, .. } = &briefs.iter().find(|brief| Some(brief.entry.id) == id)?.entry.listed;
            Some((id?, (path.clone()?, title.clone())))
        };
        let (older, newer) = (named(beside.older), named(beside.newer));
        let standing = standing(middle.id, &near, total, |id| named(Some(id)).map(|(_, named)| named));
        Ok(Around { older, newer, standing, related: briefs.into_iter().filter(|brief| chosen.contains(&brief.entry.id)).collect() })
    }

    /// The keys of the related posts.
    pub fn chosen(&self) -> impl Iterator<Item = EntryId> {
        self.related.iter().map(|brief| brief.entry.id)
    }
}

/// What is beside the post, the newest rows of the lists, and the parts of its series.
type Places = (Arc<Beside>, Vec<Arc<Head>>, Option<Arc<Parts>>);

/// All of them: out of memory, or what is missing there in one query.
fn places(conn: &mut Conn, pages: &PageCache, middle: &Middle, lists: &[(i64, List)]) -> QueryResult<Places> {
    let begun = pages.number();
    let mut heads: Vec<Option<Arc<Head>>> = lists.iter().map(|(_, list)| pages.recall(list.number())).collect();
    let beside: Option<Arc<Beside>> = pages.recall(middle.id.number()).filter(|_| middle.is_live);
    let mut parts: Option<Arc<Parts>> = middle.series.filter(|_| middle.is_live).and_then(|series| pages.recall(series.number()));
    let missing: Vec<usize> = (0..lists.len()).filter(|place| heads[*place].is_none()).collect();
    let asked = Asked { beside: beside.is_none(), series: middle.series.filter(|_| parts.is_none()) };
    let rows = read(conn, middle, &asked, lists, &missing)?;
    for place in missing {
        let list = lists[place].1;
        let head = Head(rows.iter().filter(|(part, ..)| *part == place as i64).map(|(_, id, at)| (*id, *at)).collect());
        heads[place] = Some(pages.remember(list.number(), head, 2, &[list.cache_tag()], begun));
    }
    let beside = beside.unwrap_or_else(|| match (Beside::of(&rows), middle.is_live) {
        (found, true) => pages.remember(middle.id.number(), found, 1, &[shown::own_page(middle.id), shown::entry(middle.id)], begun),
        (found, false) => Arc::new(found),
    });
    if let Some(series) = asked.series {
        let found = parts_of(&rows);
        parts = Some(match middle.is_live {
            true => pages.remember(series.number(), found, 1, &[shown::parts(series)], begun),
            false => Arc::new(found),
        });
    }
    Ok((beside, heads.into_iter().flatten().collect(), parts))
}

/// The parts of a series among the rows of the statement.
fn parts_of(rows: &[Row]) -> Parts {
    let rows = rows.iter().filter(|(part, ..)| *part <= PART);
    let mut parts: Vec<(i32, EntryId)> = rows.map(|(part, id, _)| (i32::try_from(PART - part).unwrap_or(i32::MAX), *id)).collect();
    parts.sort_unstable();
    Parts(parts)
}

/// What is not in memory.
struct Asked {
    beside: bool,
    series: Option<SeriesId>,
}

impl Beside {
    fn of(rows: &[Row]) -> Beside {
        let at = |which: i64| rows.iter().find(|(part, ..)| *part == which).map(|(_, id, _)| *id);
        let mut near: Vec<(Reverse<i64>, i64, EntryId)> = rows
            .iter()
            .filter(|(part, ..)| (PART + 1..=CHOSEN).contains(part))
            .map(|(part, id, _)| (Reverse(*part), id.number(), *id))
            .collect();
        near.sort_unstable_by_key(|(part, number, _)| (*part, *number));
        let chosen = near.iter().filter(|(part, ..)| part.0 > FOUND).count();
        Beside { older: at(OLDER), newer: at(NEWER), near: near.into_iter().take(chosen.max(MOST)).map(|(.., id)| id).collect() }
    }
}

/// What is beside the post and the parts of its series, if that is asked for, and the newest rows of those lists.
fn read(conn: &mut Conn, middle: &Middle, asked: &Asked, lists: &[(i64, List)], missing: &[usize]) -> QueryResult<Vec<Row>> {
    let at = middle.published_at.filter(|_| asked.beside);
    let mut parts: Vec<&str> = if at.is_some() { vec![OLDER_POST, NEWER_POST] } else { Vec::new() };
    parts.extend(asked.beside.then_some(NEAR_POSTS));
    parts.extend(asked.series.map(|_| PARTS));
    parts.extend(missing.iter().map(|_| OF_LIST));
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let id = middle.id.number();
    let mut statement: Statement<(), (BigInt, BigInt, Datetime)> = Statement::new(parts.join(" UNION ALL "), ());
    for (at, part) in at.into_iter().flat_map(|at| [(at, OLDER), (at, NEWER)]) {
        statement = statement.number(part).time(at).time(at).number(id);
    }
    if asked.beside {
        statement = statement.number(CHOSEN).number(FOUND).number(id).number(MOST_NEAR + MOST as i64);
    }
    if let Some(series) = asked.series {
        statement = statement.number(PART).number(series.number()).number(id).number(MOST_PARTS);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_parts_are_told_from_those_of_links() {
        let at = NaiveDateTime::default();
        let rows: Vec<Row> =
            vec![(CHOSEN - 1, 5.into(), at), (FOUND - 2, 6.into(), at), (PART - 2, 8.into(), at), (PART - 1, 7.into(), at)];
        assert_eq!(parts_of(&rows), Parts(vec![(1, 7.into()), (2, 8.into())]));
        assert_eq!(Beside::of(&rows).near, [5.into(), 6.into()] as [EntryId; 2]);
    }
}
