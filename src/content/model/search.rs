//! The list of entries in the admin: filters, order, pages.

use super::{
    category::CategoryId,
    entry::{Entry, EntryId, EntryState, Kind},
};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, from_a_to_z, newest_first},
    },
    schema::{entries, entry_categories, users},
    text_enum,
    web::person::UserId,
};
use diesel::{dsl::exists, prelude::*};
use std::collections::HashMap;

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
    /// Words that the title holds.
    pub words: String,
    /// In which order.
    pub order: Order,
}

impl Default for Filter {
    fn default() -> Self {
        Filter { view: View::All, kind: None, author: None, category: None, words: String::new(), order: Order::Changed }
    }
}

/// One page of the list: entries with the names of their authors.
pub fn page(conn: &mut Conn, filter: &Filter, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<(Entry, String)>> {
    let slice = entries(conn, filter, cursor, limit)?;
    let authors: Vec<UserId> = slice.rows.iter().map(|entry| entry.author_id).collect();
    let names: HashMap<UserId, String> = users::table
        .filter(users::id.eq_any(authors))
        .select((users::id, users::name))
        .load::<(UserId, String)>(conn)?
        .into_iter()
        .collect();
    Ok(slice.map(|entry| {
        let name = names.get(&entry.author_id).cloned().unwrap_or_default();
        (entry, name)
    }))
}

/// The entries alone: joined with their authors, the planner may begin with these and read every entry of theirs.
fn entries(conn: &mut Conn, filter: &Filter, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Entry>> {
    let mut query = Entry::query().limit(limit as i64 + 1).into_boxed();
    query = match filter.view {
        View::All => query.filter(entries::state.ne(EntryState::Trashed)),
        View::Live => query.filter(entries::state.eq(EntryState::Published)),
        View::Draft => query.filter(entries::state.eq(EntryState::Draft)),
        View::Scheduled => query.filter(entries::publish_at.is_not_null().or(entries::unpublish_at.is_not_null())),
        View::Trash => query.filter(entries::state.eq(EntryState::Trashed)),
    };
    if let Some(kind) = filter.kind {
        query = query.filter(entries::kind.eq(kind));
    }
    if let Some(author) = filter.author {
        query = query.filter(entries::author_id.eq(author));
    }
    if let Some(category) = filter.category {
        let inside =
            entry_categories::table.filter(entry_categories::category_id.eq(category)).filter(entry_categories::entry_id.eq(entries::id));
        query = query.filter(exists(inside));
    }
    if !filter.words.is_empty() {
        query = query.filter(entries::title.like(format!("%{}%", escape(&filter.words))));
    }
    match filter.order {
        Order::Changed => {
            let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, EntryId::from(cursor.id))));
            query = newest_first!(query, place, entries::changed_at, entries::id);
            let cursor = cursor.filter(|_| place.is_some());
            Ok(Slice::cut(query.load(conn)?, limit, cursor, |entry: &Entry| Cursor::of_time(entry.changed_at, entry.id.number())))
        }
        Order::Title => {
            let place = cursor.map(|cursor| (cursor.way, cursor.value.clone(), EntryId::from(cursor.id)));
            query = from_a_to_z!(query, place, entries::title, entries::id);
            Ok(Slice::cut(query.load(conn)?, limit, cursor, |entry: &Entry| Cursor::of_text(&entry.title, entry.id.number())))
        }
    }
}

/// How many entries each view has.
pub fn counts(conn: &mut Conn) -> QueryResult<Vec<(View, i64)>> {
    let rows: Vec<(EntryState, i64)> =
        entries::table.group_by(entries::state).select((entries::state, diesel::dsl::count_star())).load(conn)?;
    let of = |state: EntryState| rows.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count);
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

/// Makes `%`, `_` and `\` stand for themselves in LIKE.
pub fn escape(words: &str) -> String {
    words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
