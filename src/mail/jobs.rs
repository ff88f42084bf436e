//! Jobs of the outbox.

use super::{
    model::letter::{self, LetterId},
    sending,
};
use crate::jobs::{Job, JobEnv, JobResult};
use serde::{Deserialize, Serialize};

/// Hands a letter to the mail server.
#[derive(Debug, Serialize, Deserialize)]
pub struct Send {
    /// Which.
    pub letter: LetterId,
}

impl Job for Send {
    const KIND: &'static str = "mail.send";

    fn run(&self, env: &JobEnv) -> JobResult {
        sending::send(env, self.letter)
    }
}

/// Looks for letters that wait for a job that is not there.
#[derive(Debug, Serialize, Deserialize)]
pub struct FindStranded;

impl Job for FindStranded {
    const KIND: &'static str = "mail.find_stranded";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        let found = env.db.write_here(|conn| Ok(letter::find_stranded(conn, now)?))?;
        if found > 0 {
            log::warn!("{found} letters had waited for a job that was not there");
        }
        Ok(())
    }
}
