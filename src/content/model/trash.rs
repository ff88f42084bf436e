//! The trash: entries stay for 30 days, without an address, and can come back.
//!
//! A page takes the pages below it along, and brings them back with it; each of those remembers in `trashed_with_id` which page
//! took it. All of it is set-based: a few statements, however many pages.

use super::{
    category::filing,
    entry::{Entry, EntryId, EntryState, Kind, Listed},
    link::broken,
    place, publishing,
    redirect::returned,
    revision::RevisionId,
    saving, shown, tally, translation,
    tree::below,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    media::model::uses,
    schema::entries,
    site::{menus, settings},
    web::person::{Person, Right},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{prelude::*, sql_types::BigInt};
use std::collections::BTreeSet;

/// Days that an entry stays.
pub const DAYS: i64 = 30;

/// From so many pages on, oneself included, the title of the one above is asked for.
pub const LARGE: i64 = 10;

/// Cached pages that are told one by one; of larger branches all are dropped.
const MOST_TAGS: usize = 2000;

/// How many pages go to the trash with an entry, or lie there with it.
pub fn along(conn: &mut Conn, entry: &Entry) -> QueryResult<i64> {
    let all = entries::table.count();
    match below(entry) {
        Some(below) => all.filter(entries::path.like(below)).get_result(conn),
        None => all.filter(entries::trashed_with_id.eq(entry.id)).get_result(conn),
    }
}

/// Refuses to trash or delete a branch in which something is somebody else's, for those who change only what is their own.
pub fn may_take_along(conn: &mut Conn, entry: &Entry, person: &Person) -> AppResult<()> {
    let sentence = "There are pages below this one that you may not take off the site. Ask an editor to move them, or to do this.";
    may_change_branch(conn, entry, person, sentence)
}

/// The same for any change that takes along what lies below.
pub(super) fn may_change_branch(conn: &mut Conn, entry: &Entry, person: &Person, sentence: &'static str) -> AppResult<()> {
    if person.may_any(Right::Write) {
        return Ok(());
    }
    let others = entries::table.filter(entries::author_id.ne(person.id)).select(entries::id).limit(1).into_boxed();
    let others = if person.may(Right::Publish) { others } else { others.or_filter(entries::state.eq(EntryState::Published)) };
    let other: Option<EntryId> = match below(entry) {
        Some(below) => others.filter(entries::path.like(below)).first(conn).optional()?,
        None => others.filter(entries::trashed_with_id.eq(entry.id)).first(conn).optional()?,
    };
    match other {
        Some(_) => Err(AppError::Forbidden(sentence)),
        None => Ok(()),
    }
}

/// Moves an entry to the trash, and with a page everything below it.
pub fn trash(conn: &mut Conn, id: EntryId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::lock(conn, id)?;
    if entry.state == EntryState::Trashed {
        return Ok(());
    }
    let mut tags = take_along(conn, &entry, now)?;
    tags.extend(publishing::withdraw(conn, id, EntryState::Trashed, now)?);
    let set = (entries::path.eq(None::<String>), entries::trashed_at.eq(now), entries::trashed_with_id.eq(None::<EntryId>));
    diesel::update(entries::table.find(id)).set(set).execute(conn)?;
    saving::record_with(conn, "entry.trashed", &entry, tags, returned::left(&entry), actor, now)
}

/// Takes everything below a page off the site, and says which cached pages show it.
fn take_along(conn: &mut Conn, entry: &Entry, now: NaiveDateTime) -> AppResult<Vec<String>> {
    let Some(below) = below(entry) else { return Ok(Vec::new()) };
    let live = entries::table.filter(entries::path.like(&below)).filter(entries::state.eq(EntryState::Published));
    let live: Vec<EntryId> = live.order(entries::path).select(entries::id).limit(MOST_TAGS as i64 + 1).load(conn)?;
    let mut tags: Vec<String> = live.iter().copied().map(shown::entry).collect();
    if !live.is_empty() {
        tags.push(shown::HOME.to_owned());
    }
    if live.len() > MOST_TAGS {
        tags = vec![settings::SHOWN.to_owned(), shown::MANY.to_owned()];
    }
    if !live.is_empty() {
        tags.extend(menus::tags_of_entry(conn, entry.id.number(), entry.path.as_deref())?);
        tags.extend(translation::told_below(conn, &below)?);
    }
    let set = (
        entries::state.eq(EntryState::Trashed),
        entries::live_revision_id.eq(None::<RevisionId>),
        entries::publish_at.eq(None::<NaiveDateTime>),
        entries::scheduled_revision_id.eq(None::<RevisionId>),
        entries::unpublish_at.eq(None::<NaiveDateTime>),
        entries::path.eq(None::<String>),
        entries::changed_at.eq(now),
        entries::trashed_at.eq(now),
        entries::trashed_with_id.eq(entry.id),
    );
    for state in [EntryState::Draft, EntryState::Published] {
        let many = entries::table.filter(entries::path.like(&below)).filter(entries::state.eq(state)).count().get_result(conn)?;
        tally::change_many(conn, Some((Kind::Page, state)), Some((Kind::Page, EntryState::Trashed)), many)?;
    }
    diesel::update(entries::table.filter(entries::path.like(below))).set(set).execute(conn)?;
    filing::follow_branch(conn, entry.id)?;
    broken::forget_branch(conn, entry.id)?;
    Ok(tags)
}

/// Below which page an entry would come back: the one it stood below, or the top where that is gone too.
pub fn returns_to(conn: &mut Conn, entry: &Entry) -> QueryResult<Option<EntryId>> {
    match entry.parent_id {
        Some(parent) if Listed::find(conn, parent)?.state != EntryState::Trashed => Ok(Some(parent)),
        _ => Ok(None),
    }
}

/// Brings an entry back as a draft, at its old address, or one like it if that is taken now; and with a page those below it that
/// went along with it. Says how many those are.
pub fn restore(conn: &mut Conn, id: EntryId, actor: &Actor, now: NaiveDateTime) -> AppResult<usize> {
    let entry = Entry::lock(conn, id)?;
    if entry.state != EntryState::Trashed {
        return Ok(0);
    }
    let parent = returns_to(conn, &entry)?;
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
        entries::trashed_with_id.eq(None::<EntryId>),
        entries::changed_at.eq(now),
    );
    diesel::update(entries::table.find(id)).set(set).execute(conn)?;
    place::settled(conn, id, &path)?;
    let back = bring_back(conn, &entry, &path, now)?;
    saving::record(conn, "entry.restored", &entry, Vec::new(), actor, now)?;
    Ok(back)
}

/// One level of a branch: pages whose parent has an address again.
const BRING_BACK: &str = "
    UPDATE entries AS page
    JOIN   entries AS above ON above.id = page.parent_id
    SET    page.path = CONCAT(above.path, '/', page.slug), page.state = 'draft', page.changed_at = ?
    WHERE  page.trashed_with_id = ? AND page.path IS NULL AND above.path IS NOT NULL
    AND    CHAR_LENGTH(above.path) + 1 + CHAR_LENGTH(page.slug) <= 700";

/// Brings back what went along with the entry: a statement for each level of the tree.
fn bring_back(conn: &mut Conn, entry: &Entry, path: &str, now: NaiveDateTime) -> QueryResult<usize> {
    let root = entry.trashed_with_id.unwrap_or(entry.id);
    let level = || diesel::sql_query(BRING_BACK).bind::<diesel::sql_types::Datetime, _>(now).bind::<BigInt, _>(root);
    while level().execute(conn)? > 0 {}
    filing::follow_branch(conn, root)?;
    let back = || entries::table.filter(entries::trashed_with_id.eq(root)).filter(entries::path.is_not_null());
    let set = (entries::trashed_at.eq(None::<NaiveDateTime>), entries::trashed_with_id.eq(None::<EntryId>));
    let count = diesel::update(back()).set(set).execute(conn)?;
    tally::change_many(conn, Some((Kind::Page, EntryState::Trashed)), Some((Kind::Page, EntryState::Draft)), count as i64)?;
    if count > 0 {
        place::branch_settled(conn, path)?;
    }
    if root == entry.id {
        // What has lost its place in the branch meanwhile stays behind, by itself.
        let left = entries::table.filter(entries::trashed_with_id.eq(root));
        diesel::update(left).set(entries::trashed_with_id.eq(None::<EntryId>)).execute(conn)?;
    }
    Ok(count)
}

const LOOSEN: &str = "
    UPDATE entries AS page
    JOIN   entries AS above ON above.id = page.parent_id
    SET    page.parent_id = NULL
    WHERE  above.id = ? OR above.trashed_with_id = ?";

/// Deletes an entry with all its revisions, and with a page those below it that went along; only from the trash.
pub fn delete(conn: &mut Conn, id: EntryId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::lock(conn, id)?;
    if entry.state != EntryState::Trashed {
        return Err(AppError::Conflict("Only entries in the trash can be deleted for good. Move it there first."));
    }
    saving::record(conn, "entry.deleted", &entry, Vec::new(), actor, now)?;
    let gone: Vec<i64> = entries::table.filter(entries::id.eq(id).or(entries::trashed_with_id.eq(id))).select(entries::id).load(conn)?;
    let linked = uses::linked_from(conn, &gone)?;
    diesel::sql_query(LOOSEN).bind::<BigInt, _>(id).bind::<BigInt, _>(id).execute(conn)?;
    let along = diesel::delete(entries::table.filter(entries::trashed_with_id.eq(id))).execute(conn)?;
    tally::change_many(conn, Some((Kind::Page, EntryState::Trashed)), None, along as i64)?;
    diesel::delete(entries::table.find(id)).execute(conn)?;
    uses::settle(conn, &linked, &BTreeSet::new())?;
    Ok(tally::change(conn, Some((entry.kind, entry.state)), None)?)
}

/// Deletes what has lain there for 30 days; at most 100 a run, each with what went along.
pub fn empty(conn: &mut Conn, now: NaiveDateTime) -> AppResult<usize> {
    let over: Vec<EntryId> = entries::table
        .filter(entries::state.eq(EntryState::Trashed))
        .filter(entries::trashed_at.lt(now - TimeDelta::days(DAYS)))
        .filter(entries::trashed_with_id.is_null())
        .select(entries::id)
        .limit(100)
        .load(conn)?;
    for id in &over {
        delete(conn, *id, &Actor::default(), now)?;
    }
    Ok(over.len())
}
