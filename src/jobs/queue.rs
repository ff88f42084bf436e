//! The table of jobs: filing, claiming, finishing.

use crate::{db::Conn, schema::jobs, typed_id};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{prelude::*, sql_types::Bool};

typed_id!(
    /// Names a job.
    JobId
);

/// Seconds that a worker has for a job of a kind that is not known here.
pub const LEASE_SECONDS: i64 = 300;

/// How often a job is tried before it is given up.
pub const MOST_ATTEMPTS: i32 = 10;

/// A job as it is claimed.
#[derive(Debug, HasQuery)]
#[diesel(table_name = jobs)]
pub struct JobRow {
    /// Key.
    pub id: JobId,
    /// Name of its kind.
    pub kind: String,
    /// JSON of the job struct.
    pub payload: String,
    /// How often it was tried.
    pub attempts: i32,
}

/// Files a job; with a key that waits already, does nothing.
pub fn insert(conn: &mut Conn, kind: &str, payload: &str, run_at: NaiveDateTime, now: NaiveDateTime, key: Option<&str>) -> QueryResult<()> {
    let row = (jobs::kind.eq(kind), jobs::payload.eq(payload), jobs::created_at.eq(now), jobs::run_at.eq(run_at), jobs::dedup_key.eq(key));
    diesel::insert_or_ignore_into(jobs::table).values(row).execute(conn).map(drop)
}

/// Files a job for each payload, to run as soon as possible.
pub fn insert_all(conn: &mut Conn, kind: &str, payloads: &[String], now: NaiveDateTime) -> QueryResult<()> {
    let row = |payload| (jobs::kind.eq(kind), jobs::payload.eq(payload), jobs::created_at.eq(now), jobs::run_at.eq(now));
    let rows: Vec<_> = payloads.iter().map(row).collect();
    diesel::insert_into(jobs::table).values(rows).execute(conn).map(drop)
}

/// Takes the next due job for the time of a lease, in seconds by its kind; passes over what another worker holds. With `only`,
/// one of these kinds.
pub fn claim(
    conn: &mut Conn,
    now: NaiveDateTime,
    only: Option<&[&str]>,
    lease: impl Fn(&str) -> Option<i64>,
) -> QueryResult<Option<JobRow>> {
    conn.transaction(|conn| {
        let job = JobRow::query()
            .filter(jobs::failed_at.is_null())
            .filter(jobs::run_at.le(now))
            .filter(jobs::kind.eq_any(only.unwrap_or_default()).or(only.is_none().into_sql::<Bool>()))
            .filter(jobs::reserved_until.is_null().or(jobs::reserved_until.lt(now)))
            .order((jobs::run_at, jobs::id))
            .for_update()
            .skip_locked()
            .first(conn)
            .optional()?;
        if let Some(job) = &job {
            let until = now + TimeDelta::seconds(lease(&job.kind).unwrap_or(LEASE_SECONDS));
            let set = (jobs::reserved_until.eq(until), jobs::attempts.eq(job.attempts + 1));
            diesel::update(jobs::table.find(job.id)).set(set).execute(conn)?;
        }
        Ok(job)
    })
}

/// Takes a job that was done off the table.
pub fn finish(conn: &mut Conn, id: JobId) -> QueryResult<()> {
    diesel::delete(jobs::table.find(id)).execute(conn).map(drop)
}

/// Puts a job that failed back for later, or gives it up: after 2, 4, 8 … minutes, ten times in all.
pub fn put_back(conn: &mut Conn, job: &JobRow, error: &str, now: NaiveDateTime) -> QueryResult<()> {
    let attempts = job.attempts + 1;
    let failed_at = (attempts >= MOST_ATTEMPTS).then_some(now);
    let error: String = error.chars().take(2000).collect();
    let set = (
        jobs::reserved_until.eq(None::<NaiveDateTime>),
        jobs::run_at.eq(now + TimeDelta::minutes(1 << attempts.clamp(1, 12))),
        jobs::last_error.eq(error),
        jobs::failed_at.eq(failed_at),
    );
    diesel::update(jobs::table.find(job.id)).set(set).execute(conn).map(drop)
}

/// How many jobs wait, and how many were given up.
pub fn counts(conn: &mut Conn) -> QueryResult<(i64, i64)> {
    let waiting = jobs::table.filter(jobs::failed_at.is_null()).count().get_result(conn)?;
    let failed = jobs::table.filter(jobs::failed_at.is_not_null()).count().get_result(conn)?;
    Ok((waiting, failed))
}
