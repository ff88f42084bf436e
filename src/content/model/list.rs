//! Public lists: one row for each list that a live post appears in, in the order shown, and how many rows each list has.
//!
//! Tables `listings` and `list_counts`. Whatever the size of the site, a page of a list reads as many rows as it shows.

use super::{
    category::{self, CategoryId},
    entry::{Author, Entry, EntryId, EntryState, Kind},
    shown,
    tag::TagId,
};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
        statement::Statement,
    },
    schema::{categories, entries, entry_categories, entry_tags, list_counts, listings},
    site::SiteSettings,
    web::person::UserId,
};
use chrono::{Datelike, NaiveDateTime, TimeZone};
use diesel::{
    dsl::{AsSelect, SqlTypeOf, sql},
    mysql::Mysql,
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
};
use std::collections::{BTreeSet, HashMap};

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

    /// A number that no other list has among those of categories and tags.
    pub(super) fn number(self) -> i64 {
        let (kind, key) = self.key();
        key * 2 + i64::from(kind == "tag")
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
}

impl Brief {
    /// The date shown.
    pub fn date(&self) -> &NaiveDateTime {
        self.entry.published_at.as_ref().unwrap_or(&self.entry.changed_at)
    }

    /// Minutes that reading takes.
    pub fn minutes(&self) -> u32 {
        crate::markup::reading_minutes(self.entry.words.max(0) as u32)
    }

    /// These live posts in this order, with authors and main categories, in one query.
    ///
    /// Lists find the keys first: left alone, the planner may begin with the few authors and read every entry of theirs.
    pub fn load(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<Vec<Brief>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let text = format!(
            "SELECT STRAIGHT_JOIN {{}}, 0, 0 FROM entries {} WHERE entries.id IN ({}) AND entries.state = 'published'",
            Brief::JOINS,
            vec!["?"; ids.len()].join(", ")
        );
        let statement: Statement<_, BriefType> = Statement::new(text, Brief::columns());
        let rows: Vec<BriefRow> = ids.iter().fold(statement, |statement, id| statement.number(id.number())).load(conn)?;
        let mut briefs: Vec<Brief> = rows.into_iter().map(|row| Brief::of_row(row).0).collect();
        briefs.sort_by_key(|brief| ids.iter().position(|id| *id == brief.entry.id));
        Ok(briefs)
    }

    /// What belongs to `entries` in a statement that selects [`Brief::columns`].
    pub(super) const JOINS: &str = "JOIN users ON users.id = entries.author_id \
         LEFT JOIN entry_categories ON entry_categories.entry_id = entries.id AND entry_categories.position = 0 \
         LEFT JOIN categories ON categories.id = entry_categories.category_id";

    pub(super) fn columns() -> BriefColumns {
        (Entry::as_select(), Author::as_select(), categories::id, categories::path, categories::name)
    }

    /// The brief, and the two numbers beside it.
    pub(super) fn of_row((entry, author, id, path, name, one, other): BriefRow) -> (Brief, i64, i64) {
        (Brief { entry, author, topic: path.zip(name), topic_id: id }, one, other)
    }
}

/// What a statement selects for briefs; the type of that and of two numbers behind it; the row that comes.
pub(super) type BriefColumns = (AsSelect<Entry, Mysql>, AsSelect<Author, Mysql>, categories::id, categories::path, categories::name);
pub(super) type BriefType = (
    SqlTypeOf<AsSelect<Entry, Mysql>>,
    SqlTypeOf<AsSelect<Author, Mysql>>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    BigInt,
    BigInt,
);
pub(super) type BriefRow = (Entry, Author, Option<CategoryId>, Option<String>, Option<String>, i64, i64);

/// One page of a list, newest first.
pub fn page(conn: &mut Conn, list: List, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Brief>> {
    let (kind, key) = list.key();
    let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, EntryId::from(cursor.id))));
    let mut query = listings::table
        .filter(listings::kind.eq(kind))
        .filter(listings::list_key.eq(key))
        .select((listings::published_at, listings::entry_id))
        .limit(limit as i64 + 1)
        .into_boxed();
    query = newest_first!(query, place, listings::published_at, listings::entry_id);
    let rows: Vec<(NaiveDateTime, EntryId)> = query.load(conn)?;
    let slice = Slice::cut(rows, limit, cursor.filter(|_| place.is_some()), |(at, id)| Cursor::of_time(*at, id.number()));
    let ids: Vec<EntryId> = slice.rows.iter().map(|(_, id)| *id).collect();
    Ok(Slice { rows: Brief::load(conn, &ids)?, newer: slice.newer, older: slice.older })
}

/// The newest posts of each of these categories: at most `each` of one, in one query that reads no more rows than that.
pub fn newest_in(conn: &mut Conn, wanted: &[CategoryId], each: i64) -> QueryResult<HashMap<CategoryId, Vec<Brief>>> {
    let mut lists: HashMap<CategoryId, Vec<Brief>> = HashMap::new();
    if wanted.is_empty() {
        return Ok(lists);
    }
    let newest = "(SELECT list_key, entry_id FROM listings WHERE kind = 'category' AND list_key = ? \
                   ORDER BY published_at DESC, entry_id DESC LIMIT ?)";
    let text = format!(
        "SELECT STRAIGHT_JOIN {{}}, chosen.list_key, 0 FROM ({}) AS chosen JOIN entries ON entries.id = chosen.entry_id {} \
         WHERE entries.state = 'published' ORDER BY entries.published_at DESC, entries.id DESC",
        vec![newest; wanted.len()].join(" UNION ALL "),
        Brief::JOINS
    );
    let statement: Statement<_, BriefType> = Statement::new(text, Brief::columns());
    let rows: Vec<BriefRow> = wanted.iter().fold(statement, |statement, id| statement.number(id.number()).number(each)).load(conn)?;
    for (brief, category, _) in rows.into_iter().map(Brief::of_row) {
        lists.entry(category.into()).or_default().push(brief);
    }
    Ok(lists)
}

/// The newest featured post among the newest 50.
pub fn featured(conn: &mut Conn) -> QueryResult<Option<Brief>> {
    let text = format!(
        "SELECT STRAIGHT_JOIN {{}}, 0, 0 FROM (SELECT entry_id FROM listings WHERE kind = 'all' AND list_key = 0 \
         ORDER BY published_at DESC, entry_id DESC LIMIT 50) AS chosen JOIN entries ON entries.id = chosen.entry_id {} \
         WHERE entries.state = 'published' AND entries.featured ORDER BY entries.published_at DESC, entries.id DESC LIMIT 1",
        Brief::JOINS
    );
    let statement: Statement<_, BriefType> = Statement::new(text, Brief::columns());
    Ok(statement.get_result::<BriefRow>(conn).optional()?.map(|row| Brief::of_row(row).0))
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

/// How many posts each list of a kind has: `category`, `tag`, `author` or `month`; bounded by 5,000.
pub fn counts(conn: &mut Conn, kind: &str) -> QueryResult<Vec<(i64, i64)>> {
    list_counts::table
        .filter(list_counts::kind.eq(kind))
        .filter(list_counts::entries.gt(0))
        .order(list_counts::list_key.desc())
        .select((list_counts::list_key, list_counts::entries))
        .limit(5000)
        .load(conn)
}

/// The lists that a post stands in now.
pub fn of_entry(conn: &mut Conn, entry: EntryId) -> QueryResult<Vec<List>> {
    let rows: Vec<(String, i64)> =
        listings::table.filter(listings::entry_id.eq(entry)).select((listings::kind, listings::list_key)).load(conn)?;
    Ok(rows.iter().filter_map(|(kind, key)| List::from_key(kind, *key)).collect())
}

/// Puts a post on the lists where it belongs, and takes it off the others; counts follow. Says which cached pages show it.
pub fn sync(conn: &mut Conn, id: EntryId) -> QueryResult<Vec<String>> {
    let entry = Entry::find(conn, id)?;
    let at = entry.published_at.unwrap_or(entry.changed_at);
    let wanted =
        if entry.kind == Kind::Post && entry.state == EntryState::Published { belongs(conn, &entry, at)? } else { BTreeSet::new() };
    let standing: BTreeSet<List> = of_entry(conn, id)?.into_iter().collect();
    let stood_at: Option<NaiveDateTime> =
        listings::table.filter(listings::entry_id.eq(id)).select(listings::published_at).first(conn).optional()?;
    let moved = stood_at.is_some_and(|stood_at| stood_at != at);
    let changed: BTreeSet<List> = if moved { &standing | &wanted } else { &standing ^ &wanted };
    let mut tags = Vec::new();
    if changed.contains(&List::All) {
        tags.extend(pages_beside(conn, id, stood_at)?);
    }
    diesel::delete(listings::table.filter(listings::entry_id.eq(id))).execute(conn)?;
    let rows: Vec<_> = wanted
        .iter()
        .map(|list| {
            let (kind, key) = list.key();
            (listings::kind.eq(kind), listings::list_key.eq(key), listings::published_at.eq(at), listings::entry_id.eq(id))
        })
        .collect();
    diesel::insert_into(listings::table).values(rows).execute(conn)?;
    if changed.contains(&List::All) && !wanted.is_empty() {
        tags.extend(pages_beside(conn, id, Some(at))?);
    }
    for list in wanted.difference(&standing) {
        change_count(conn, *list, 1)?;
    }
    for list in standing.difference(&wanted) {
        change_count(conn, *list, -1)?;
    }
    let kinds: BTreeSet<&str> = standing.symmetric_difference(&wanted).map(|list| list.key().0).filter(|kind| *kind != "all").collect();
    tags.extend(kinds.into_iter().map(shown::counts));
    tags.extend(changed.into_iter().map(List::cache_tag));
    Ok(tags)
}

/// The pages of the posts beside this one: they lead to it.
fn pages_beside(conn: &mut Conn, id: EntryId, at: Option<NaiveDateTime>) -> QueryResult<Vec<String>> {
    let (older, newer) = neighbours(conn, id, at)?;
    Ok([older, newer].into_iter().flatten().map(|(id, _)| shown::own_page(id)).collect())
}

fn belongs(conn: &mut Conn, entry: &Entry, at: NaiveDateTime) -> QueryResult<BTreeSet<List>> {
    let zone = SiteSettings::load(conn)?.time_zone;
    let local = zone.from_utc_datetime(&at);
    let mut lists =
        BTreeSet::from([List::All, List::Author(entry.author_id), List::Month(i64::from(local.year()) * 100 + i64::from(local.month()))]);
    let own: Vec<CategoryId> =
        entry_categories::table.filter(entry_categories::entry_id.eq(entry.id)).select(entry_categories::category_id).load(conn)?;
    lists.extend(category::with_ancestors(conn, &own)?.into_iter().map(List::Category));
    let tags: Vec<TagId> = entry_tags::table.filter(entry_tags::entry_id.eq(entry.id)).select(entry_tags::tag_id).load(conn)?;
    lists.extend(tags.into_iter().map(List::Tag));
    Ok(lists)
}

/// Corrects how many posts a list has.
pub(super) fn change_count(conn: &mut Conn, list: List, by: i64) -> QueryResult<()> {
    let (kind, key) = list.key();
    let row = (list_counts::kind.eq(kind), list_counts::list_key.eq(key), list_counts::entries.eq(by.max(0)));
    diesel::insert_into(list_counts::table)
        .values(row)
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set(list_counts::entries.eq(sql::<BigInt>("GREATEST(entries + ").bind::<BigInt, _>(by).sql(", 0)")))
        .execute(conn)
        .map(drop)
}
