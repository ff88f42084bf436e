//! The list of entries in the admin: filters, order, pages.

mod union;

pub use crate::db::words::literal as escape;

use super::{
    category::CategoryId,
    entry::{EntryId, EntryState, Kind, Listed},
    tally::Tally,
};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice},
    },
    schema::{entries, users},
    text_enum,
    web::{page_cache::PageCache, person::UserId},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};
use union::Edge;

text_enum!(
    /// What the list is ordered by.
    Order {
        /// Last changed first.
        Changed = "changed",
        /// From A to Z.
        Title = "title",
    }
);

text_enum!(
    /// Which states are shown.
    View {
        /// Everything but the trash.
        All = "all",
        /// What visitors see.
        Live = "live",
        /// Not live and not in the trash.
        Draft = "draft",
        /// Goes live, is updated or comes off by itself.
        Scheduled = "scheduled",
        /// In the trash.
        Trash = "trash",
    }
);

/// Which entries are wanted.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Which states.
    pub view: View,
    /// Only posts or only pages.
    pub kind: Option<Kind>,
    /// Only by this author.
    pub author: Option<UserId>,
    /// Only in this category itself.
    pub category: Option<CategoryId>,
    /// What the title holds, from the beginning of a word on.
    pub words: String,
    /// In which order.
    pub order: Order,
}

impl Default for Filter {
    fn default() -> Self {
        Filter { view: View::All, kind: None, author: None, category: None, words: String::new(), order: Order::Changed }
    }
}

/// One page of the list. `pages`, where there are any, remember which way to the entries is short.
///
/// The entries alone: joined with their authors, the planner may begin with these and read every entry of theirs. Names are for
/// [`with_authors`].
pub fn page(
    conn: &mut Conn,
    pages: Option<&PageCache>,
    filter: &Filter,
    cursor: Option<&Cursor>,
    limit: usize,
) -> QueryResult<Slice<Listed>> {
    let cursor = cursor.filter(|cursor| filter.order == Order::Title || cursor.time().is_some());
    let ids = found(conn, pages, filter, cursor, limit + 1)?;
    let rows = Listed::in_order(conn, &ids)?;
    Ok(Slice::cut(rows, limit, cursor, |entry| match filter.order {
        Order::Changed => Cursor::of_time(entry.changed_at, entry.id.number()),
        Order::Title => Cursor::of_text(&entry.title, entry.id.number()),
    }))
}

/// The same entries with the names of their authors, of which some may be `known`.
pub fn with_authors(conn: &mut Conn, entries: Slice<Listed>, known: &[(UserId, String)]) -> QueryResult<Slice<(Listed, String)>> {
    let mut names: HashMap<UserId, String> = known.iter().cloned().collect();
    let others: BTreeSet<UserId> = entries.rows.iter().map(|entry| entry.author_id).filter(|author| !names.contains_key(author)).collect();
    if !others.is_empty() {
        let asked = users::table.filter(users::id.eq_any(others)).select((users::id, users::name));
        names.extend(asked.load::<(UserId, String)>(conn)?);
    }
    Ok(entries.map(|entry| {
        let name = names.get(&entry.author_id).cloned().unwrap_or_default();
        (entry, name)
    }))
}

/// The keys of the first entries of the list, in its order.
pub fn ids(conn: &mut Conn, pages: Option<&PageCache>, filter: &Filter, limit: usize) -> QueryResult<Vec<EntryId>> {
    found(conn, pages, filter, None, limit)
}

/// The first keys of the list; `pages` remembers what the way to them goes by.
fn found(conn: &mut Conn, pages: Option<&PageCache>, filter: &Filter, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Vec<EntryId>> {
    if union::has_words_alone(filter)
        && let Some(ids) = common(conn, pages, filter, cursor, limit)?
    {
        return Ok(ids);
    }
    let large = match union::category_by_title(filter) {
        Some(category) => hint(pages, category.number(), || union::is_large(conn, category).map(Large))?.0,
        None => false,
    };
    union::of(filter, cursor, limit, large).load(conn)
}

/// A word that is common stands in enough of the next titles of the list; the index of words would bring all entries with it, to be
/// sorted. It is asked for the rare ones. What the first titles have tells how far to look.
fn common(
    conn: &mut Conn,
    pages: Option<&PageCache>,
    filter: &Filter,
    cursor: Option<&Cursor>,
    limit: usize,
) -> QueryResult<Option<Vec<EntryId>>> {
    let (mut ids, mut looked, mut from) = (Vec::new(), 0, None);
    let mut window = Some(union::NEAR);
    while let Some(entries) = window {
        let to = match (from, cursor, filter.order) {
            (None, None, Order::Changed) => {
                let first = || union::far(filter, None, None, entries, "changed_at").moment(conn).map(FirstWindow);
                hint(pages, filter.view as i64, first)?.0.map(Edge::Moment)
            }
            _ => union::far(filter, cursor, from, entries - looked, "id").load(conn)?.first().copied().map(Edge::Entry),
        };
        ids.extend(union::near(filter, cursor, from, to, limit - ids.len()).load(conn)?);
        if ids.len() >= limit || to.is_none() {
            return Ok(Some(ids)); // the page is full, or the list has ended
        }
        (looked, from) = (entries, to);
        window = union::wider(looked, ids.len(), limit);
    }
    Ok(None)
}

/// Whether a category is large.
#[derive(Clone, Copy)]
struct Large(bool);

/// Where the first window of a view ends; `None`: it holds the whole list.
#[derive(Clone, Copy)]
struct FirstWindow(Option<NaiveDateTime>);

/// Asked for once a minute where there are `pages`.
fn hint<T: Copy + Send + Sync + 'static>(pages: Option<&PageCache>, number: i64, ask: impl FnOnce() -> QueryResult<T>) -> QueryResult<T> {
    match pages {
        Some(pages) => pages.hint(number, ask),
        None => ask(),
    }
}

/// How many entries each view has.
pub fn counts(conn: &mut Conn) -> QueryResult<Vec<(View, i64)>> {
    let tally = Tally::load(conn)?;
    let of = |state: EntryState| tally.of(None, state);
    let scheduled =
        entries::table.filter(entries::publish_at.is_not_null().or(entries::unpublish_at.is_not_null())).count().get_result(conn)?;
    Ok(vec![
        (View::All, of(EntryState::Draft) + of(EntryState::Published)),
        (View::Live, of(EntryState::Published)),
        (View::Draft, of(EntryState::Draft)),
        (View::Scheduled, scheduled),
        (View::Trash, of(EntryState::Trashed)),
    ])
}
