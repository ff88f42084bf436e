//! Fetching what is to link here, and telling others that we link there.

use super::{
    model,
    receiving::{self, Found},
    sending,
};
use crate::{
    content::model::entry::EntryId,
    jobs::{Job, JobEnv, JobResult},
    site::SiteSettings,
};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// Hours after which a page is fetched again where nobody answers; then it is forgotten.
const AGAIN: [i64; 3] = [1, 6, 24];

/// Servers that one job asks, and for how long it goes on: well within its lease.
const GOES_ON_FOR: Duration = Duration::from_secs(180);
const TOGETHER: usize = 8;

/// Looks at a page that is to link to an entry.
#[derive(Debug, Serialize, Deserialize)]
pub struct Receive {
    /// The entry.
    pub entry: EntryId,
    /// The page.
    pub source: String,
    /// The address of the entry that it is to link to, as it was told.
    pub target: String,
    /// How often nobody answered.
    pub tries: usize,
}

impl Job for Receive {
    const KIND: &'static str = "community.receive_mention";
    const IS_SLOW: bool = true; // it waits for a server of others

    fn run(&self, env: &JobEnv) -> JobResult {
        let found = receiving::look(&env.outgoing, &self.source, &self.target);
        let now = env.now();
        if let (Found::Silent(why), Some(hours)) = (&found, AGAIN.get(self.tries)) {
            log::info!("a page that is to link here was not reached: {why}");
            let again = Receive { entry: self.entry, source: self.source.clone(), target: self.target.clone(), tries: self.tries + 1 };
            return Ok(env.db.write_here(|conn| Ok(again.enqueue_at(conn, now + TimeDelta::hours(*hours), now)?))?);
        }
        Ok(env.db.write_here(|conn| receiving::take(conn, self.entry, &self.source, &found, now))?)
    }
}

/// Finds out whom to tell of an entry that has changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Follow {
    /// Which.
    pub entry: EntryId,
}

impl Job for Follow {
    const KIND: &'static str = "community.follow_links";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        Ok(env.db.write_here(|conn| {
            if model::follow(conn, self.entry, &env.base_url, now)? {
                Deliver.enqueue(conn, now)?;
            }
            Ok(())
        })?)
    }
}

/// Sends what is due, and files itself for what is due later.
#[derive(Debug, Serialize, Deserialize)]
pub struct Deliver;

impl Job for Deliver {
    const KIND: &'static str = "community.send_mentions";
    const IS_SLOW: bool = true; // it waits for servers of others

    fn run(&self, env: &JobEnv) -> JobResult {
        let begun = Instant::now();
        while begun.elapsed() < GOES_ON_FOR {
            let due = env.db.read_here(|conn| {
                if !SiteSettings::load(conn)?.webmention.send {
                    return Ok(Vec::new());
                }
                let (room, _) = model::room(conn, env.now())?;
                Ok(model::due(conn, env.now(), TOGETHER.min(room))?)
            })?;
            if due.is_empty() {
                break;
            }
            for one in &due {
                let outcome = sending::send(&env.outgoing, &one.source, &one.target);
                let now = env.now();
                env.db.write_here(|conn| Ok(model::note(conn, one, &outcome, now)?))?;
            }
        }
        let now = env.now();
        Ok(env.db.write_here(|conn| {
            if let Some(at) = model::next_due(conn)?.filter(|_| SiteSettings::load(conn).is_ok_and(|site| site.webmention.send)) {
                let (_, room_at) = model::room(conn, now)?;
                let at = at.max(now + TimeDelta::seconds(1)).max(room_at.unwrap_or(now));
                Deliver.enqueue_once_at(conn, &format!("{} {at}", Deliver::KIND), at, now)?;
            }
            Ok(())
        })?)
    }
}
