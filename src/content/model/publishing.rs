//! Publishing: at once, or by a job at a set time.

use super::{
    category,
    entry::{Entry, EntryId, EntryState, Kind},
    link, list, rendering,
    revision::{self, Revision, RevisionId},
    saving::{apply, record},
    shown,
};
use crate::{
    content::jobs::Publish,
    db::Conn,
    error::{AppError, AppResult},
    jobs::Job,
    journal::Actor,
    schema::entries,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Makes the newest revision what visitors see.
pub fn publish(conn: &mut Conn, id: EntryId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::lock(conn, id)?;
    let newest = newest(&entry)?;
    if entry.state == EntryState::Trashed {
        return Err(AppError::Conflict("This entry lies in the trash. Restore it first."));
    }
    let draft = Revision::find(conn, newest)?.draft();
    if draft.title.is_empty() {
        return Err(AppError::invalid("title", "Give it a title before it goes out."));
    }
    let rendered = rendering::render(conn, &draft.body)?;
    let topic = category::main_of(conn, &[id])?;
    apply(conn, &entry, &draft, &rendered, now)?;
    link::write(conn, id, newest, None, &rendered.links)?;
    let published_at = draft.dated_at.or(entry.published_at).unwrap_or(now);
    let set = (
        entries::state.eq(EntryState::Published),
        entries::live_revision_id.eq(newest),
        entries::published_at.eq(published_at),
        entries::publish_at.eq(None::<NaiveDateTime>),
        entries::changed_at.eq(now),
    );
    diesel::update(entries::table.find(id)).set(set).execute(conn)?;
    revision::mark_published(conn, newest, now)?;
    let mut lists = list::sync(conn, id)?;
    if category::main_of(conn, &[id])? != topic {
        lists.push(shown::entry(id));
    }
    let kind = if entry.is_live() { "entry.updated" } else { "entry.published" };
    record(conn, kind, &entry, lists, actor, now)
}

/// Takes an entry off the site; it is a draft again.
pub fn unpublish(conn: &mut Conn, id: EntryId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::lock(conn, id)?;
    if !entry.is_live() && entry.publish_at.is_none() {
        return Ok(());
    }
    let lists = withdraw(conn, id, EntryState::Draft, now)?;
    // What the row shows is the newest draft again.
    if let Some(newest) = entry.latest_revision_id {
        let draft = Revision::find(conn, newest)?.draft();
        let withdrawn = Entry::find(conn, id)?;
        let rendered = rendering::render(conn, &draft.body)?;
        apply(conn, &withdrawn, &draft, &rendered, now)?;
    }
    record(conn, if entry.is_live() { "entry.unpublished" } else { "entry.unscheduled" }, &entry, lists, actor, now)
}

/// Takes a live entry off all lists and out of visitors' sight, and says which cached pages show those lists.
pub(super) fn withdraw(conn: &mut Conn, id: EntryId, state: EntryState, now: NaiveDateTime) -> AppResult<Vec<String>> {
    let set = (
        entries::state.eq(state),
        entries::live_revision_id.eq(None::<RevisionId>),
        entries::publish_at.eq(None::<NaiveDateTime>),
        entries::changed_at.eq(now),
    );
    diesel::update(entries::table.find(id)).set(set).execute(conn)?;
    Ok(list::sync(conn, id)?)
}

/// Lets the newest revision go live at `at`, by a job.
pub fn schedule(conn: &mut Conn, id: EntryId, at: NaiveDateTime, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    if at <= now {
        return publish(conn, id, actor, now);
    }
    let entry = Entry::lock(conn, id)?;
    newest(&entry)?;
    diesel::update(entries::table.find(id)).set((entries::publish_at.eq(at), entries::changed_at.eq(now))).execute(conn)?;
    Publish { entry: id }.enqueue_at(conn, at, now)?;
    record(conn, "entry.scheduled", &entry, Vec::new(), actor, now)
}

/// What the job does: publishes if that is still wanted, and due.
pub fn publish_if_due(conn: &mut Conn, id: EntryId, now: NaiveDateTime) -> AppResult<()> {
    let due = Entry::query().find(id).filter(entries::publish_at.le(now)).first(conn).optional()?;
    match due {
        Some(entry) if entry.state != EntryState::Trashed => publish(conn, id, &Actor::default(), now),
        _ => Ok(()),
    }
}

fn newest(entry: &Entry) -> AppResult<RevisionId> {
    entry.latest_revision_id.ok_or(AppError::Conflict("This entry has no text yet. Save it first."))
}

/// What goes out next, soonest first; bounded by 10.
pub fn scheduled(conn: &mut Conn) -> QueryResult<Vec<Entry>> {
    Entry::query().filter(entries::publish_at.is_not_null()).order((entries::publish_at, entries::id)).limit(10).load(conn)
}

/// How many posts and pages are live, and how many drafts there are.
pub fn figures(conn: &mut Conn) -> QueryResult<(i64, i64, i64)> {
    let live = |conn: &mut Conn, kind: Kind| {
        entries::table.filter(entries::kind.eq(kind)).filter(entries::state.eq(EntryState::Published)).count().get_result(conn)
    };
    let drafts = entries::table.filter(entries::state.eq(EntryState::Draft)).count().get_result(conn)?;
    Ok((live(conn, Kind::Post)?, live(conn, Kind::Page)?, drafts))
}
