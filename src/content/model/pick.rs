//! Choosing an entry in a form: by its address, or by its whole title; and what is suggested while somebody types.

use super::{
    entry::{EntryId, EntryState, Kind, Listed},
    reach::Mine,
    search::{self, Filter},
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    markup::own_path,
    schema::entries,
    web::person::Person,
};
use diesel::prelude::*;

/// States of entries that have an address.
const STANDING: [EntryState; 2] = [EntryState::Draft, EntryState::Published];

/// The entry that somebody means who types its address, with or without that of the site before it, or its whole title; else what to
/// mend at `field`. What lies in the trash is not meant.
pub fn named(conn: &mut Conn, typed: &str, base_url: &str, field: &'static str) -> AppResult<EntryId> {
    let path = own_path(typed, base_url).unwrap_or_else(|| typed.to_owned());
    let path = path.split(['?', '#']).next().unwrap_or("");
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    if path.starts_with('/') && path.is_ascii() && path.len() <= 700 {
        let at: Option<EntryId> = entries::table.filter(entries::path.eq(path)).select(entries::id).first(conn).optional()?;
        if let Some(id) = at {
            return Ok(id);
        }
    }
    let titled: Vec<EntryId> = if typed.is_empty() || typed.chars().count() > 300 {
        Vec::new()
    } else {
        // Kind and state, so that the index entries_by_kind_title has them.
        let titled = entries::table.filter(entries::kind.eq_any([Kind::Post, Kind::Page])).filter(entries::state.eq_any(STANDING));
        let titled = titled.filter(entries::title.eq(typed));
        titled.order(entries::id).select(entries::id).limit(2).load(conn)?
    };
    match titled[..] {
        [one] => Ok(one),
        [] => Err(AppError::invalid(field, "There is no entry at this address or of this title. Copy its address, such as /posts/hello.")),
        _ => Err(AppError::invalid(field, "Several entries have this title. Type the address of one, such as /posts/hello.")),
    }
}

/// Entries to choose one, by the beginning of their address or words of their title; bounded by `limit`. Drafts only where the person
/// may change them.
pub fn offered(conn: &mut Conn, person: &Person, typed: &str, limit: usize) -> QueryResult<Vec<Listed>> {
    let found: Vec<Listed> = if typed.starts_with('/') {
        let begins = format!("{}%", search::escape(typed));
        let found = Listed::query().filter(entries::path.like(begins)).order(entries::path).limit(limit as i64);
        if typed.is_ascii() { found.load(conn)? } else { Vec::new() }
    } else {
        let filter = Filter { words: typed.to_owned(), ..Filter::default() };
        search::page(conn, None, &filter, None, limit)?.rows
    };
    let mine = Mine::among(conn, person, &found.iter().map(|entry| entry.id).collect::<Vec<_>>())?;
    Ok(found.into_iter().filter(|entry| entry.is_live() || mine.has(&entry.id)).collect())
}
