//! The tree of pages: its levels as people who write see them, the order among siblings ([`order`]), and moving a page with
//! everything below it ([`moving`]).
//!
//! A level is read off the index `entries_in_tree`, a range for each state, so that a page of it costs what it shows, however many
//! pages there are. The order among siblings belongs to the entry and not to its revisions: it changes at once, and no draft brings
//! an old one back.

pub mod moving;
pub mod order;

use super::{
    entry::{EntryId, EntryState, Kind, Listed},
    search::{self, Filter, Order},
};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, Way},
        statement::Statement,
    },
    error::{AppError, AppResult},
    schema::entries,
    web::form::FormErrors,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer},
};
use std::collections::HashSet;

/// What is part of the tree: the states of pages that have an address.
const IN_TREE: [EntryState; 2] = [EntryState::Draft, EntryState::Published];

/// One page of the pages right below `parent`, or at the top, in their order.
pub fn level(conn: &mut Conn, parent: Option<EntryId>, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Listed>> {
    let place = cursor.and_then(|cursor| Some((cursor, cursor.value.parse::<i64>().ok()?)));
    let up = place.is_some_and(|(cursor, _)| cursor.way == Way::Up);
    let (sign, way) = if up { ("<", "DESC") } else { (">", "ASC") };
    let from = if place.is_some() { format!("AND position {sign}= ? AND (position {sign} ? OR id {sign} ?)") } else { String::new() };
    let above = if parent.is_some() { "parent_id = ?" } else { "parent_id IS NULL" };
    let part = format!(
        "(SELECT id, position FROM entries FORCE INDEX (entries_in_tree) WHERE kind = 'page' AND {above} AND state = ? {from} \
         ORDER BY position {way}, id {way} LIMIT ?)"
    );
    let text = format!("SELECT id FROM ({part} UNION ALL {part}) AS level ORDER BY position {way}, id {way} LIMIT ?");
    let most = limit as i64 + 1;
    let mut statement: Statement<(), BigInt> = Statement::new(text, ());
    for state in IN_TREE {
        if let Some(parent) = parent {
            statement = statement.number(parent.number());
        }
        statement = statement.text(state.word());
        if let Some((cursor, position)) = place {
            statement = statement.number(position).number(position).number(cursor.id);
        }
        statement = statement.number(most);
    }
    let ids: Vec<EntryId> = statement.number(most).load(conn)?;
    let rows = Listed::in_order(conn, &ids)?;
    let mark = |entry: &Listed| Cursor::of_text(&entry.position.to_string(), entry.id.number());
    Ok(Slice::cut(rows, limit, place.map(|(cursor, _)| cursor), mark))
}

/// Those of these pages below which others stand. Reads one row for each.
pub fn with_children(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<HashSet<EntryId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    // Asked for each by itself: joined, the server might read all children of all.
    let text = format!(
        "SELECT page.id, (SELECT 1 FROM entries AS child FORCE INDEX (entries_in_tree) WHERE child.kind = 'page' \
         AND child.parent_id = page.id AND child.state IN ('draft', 'published') LIMIT 1) IS NOT NULL \
         FROM entries AS page WHERE page.id IN ({})",
        vec!["?"; ids.len()].join(", ")
    );
    let statement: Statement<(), (BigInt, Integer)> = Statement::new(text, ());
    let rows: Vec<(EntryId, i32)> = ids.iter().fold(statement, |statement, id| statement.number(id.number())).load(conn)?;
    Ok(rows.into_iter().filter(|(_, has)| *has == 1).map(|(id, _)| id).collect())
}

/// A page and everything above it, from the top; bounded by 100 levels, of which an address has room for far fewer.
pub fn trail(conn: &mut Conn, page: EntryId) -> QueryResult<Vec<Listed>> {
    let mut trail = vec![Listed::find(conn, page)?];
    while let Some(above) = trail.last().and_then(|entry| entry.parent_id).filter(|_| trail.len() < 100) {
        trail.push(Listed::find(conn, above)?);
    }
    trail.reverse();
    Ok(trail)
}

/// Below which everything of a branch lies, as a pattern for `LIKE`; `None` for posts and in the trash, which have no branch.
pub fn below(entry: &Listed) -> Option<String> {
    entry.path.as_ref().filter(|_| entry.kind == Kind::Page).map(|path| format!("{}/%", search::escape(path)))
}

/// How many pages lie below one, and how many of them visitors see.
pub fn branch_size(conn: &mut Conn, entry: &Listed) -> QueryResult<(i64, i64)> {
    let Some(below) = below(entry) else { return Ok((0, 0)) };
    let all = || entries::table.filter(entries::path.like(below.clone())).count();
    Ok((all().get_result(conn)?, all().filter(entries::state.eq(EntryState::Published)).get_result(conn)?))
}

/// Pages, to choose one: by the beginning of their address where that is typed, else by words of their title; bounded by `limit`.
pub fn find(conn: &mut Conn, typed: &str, limit: usize) -> QueryResult<Vec<Listed>> {
    if typed.starts_with('/') || typed.is_empty() {
        let typed = if typed.is_ascii() { typed } else { return Ok(Vec::new()) };
        // Left alone, the planner may read every address that begins so, those of posts too.
        let text = "SELECT id FROM entries FORCE INDEX (entries_by_kind_path) \
                    WHERE kind = 'page' AND path IS NOT NULL AND path LIKE ? ORDER BY path LIMIT ?";
        let found: Statement<(), (BigInt,)> = Statement::new(text, ());
        let rows: Vec<(EntryId,)> = found.text(format!("{}%", search::escape(typed))).number(limit as i64).load(conn)?;
        let ids = rows.into_iter().map(|(id,)| id);
        return Listed::query().filter(entries::id.eq_any(ids)).order(entries::path).load(conn);
    }
    let filter = Filter { kind: Some(Kind::Page), words: typed.to_owned(), order: Order::Title, ..Filter::default() };
    Ok(search::page(conn, None, &filter, None, limit)?.rows)
}

/// The page that somebody means who types an address, or chooses a number from a list; nothing typed is the top.
pub fn named(conn: &mut Conn, typed: &str) -> AppResult<Option<EntryId>> {
    if typed.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = typed.parse() {
        return Ok(Some(id)); // whether it is there is asked where it is used
    }
    let path = format!("/{}", typed.trim().trim_matches('/').to_lowercase());
    let pages = entries::table.filter(entries::kind.eq(Kind::Page)).filter(entries::path.eq(&path)).select(entries::id);
    let found: Option<EntryId> = if path.is_ascii() { pages.first(conn).optional()? } else { None };
    let shown: String = typed.chars().take(100).collect();
    let sentence = format!("There is no page at “{shown}”. Type the address of one, such as /about, or leave this empty for the top.");
    Ok(Some(found.ok_or_else(|| AppError::Invalid(FormErrors::one("parent", sentence)))?))
}
