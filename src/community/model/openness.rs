//! Whether an entry takes comments: by the settings of the site, the switch of the entry, and its age.

use crate::{
    content::model::entry::{Entry, EntryId, Kind},
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::entry_comments,
    site::comments::{Comments, Who},
    text_enum,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{dsl::DuplicatedKeys, prelude::*};
use serde_json::json;

text_enum!(
    /// The switch of an entry.
    Mode {
        /// As the settings of the site say.
        Inherit = "inherit",
        /// Open, however old it is.
        Open = "open",
        /// Closed; what is there stays.
        Closed = "closed",
    }
);

/// Whether somebody may comment, and if not, what to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    /// Everybody may.
    Open,
    /// Whoever is logged in may.
    PeopleOnly,
    /// Nobody may any more.
    Closed,
    /// There never were to be any.
    Never,
}

impl Openness {
    /// That of an entry with this switch.
    pub fn of(site: &Comments, entry: &Entry, mode: Mode, now: NaiveDateTime) -> Openness {
        let by_itself = entry.kind == Kind::Post || site.on_pages;
        let is_old = site.close_days > 0
            && entry.published_at.is_some_and(|at| at.max(entry.created_at) + TimeDelta::days(i64::from(site.close_days)) <= now);
        match (mode, site.who) {
            (_, Who::Nobody) => Openness::Never,
            (Mode::Inherit, _) if !by_itself => Openness::Never,
            (Mode::Closed, _) => Openness::Closed,
            (Mode::Inherit, _) if is_old => Openness::Closed,
            (_, Who::People) => Openness::PeopleOnly,
            (_, Who::Everybody) => Openness::Open,
        }
    }

    /// Whether somebody may, with an account or without.
    pub fn admits(self, is_signed_in: bool) -> bool {
        self == Openness::Open || self == Openness::PeopleOnly && is_signed_in
    }

    /// Refuses who may not.
    pub fn require(self, is_signed_in: bool) -> AppResult<()> {
        match self {
            _ if self.admits(is_signed_in) => Ok(()),
            Openness::PeopleOnly => Err(AppError::SignInRequired),
            _ => Err(AppError::Forbidden("Comments are closed here. What was written stays readable.")),
        }
    }
}

/// The switch of an entry.
pub fn mode(conn: &mut Conn, entry: EntryId) -> QueryResult<Mode> {
    let known = entry_comments::table.find(entry).select(entry_comments::mode).first(conn).optional()?;
    Ok(known.unwrap_or(Mode::Inherit))
}

/// Turns the switch of an entry. Nothing changed is no change.
pub fn set_mode(conn: &mut Conn, entry: &Entry, wanted: Mode, actor: &Actor, now: NaiveDateTime) -> QueryResult<bool> {
    if mode(conn, entry.id)? == wanted {
        return Ok(false);
    }
    let row = (entry_comments::entry_id.eq(entry.id), entry_comments::mode.eq(wanted), entry_comments::shown.eq(0));
    let same = entry_comments::mode.eq(wanted);
    diesel::insert_into(entry_comments::table).values(row).on_conflict(DuplicatedKeys).do_update().set(same).execute(conn)?;
    let change = Change {
        kind: "comments.switched",
        subject: "entry",
        key: entry.id.number(),
        label: &entry.title,
        detail: json!({ "mode": wanted.word() }),
        cache_tags: vec![super::comment::shown(entry.id)],
    };
    change.record(conn, actor, now)?;
    Ok(true)
}

/// An entry that visitors see, and whether it takes comments.
pub fn of_live(conn: &mut Conn, site: &Comments, id: EntryId, now: NaiveDateTime) -> AppResult<(Entry, Openness)> {
    let entry = Entry::find(conn, id)?;
    if !entry.is_live() {
        return Err(AppError::NotFound);
    }
    let openness = Openness::of(site, &entry, mode(conn, id)?, now);
    if openness == Openness::Never { Err(AppError::NotFound) } else { Ok((entry, openness)) }
}
