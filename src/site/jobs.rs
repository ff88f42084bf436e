//! Jobs of this room.

use super::SiteSettings;
use crate::{
    jobs::{Job, JobEnv, JobResult},
    journal::model::prune,
    mail::model::letter,
};
use serde::{Deserialize, Serialize};

/// Takes out of the journal what is older than the settings say: addresses and devices first, then whole lines.
#[derive(Debug, Serialize, Deserialize)]
pub struct PruneJournal;

impl Job for PruneJournal {
    const KIND: &'static str = "site.prune_journal";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        let site = env.db.read_here(|conn| Ok(SiteSettings::load(conn)?))?;
        while env.db.write_here(|conn| Ok(prune::old_traces(conn, site.trace_days, now)?))? {}
        while env.db.write_here(|conn| Ok(prune::old_rows(conn, site.journal_days, now)?))? {}
        Ok(())
    }
}

/// Takes letters out of the outbox that ended longer ago than the settings say.
#[derive(Debug, Serialize, Deserialize)]
pub struct PruneLetters;

impl Job for PruneLetters {
    const KIND: &'static str = "site.prune_letters";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        let site = env.db.read_here(|conn| Ok(SiteSettings::load(conn)?))?;
        while env.db.write_here(|conn| Ok(letter::prune(conn, site.letter_days, now)?))? {}
        Ok(())
    }
}
