//! Series: posts that belong together and are read in an order. A post is part of one at most.
//!
//! Tables `series` and `series_parts`. Which series a post is in belongs to its revisions, as its topics do ([`put`] makes it so); its
//! place there does not: it changes at once ([`parts`]), as the order of pages does. A part keeps its place while it is off the site
//! or in the trash; visitors count live parts only, of which `list_counts` has the number.

pub mod changes;
pub mod parts;

use super::{
    entry::{Entry, EntryId},
    list, shown,
};
use crate::{
    content::paths,
    db::{
        Conn,
        cursor::{Cursor, Slice, from_a_to_z},
        statement::Statement,
    },
    error::{AppError, AppResult},
    schema::{list_counts, series, series_parts},
    typed_id,
    web::page_cache::PageCache,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer},
};
use serde::Deserialize;
use std::{collections::HashMap, sync::Arc};

typed_id!(
    /// Names a series.
    SeriesId
);

/// Series that a site may have; the editor's form names them all.
pub const MOST: i64 = 1000;
/// Parts that a series may have.
pub const MOST_PARTS: i64 = 500;
/// What `list_counts` calls them.
const COUNTED: &str = "series";

/// A series.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = series)]
pub struct Series {
    /// Key.
    pub id: SeriesId,
    /// Title shown.
    pub title: String,
    /// Names its page.
    pub slug: String,
    /// A few sentences, or empty.
    pub description: String,
}

impl Series {
    /// The series with this key.
    pub fn find(conn: &mut Conn, id: SeriesId) -> QueryResult<Series> {
        Series::query().find(id).first(conn)
    }

    /// The series with this page.
    pub fn by_slug(conn: &mut Conn, slug: &str) -> QueryResult<Series> {
        Series::query().filter(series::slug.eq(slug)).first(conn)
    }

    /// All of them by title; bounded by [`MOST`].
    pub fn all(conn: &mut Conn) -> QueryResult<Vec<Series>> {
        Series::query().order((series::title, series::id)).limit(MOST).load(conn)
    }

    /// One page of all of them by title.
    pub fn page(conn: &mut Conn, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Series>> {
        let mut query = Series::query().limit(limit as i64 + 1).into_boxed();
        let place = cursor.map(|cursor| (cursor.way, cursor.value.clone(), SeriesId::from(cursor.id)));
        query = from_a_to_z!(query, place, series::title, series::id);
        Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &Series| Cursor::of_text(&one.title, one.id.number())))
    }

    /// The address of its form in the admin.
    pub fn admin_url(&self) -> String {
        paths::admin_series(self.id)
    }

    /// The address of its page.
    pub fn url(&self) -> String {
        paths::series(&self.slug)
    }
}

/// How many parts each of these series has, drafts too, and how many of them are live; those without one are left out.
pub fn counts(conn: &mut Conn, of: &[SeriesId]) -> QueryResult<HashMap<SeriesId, (i64, i64)>> {
    let all: Vec<(SeriesId, i64)> = series_parts::table
        .filter(series_parts::series_id.eq_any(of))
        .group_by(series_parts::series_id)
        .select((series_parts::series_id, diesel::dsl::count_star()))
        .load(conn)?;
    let keys: Vec<i64> = of.iter().map(|id| id.number()).collect();
    let live: Vec<(i64, i64)> = list_counts::table
        .filter(list_counts::kind.eq(COUNTED))
        .filter(list_counts::list_key.eq_any(keys))
        .select((list_counts::list_key, list_counts::entries))
        .load(conn)?;
    let live: HashMap<i64, i64> = live.into_iter().collect();
    Ok(all.into_iter().map(|(id, parts)| (id, (parts, live.get(&id.number()).copied().unwrap_or(0)))).collect())
}

/// The series of a post, as its page names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// Key.
    pub id: SeriesId,
    /// Title shown.
    pub title: String,
    /// Names its page.
    pub slug: String,
}

impl Named {
    /// The address of its page.
    pub fn url(&self) -> String {
        paths::series(&self.slug)
    }
}

/// The series that a post is part of.
pub fn of_entry(conn: &mut Conn, entry: EntryId) -> QueryResult<Option<Named>> {
    let Some(id) = key_of(conn, entry)? else { return Ok(None) };
    let Series { id, title, slug, .. } = Series::find(conn, id)?;
    Ok(Some(Named { id, title, slug }))
}

/// The key of it.
pub(super) fn key_of(conn: &mut Conn, entry: EntryId) -> QueryResult<Option<SeriesId>> {
    series_parts::table.find(entry).select(series_parts::series_id).first(conn).optional()
}

/// The series in which visitors see it.
pub(super) fn seen_in(conn: &mut Conn, entry: &Entry) -> QueryResult<Option<SeriesId>> {
    if entry.is_live() { key_of(conn, entry.id) } else { Ok(None) }
}

/// Makes a post part of this series and no other: after the last part, or where it stands if it is one already. A series that is gone
/// meanwhile is none.
pub(super) fn put(conn: &mut Conn, entry: EntryId, wanted: Option<SeriesId>) -> QueryResult<()> {
    if key_of(conn, entry)? == wanted {
        return Ok(());
    }
    diesel::delete(series_parts::table.find(entry)).execute(conn)?;
    let Some(wanted) = wanted else { return Ok(()) };
    // Locked, so that two who come at once do not get the same place.
    let known: Option<SeriesId> = series::table.find(wanted).select(series::id).for_update().first(conn).optional()?;
    if known.is_none() {
        return Ok(());
    }
    let parts = series_parts::table.filter(series_parts::series_id.eq(wanted));
    let last: Option<i32> = parts.select(diesel::dsl::max(series_parts::position)).first(conn)?;
    let position = last.map_or(1, |last| last.saturating_add(1));
    let row = (series_parts::entry_id.eq(entry), series_parts::series_id.eq(wanted), series_parts::position.eq(position));
    diesel::insert_into(series_parts::table).values(row).execute(conn).map(drop)
}

/// Visitors saw a post in the one series and see it in the other: counts follow. Says which cached pages show those.
pub(super) fn moved(conn: &mut Conn, before: Option<SeriesId>, after: Option<SeriesId>) -> QueryResult<Vec<String>> {
    if before == after {
        return Ok(Vec::new());
    }
    let mut tags = vec![shown::counts(COUNTED)];
    for (id, by) in [(before, -1), (after, 1)] {
        let Some(id) = id else { continue };
        list::change_count_of(conn, COUNTED, id.number(), by)?;
        tags.push(shown::parts(id));
    }
    Ok(tags)
}

/// Refuses a series that is gone, or full, to a post that is not part of it yet.
pub fn may_join(conn: &mut Conn, wanted: Option<SeriesId>, entry: Option<EntryId>) -> AppResult<()> {
    let Some(wanted) = wanted else { return Ok(()) };
    if entry.map_or(Ok(None), |entry| key_of(conn, entry))? == Some(wanted) {
        return Ok(());
    }
    let known: Option<SeriesId> = series::table.find(wanted).select(series::id).for_update().first(conn).optional()?;
    if known.is_none() {
        return Err(AppError::invalid("series", "This series is gone. Choose another one, or none."));
    }
    if size(conn, wanted)? >= MOST_PARTS {
        return Err(AppError::invalid(
            "series",
            "This series has 500 parts, and no more fit. Choose another one, or begin a second series.",
        ));
    }
    Ok(())
}

/// How many parts a series has, drafts too.
pub fn size(conn: &mut Conn, id: SeriesId) -> QueryResult<i64> {
    series_parts::table.filter(series_parts::series_id.eq(id)).count().get_result(conn)
}

/// The live parts of a series in their order: place and key of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts(pub Vec<(i32, EntryId)>);

impl Parts {
    /// Out of memory, or read; a post costs that once for all parts of its series.
    pub fn of(conn: &mut Conn, pages: &PageCache, id: SeriesId) -> QueryResult<Arc<Parts>> {
        pages.kept(id.number(), &[shown::parts(id)], || {
            let text = "SELECT STRAIGHT_JOIN series_parts.position, series_parts.entry_id FROM series_parts FORCE INDEX (series_parts_in_order) \
                        JOIN entries FORCE INDEX (PRIMARY) ON entries.id = series_parts.entry_id WHERE series_parts.series_id = ? AND entries.state = 'published' \
                        ORDER BY series_parts.position, series_parts.entry_id LIMIT ?";
            let statement: Statement<(), (Integer, BigInt)> = Statement::new(text, ());
            Ok(Parts(statement.number(id.number()).number(MOST_PARTS).load(conn)?))
        })
    }

    /// Where among them a post stands; from 0.
    pub fn place(&self, entry: EntryId) -> Option<usize> {
        self.0.iter().position(|(_, id)| *id == entry)
    }

    /// One page of them, with the place of its first; a part that is gone meanwhile is where it would stand.
    pub fn page(&self, cursor: Option<&Cursor>, limit: usize) -> (usize, Slice<EntryId>) {
        use crate::db::cursor::Way;
        let place = cursor.and_then(|cursor| Some((cursor.way, (cursor.value.parse::<i32>().ok()?, EntryId::from(cursor.id)))));
        let (first, end) = match place {
            None => (0, limit),
            Some((Way::Down, at)) => {
                let first = self.0.partition_point(|part| *part <= at);
                (first, first + limit)
            }
            Some((Way::Up, at)) => {
                let end = self.0.partition_point(|part| *part < at);
                (end.saturating_sub(limit), end)
            }
        };
        let end = end.min(self.0.len());
        let rows = &self.0[first.min(end)..end];
        let mark = |(position, id): &(i32, EntryId)| Cursor::of_text(&position.to_string(), id.number());
        let newer = rows.first().filter(|_| first > 0).map(mark);
        let older = rows.last().filter(|_| end < self.0.len()).map(mark);
        (first, Slice { rows: rows.iter().map(|(_, id)| *id).collect(), newer, older })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(count: i64) -> Parts {
        Parts((1..=count).map(|number| (number as i32 * 2, number.into())).collect())
    }

    fn keys(page: &(usize, Slice<EntryId>)) -> (usize, Vec<i64>) {
        (page.0, page.1.rows.iter().map(|id| id.number()).collect())
    }

    #[test]
    fn parts_are_turned_page_by_page_both_ways() {
        let parts = parts(7);
        let first = parts.page(None, 3);
        assert_eq!((keys(&first), first.1.newer.as_deref()), ((0, vec![1, 2, 3]), None));
        let next = |page: &(usize, Slice<EntryId>)| Cursor::parse(page.1.older.as_deref(), None);
        let second = parts.page(next(&first).as_ref(), 3);
        let third = parts.page(next(&second).as_ref(), 3);
        assert_eq!((keys(&second), keys(&third)), ((3, vec![4, 5, 6]), (6, vec![7])));
        assert_eq!(third.1.older, None);
        let back = parts.page(Cursor::parse(None, third.1.newer.as_deref()).as_ref(), 3);
        assert_eq!(keys(&back), (3, vec![4, 5, 6]));
    }

    #[test]
    fn a_part_that_is_gone_and_nonsense_do_no_harm() {
        let parts = parts(4);
        let after = |value: &str| keys(&parts.page(Cursor::parse(Some(value), None).as_ref(), 2));
        assert_eq!(after("99~5"), (2, vec![3, 4]), "it stood between the second and the third");
        assert_eq!(after("1~many"), (0, vec![1, 2]));
        assert_eq!(after("1~99"), (4, vec![]));
        assert_eq!(keys(&Parts(Vec::new()).page(None, 2)), (0, vec![]));
    }
}
