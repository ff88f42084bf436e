//! The editor's part about the clock: what is set, what a form changes of it, and the words for what became of it.

use super::super::{
    forms::entry::{EntryForm, Wish},
    model::{
        entry::{Entry, EntryId},
        revision, timing as clock,
    },
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    web::{
        form::FormErrors,
        person::{Person, Right},
    },
};
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::QueryResult;

/// What the editor says about the times that are set.
#[derive(Default)]
pub struct Timing {
    /// The number of the revision that goes live at the set time.
    pub scheduled: Option<i32>,
    /// Whether the draft in the form is newer than that.
    pub is_ahead: bool,
}

impl Timing {
    /// Of that entry; nothing is set for a new one.
    pub fn load(conn: &mut Conn, entry: Option<&Entry>) -> QueryResult<Timing> {
        let Some(entry) = entry else { return Ok(Timing::default()) };
        let scheduled = entry.scheduled_revision_id.map(|id| revision::number(conn, id)).transpose()?;
        Ok(Timing { scheduled, is_ahead: entry.is_ahead_of_schedule() })
    }
}

/// The time that is set for publishing.
pub fn set_time(conn: &mut Conn, id: EntryId) -> AppResult<NaiveDateTime> {
    Entry::find(conn, id)?.publish_at.ok_or(AppError::Conflict("No time is set any more: it was published or dropped in the meantime."))
}

/// What the form changes of the time at which it comes off the site; who does not publish may not change it.
pub fn wanted(form: &EntryForm, zone: Tz, person: &Person) -> Result<Option<Option<NaiveDateTime>>, FormErrors> {
    let wanted = form.expiry(zone)?;
    if wanted.is_some() && !person.may(Right::Publish) {
        return Err(FormErrors::one("until_date", "Your role does not take anything off the site. Ask an editor to set this time."));
    }
    Ok(wanted)
}

/// Sets or drops the time at which it comes off the site, where the form changes that. `before` is the entry as it was.
pub fn set_expiry(
    conn: &mut Conn,
    before: &Entry,
    wanted: Option<Option<NaiveDateTime>>,
    wish: Wish,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    let goes_out = match wish {
        Wish::Save | Wish::Reschedule | Wish::Submit(_) => before.publish_at,
        Wish::Publish => Some(now),
        Wish::PublishAt(at) => Some(at.max(now)),
        Wish::Unschedule => None,
    };
    let off = wanted.unwrap_or(before.unpublish_at);
    if off.zip(goes_out).is_some_and(|(off, out)| off <= out) {
        return Err(AppError::invalid("until_date", "It would come off the site before it goes out. Choose a later time, or never."));
    }
    match wanted {
        Some(at) => clock::set_expiry(conn, before.id, at, actor, now),
        None => Ok(()),
    }
}

/// What became of the set times, in words; empty where nothing did.
pub fn told(conn: &mut Conn, before: &Entry, wish: Wish) -> AppResult<String> {
    let after = Entry::find(conn, before.id)?;
    let mut told = Vec::new();
    if before.publish_at.is_some() && after.publish_at.is_none() && wish != Wish::Unschedule {
        told.push("The time that was set for an earlier draft is dropped.");
    }
    if before.publish_at.is_some() && after.publish_at.is_some() && before.scheduled_revision_id != after.scheduled_revision_id {
        told.push("It takes the place of the draft that was scheduled before.");
    }
    match (before.unpublish_at, after.unpublish_at) {
        (before, after) if before == after => {}
        (_, Some(_)) => told.push("It comes off the site by itself at the time you set."),
        (Some(_), None) if after.is_live() || !before.is_live() => told.push("It stays on the site until you take it off."),
        _ => {}
    }
    if before.is_live() && !after.is_live() {
        told.push("The time to come off has passed, so it was taken off the site at once.");
    }
    Ok(told.join(" "))
}
