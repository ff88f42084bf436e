//! What stands around a post: the ones before and after it, and those that share the most with it.
//!
//! The newest rows of lists and what is shown of an entry are the same for many posts, so both are kept in memory by the tags of
//! the page cache: a post then costs a query for its neighbours, or none. Without memory it is two.

use super::{
    category::CategoryId,
    entry::EntryId,
    list::{List, Neighbour},
    shown,
    tag::TagId,
};
use crate::{
    db::{Conn, statement::Statement},
    schema::{entries, entry_categories},
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
    /// “Interesting links”: live posts that share the most with it, then the newest.
    pub related: Vec<Arc<Card>>,
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

/// What is shown of a live post beside another.
#[derive(Debug)]
pub struct Card {
    /// Key.
    pub id: EntryId,
    /// The address on the site.
    pub path: String,
    /// Headline.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Words in the body.
    pub words: i32,
    /// Its main category.
    pub topic: Option<CategoryId>,
}

/// The posts before and after one.
struct Neighbours {
    older: Option<EntryId>,
    newer: Option<EntryId>,
}

/// The newest rows of a list.
struct Head(Vec<(EntryId, NaiveDateTime)>);

/// How many related posts are shown.
const MOST: usize = 5;

/// Lists that are looked at for related posts, and the newest rows of each.
const LISTS: usize = 8;
const ROWS: i64 = 40;

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
        let chosen = most_shared(middle.id, weights.zip(&heads));
        let ids: Vec<EntryId> = chosen.iter().copied().chain(neighbours.older).chain(neighbours.newer).collect();
        let cards = cards(conn, pages, &ids)?;
        let named = |id: Option<EntryId>| cards.get(&id?).map(|card| (card.id, (card.path.clone(), card.title.clone())));
        let related = chosen.iter().filter_map(|id| cards.get(id).cloned()).collect();
        Ok(Around { older: named(neighbours.older), newer: named(neighbours.newer), related })
    }

    /// The keys of the related posts.
    pub fn chosen(&self) -> impl Iterator<Item = EntryId> {
        self.related.iter().map(|card| card.id)
    }
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
        statement = statement.number(*place as i64).text(kind).number(key).number(ROWS);
    }
    statement.load(conn)
}

/// The posts that stand on lists of the most weight, but this one; of equals the newest.
fn most_shared<'a>(own: EntryId, heads: impl Iterator<Item = (i64, &'a Arc<Head>)>) -> Vec<EntryId> {
    let mut found: HashMap<EntryId, (i64, NaiveDateTime), foldhash::fast::RandomState> = HashMap::default();
    for (weight, head) in heads {
        for (id, at) in head.0.iter().filter(|(id, _)| *id != own) {
            found.entry(*id).or_insert((0, *at)).0 += weight;
        }
    }
    let mut order: Vec<(i64, NaiveDateTime, EntryId)> = found.into_iter().map(|(id, (weight, at))| (weight, at, id)).collect();
    order.sort_unstable_by_key(|place| Reverse(*place));
    order.into_iter().take(MOST).map(|(.., id)| id).collect()
}

/// What is shown of these live posts: out of memory, the others in one query.
fn cards(conn: &mut Conn, pages: &PageCache, ids: &[EntryId]) -> QueryResult<HashMap<EntryId, Arc<Card>>> {
    let begun = pages.number();
    let mut found: HashMap<EntryId, Arc<Card>> = ids.iter().filter_map(|id| Some((*id, pages.recall::<Card>(id.number())?))).collect();
    let missing: Vec<EntryId> = ids.iter().filter(|id| !found.contains_key(id)).copied().collect();
    for card in Card::read(conn, &missing)? {
        let tags = [Some(shown::entry(card.id)), card.topic.map(shown::category)];
        let tags: Vec<String> = tags.into_iter().flatten().collect();
        found.insert(card.id, pages.remember(card.id.number(), card, &tags, begun));
    }
    Ok(found)
}

impl Card {
    fn read(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<Vec<Card>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let text = format!(
            "SELECT STRAIGHT_JOIN {{}} FROM entries \
             LEFT JOIN entry_categories ON entry_categories.entry_id = entries.id AND entry_categories.position = 0 \
             WHERE entries.id IN ({}) AND entries.state = 'published'",
            vec!["?"; ids.len()].join(", ")
        );
        type Columns = (entries::id, entries::path, entries::title, entries::summary, entries::words, entry_categories::category_id);
        let columns: Columns =
            (entries::id, entries::path, entries::title, entries::summary, entries::words, entry_categories::category_id);
        type Found = diesel::dsl::SqlTypeOf<(entries::id, entries::path, entries::title, entries::summary, entries::words)>;
        let statement: Statement<Columns, (Found, diesel::sql_types::Nullable<BigInt>)> = Statement::new(text, columns);
        type Fields = ((EntryId, Option<String>, String, String, i32), Option<CategoryId>);
        let rows: Vec<Fields> = ids.iter().fold(statement, |statement, id| statement.number(id.number())).load(conn)?;
        let card = |((id, path, title, summary, words), topic): Fields| Some(Card { id, path: path?, title, summary, words, topic });
        Ok(rows.into_iter().filter_map(card).collect())
    }

    /// Minutes that reading takes.
    pub fn minutes(&self) -> u32 {
        crate::markup::reading_minutes(self.words.max(0) as u32)
    }
}
