//! Publishing: at once, or at a set time. What the clock does then is in [`timing`](super::timing).

use super::{
    category,
    entry::{Entry, EntryId, EntryState, Kind},
    list,
    redirect::returned,
    rendering,
    revision::{self, Draft, Revision, RevisionId},
    saving::{apply, record_change, record_with},
    series, shown,
    tally::Tally,
    workflow::follow,
};
use crate::{
    content::jobs::Publish,
    db::{Conn, statement::Statement},
    error::{AppError, AppResult},
    jobs::Job,
    journal::Actor,
    markup::RENDERER,
    schema::entries,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// Makes the newest revision what visitors see. A time that was set for publishing is dropped.
pub fn publish(conn: &mut Conn, id: EntryId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::lock(conn, id)?;
    let newest = newest(conn, &entry)?;
    put_live(conn, &entry, &newest, actor, now)
}

const GO_LIVE: &str = "
    UPDATE entries
    SET    state = 'published', live_revision_id = ?, published_at = ?, publish_at = NULL, scheduled_revision_id = NULL, changed_at = ?
    WHERE  id = ?";

/// Makes this revision what visitors see. The caller holds the lock.
pub(super) fn put_live(conn: &mut Conn, entry: &Entry, source: &Revision, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let (id, revision) = (entry.id, source.id);
    if entry.state == EntryState::Trashed {
        return Err(AppError::Conflict("This entry lies in the trash. Restore it first."));
    }
    let draft = source.draft();
    if draft.title.is_empty() {
        return Err(AppError::invalid("title", "Give it a title before it goes out."));
    }
    let rendered = rendering::to_store(conn, &draft.body, &draft.image_url)?;
    let (topic, part) = (category::main_of(conn, &[id])?, series::seen_in(conn, entry)?);
    apply(conn, entry, &draft, &rendered, now)?;
    rendering::write_graph(conn, id, revision, entry.latest_revision_id, &rendered, now)?;
    let published_at = draft.dated_at.or(entry.published_at).unwrap_or(now);
    Statement::change(GO_LIVE).number(revision.number()).time(published_at).time(now).number(id.number()).execute(conn)?;
    revision::mark_published(conn, revision, now)?;
    if !entry.is_live() {
        returned::lead(conn, entry, now)?;
    }
    let after = Entry::find(conn, id)?;
    let mut lists = list::sync_as(conn, &after)?;
    let part_now = series::key_of(conn, id)?;
    lists.extend(series::moved(conn, part, part_now)?);
    if category::main_of(conn, &[id])? != topic {
        lists.push(shown::entry(id));
    }
    let kind = if entry.is_live() { "entry.updated" } else { "entry.published" };
    let dropped = entry.publish_at.filter(|at| *at > now);
    let detail = json!({ "revision": revision, "number": source.number, "dropped_time": dropped });
    record_change(conn, kind, entry, &after, lists, detail, actor, now)?;
    follow::went_live(conn, entry, source, actor, now)
}

/// Shows visitors another text of a live entry, and nothing else: its place, its lists and its set times stay. The caller holds the
/// lock, and records it.
pub(super) fn show_text(conn: &mut Conn, id: EntryId, revision: RevisionId, draft: &Draft, now: NaiveDateTime) -> AppResult<()> {
    let rendered = rendering::to_store(conn, &draft.body, &draft.image_url)?;
    rendering::write_graph(conn, id, revision, None, &rendered, now)?;
    let set = (
        entries::body_html.eq(rendered.html.as_str()),
        entries::contents.eq(serde_json::to_string(&rendered.headings)?),
        entries::words.eq(rendered.words as i32),
        entries::renderer.eq(RENDERER),
        entries::live_revision_id.eq(revision),
        entries::changed_at.eq(now),
    );
    diesel::update(entries::table.find(id)).set(set).execute(conn)?;
    Ok(revision::mark_published(conn, revision, now)?)
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
        let rendered = rendering::to_store(conn, &draft.body, &draft.image_url)?;
        apply(conn, &withdrawn, &draft, &rendered, now)?;
    }
    let kind = if entry.is_live() { "entry.unpublished" } else { "entry.unscheduled" };
    record_with(conn, kind, &entry, lists, returned::left(&entry), actor, now)
}

/// Takes a live entry off all lists and out of visitors' sight, and says which cached pages show those lists.
pub(super) fn withdraw(conn: &mut Conn, id: EntryId, state: EntryState, now: NaiveDateTime) -> AppResult<Vec<String>> {
    let set = (
        entries::state.eq(state),
        entries::live_revision_id.eq(None::<RevisionId>),
        entries::publish_at.eq(None::<NaiveDateTime>),
        entries::scheduled_revision_id.eq(None::<RevisionId>),
        entries::unpublish_at.eq(None::<NaiveDateTime>),
        entries::changed_at.eq(now),
    );
    let before = Entry::find(conn, id)?;
    let part = series::seen_in(conn, &before)?;
    diesel::update(entries::table.find(id)).set(set).execute(conn)?;
    let mut lists = list::sync(conn, id)?;
    lists.extend(series::moved(conn, part, None)?);
    Ok(lists)
}

/// Lets the newest revision go live at `at`, by a job: that one, whatever is saved in between. It takes the place of what was
/// scheduled before. A time that has passed means now.
pub fn schedule(conn: &mut Conn, id: EntryId, at: NaiveDateTime, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    if at <= now {
        return publish(conn, id, actor, now);
    }
    let entry = Entry::lock(conn, id)?;
    let newest = newest(conn, &entry)?.id;
    if entry.state == EntryState::Trashed {
        return Err(AppError::Conflict("This entry lies in the trash. Restore it first."));
    }
    if entry.unpublish_at.is_some_and(|off| off <= at) {
        return Err(AppError::invalid("until_date", "It would come off the site before it goes out. Choose a later time, or never."));
    }
    if (entry.publish_at, entry.scheduled_revision_id) == (Some(at), Some(newest)) {
        return Ok(());
    }
    let set = (entries::publish_at.eq(at), entries::scheduled_revision_id.eq(newest), entries::changed_at.eq(now));
    diesel::update(entries::table.find(id)).set(set).execute(conn)?;
    Publish { entry: id }.enqueue_at(conn, at, now)?;
    record_with(conn, "entry.scheduled", &entry, Vec::new(), json!({ "at": at, "instead_of": entry.scheduled_revision_id }), actor, now)
}

/// The newest revision of an entry, or `Conflict` where nothing was saved yet.
pub(super) fn newest(conn: &mut Conn, entry: &Entry) -> AppResult<Revision> {
    let newest = entry.latest_revision_id.ok_or(AppError::Conflict("This entry has no text yet. Save it first."))?;
    Ok(Revision::find(conn, newest)?)
}

/// How many posts and pages are live, and how many drafts there are.
pub fn figures(conn: &mut Conn) -> QueryResult<(i64, i64, i64)> {
    let tally = Tally::load(conn)?;
    let live = |kind| tally.of(Some(kind), EntryState::Published);
    Ok((live(Kind::Post), live(Kind::Page), tally.of(None, EntryState::Draft)))
}
