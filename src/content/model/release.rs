//! Release: the one way in which a person lets visitors see an entry, at once or at a set time.
//!
//! Whatever stands between a draft and its readers is asked here and nowhere else. Jobs and imports carry out what was decided
//! before, or by the operator: they call [`publishing`] directly.

use super::{
    entry::{Entry, EntryId},
    gate, publishing, reach,
    revision::Draft,
    workflow::follow,
};
use crate::{
    content::gate::examine,
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    web::person::{Person, Right},
};
use chrono::NaiveDateTime;

/// When visitors are to see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// At once.
    Now,
    /// From then on, UTC. A time that has passed means at once.
    At(NaiveDateTime),
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// Visitors see it.
    Live,
    /// Visitors will see it from then on, UTC.
    Scheduled(NaiveDateTime),
}

/// Releases the newest revision, or says what to mend first (`AppError::Invalid`). `override_reason` is why a block of the gate
/// does not count this time; only who has the right gives one.
pub fn release(
    conn: &mut Conn,
    id: EntryId,
    when: Release,
    person: &Person,
    override_reason: Option<&str>,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Released> {
    let entry = Entry::lock(conn, id)?;
    reach::within(conn, &entry, person)?;
    let newest = publishing::newest(conn, &entry)?;
    let draft = newest.draft();
    // What moves a page by it goes out where this person writes, and from there.
    reach::may_put(conn, &entry, draft.parent, person)?;
    follow::may_release(conn, &entry, &draft, person, actor, now)?;
    pass_gate(conn, &entry, &draft, override_reason.filter(|_| person.may(Right::OverrideGate)), actor, now)?;
    match when {
        Release::At(at) if at > now => {
            publishing::schedule(conn, id, at, actor, now)?;
            Ok(Released::Scheduled(at))
        }
        Release::Now | Release::At(_) => {
            publishing::put_live(conn, &entry, &newest, actor, now)?;
            Ok(Released::Live)
        }
    }
}

/// Refuses acts on what visitors see, or will see, to those who do not publish.
pub fn may_take_off(entry: &Entry, person: &Person) -> AppResult<()> {
    if person.may(Right::Publish) || !entry.is_live() && entry.publish_at.is_none() {
        return Ok(());
    }
    Err(AppError::Forbidden("Your role does not take off the site what is published, or due to be. Ask an editor."))
}

/// Refuses while a check blocks, unless there is a reason; that is written down.
fn pass_gate(conn: &mut Conn, entry: &Entry, draft: &Draft, reason: Option<&str>, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let report = examine(conn, entry.kind, Some(entry.id), draft)?;
    match (report.blocking_checks(), reason) {
        (checks, _) if checks.is_empty() => Ok(()),
        (checks, Some(reason)) => Ok(gate::note_override(conn, entry, &draft.title, &checks, reason, actor, now)?),
        _ => Err(AppError::Invalid(report.refusal())),
    }
}
