//! Jobs of embeds; each forwards to a model function.

use super::{
    asking::{self, Found},
    picture::{FOLDER, Thumbnail},
};
use crate::{
    content::model::{
        embed::{
            EmbedId,
            noting::{self, Due},
            provider::{self, Allowed},
            sweep, uses,
        },
        entry::EntryId,
    },
    db::Conn,
    error::{AnyError, AppError},
    jobs::{Job, JobEnv, JobResult},
    storage::Stored,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::QueryResult;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// Asks providers about what is due, a few addresses of each, and files itself for more.
#[derive(Debug, Serialize, Deserialize)]
pub struct Fetch;

/// Seconds from one such job to the next: an import of a thousand films does not flood their provider.
const PACE: i64 = 10;

/// How long one job goes on: well within its lease.
const GOES_ON_FOR: Duration = Duration::from_secs(180);

impl Fetch {
    /// Files it, unless it waits already.
    pub fn soon(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<()> {
        let next = now.and_utc().timestamp().div_euclid(PACE) * PACE + PACE;
        let at = chrono::DateTime::from_timestamp(next, 0).map_or(now, |at| at.naive_utc());
        Fetch.enqueue_once_at(conn, &format!("{} {at}", Fetch::KIND), at, now)
    }
}

impl Job for Fetch {
    const KIND: &'static str = "content.fetch_embeds";
    const IS_SLOW: bool = true; // it waits for servers of others, and decodes pictures

    fn run(&self, env: &JobEnv) -> JobResult {
        let (now, begun) = (env.now(), Instant::now());
        let (due, are_more) = env.db.write_here(|conn| Ok(noting::take(conn, now)?))?;
        for (one, provider) in due.iter().take_while(|_| begun.elapsed() < GOES_ON_FOR) {
            keep(env, one, provider, &asking::ask(&env.outgoing, &provider.endpoint, &one.address))?;
        }
        if are_more {
            env.db.write_here(|conn| Ok(Fetch::soon(conn, env.now())?))?;
        }
        Ok(())
    }
}

/// Keeps what was found. The picture is in the store before a row names it, and again behind that: a sweep that looks at this moment
/// can delete it no more.
fn keep(env: &JobEnv, one: &Due, provider: &Allowed, found: &Found) -> JobResult {
    let picture = if let Found::Told(_, Ok(picture)) = found { picture.as_ref() } else { None };
    let store = |picture: Option<&Thumbnail>| picture.map_or(Ok(()), |picture| env.storage.keep(&picture.key(), &picture.bytes));
    store(picture)?;
    env.db.write_here(|conn| {
        let is_noted = noting::note(conn, one, provider, found, env.now())?;
        store(picture.filter(|_| is_noted)).map_err(AppError::Internal)
    })?;
    Ok(())
}

/// Makes entries anew that have an address of which something else is known: the next ones after an entry; files itself for the others.
#[derive(Debug, Serialize, Deserialize)]
pub struct Show {
    /// Which address.
    pub embed: EmbedId,
    /// The last entry that was made anew.
    pub after: EntryId,
}

impl Job for Show {
    const KIND: &'static str = "content.show_embed";
    const LEASE_SECONDS: i64 = 50; // visitors wait for it

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        env.db.write_here(|conn| Ok(uses::show(conn, self.embed, self.after, now)?)).map_err(AnyError::from)
    }
}

/// Looks at all addresses after one of them: who may be asked about each has changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Match {
    /// The last address that was looked at.
    pub after: EmbedId,
}

impl Job for Match {
    const KIND: &'static str = "content.match_embeds";

    fn run(&self, env: &JobEnv) -> JobResult {
        let mut next = Some(self.after);
        while let Some(after) = next {
            next = env.db.write_here(|conn| Ok(provider::step(conn, after, env.now())?))?;
        }
        Ok(())
    }
}

/// Forgets addresses that stand nowhere any more, and deletes pictures that no card shows.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep;

/// So long browsers may still ask for a picture that no card shows any more.
const PATIENCE: TimeDelta = TimeDelta::days(2);

impl Job for Sweep {
    const KIND: &'static str = "content.sweep_embeds";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        while env.db.write_here(|conn| Ok(sweep::addresses(conn, now)?))? > 0 {}
        // The store's files carry the system's time, whatever the site's clock says.
        let before = chrono::Utc::now().naive_utc() - PATIENCE;
        env.storage.list(FOLDER, |found: Vec<Stored>| {
            let keys: Vec<String> = found.into_iter().filter(|stored| stored.at < before).map(|stored| stored.key).collect();
            for key in env.db.read_here(|conn| Ok(sweep::orphans(conn, keys)?))? {
                env.db.write_here(|conn| {
                    if sweep::is_shown(conn, &key)? { Ok(()) } else { env.storage.delete(&key).map_err(AppError::Internal) }
                })?;
            }
            Ok(())
        })
    }
}
