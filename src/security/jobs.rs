//! Jobs of this room; each forwards to a model function.

use super::model::reports;
use crate::jobs::{Job, JobEnv, JobResult};
use serde::{Deserialize, Serialize};

/// Forgets what was last reported 30 days ago.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep;

impl Job for Sweep {
    const KIND: &'static str = "security.sweep";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        while env.db.write_here(|conn| Ok(reports::sweep(conn, now)?))? > 0 {}
        Ok(())
    }
}
