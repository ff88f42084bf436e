//! Jobs that repeat: a table in code, and a row each that says when it is due next.
//!
//! Of several nodes exactly one enqueues each time: whoever moves the date on does. A time missed while nothing ran is caught
//! up once, not as often as it was missed.

use crate::{db::Conn, jobs::queue, schema::schedules};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::collections::HashMap;

/// A job that repeats.
#[derive(Clone, Copy)]
pub struct Schedule {
    /// Its kind; also its name in the table.
    pub kind: &'static str,
    /// Its payload.
    pub payload: &'static str,
    /// Minutes from one time to the next.
    pub every_minutes: i64,
}

/// Enqueues what is due and says how many that were.
pub fn enqueue_due(conn: &mut Conn, list: &[Schedule], now: NaiveDateTime) -> QueryResult<usize> {
    let known: HashMap<String, NaiveDateTime> =
        schedules::table.select((schedules::name, schedules::next_run_at)).load::<(String, NaiveDateTime)>(conn)?.into_iter().collect();
    let mut enqueued = 0;
    for schedule in list {
        let next = now + TimeDelta::minutes(schedule.every_minutes);
        let mine = match known.get(schedule.kind).copied() {
            Some(due) if due > now => false,
            Some(due) => conn.transaction(|conn| {
                let row = schedules::table.find(schedule.kind).filter(schedules::next_run_at.eq(due));
                let set = (schedules::next_run_at.eq(next), schedules::last_run_at.eq(now));
                let moved = diesel::update(row).set(set).execute(conn)? == 1;
                if moved {
                    queue::insert(conn, schedule.kind, schedule.payload, now, now, Some(schedule.kind))?;
                }
                QueryResult::Ok(moved)
            })?,
            None => {
                let row = (schedules::name.eq(schedule.kind), schedules::next_run_at.eq(next));
                diesel::insert_or_ignore_into(schedules::table).values(row).execute(conn)?;
                false
            }
        };
        enqueued += usize::from(mine);
    }
    Ok(enqueued)
}
