//! The clock of an entry: which revision goes live when, and when the entry comes off the site.
//!
//! Both times are moments in UTC: a change of the site's time zone changes how they are shown, not when they come. Jobs carry
//! them out; what they find under the lock decides, so that a job that runs twice, late, or on two nodes at once does no harm.

use super::{
    entry::{Entry, EntryId, EntryState, Listed},
    publishing,
    revision::{Revision, RevisionId},
    saving::record_with,
};
use crate::{
    content::jobs::Unpublish,
    db::Conn,
    error::{AppError, AppResult},
    jobs::Job,
    journal::Actor,
    schema::entries,
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;
use std::ops::Range;

/// Drops the time at which a revision was to go live. What is live stays.
pub fn drop_schedule(conn: &mut Conn, id: EntryId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::lock(conn, id)?;
    let Some(at) = entry.publish_at else { return Ok(()) };
    let set =
        (entries::publish_at.eq(None::<NaiveDateTime>), entries::scheduled_revision_id.eq(None::<RevisionId>), entries::changed_at.eq(now));
    diesel::update(entries::table.find(id)).set(set).execute(conn)?;
    record_with(conn, "entry.schedule_dropped", &entry, Vec::new(), json!({ "at": at }), actor, now)
}

/// Sets when an entry comes off the site, or takes that back. A time that has passed takes a live one off at once.
pub fn set_expiry(conn: &mut Conn, id: EntryId, at: Option<NaiveDateTime>, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::lock(conn, id)?;
    if entry.unpublish_at == at {
        return Ok(());
    }
    if entry.state == EntryState::Trashed {
        return Err(AppError::Conflict("This entry lies in the trash. Restore it first."));
    }
    match at {
        Some(at) if at <= now && entry.is_live() => return publishing::unpublish(conn, id, actor, now),
        Some(at) if at <= now => return Err(AppError::invalid("until_date", "This time has passed. Choose a later one, or never.")),
        Some(at) => Unpublish { entry: id }.enqueue_at(conn, at, now)?,
        None => {}
    }
    write_expiry(conn, &entry, at, actor, now)
}

fn write_expiry(conn: &mut Conn, entry: &Entry, at: Option<NaiveDateTime>, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    diesel::update(entries::table.find(entry.id)).set((entries::unpublish_at.eq(at), entries::changed_at.eq(now))).execute(conn)?;
    let kind = if at.is_some() { "entry.expiry_set" } else { "entry.expiry_dropped" };
    record_with(conn, kind, entry, Vec::new(), json!({ "at": at.or(entry.unpublish_at) }), actor, now)
}

/// What the jobs do: everything that is due for an entry by now, in its order. What is no longer wanted is not done.
pub fn carry_out(conn: &mut Conn, id: EntryId, now: NaiveDateTime) -> AppResult<()> {
    let Some(entry) = Entry::query().find(id).for_update().first(conn).optional()? else { return Ok(()) };
    if entry.state == EntryState::Trashed {
        return Ok(());
    }
    let actor = Actor::default();
    let is_due = |at: Option<NaiveDateTime>| at.is_some_and(|at| at <= now);
    if is_due(entry.publish_at)
        && let Some(revision) = entry.scheduled_revision_id.or(entry.latest_revision_id)
    {
        let due = Revision::find(conn, revision)?;
        publishing::put_live(conn, &entry, &due, &actor, now)?;
    }
    let entry = Entry::find(conn, id)?;
    match is_due(entry.unpublish_at) {
        true if entry.is_live() => publishing::unpublish(conn, id, &actor, now),
        true => write_expiry(conn, &entry, None, &actor, now), // somebody took it off before
        false => Ok(()),
    }
}

/// What the clock does to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// Shows it to visitors.
    Publish,
    /// Shows them a newer revision.
    Update,
    /// Takes it off the site.
    Unpublish,
}

/// Something that the clock will do.
#[derive(Debug, Clone)]
pub struct Planned {
    /// When, UTC.
    pub at: NaiveDateTime,
    /// What.
    pub deed: Deed,
    /// To which entry.
    pub entry: Listed,
}

impl Planned {
    /// What happens, in a few words.
    pub fn words(&self) -> &'static str {
        match self.deed {
            Deed::Publish => "goes live",
            Deed::Update => "is updated",
            Deed::Unpublish => "comes off the site",
        }
    }
}

/// What is planned, soonest first; of one author's entries and within a span, if given. Bounded by `limit`.
pub fn planned(conn: &mut Conn, author: Option<UserId>, span: Option<&Range<NaiveDateTime>>, limit: usize) -> QueryResult<Vec<Planned>> {
    let mut going = Listed::query().filter(entries::publish_at.is_not_null()).into_boxed();
    let mut coming_off = Listed::query().filter(entries::unpublish_at.is_not_null()).into_boxed();
    if let Some(span) = span {
        going = going.filter(entries::publish_at.ge(span.start)).filter(entries::publish_at.lt(span.end));
        coming_off = coming_off.filter(entries::unpublish_at.ge(span.start)).filter(entries::unpublish_at.lt(span.end));
    }
    if let Some(author) = author {
        going = going.filter(entries::author_id.eq(author));
        coming_off = coming_off.filter(entries::author_id.eq(author));
    }
    let going: Vec<Listed> = going.order((entries::publish_at, entries::id)).limit(limit as i64).load(conn)?;
    let coming_off: Vec<Listed> = coming_off.order((entries::unpublish_at, entries::id)).limit(limit as i64).load(conn)?;
    let going = going.into_iter().filter_map(|entry| {
        Some(Planned { at: entry.publish_at?, deed: if entry.is_live() { Deed::Update } else { Deed::Publish }, entry })
    });
    let coming_off = coming_off.into_iter().filter_map(|entry| Some(Planned { at: entry.unpublish_at?, deed: Deed::Unpublish, entry }));
    let mut all: Vec<Planned> = going.chain(coming_off).collect();
    all.sort_by_key(|one| (one.at, one.entry.id, one.deed));
    all.truncate(limit);
    Ok(all)
}
