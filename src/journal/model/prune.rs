//! What is not kept for ever: whole rows, and before that where they came from.
//!
//! Both in batches, so that no transaction holds many rows for long. What other nodes read in the newest rows (`journal::tail`) is
//! gone through within seconds; a day is the least that rows are kept.

use crate::db::Conn;
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{prelude::*, sql_types::Datetime};

/// Rows that one statement takes away.
const BATCH: usize = 5000;

const OLD_ROWS: &str = "DELETE FROM journal WHERE at < ? ORDER BY at, id LIMIT 5000";

const OLD_TRACES: &str = "
    UPDATE journal SET address = '', agent = '' WHERE address > '' AND at < ? ORDER BY address, at, id LIMIT 5000";

/// Deletes a batch of rows older than so many days; 0 keeps them for ever. Says whether there may be more.
pub fn old_rows(conn: &mut Conn, days: u32, now: NaiveDateTime) -> QueryResult<bool> {
    run(conn, OLD_ROWS, days, now)
}

/// Forgets addresses and devices of a batch of rows older than so many days; 0 keeps them as long as their rows. Says whether there
/// may be more.
pub fn old_traces(conn: &mut Conn, days: u32, now: NaiveDateTime) -> QueryResult<bool> {
    run(conn, OLD_TRACES, days, now)
}

fn run(conn: &mut Conn, statement: &str, days: u32, now: NaiveDateTime) -> QueryResult<bool> {
    if days == 0 {
        return Ok(false);
    }
    let end = now - TimeDelta::days(i64::from(days));
    Ok(diesel::sql_query(statement).bind::<Datetime, _>(end).execute(conn)? >= BATCH)
}
