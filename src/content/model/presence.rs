//! Who has which entry open in the editor. Nobody is ever locked out by it: it only warns.
//!
//! Table `editing`. No journal: nothing of the site changes by it.

use super::{entry::EntryId, revision::RevisionId};
use crate::{
    db::{Conn, statement::Statement},
    schema::{editing, revisions, users},
    web::person::UserId,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

/// Seconds after the last sign of life until nobody is told any more; a browser gives one every ten.
pub const SHOWN_SECONDS: i64 = 60;
/// Hours that a row stays: as long as the session of somebody who has left the editor open.
const KEPT_HOURS: i64 = 12;

/// Somebody else in the editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Who.
    pub name: String,
    /// Since the last sign of life.
    pub seconds: i64,
}

impl Other {
    /// `Ada is editing this, last seen 8 s ago.`
    pub fn sentence(&self) -> String {
        format!("{} is editing this, last seen {} s ago.", self.name, self.seconds)
    }
}

const NOTE: &str = "
    INSERT INTO editing (entry_id, user_id, base_revision_id, seen_at)
    VALUES (?, ?, ?, ?)
    ON DUPLICATE KEY UPDATE base_revision_id = VALUES(base_revision_id), seen_at = VALUES(seen_at)";

/// Notes that somebody has this entry in the editor, and which revision.
pub fn note(conn: &mut Conn, entry: EntryId, user: UserId, base: Option<RevisionId>, now: NaiveDateTime) -> QueryResult<()> {
    let base: Option<RevisionId> = match base {
        Some(base) => revisions::table
            .filter(revisions::id.eq(base))
            .filter(revisions::entry_id.eq(entry))
            .select(revisions::id)
            .first(conn)
            .optional()?,
        None => None,
    };
    let note = Statement::change(NOTE).number(entry.number()).number(user.number()).number_if(base.map(RevisionId::number));
    note.time(now).execute(conn).map(drop)
}

/// Somebody has saved, or left the editor.
pub fn leave(conn: &mut Conn, entry: EntryId, user: UserId) -> QueryResult<()> {
    diesel::delete(editing::table.find((entry, user))).execute(conn).map(drop)
}

/// Others who were in the editor within the last minute, last seen first; bounded by 5.
pub fn others(conn: &mut Conn, entry: EntryId, me: UserId, now: NaiveDateTime) -> QueryResult<Vec<Other>> {
    let rows: Vec<(String, NaiveDateTime)> = editing::table
        .inner_join(users::table)
        .filter(editing::entry_id.eq(entry))
        .filter(editing::user_id.ne(me))
        .filter(editing::seen_at.gt(now - TimeDelta::seconds(SHOWN_SECONDS)))
        .order((editing::seen_at.desc(), editing::user_id))
        .select((users::name, editing::seen_at))
        .limit(5)
        .load(conn)?;
    Ok(rows.into_iter().map(|(name, seen_at)| Other { name, seconds: (now - seen_at).num_seconds().max(0) }).collect())
}

/// Deletes rows of those who went away without a word.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    diesel::delete(editing::table.filter(editing::seen_at.lt(now - TimeDelta::hours(KEPT_HOURS)))).execute(conn)
}
