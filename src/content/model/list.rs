//! Public lists: one row for each list that a live post appears in, in the order shown, and how many rows each list has.
//!
//! Tables `listings` and `list_counts`. Whatever the size of the site, a page of a list reads as many rows as it shows.

mod standing;

pub use standing::sync;
pub(in crate::content::model) use standing::{change_count, change_count_of, sync_as};

use super::{
    category::CategoryId,
    entry::{Author, Entry, EntryId, EntryState},
    shown,
    tag::TagId,
};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
        statement::Statement,
    },
    markup::SafeHtml,
    media::{
        model::picture::{self, Picture},
        pixels::Crop,
    },
    schema::{categories, entries, list_counts, listings},
    web::{page_cache::PageCache, person::UserId},
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    mysql::Mysql,
    prelude::*,
    sql_types::{BigInt, Mediumtext, Nullable, Text},
};
use std::{collections::HashMap, sync::Arc};

/// A public list of posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// Every post.
    All,
    /// Posts in a category or below it.
    Category(CategoryId),
    /// Posts with a tag.
    Tag(TagId),
    /// Posts by an author.
    Author(UserId),
    /// Posts of a month, in the site's time zone as it was at publishing: year × 100 + month.
    Month(i64),
}

impl List {
    /// As the table has it.
    pub(super) fn key(self) -> (&'static str, i64) {
        match self {
            List::All => ("all", 0),
            List::Category(id) => ("category", id.number()),
            List::Tag(id) => ("tag", id.number()),
            List::Author(id) => ("author", id.number()),
            List::Month(month) => ("month", month),
        }
    }

    /// A number that no other list has, by which memory knows it.
    pub(super) fn number(self) -> i64 {
        let kind = match self {
            List::All => 0,
            List::Category(_) => 1,
            List::Tag(_) => 2,
            List::Author(_) => 3,
            List::Month(_) => 4,
        };
        self.key().1 * 8 + kind
    }

    fn from_key(kind: &str, key: i64) -> Option<List> {
        Some(match kind {
            "all" => List::All,
            "category" => List::Category(key.into()),
            "tag" => List::Tag(key.into()),
            "author" => List::Author(key.into()),
            "month" => List::Month(key),
            _ => return None,
        })
    }

    /// Names the cached pages of this list.
    pub fn cache_tag(self) -> String {
        match self.key() {
            ("all", _) => "list:all".to_owned(),
            (kind, key) => format!("list:{kind}:{key}"),
        }
    }
}

/// A post as lists show it.
#[derive(Debug, Clone)]
pub struct Brief {
    /// The post.
    pub entry: Entry,
    /// Who wrote it.
    pub author: Author,
    /// Its main category: path and name.
    pub topic: Option<(String, String)>,
    /// The key of that category.
    pub topic_id: Option<CategoryId>,
    /// Its picture, where it is one of the library.
    pub picture: Option<Picture>,
}

impl Brief {
    /// The date shown.
    pub fn date(&self) -> &NaiveDateTime {
        self.entry.published_at.as_ref().unwrap_or(&self.entry.changed_at)
    }

    /// Its picture as a list shows it, cut around what matters: `sizes` says how wide it is there.
    pub fn card(&self, sizes: &str, hurry: bool) -> Option<SafeHtml> {
        let picture = self.picture.as_ref()?.shown(Crop::Card);
        Some(picture.html("", sizes, hurry)) // the title beside it says what it is about
    }

    /// Minutes that reading takes.
    pub fn minutes(&self) -> u32 {
        crate::markup::reading_minutes(self.entry.words.max(0) as u32)
    }

    /// These live posts in this order, with authors and main categories: out of memory, the others in one query.
    ///
    /// Lists find the keys first: left alone, the planner may begin with the few authors and read every entry of theirs.
    pub fn load(conn: &mut Conn, pages: &PageCache, ids: &[EntryId]) -> QueryResult<Vec<Arc<Brief>>> {
        let begun = pages.number();
        let mut found: HashMap<EntryId, Arc<Brief>> = ids.iter().filter_map(|id| Some((*id, pages.recall(id.number())?))).collect();
        let missing: Vec<EntryId> = ids.iter().filter(|id| !found.contains_key(id)).copied().collect();
        for brief in Brief::read(conn, &missing)? {
            let id = brief.entry.id;
            let tags: Vec<String> = [shown::briefs([&brief]), shown::cards([&brief]), vec![shown::own_page(id)]].concat();
            found.insert(id, pages.remember(id.number(), brief, 1, &tags, begun));
        }
        Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
    }

    fn read(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<Vec<Brief>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let text = format!(
            "SELECT STRAIGHT_JOIN {{}}, {} FROM entries JOIN users ON users.id = entries.author_id \
             LEFT JOIN entry_categories ON entry_categories.entry_id = entries.id AND entry_categories.position = 0 \
             LEFT JOIN categories ON categories.id = entry_categories.category_id \
             LEFT JOIN files ON files.address = entries.image_url {} \
             WHERE entries.id IN ({}) AND entries.state = 'published'",
            picture::COLUMN,
            picture::JOINS,
            vec!["?"; ids.len()].join(", ")
        );
        let columns = (Entry::as_select(), Author::as_select(), categories::id, categories::path, categories::name);
        let statement: Statement<_, BriefType> = Statement::new(text, columns);
        let rows: Vec<BriefRow> = ids.iter().fold(statement, |statement, id| statement.number(id.number())).load(conn)?;
        let brief = |(entry, author, id, path, name, shown): BriefRow| {
            let picture = Picture::of_json(shown.as_deref())?;
            Ok(Brief { entry, author, topic: path.zip(name), topic_id: id, picture })
        };
        rows.into_iter().map(brief).collect()
    }
}

/// The type of a row that is read for a brief, and the row.
type BriefType = (
    SqlTypeOf<AsSelect<Entry, Mysql>>,
    SqlTypeOf<AsSelect<Author, Mysql>>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Mediumtext>,
);
type BriefRow = (Entry, Author, Option<CategoryId>, Option<String>, Option<String>, Option<String>);

/// The newest rows of a list, as many as [`HEAD`].
#[derive(Debug)]
pub struct Head(pub Vec<(EntryId, NaiveDateTime)>);

/// Rows of a list that are kept in memory.
pub const HEAD: usize = 50;

/// One page of a list, newest first.
pub fn page(conn: &mut Conn, pages: &PageCache, list: List, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Arc<Brief>>> {
    let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, EntryId::from(cursor.id))));
    let rows: Vec<(NaiveDateTime, EntryId)> = match place {
        None if limit < HEAD => newest(conn, pages, list)?.0.iter().take(limit + 1).map(|(id, at)| (*at, *id)).collect(),
        place => {
            let (kind, key) = list.key();
            let mut query = listings::table
                .filter(listings::kind.eq(kind))
                .filter(listings::list_key.eq(key))
                .select((listings::published_at, listings::entry_id))
                .limit(limit as i64 + 1)
                .into_boxed();
            query = newest_first!(query, place, listings::published_at, listings::entry_id);
            query.load(conn)?
        }
    };
    let slice = Slice::cut(rows, limit, cursor.filter(|_| place.is_some()), |(at, id)| Cursor::of_time(*at, id.number()));
    let ids: Vec<EntryId> = slice.rows.iter().map(|(_, id)| *id).collect();
    Ok(Slice { rows: Brief::load(conn, pages, &ids)?, newer: slice.newer, older: slice.older })
}

/// The newest rows of a list.
pub fn newest(conn: &mut Conn, pages: &PageCache, list: List) -> QueryResult<Arc<Head>> {
    let (kind, key) = list.key();
    pages.kept(list.number(), &[list.cache_tag()], || {
        let rows = listings::table
            .filter(listings::kind.eq(kind))
            .filter(listings::list_key.eq(key))
            .order((listings::published_at.desc(), listings::entry_id.desc()))
            .select((listings::entry_id, listings::published_at))
            .limit(HEAD as i64);
        Ok(Head(rows.load(conn)?))
    })
}

/// The newest posts of each of these categories: at most `each` of one.
pub fn newest_in(
    conn: &mut Conn,
    pages: &PageCache,
    wanted: &[CategoryId],
    each: usize,
) -> QueryResult<HashMap<CategoryId, Vec<Arc<Brief>>>> {
    let mut keys: Vec<(CategoryId, EntryId)> = Vec::new();
    for category in wanted {
        let head = newest(conn, pages, List::Category(*category))?;
        keys.extend(head.0.iter().take(each).map(|(id, _)| (*category, *id)));
    }
    let ids: Vec<EntryId> = keys.iter().map(|(_, id)| *id).collect();
    let found: HashMap<EntryId, Arc<Brief>> = Brief::load(conn, pages, &ids)?.into_iter().map(|brief| (brief.entry.id, brief)).collect();
    let mut lists: HashMap<CategoryId, Vec<Arc<Brief>>> = HashMap::new();
    for (category, id) in keys {
        lists.entry(category).or_default().extend(found.get(&id).cloned());
    }
    Ok(lists)
}

/// The newest featured post among the newest rows of all.
struct Featured(Option<EntryId>);

/// The newest featured post among the newest 50.
pub fn featured(conn: &mut Conn, pages: &PageCache) -> QueryResult<Option<Arc<Brief>>> {
    let featured = pages.kept(0, &[List::All.cache_tag(), shown::FEATURED.to_owned()], || {
        let head = newest(conn, pages, List::All)?;
        let ids: Vec<EntryId> = head.0.iter().map(|(id, _)| *id).collect();
        let rows = entries::table.filter(entries::id.eq_any(&ids)).filter(entries::state.eq(EntryState::Published));
        let featured: Vec<EntryId> = rows.filter(entries::featured).select(entries::id).load(conn)?;
        Ok(Featured(ids.into_iter().find(|id| featured.contains(id))))
    })?;
    Ok(match featured.0 {
        Some(id) => Brief::load(conn, pages, &[id])?.pop(),
        None => None,
    })
}

/// A post with the address and the title there.
pub type Neighbour = Option<(EntryId, (String, String))>;

/// The posts before and after this one in time; `at` is when it was published.
pub fn neighbours(conn: &mut Conn, id: EntryId, at: Option<NaiveDateTime>) -> QueryResult<(Neighbour, Neighbour)> {
    let Some(at) = at else { return Ok((None, None)) };
    let all = || listings::table.filter(listings::kind.eq("all")).filter(listings::list_key.eq(0)).select(listings::entry_id).limit(1);
    let older: Option<EntryId> = all()
        .filter(listings::published_at.le(at))
        .filter(listings::published_at.lt(at).or(listings::entry_id.lt(id)))
        .order((listings::published_at.desc(), listings::entry_id.desc()))
        .first(conn)
        .optional()?;
    let newer: Option<EntryId> = all()
        .filter(listings::published_at.ge(at))
        .filter(listings::published_at.gt(at).or(listings::entry_id.gt(id)))
        .order((listings::published_at.asc(), listings::entry_id.asc()))
        .first(conn)
        .optional()?;
    let ids: Vec<EntryId> = older.into_iter().chain(newer).collect();
    let mut shown: HashMap<EntryId, (String, String)> = entries::table
        .filter(entries::id.eq_any(ids))
        .select((entries::id, (entries::path.assume_not_null(), entries::title)))
        .load::<(EntryId, (String, String))>(conn)?
        .into_iter()
        .collect();
    let mut named = |id: Option<EntryId>| id.and_then(|id| Some((id, shown.remove(&id)?)));
    Ok((named(older), named(newer)))
}

/// How many posts a list has.
pub fn count(conn: &mut Conn, list: List) -> QueryResult<i64> {
    let (kind, key) = list.key();
    Ok(list_counts::table.find((kind, key)).select(list_counts::entries).first(conn).optional()?.unwrap_or(0))
}

/// How many posts each list of a kind has.
struct Counts(Vec<(i64, i64)>);

/// [`counts`], for pages that visitors see.
pub fn counts_kept(conn: &mut Conn, pages: &PageCache, kind: &'static str) -> QueryResult<Vec<(i64, i64)>> {
    let number = ["category", "tag", "author", "month", "series"].iter().position(|one| *one == kind).map_or(-1, |place| place as i64);
    Ok(pages.kept(number, &[shown::counts(kind)], || counts(conn, kind).map(Counts))?.0.clone())
}

/// How many posts each list of a kind has: `category`, `tag`, `author` or `month`, and how many live parts each `series`; bounded by 5,000.
pub fn counts(conn: &mut Conn, kind: &str) -> QueryResult<Vec<(i64, i64)>> {
    list_counts::table
        .filter(list_counts::kind.eq(kind))
        .filter(list_counts::entries.gt(0))
        .order(list_counts::list_key.desc())
        .select((list_counts::list_key, list_counts::entries))
        .limit(5000)
        .load(conn)
}
