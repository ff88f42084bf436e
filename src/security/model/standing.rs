//! What the tables say about how well the site is guarded.

use crate::{
    db::Conn,
    jobs::queue,
    mail::model::lists,
    schema::{jobs, journal, second_factors, secrets, sessions, throttles, users},
    security::model::reports,
    web::person::Role,
};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use diesel::{
    dsl::{count_star, max, sql},
    prelude::*,
    sql_types::{Date, Text},
};

/// Days of failed log-ins that are shown.
pub const DAYS: i64 = 14;

/// Days after which a session that is still in use counts as old.
pub const OLD_DAYS: i64 = 14;

/// What was found.
#[derive(Debug, Clone)]
pub struct Standing {
    /// People who can log in.
    pub people: i64,
    /// Those of them without a second factor.
    pub without_factor: i64,
    /// Owners among them.
    pub owners: i64,
    /// Sessions that can be used, and those of them that began long ago.
    pub sessions: i64,
    /// Sessions that began more than [`OLD_DAYS`] days ago.
    pub old_sessions: i64,
    /// Failed log-ins of each of the last [`DAYS`] days, in UTC, the first day first.
    pub failed: Vec<(NaiveDate, i64)>,
    /// Accounts and networks that wait at this moment.
    pub throttled: i64,
    /// Groups of reports of browsers.
    pub reports: i64,
    /// Jobs that wait, and that were given up.
    pub jobs: (i64, i64),
    /// Letters that were given up in the last seven days.
    pub failed_letters: i64,
    /// Of which kind the job is that was given up last.
    pub failed_job: Option<String>,
    /// What the database server calls itself.
    pub database: String,
    /// When the key of the session cookie was made.
    pub key_made_at: Option<NaiveDateTime>,
}

impl Standing {
    /// Reads it, in some ten small queries.
    pub fn load(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<Standing> {
        let active = || users::table.filter(users::disabled_at.is_null()).filter(users::password_hash.is_not_null());
        let live = || {
            sessions::table.filter(sessions::user_id.is_not_null()).filter(sessions::expires_at.gt(now)).filter(sessions::ends_at.gt(now))
        };
        let given_up = jobs::table.filter(jobs::failed_at.is_not_null()).order(jobs::failed_at.desc()).select(jobs::kind);
        Ok(Standing {
            people: active().count().get_result(conn)?,
            without_factor: active().left_join(second_factors::table).filter(second_factors::user_id.is_null()).count().get_result(conn)?,
            owners: active().filter(users::role.eq(Role::Owner)).count().get_result(conn)?,
            sessions: live().count().get_result(conn)?,
            old_sessions: live().filter(sessions::created_at.lt(now - TimeDelta::days(OLD_DAYS))).count().get_result(conn)?,
            failed: failed(conn, now)?,
            throttled: throttles::table.filter(throttles::blocked_until.gt(now)).count().get_result(conn)?,
            reports: reports::counts(conn)?.into_iter().map(|(_, many)| many).sum(),
            jobs: queue::counts(conn)?,
            failed_letters: lists::failed_lately(conn, now)?,
            failed_job: given_up.first(conn).optional()?,
            database: diesel::select(sql::<Text>("VERSION()")).get_result(conn)?,
            key_made_at: secrets::table.filter(secrets::name.like("session\\_key%")).select(max(secrets::created_at)).first(conn)?,
        })
    }
}

/// Failed log-ins by day, those without any among them; off the index of kinds.
fn failed(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<Vec<(NaiveDate, i64)>> {
    let first = now.date() - TimeDelta::days(DAYS - 1);
    let day = || sql::<Date>("DATE(at)");
    let rows: Vec<(NaiveDate, i64)> = journal::table
        .filter(journal::kind.eq("account.sign_in_failed"))
        .filter(journal::at.ge(first.and_time(chrono::NaiveTime::MIN)))
        .group_by(day())
        .select((day(), count_star()))
        .load(conn)?;
    let of = |day: NaiveDate| rows.iter().find(|(found, _)| *found == day).map_or(0, |(_, many)| *many);
    Ok((0..DAYS).map(|ago| first + TimeDelta::days(ago)).map(|day| (day, of(day))).collect())
}
