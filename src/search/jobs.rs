//! Jobs of this room; each forwards to a model function.

use super::model::{index, learning, log, related};
use crate::{
    content::model::entry::EntryId,
    jobs::{Job, JobEnv, JobResult},
};
use serde::{Deserialize, Serialize};

/// Makes the documents of some entries anew.
#[derive(Debug, Serialize, Deserialize)]
pub struct Refresh {
    /// Which.
    pub entries: Vec<EntryId>,
}

impl Job for Refresh {
    const KIND: &'static str = "search.refresh";
    /// What is published is to be found at once.
    const LEASE_SECONDS: i64 = 50;

    fn run(&self, env: &JobEnv) -> JobResult {
        env.db.write_here(|conn| {
            index::lock(conn, &self.entries)?;
            Ok(index::refresh(conn, &self.entries)?)
        })?;
        Ok(())
    }
}

/// Makes the documents anew that hold a key, such as those of a category that has another name.
#[derive(Debug, Serialize, Deserialize)]
pub struct RefreshKey {
    /// The key.
    pub key: String,
}

impl Job for RefreshKey {
    const KIND: &'static str = "search.refresh_key";

    fn run(&self, env: &JobEnv) -> JobResult {
        let ids = env.db.read_here(|conn| Ok(index::with_key(conn, &self.key, usize::MAX >> 1)?))?;
        for some in ids.chunks(index::BATCH) {
            env.db.write_here(|conn| {
                index::lock(conn, some)?;
                Ok(index::refresh(conn, some)?)
            })?;
        }
        Ok(())
    }
}

/// Takes documents away whose entries are not live any more.
#[derive(Debug, Serialize, Deserialize)]
pub struct Prune;

impl Job for Prune {
    const KIND: &'static str = "search.prune";

    fn run(&self, env: &JobEnv) -> JobResult {
        while env.db.write_here(|conn| Ok(index::prune(conn)?))? > 0 {}
        Ok(())
    }
}

/// Makes documents anew that an older version has made, and those that were never made.
#[derive(Debug, Serialize, Deserialize)]
pub struct CatchUp;

impl Job for CatchUp {
    const KIND: &'static str = "search.catch_up";

    fn run(&self, env: &JobEnv) -> JobResult {
        while env.db.write_here(|conn| Ok(index::catch_up(conn)?))? > 0 {}
        Ok(())
    }
}

/// Has the vocabulary learn what documents have come to hold.
#[derive(Debug, Serialize, Deserialize)]
pub struct Learn;

impl Job for Learn {
    const KIND: &'static str = "search.learn";

    fn run(&self, env: &JobEnv) -> JobResult {
        while env.db.write_here(|conn| Ok(learning::learn(conn)?))? > 0 {}
        Ok(())
    }
}

/// Forgets what was searched for long ago.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep;

impl Job for Sweep {
    const KIND: &'static str = "search.sweep";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        while env.db.write_here(|conn| Ok(log::sweep(conn, now.date())?))? > 0 {}
        Ok(())
    }
}

/// Looks by night what is near to each live post.
#[derive(Debug, Serialize, Deserialize)]
pub struct Relate;

impl Job for Relate {
    const KIND: &'static str = "search.relate";
    const IS_SLOW: bool = true;

    fn run(&self, env: &JobEnv) -> JobResult {
        Ok(related::all(&env.db, env.now())?)
    }
}
