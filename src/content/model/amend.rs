//! Changes beside the words of an entry that count at once, live or not: its place, its author, its topics.
//!
//! Each is a revision of its own, so that somebody who has the form open is told (409) and nothing they change is lost. But no
//! words go out by it: what visitors read stays, a draft that runs ahead stays ahead, and what is live, scheduled or in review
//! follows with the change, so that neither the next publishing nor a set time takes it back.

use super::{
    entry::{Entry, EntryState},
    rendering,
    revision::{self, Draft, Place, Revision, RevisionId},
    workflow::follow,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    schema::entries,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Writes the revision, and says what the entry's row is to show of it: the live revision with the change, else the newest. The
/// row's own columns are the caller's, who holds the lock. `None`: nothing would change.
pub(super) fn amend(
    conn: &mut Conn,
    entry: &Entry,
    note: &str,
    change: impl Fn(&mut Draft),
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Option<Draft>> {
    if entry.state == EntryState::Trashed {
        return Err(AppError::Conflict("This entry lies in the trash. Restore it first."));
    }
    let newest = Revision::find(conn, entry.latest_revision_id.ok_or(AppError::NotFound)?)?;
    let changed = |revision: &Revision| {
        let mut draft = revision.draft();
        change(&mut draft);
        draft
    };
    let others = [entry.live_revision_id, entry.scheduled_revision_id].into_iter().flatten().filter(|id| *id != newest.id);
    let others = others.map(|id| Revision::find(conn, id)).collect::<QueryResult<Vec<Revision>>>()?;
    if std::iter::once(&newest).chain(&others).all(|revision| changed(revision) == revision.draft()) {
        return Ok(None);
    }
    for other in &others {
        revision::write_beside_words(conn, other.id, &changed(other))?;
    }
    let draft = changed(&newest);
    add(conn, entry, &newest, &draft, note, actor, now)?;
    let live = others.iter().find(|other| Some(other.id) == entry.live_revision_id);
    Ok(Some(live.map_or(draft, changed)))
}

/// The new newest revision, in the place of the one before in everything that names that.
fn add(conn: &mut Conn, entry: &Entry, newest: &Revision, draft: &Draft, note: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let number = newest.number + 1;
    let id = revision::insert(conn, entry.id, Place { number, begun_at: None }, draft, actor.user, now)?;
    revision::describe(conn, id, None, Some(&note.chars().take(300).collect::<String>()))?;
    let in_place = |named: Option<RevisionId>| if named == Some(newest.id) { Some(id) } else { named };
    let (live, scheduled) = (in_place(entry.live_revision_id), in_place(entry.scheduled_revision_id));
    if live == Some(id) {
        revision::went_live_as(conn, id, newest.id, now)?; // the words are the same
    }
    let set = (
        entries::latest_revision_id.eq(id),
        entries::live_revision_id.eq(live),
        entries::scheduled_revision_id.eq(scheduled),
        entries::changed_at.eq(now),
    );
    diesel::update(entries::table.find(entry.id)).set(set).execute(conn)?;
    let rendered = rendering::to_store(conn, &draft.body, &draft.image_url)?;
    rendering::write_graph(conn, entry.id, id, live, &rendered, now)?;
    Ok(follow::amended(conn, entry.id, newest.id, id, number)?)
}
