//! The archive of what is kept of somebody, on its way to whoever has asked for it.
//!
//! Table `exports`: one for each person. A job writes the archive into the store under a key that nobody can guess and no address
//! leads to; there it waits for [`LIFE_DAYS`]. What has no row any more is swept.

use super::archive;
use crate::{
    db::Conn,
    error::AppResult,
    jobs::Job,
    journal::Actor,
    privacy::jobs::{DropArchive, MakeExport},
    schema::exports,
    web::person::UserId,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

/// Days for which an archive waits to be fetched.
pub const LIFE_DAYS: i64 = 3;

/// Minutes within which nothing new is made: asking again and again costs nothing.
const SAME_MINUTES: i64 = 10;

/// Minutes after which one that was never made may be asked for anew.
const GIVEN_UP_MINUTES: i64 = 180;

/// Where archives lie in the store.
pub const FOLDER: &str = "exports";

/// An archive that was asked for.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = exports)]
pub struct Export {
    /// Where it lies; `None`: it is not made yet.
    pub storage_key: Option<String>,
    /// Its size.
    pub bytes: i64,
    /// When somebody asked for it, UTC.
    pub asked_at: NaiveDateTime,
}

impl Export {
    /// That of a person, while it waits.
    pub fn of(conn: &mut Conn, user: UserId, now: NaiveDateTime) -> QueryResult<Option<Export>> {
        let live = Export::query().find(user).filter(exports::asked_at.gt(now - TimeDelta::days(LIFE_DAYS)));
        live.first(conn).optional()
    }

    /// Whether it can be fetched.
    pub fn is_ready(&self) -> bool {
        self.storage_key.is_some()
    }

    /// When it is gone, UTC.
    pub fn ends_at(&self) -> NaiveDateTime {
        self.asked_at + TimeDelta::days(LIFE_DAYS)
    }

    fn is_new(&self, now: NaiveDateTime) -> bool {
        let minutes = if self.is_ready() { SAME_MINUTES } else { GIVEN_UP_MINUTES };
        now - self.asked_at < TimeDelta::minutes(minutes)
    }
}

/// Has the archive made, in the place of an older one, and writes down that it was asked for. Says whether there was anything to do.
pub fn ask(conn: &mut Conn, user: UserId, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    archive::lock(conn, user)?; // of two who ask at once, one waits
    if Export::of(conn, user, now)?.is_some_and(|export| export.is_new(now)) {
        return Ok(false);
    }
    forget(conn, user, now)?;
    diesel::insert_into(exports::table).values((exports::user_id.eq(user), exports::asked_at.eq(now))).execute(conn)?;
    MakeExport { user, by: actor.user }.enqueue(conn, now)?;
    archive::record(conn, user, actor, now)?;
    Ok(true)
}

/// A place for an archive that nobody can guess.
pub fn fresh_key() -> String {
    let name: String = rand::random::<[u8; 32]>().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{FOLDER}/{name}")
}

/// Whether an archive of that person is to be made.
pub fn is_wanted(conn: &mut Conn, user: UserId) -> QueryResult<bool> {
    let waiting = exports::table.find(user).filter(exports::storage_key.is_null());
    diesel::select(diesel::dsl::exists(waiting)).get_result(conn)
}

/// Notes where it lies. Says whether anybody still wants it.
pub fn made(conn: &mut Conn, user: UserId, key: &str, bytes: u64, now: NaiveDateTime) -> QueryResult<bool> {
    let waiting = exports::table.find(user).filter(exports::storage_key.is_null());
    let set = (exports::storage_key.eq(key), exports::bytes.eq(i64::try_from(bytes).unwrap_or(i64::MAX)), exports::made_at.eq(now));
    Ok(diesel::update(waiting).set(set).execute(conn)? > 0)
}

/// Takes the archive of a person away, and its bytes soon after.
pub fn forget(conn: &mut Conn, user: UserId, now: NaiveDateTime) -> QueryResult<()> {
    let old: Option<Option<String>> = exports::table.find(user).select(exports::storage_key).for_update().first(conn).optional()?;
    if let Some(key) = old.flatten() {
        DropArchive { key }.enqueue(conn, now)?;
    }
    diesel::delete(exports::table.find(user)).execute(conn).map(drop)
}

/// Takes away what nobody has fetched in time; at most 200 at once. Says how many there were.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    let old = exports::table.filter(exports::asked_at.le(now - TimeDelta::days(LIFE_DAYS))).order(exports::asked_at);
    let users: Vec<UserId> = old.select(exports::user_id).limit(200).load(conn)?;
    for user in &users {
        forget(conn, *user, now)?;
    }
    Ok(users.len())
}

/// Which of these keys no archive has.
pub fn orphans(conn: &mut Conn, keys: Vec<String>) -> QueryResult<Vec<String>> {
    let key = exports::storage_key.assume_not_null();
    let known: Vec<String> = exports::table.filter(exports::storage_key.is_not_null()).filter(key.eq_any(&keys)).select(key).load(conn)?;
    Ok(keys.into_iter().filter(|key| !known.contains(key)).collect())
}
