//! The order among siblings. It is renumbered from 1 in one statement, however many there are, and visitors' lists follow at once.

use crate::{
    content::model::{
        entry::{Entry, EntryId, EntryState, Kind},
        shown,
    },
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::entries,
};
use chrono::NaiveDateTime;
use diesel::{
    mysql::Mysql,
    prelude::*,
    sql_types::{BigInt, Integer},
};
use serde_json::json;

/// Where among its siblings a page goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// One up.
    Up,
    /// One down.
    Down,
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Right before this one.
    Before(EntryId),
    /// Right after this one.
    After(EntryId),
}

/// The position of a page that comes to a level: after the others, once somebody has put them in order. Until then all have 0, and
/// stand as they were made.
pub(in crate::content::model) fn last(conn: &mut Conn, kind: Kind, parent: Option<EntryId>) -> QueryResult<i32> {
    if kind == Kind::Post {
        return Ok(0);
    }
    let mut last: i32 = 0;
    for state in super::IN_TREE {
        let greatest = level(parent, state).order(entries::position.desc()).select(entries::position);
        last = last.max(greatest.first(conn).optional()?.unwrap_or(0));
    }
    Ok(if last > 0 { last.saturating_add(1) } else { 0 })
}

/// Pages of one state right below another one, or at the top.
fn level(parent: Option<EntryId>, state: EntryState) -> entries::BoxedQuery<'static, Mysql> {
    let level = entries::table.filter(entries::kind.eq(Kind::Page)).filter(entries::state.eq(state)).into_boxed();
    match parent {
        Some(parent) => level.filter(entries::parent_id.eq(parent)),
        None => level.filter(entries::parent_id.is_null()),
    }
}

/// Every page of the level, ranked with one of them standing right before (-1) or after (1) another.
const RENUMBER: &str = "
    UPDATE entries
    JOIN  (SELECT id, ROW_NUMBER() OVER (ORDER BY place, beside, side, id) AS rank_now
           FROM  (SELECT page.id,
                         IF(page.id = ?, target.position, page.position) AS place,
                         IF(page.id = ?, target.id, page.id)             AS beside,
                         IF(page.id = ?, ?, 0)                           AS side
                  FROM   entries AS page
                  JOIN   entries AS target ON target.id = ?
                  WHERE  page.kind = 'page' AND page.parent_id <=> target.parent_id
                  AND    page.state IN ('draft', 'published')) AS level) AS ranked ON ranked.id = entries.id
    SET    entries.position = ranked.rank_now
    WHERE  entries.position <> ranked.rank_now";

/// Puts a page at another spot among its siblings. At the end of the list there is no further; that is no error.
pub fn sort(conn: &mut Conn, id: EntryId, spot: Spot, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let page = Entry::lock(conn, id)?;
    if page.kind != Kind::Page || page.state == EntryState::Trashed {
        return Err(AppError::Conflict("Only pages that are in the tree have an order. Restore it first."));
    }
    let Some((target, side)) = target(conn, &page, spot)? else { return Ok(()) };
    let renumber = diesel::sql_query(RENUMBER).bind::<BigInt, _>(id).bind::<BigInt, _>(id).bind::<BigInt, _>(id);
    let moved = renumber.bind::<Integer, _>(side).bind::<BigInt, _>(target).execute(conn)?;
    if moved == 0 {
        return Ok(());
    }
    let detail = json!({ "path": page.path, "renumbered": moved });
    record(conn, &page, detail, actor, now)
}

/// The page beside which it goes, and on which side; `None`: it stands there already.
fn target(conn: &mut Conn, page: &Entry, spot: Spot) -> AppResult<Option<(EntryId, i32)>> {
    let beside = |found: Option<EntryId>, side| Ok(found.map(|id| (id, side)));
    match spot {
        Spot::Before(other) | Spot::After(other) if other == page.id => Ok(None),
        Spot::Before(other) | Spot::After(other) => {
            let other = Entry::find(conn, other)?;
            if other.kind != Kind::Page || other.state == EntryState::Trashed || other.parent_id != page.parent_id {
                return Err(AppError::Conflict("These two pages do not stand below the same page any more. Load the tree again."));
            }
            Ok(Some((other.id, if matches!(spot, Spot::Before(_)) { -1 } else { 1 })))
        }
        Spot::Up => beside(neighbour(conn, page, false, true)?, -1),
        Spot::Down => beside(neighbour(conn, page, true, true)?, 1),
        Spot::First => beside(neighbour(conn, page, false, false)?, -1),
        Spot::Last => beside(neighbour(conn, page, true, false)?, 1),
    }
}

/// The next sibling before or after a page, or the outermost one on that side.
fn neighbour(conn: &mut Conn, page: &Entry, after: bool, next: bool) -> QueryResult<Option<EntryId>> {
    let mut found: Option<(i32, EntryId)> = None;
    for state in super::IN_TREE {
        let level = level(page.parent_id, state);
        let (place, id) = (page.position, page.id);
        let level = match after {
            true => level.filter(entries::position.ge(place)).filter(entries::position.gt(place).or(entries::id.gt(id))),
            false => level.filter(entries::position.le(place)).filter(entries::position.lt(place).or(entries::id.lt(id))),
        };
        let level = match after == next {
            true => level.order((entries::position.asc(), entries::id.asc())),
            false => level.order((entries::position.desc(), entries::id.desc())),
        };
        let one: Option<(i32, EntryId)> = level.select((entries::position, entries::id)).first(conn).optional()?;
        found = match (found, one) {
            (Some(known), Some(one)) => Some(if after == next { known.min(one) } else { known.max(one) }),
            (known, one) => known.or(one),
        };
    }
    Ok(found.map(|(_, id)| id))
}

/// Gives a page the weight that the file has from which it was made; smaller ones stand first.
pub fn weigh(conn: &mut Conn, id: EntryId, weight: i32, now: NaiveDateTime) -> AppResult<()> {
    let page = Entry::lock(conn, id)?;
    if page.kind != Kind::Page || page.position == weight {
        return Ok(());
    }
    diesel::update(entries::table.find(id)).set(entries::position.eq(weight)).execute(conn)?;
    record(conn, &page, json!({ "path": page.path, "weight": weight }), &Actor::default(), now)
}

/// Only lists of what stands below the page above show the order.
fn record(conn: &mut Conn, page: &Entry, detail: serde_json::Value, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let cache_tags = vec![page.parent_id.map_or_else(|| shown::TOP.to_owned(), shown::children)];
    let change = Change { kind: "entry.sorted", subject: "entry", key: page.id.number(), label: &page.title, detail, cache_tags };
    Ok(change.record(conn, actor, now)?)
}
