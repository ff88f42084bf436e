//! What was typed and not saved: one rolling row for each person and sheet, apart from the revisions.
//!
//! Table `autosaves`. No journal: nothing of the site changes by it, and a row each half second would drown what does. Nothing
//! typed is refused here; it is checked when it is saved.

use super::{entry::EntryId, revision::RevisionId};
use crate::{
    db::Conn,
    schema::{autosaves, revisions},
    typed_id,
    web::person::UserId,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

typed_id!(
    /// Names what was typed and not saved.
    AutosaveId
);

/// Days that it stays.
pub const DAYS: i64 = 30;
/// Sheets of new entries that one person may leave open.
const MOST_SHEETS: i64 = 50;

/// Which form it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sheet {
    /// Of an entry that there is.
    Entry(EntryId),
    /// Of one that was never saved, by the number of its form.
    New(String),
}

impl Sheet {
    /// As the table and the browser have it.
    pub fn key(&self) -> String {
        match self {
            Sheet::Entry(id) => format!("entry:{id}"),
            Sheet::New(nonce) => format!("form:{nonce}"),
        }
    }

    fn entry(&self) -> Option<EntryId> {
        match self {
            Sheet::Entry(id) => Some(*id),
            Sheet::New(_) => None,
        }
    }
}

/// What was typed and not saved.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = autosaves)]
pub struct Autosave {
    /// Key.
    pub id: AutosaveId,
    /// The revision that the person began from, if it is still there.
    pub base_revision_id: Option<RevisionId>,
    /// JSON of the fields as typed.
    pub form: String,
    /// When, UTC.
    pub saved_at: NaiveDateTime,
}

/// One that was never saved, as lists name it.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = autosaves)]
pub struct Unsaved {
    sheet: String,
    /// As far as it was typed.
    pub title: String,
    /// When, UTC.
    pub saved_at: NaiveDateTime,
}

impl Unsaved {
    /// The number of its form.
    pub fn nonce(&self) -> &str {
        self.sheet.strip_prefix("form:").unwrap_or("")
    }
}

/// What this person has typed into a sheet and not saved.
pub fn of(conn: &mut Conn, user: UserId, sheet: &Sheet) -> QueryResult<Option<Autosave>> {
    Autosave::query().filter(autosaves::user_id.eq(user)).filter(autosaves::sheet.eq(sheet.key())).first(conn).optional()
}

/// New entries that this person has begun and not saved, last typed first; bounded by 5.
pub fn unsaved(conn: &mut Conn, user: UserId) -> QueryResult<Vec<Unsaved>> {
    Unsaved::query()
        .filter(autosaves::user_id.eq(user))
        .filter(autosaves::entry_id.is_null())
        .order((autosaves::saved_at.desc(), autosaves::id.desc()))
        .limit(5)
        .load(conn)
}

/// Keeps what was typed in the place of what was kept before.
pub fn keep(
    conn: &mut Conn,
    user: UserId,
    sheet: &Sheet,
    base: Option<RevisionId>,
    title: &str,
    form: &str,
    now: NaiveDateTime,
) -> QueryResult<()> {
    let base: Option<RevisionId> = match (base, sheet.entry()) {
        (Some(base), Some(entry)) => {
            let known = revisions::table.filter(revisions::id.eq(base)).filter(revisions::entry_id.eq(entry));
            known.select(revisions::id).first(conn).optional()?
        }
        _ => None,
    };
    let title: String = title.chars().take(300).collect();
    let what = (autosaves::base_revision_id.eq(base), autosaves::title.eq(&title), autosaves::form.eq(form), autosaves::saved_at.eq(now));
    let mine = autosaves::table.filter(autosaves::user_id.eq(user)).filter(autosaves::sheet.eq(sheet.key()));
    if diesel::update(mine).set(what).execute(conn)? > 0 {
        return Ok(());
    }
    let row = (
        autosaves::user_id.eq(user),
        autosaves::sheet.eq(sheet.key()),
        autosaves::entry_id.eq(sheet.entry()),
        autosaves::base_revision_id.eq(base),
        autosaves::title.eq(&title),
        autosaves::form.eq(form),
        autosaves::saved_at.eq(now),
    );
    diesel::insert_into(autosaves::table).values(row).on_conflict(diesel::dsl::DuplicatedKeys).do_update().set(what).execute(conn)?;
    drop_oldest(conn, user)
}

fn drop_oldest(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    let new = autosaves::table.filter(autosaves::user_id.eq(user)).filter(autosaves::entry_id.is_null());
    let order = (autosaves::saved_at.desc(), autosaves::id.desc());
    let over: Vec<AutosaveId> = new.order(order).select(autosaves::id).offset(MOST_SHEETS).limit(50).load(conn)?;
    diesel::delete(autosaves::table.filter(autosaves::id.eq_any(over))).execute(conn).map(drop)
}

/// Forgets it: it was saved, or is not wanted. Says whether there was something.
pub fn forget(conn: &mut Conn, user: UserId, sheet: &Sheet) -> QueryResult<bool> {
    let mine = autosaves::table.filter(autosaves::user_id.eq(user)).filter(autosaves::sheet.eq(sheet.key()));
    Ok(diesel::delete(mine).execute(conn)? > 0)
}

/// Deletes what nobody has come back for; at most 1,000 a run.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    let old = autosaves::table.filter(autosaves::saved_at.lt(now - TimeDelta::days(DAYS)));
    let old: Vec<AutosaveId> = old.order(autosaves::saved_at).select(autosaves::id).limit(1000).load(conn)?;
    diesel::delete(autosaves::table.filter(autosaves::id.eq_any(old))).execute(conn)
}
