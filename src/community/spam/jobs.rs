//! Keeps the table of words small.

use super::model;
use crate::jobs::{Job, JobEnv, JobResult};
use serde::{Deserialize, Serialize};

/// Forgets the rarest words where there are too many.
#[derive(Debug, Serialize, Deserialize)]
pub struct Prune;

impl Job for Prune {
    const KIND: &'static str = "community.prune_spam_words";

    fn run(&self, env: &JobEnv) -> JobResult {
        while env.db.write_here(|conn| Ok(model::prune(conn, model::MOST)?))? > 0 {}
        Ok(())
    }
}
