//! Sessions as rows, so that they can be listed and revoked.
//!
//! Table `sessions`. The key of the cookie is random and kept only as its SHA-256. A session has two ends: `expires_at`, which
//! moves on with use (idle), and `ends_at`, which never moves (absolute). `update` must not be an upsert: it would bring back a
//! session that was revoked while its request ran.

use crate::{
    db::{Conn, Db, statement::Statement},
    error::AppResult,
    schema::sessions,
    web::person::UserId,
};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key};
use actix_web::cookie::time::Duration;
use chrono::{NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The session key under which the signed-in user's id is kept.
pub const USER: &str = "user";

/// The session key under which its handle is kept, which names it on pages.
pub const HANDLE: &str = "handle";

/// The session key under which stands what the browser called itself at the log-in.
pub const AGENT: &str = "agent";

/// The session key under which stands where the log-in came from.
pub const ADDRESS: &str = "address";

/// Days after which a session ends however much it is used.
pub const ABSOLUTE_LIFE_DAYS: i64 = 30;

/// Minutes by which the idle end must have moved before it is written again: not every request should cost a write.
const IDLE_STEP_MINUTES: i64 = 10;

type State = HashMap<String, String>;

/// The store, on the tables of this database.
pub struct SqlSessionStore(pub Db);

impl SqlSessionStore {
    async fn change(&self, key: &SessionKey, work: impl Fn(&mut Conn, &[u8]) -> QueryResult<usize> + Send + 'static) -> AppResult<()> {
        let hash = hash(key);
        self.0.write_one(move |conn| work(conn, &hash).map(drop)).await
    }
}

impl SessionStore for SqlSessionStore {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let (hash, now) = (hash(key), now());
        let state = self.0.read(move |conn| {
            let live = sessions::table.find(hash).filter(sessions::expires_at.gt(now)).filter(sessions::ends_at.gt(now));
            Ok(live.select(sessions::state).first::<String>(conn).optional()?)
        });
        let state = state.await.map_err(|error| LoadError::Other(error.into()))?;
        state.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| LoadError::Deserialization(error.into()))
    }

    async fn save(&self, state: State, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let (key, user, text, now) = (generate_session_key(), user(&state), text(&state), now());
        let [handle, agent, address] = [HANDLE, AGENT, ADDRESS].map(|name| told(&state, name));
        let until = end(now, ttl);
        let saved = self.change(&key, move |conn, hash| {
            let row = (
                sessions::key_hash.eq(hash),
                sessions::user_id.eq(user),
                sessions::state.eq(&text),
                sessions::created_at.eq(now),
                sessions::expires_at.eq(until),
                sessions::ends_at.eq(now + TimeDelta::days(ABSOLUTE_LIFE_DAYS)),
                sessions::handle.eq(&handle),
                sessions::agent.eq(agent.as_deref().unwrap_or("")),
                sessions::address.eq(address.as_deref().unwrap_or("")),
                sessions::seen_at.eq(now),
            );
            diesel::insert_into(sessions::table).values(row).execute(conn)
        });
        saved.await.map_err(|error| SaveError::Other(error.into()))?;
        Ok(key)
    }

    async fn update(&self, key: SessionKey, state: State, ttl: &Duration) -> Result<SessionKey, UpdateError> {
        let (user, text, now) = (user(&state), text(&state), now());
        let until = end(now, ttl);
        let updated = self.change(&key, move |conn, hash| {
            let update = Statement::change("UPDATE sessions SET user_id = ?, state = ?, expires_at = ?, seen_at = ? WHERE key_hash = ?");
            update.number_if(user.map(UserId::number)).text(&text).time(until).time(now).bytes(hash).execute(conn)
        });
        updated.await.map_err(|error| UpdateError::Other(error.into()))?;
        Ok(key)
    }

    async fn update_ttl(&self, key: &SessionKey, ttl: &Duration) -> Result<(), anyhow::Error> {
        let now = now();
        let until = end(now, ttl);
        let stale = until - TimeDelta::minutes(IDLE_STEP_MINUTES);
        Ok(self
            .change(key, move |conn, hash| {
                let later = Statement::change("UPDATE sessions SET expires_at = ?, seen_at = ? WHERE key_hash = ? AND expires_at < ?");
                later.time(until).time(now).bytes(hash).time(stale).execute(conn)
            })
            .await?)
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(self.change(key, |conn, hash| diesel::delete(sessions::table.find(hash)).execute(conn)).await?)
    }
}

/// Ends every session of a user.
pub fn end_all_of(conn: &mut Conn, user: UserId) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user))).execute(conn)
}

/// Ends every session of a user but the one with that handle.
pub fn end_others_of(conn: &mut Conn, user: UserId, keep: &str) -> QueryResult<usize> {
    let others = sessions::handle.is_null().or(sessions::handle.assume_not_null().ne(keep));
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user)).filter(others)).execute(conn)
}

/// Ends one session of a user; says whether it was there.
pub fn end_one_of(conn: &mut Conn, user: UserId, handle: &str) -> QueryResult<bool> {
    let one = sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::handle.eq(handle));
    Ok(diesel::delete(one).execute(conn)? > 0)
}

/// A session as its person sees it.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = sessions)]
pub struct Listed {
    /// Names it; `None`: it began before there were handles.
    pub handle: Option<String>,
    /// What the browser called itself at the log-in.
    pub agent: String,
    /// Where the log-in came from.
    pub address: String,
    /// When the log-in was, UTC.
    pub created_at: NaiveDateTime,
    /// When it was last used, give or take [`IDLE_STEP_MINUTES`], UTC.
    pub seen_at: NaiveDateTime,
}

/// The sessions of a user that can still be used, the last used first; bounded by 200.
pub fn of_user(conn: &mut Conn, user: UserId) -> QueryResult<Vec<Listed>> {
    let live =
        Listed::query().filter(sessions::user_id.eq(user)).filter(sessions::expires_at.gt(now())).filter(sessions::ends_at.gt(now()));
    live.order((sessions::seen_at.desc(), sessions::key_hash)).limit(200).load(conn)
}

/// Deletes what nobody can use any more.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(now))).execute(conn)
}

fn text(state: &State) -> String {
    serde_json::to_string(state).expect("strings always serialize")
}

fn user(state: &State) -> Option<UserId> {
    state.get(USER).and_then(|json| serde_json::from_str(json).ok())
}

fn told(state: &State, name: &str) -> Option<String> {
    state.get(name).and_then(|json| serde_json::from_str(json).ok())
}

fn hash(key: &SessionKey) -> Vec<u8> {
    Sha256::digest(key.as_ref()).to_vec()
}

fn now() -> NaiveDateTime {
    Utc::now().naive_utc()
}

fn end(now: NaiveDateTime, ttl: &Duration) -> NaiveDateTime {
    now + TimeDelta::seconds(ttl.whole_seconds())
}
