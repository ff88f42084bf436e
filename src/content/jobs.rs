//! Jobs of this room; each forwards to a model function.

use super::model::{autosave, entry::EntryId, presence, rendering, timing, trash};
use crate::{
    error::AnyError,
    jobs::{Job, JobEnv, JobResult},
};
use serde::{Deserialize, Serialize};

/// Publishes an entry at the time that its author has set.
#[derive(Debug, Serialize, Deserialize)]
pub struct Publish {
    /// Which.
    pub entry: EntryId,
}

impl Job for Publish {
    const KIND: &'static str = "content.publish";
    const LEASE_SECONDS: i64 = 10; // a node that dies with it delays it no longer

    fn run(&self, env: &JobEnv) -> JobResult {
        let (entry, now) = (self.entry, env.now());
        env.db.write_here(|conn| timing::carry_out(conn, entry, now)).map_err(AnyError::from)
    }
}

/// Takes an entry off the site at the time that its author has set.
#[derive(Debug, Serialize, Deserialize)]
pub struct Unpublish {
    /// Which.
    pub entry: EntryId,
}

impl Job for Unpublish {
    const KIND: &'static str = "content.unpublish";
    const LEASE_SECONDS: i64 = Publish::LEASE_SECONDS;

    fn run(&self, env: &JobEnv) -> JobResult {
        let (entry, now) = (self.entry, env.now());
        env.db.write_here(|conn| timing::carry_out(conn, entry, now)).map_err(AnyError::from)
    }
}

/// Renders anew what an older renderer has made.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rerender;

impl Job for Rerender {
    const KIND: &'static str = "content.rerender";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        while env.db.write_here(|conn| Ok(rendering::catch_up(conn, now)?))? > 0 {}
        Ok(())
    }
}

/// Deletes what has lain in the trash for 30 days.
#[derive(Debug, Serialize, Deserialize)]
pub struct EmptyTrash;

impl Job for EmptyTrash {
    const KIND: &'static str = "content.empty_trash";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        while env.db.write_here(|conn| trash::empty(conn, now))? > 0 {}
        Ok(())
    }
}

/// Deletes what was typed and not saved for 30 days, and who went away without a word.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep;

impl Job for Sweep {
    const KIND: &'static str = "content.sweep";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        while env.db.write_here(|conn| Ok(autosave::sweep(conn, now)?))? > 0 {}
        env.db.write_here(|conn| Ok(presence::sweep(conn, now)?))?;
        Ok(())
    }
}
