//! The trash: entries stay for 30 days, without an address, and can come back.

use super::{
    entry::{Entry, EntryId, EntryState, Kind},
    place, publishing,
    saving::record,
    tally,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    schema::entries,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

/// Days that an entry stays.
pub const DAYS: i64 = 30;

/// Moves an entry to the trash. A page with pages below it is refused.
pub fn trash(conn: &mut Conn, id: EntryId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::lock(conn, id)?;
    if entry.state == EntryState::Trashed {
        return Ok(());
    }
    let below = entries::table.filter(entries::parent_id.eq(id)).filter(entries::state.ne(EntryState::Trashed));
    if below.count().get_result::<i64>(conn)? > 0 {
        return Err(AppError::Conflict("There are pages below this one. Move them elsewhere or to the trash first."));
    }
    let lists = publishing::withdraw(conn, id, EntryState::Trashed, now)?;
    let set = (entries::path.eq(None::<String>), entries::trashed_at.eq(now));
    diesel::update(entries::table.find(id)).set(set).execute(conn)?;
    record(conn, "entry.trashed", &entry, lists, actor, now)
}

/// Brings an entry back as a draft, at its old address, or one like it if that is taken now.
pub fn restore(conn: &mut Conn, id: EntryId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::lock(conn, id)?;
    if entry.state != EntryState::Trashed {
        return Ok(());
    }
    let parent = match entry.parent_id {
        Some(parent) if Entry::find(conn, parent)?.state != EntryState::Trashed => Some(parent),
        _ => None,
    };
    let wished = place::choose(conn, entry.kind, parent, &entry.slug, &entry.title, Some(id));
    let (path, slug) = match wished {
        Err(AppError::Invalid(_)) => place::choose(conn, entry.kind, parent, "", &entry.slug, Some(id))?,
        chosen => chosen?,
    };
    let set = (
        entries::state.eq(EntryState::Draft),
        entries::parent_id.eq(parent),
        entries::path.eq(&path),
        entries::slug.eq(slug),
        entries::trashed_at.eq(None::<NaiveDateTime>),
        entries::changed_at.eq(now),
    );
    diesel::update(entries::table.find(id)).set(set).execute(conn)?;
    place::settled(conn, id, &path)?;
    record(conn, "entry.restored", &entry, Vec::new(), actor, now)
}

/// Deletes an entry with all its revisions; only from the trash.
pub fn delete(conn: &mut Conn, id: EntryId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::lock(conn, id)?;
    if entry.state != EntryState::Trashed {
        return Err(AppError::Conflict("Only entries in the trash can be deleted for good. Move it there first."));
    }
    record(conn, "entry.deleted", &entry, Vec::new(), actor, now)?;
    diesel::update(entries::table.filter(entries::parent_id.eq(id))).set(entries::parent_id.eq(None::<EntryId>)).execute(conn)?;
    diesel::delete(entries::table.find(id)).execute(conn)?;
    Ok(tally::change(conn, Some((entry.kind, entry.state)), None)?)
}

/// Deletes what has lain there for 30 days; at most 100 a run.
pub fn empty(conn: &mut Conn, now: NaiveDateTime) -> AppResult<usize> {
    let over: Vec<EntryId> = entries::table
        .filter(entries::state.eq(EntryState::Trashed))
        .filter(entries::trashed_at.lt(now - TimeDelta::days(DAYS)))
        .select(entries::id)
        .limit(100)
        .load(conn)?;
    for id in &over {
        delete(conn, *id, &Actor::default(), now)?;
    }
    Ok(over.len())
}

/// How many pages lie directly below a page, without those in the trash.
pub fn children(conn: &mut Conn, entry: &Entry) -> QueryResult<i64> {
    if entry.kind == Kind::Post {
        return Ok(0);
    }
    entries::table.filter(entries::parent_id.eq(entry.id)).filter(entries::state.ne(EntryState::Trashed)).count().get_result(conn)
}
