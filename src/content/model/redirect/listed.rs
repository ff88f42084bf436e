//! The list of redirects in the admin: filtered, ordered, turned by key.

use super::{Origin, Redirect, RedirectId};
use crate::{
    content::model::{
        entry::{EntryId, Listed},
        search::escape,
    },
    db::{
        Conn,
        cursor::{Cursor, Slice, Way, from_a_to_z, newest_first},
    },
    schema::{entries, redirects},
    text_enum,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashMap;

text_enum!(
    /// What the list is ordered by.
    Order {
        /// Made last first.
        Newest = "newest",
        /// Used most first.
        Hits = "hits",
        /// Used last first.
        Used = "used",
    }
);

/// Which redirects are wanted.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Only those that came about so.
    pub origin: Option<Origin>,
    /// What the old address begins with, if that begins with a slash; else what either address holds. Then ordered by address.
    pub words: String,
    /// In which order.
    pub order: Order,
}

impl Filter {
    /// Whether something is looked for that no index finds.
    pub fn is_for_a_part(&self) -> bool {
        !self.words.is_empty() && !self.words.starts_with('/')
    }
}

/// A redirect with the entry that it leads to.
#[derive(Debug, Clone)]
pub struct Row {
    /// The redirect.
    pub redirect: Redirect,
    /// The entry, if it leads to one.
    pub entry: Option<Listed>,
}

impl Row {
    /// Where it leads, as a path or a full address; of an entry in the trash, its title.
    pub fn leads_to(&self) -> &str {
        match &self.entry {
            Some(entry) => entry.path.as_deref().unwrap_or(&entry.title),
            None => self.redirect.to_path.as_deref().unwrap_or(""),
        }
    }

    /// Whether its entry is one that nobody sees.
    pub fn is_dead(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| !entry.is_live())
    }
}

/// So many redirects are looked through for a part of an address before somebody is asked whether to go on.
pub const LOOKED_THROUGH: usize = 20_000;

/// One page of the list. Words that no index finds are looked for among the next [`LOOKED_THROUGH`] redirects: there may be fewer rows
/// than fit, or none, and still a page below.
pub fn page(conn: &mut Conn, filter: &Filter, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Row>> {
    page_within(conn, filter, cursor, limit, LOOKED_THROUGH)
}

/// The same, looking through so many.
pub fn page_within(conn: &mut Conn, filter: &Filter, cursor: Option<&Cursor>, limit: usize, most: usize) -> QueryResult<Slice<Row>> {
    let slice = if filter.is_for_a_part() { holding(conn, filter, cursor, limit, most)? } else { redirects(conn, filter, cursor, limit)? };
    let ids: Vec<EntryId> = slice.rows.iter().filter_map(|redirect| redirect.target_entry_id).collect();
    let targets: Vec<Listed> = if ids.is_empty() { Vec::new() } else { Listed::query().filter(entries::id.eq_any(ids)).load(conn)? };
    let targets: HashMap<EntryId, Listed> = targets.into_iter().map(|entry| (entry.id, entry)).collect();
    Ok(slice.map(|redirect| Row { entry: redirect.target_entry_id.and_then(|id| targets.get(&id).cloned()), redirect }))
}

fn redirects(conn: &mut Conn, filter: &Filter, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Redirect>> {
    let mut query = Redirect::query().limit(limit as i64 + 1).into_boxed();
    if let Some(origin) = filter.origin {
        query = query.filter(redirects::origin.eq(origin));
    }
    if !filter.words.is_empty() {
        query = query.filter(redirects::from_path.like(format!("{}%", escape(&filter.words))));
        query = from_a_to_z!(query, place(cursor), redirects::from_path, redirects::id);
        return Ok(Slice::cut(query.load(conn)?, limit, cursor, by_address));
    }
    let number = |cursor: &Cursor| Some((cursor.way, cursor.value.parse::<i64>().ok()?, RedirectId::from(cursor.id)));
    match filter.order {
        Order::Newest => {
            let place = cursor.map(|cursor| (cursor.way, RedirectId::from(cursor.id), RedirectId::from(cursor.id)));
            query = newest_first!(query, place, redirects::id, redirects::id);
            Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &Redirect| Cursor::of_text("", one.id.number())))
        }
        Order::Hits => {
            let place = cursor.and_then(number);
            query = newest_first!(query, place, redirects::hits, redirects::id);
            let cursor = cursor.filter(|_| place.is_some());
            Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &Redirect| Cursor::of_text(&one.hits.to_string(), one.id.number())))
        }
        Order::Used => {
            let day = |cursor: &Cursor| Some((cursor.way, cursor.value.parse::<NaiveDate>().ok()?, RedirectId::from(cursor.id)));
            let place = cursor.and_then(day);
            query = newest_first!(query, place, redirects::last_used_on, redirects::id);
            let cursor = cursor.filter(|_| place.is_some());
            let mark = |one: &Redirect| Cursor::of_text(&one.last_used_on.to_string(), one.id.number());
            Ok(Slice::cut(query.load(conn)?, limit, cursor, mark))
        }
    }
}

fn place(cursor: Option<&Cursor>) -> Option<(Way, String, RedirectId)> {
    cursor.map(|cursor| (cursor.way, cursor.value.clone(), RedirectId::from(cursor.id)))
}

fn by_address(one: &Redirect) -> String {
    Cursor::of_text(&one.from_path, one.id.number())
}

/// Those among the next `most` that hold the words in either address, in the order of the old ones.
fn holding(conn: &mut Conn, filter: &Filter, cursor: Option<&Cursor>, limit: usize, most: usize) -> QueryResult<Slice<Redirect>> {
    let end = end_of_looking(conn, cursor, most)?;
    let up = cursor.is_some_and(|cursor| cursor.way == Way::Up);
    let mut query = Redirect::query().limit(limit as i64 + 1).into_boxed();
    if let Some(origin) = filter.origin {
        query = query.filter(redirects::origin.eq(origin));
    }
    if let Some((address, _)) = &end {
        query = if up {
            query.filter(redirects::from_path.ge(address.clone()))
        } else {
            query.filter(redirects::from_path.le(address.clone()))
        };
    }
    let pattern = format!("%{}%", escape(&filter.words));
    query = query.filter(redirects::from_path.like(pattern.clone()).or(redirects::to_path.assume_not_null().like(pattern)));
    query = from_a_to_z!(query, place(cursor), redirects::from_path, redirects::id);
    let rows: Vec<Redirect> = query.load(conn)?;
    let is_full = rows.len() > limit;
    let mut slice = Slice::cut(rows, limit, cursor, by_address);
    let go_on = end.filter(|_| !is_full).map(|(address, id)| Cursor::of_text(&address, id.number()));
    if up {
        slice.newer = slice.newer.or(go_on);
    } else {
        slice.older = slice.older.or(go_on);
    }
    Ok(slice)
}

/// The last of the next `most` redirects; nothing: there are fewer.
fn end_of_looking(conn: &mut Conn, cursor: Option<&Cursor>, most: usize) -> QueryResult<Option<(String, RedirectId)>> {
    let next = redirects::table.select((redirects::from_path, redirects::id)).offset(most.saturating_sub(1) as i64).limit(1).into_boxed();
    from_a_to_z!(next, place(cursor), redirects::from_path, redirects::id).first(conn).optional()
}

/// How many there are, counted to so many.
pub fn count_to(conn: &mut Conn, most: i64) -> QueryResult<i64> {
    let some: Vec<RedirectId> = redirects::table.select(redirects::id).limit(most).load(conn)?;
    Ok(some.len() as i64)
}

/// Those of these that are there, in the order of their addresses.
pub fn chosen(conn: &mut Conn, ids: &[RedirectId]) -> QueryResult<Vec<Redirect>> {
    Redirect::query().filter(redirects::id.eq_any(ids)).order((redirects::from_path, redirects::id)).load(conn)
}
