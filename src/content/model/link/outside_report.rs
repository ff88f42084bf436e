//! The report of links to other sites, in the admin.

use super::{
    outside::{OutsideId, OutsideState},
    report::Source,
};
use crate::{
    content::model::entry::EntryState,
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
    },
    schema::{entries, outside_links, outside_targets},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashMap;

/// What the report shows; what is well, new, or only closed to programs is no news.
pub const SHOWN: [OutsideState; 4] = [OutsideState::Gone, OutsideState::Silent, OutsideState::Moved, OutsideState::Unasked];

/// Entries that are named beside an address.
const NAMED: usize = 3;

/// An address of another site.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = outside_targets)]
pub struct Outside {
    /// Key.
    pub id: OutsideId,
    /// The whole address.
    pub address: String,
    /// What was there.
    pub state: OutsideState,
    /// Where it moved to, or what the other server said.
    pub told: String,
    /// When it was looked at last, UTC.
    pub checked_at: Option<NaiveDateTime>,
}

impl Outside {
    /// One page of those in that state, looked at last first.
    pub fn page(conn: &mut Conn, state: OutsideState, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Outside>> {
        let query = Outside::query().filter(outside_targets::state.eq(state)).limit(limit as i64 + 1).into_boxed();
        let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, OutsideId::from(cursor.id))));
        let query = newest_first!(query, place, outside_targets::checked_at, outside_targets::id);
        let mark = |one: &Outside| Cursor::of_time(one.checked_at.unwrap_or_default(), one.id.number());
        Ok(Slice::cut(query.load(conn)?, limit, cursor.filter(|_| place.is_some()), mark))
    }
}

/// The first live entries that link to each of these, and how many do.
pub fn named(conn: &mut Conn, targets: &[Outside]) -> QueryResult<HashMap<OutsideId, (Vec<Source>, i64)>> {
    let ids: Vec<OutsideId> = targets.iter().map(|target| target.id).collect();
    let live = || outside_links::table.inner_join(entries::table).filter(entries::state.eq(EntryState::Published));
    let counts: Vec<(OutsideId, i64)> = live()
        .filter(outside_links::target_id.eq_any(&ids))
        .group_by(outside_links::target_id)
        .select((outside_links::target_id, diesel::dsl::count_star()))
        .load(conn)?;
    let mut named: HashMap<OutsideId, (Vec<Source>, i64)> = HashMap::new();
    for (id, many) in counts {
        let sources = live().filter(outside_links::target_id.eq(id)).order(outside_links::entry_id.desc()).limit(NAMED as i64);
        named.insert(id, (sources.select((entries::id, entries::title)).load(conn)?, many));
    }
    Ok(named)
}

/// How many addresses there are in each state.
pub fn counts(conn: &mut Conn) -> QueryResult<HashMap<OutsideState, i64>> {
    let counts = outside_targets::table.group_by(outside_targets::state).select((outside_targets::state, diesel::dsl::count_star()));
    Ok(counts.load::<(OutsideState, i64)>(conn)?.into_iter().collect())
}
