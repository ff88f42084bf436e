//! Jobs of this room; each forwards to a model function.

use super::model::{changes, sweep};
use crate::{
    jobs::{Job, JobEnv, JobResult},
    journal::Actor,
    web::person::UserId,
};
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// Deletes what no file has any more, and what a killed process has left.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep;

impl Job for Sweep {
    const KIND: &'static str = "media.sweep";

    fn run(&self, env: &JobEnv) -> JobResult {
        // The store's files carry the system's time, whatever the site's clock says.
        let swept = sweep::sweep(&env.db, &env.storage, &env.uploads_dir, chrono::Utc::now().naive_utc())?;
        if swept != sweep::Swept::default() {
            log::info!(
                "swept the files: {} half-written, {} without a file, {} files without bytes",
                swept.halves,
                swept.orphans,
                swept.missing
            );
        }
        Ok(())
    }
}

/// Deletes every file that nothing shows and that was there when somebody asked for this.
#[derive(Debug, Serialize, Deserialize)]
pub struct DeleteUnused {
    /// Who asked.
    pub user: Option<UserId>,
    /// In which request.
    pub request: String,
    /// When.
    pub at: NaiveDateTime,
}

impl Job for DeleteUnused {
    const KIND: &'static str = "media.delete_unused";

    fn run(&self, env: &JobEnv) -> JobResult {
        let actor = Actor { user: self.user, request: self.request.clone() };
        while env.db.write_here(|conn| changes::delete_unused(conn, self.at, 100, &actor, env.now()))? > 0 {}
        Ok(())
    }
}
