//! Jobs of this room.

use super::{
    mail,
    model::{
        archive,
        export::{self, FOLDER},
    },
};
use crate::{
    accounts::model::user::User,
    db::Conn,
    error::AppResult,
    jobs::{Job, JobEnv, JobResult},
    mail::outbox::Posting,
    site::SiteSettings,
    storage::Stored,
    web::person::UserId,
};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::io::Seek;

/// Makes the archive of what is kept of somebody. It may run twice: the second finds that it is there.
#[derive(Debug, Serialize, Deserialize)]
pub struct MakeExport {
    /// Whose data it is.
    pub user: UserId,
    /// Who has asked for it, and is told when it is there.
    pub by: Option<UserId>,
}

impl Job for MakeExport {
    const KIND: &'static str = "privacy.make_export";
    /// An hour: somebody may have brought very many files.
    const LEASE_SECONDS: i64 = 3600;
    const IS_SLOW: bool = true;

    fn run(&self, env: &JobEnv) -> JobResult {
        let user = self.user;
        if !env.db.read_here(|conn| Ok(export::is_wanted(conn, user)?))? {
            return Ok(());
        }
        let mut file = archive::scratch(&env.uploads_dir)?;
        env.db.read_here(|conn| archive::write(conn, &env.storage, user, &mut file).map(drop))?;
        file.rewind()?;
        let key = export::fresh_key();
        let bytes = env.storage.put_from(&key, file)?;
        let is_wanted = env.db.write_here(|conn| {
            let is_wanted = export::made(conn, user, &key, bytes, env.now())?;
            if is_wanted && let Some(by) = self.by {
                tell(conn, by, user, env)?;
            }
            Ok(is_wanted)
        })?;
        if is_wanted { Ok(()) } else { env.storage.delete(&key) }
    }
}

/// Files the letter that the archive is there.
fn tell(conn: &mut Conn, by: UserId, user: UserId, env: &JobEnv) -> AppResult<()> {
    let Some(by) = User::active(conn, by)? else { return Ok(()) };
    let letter = mail::export(&by, &User::find(conn, user)?, &SiteSettings::load(conn)?, &env.base_url)?;
    Posting::new("privacy.export", &letter).personal().file(conn, env.now())
}

/// Deletes the bytes of an archive that is gone.
#[derive(Debug, Serialize, Deserialize)]
pub struct DropArchive {
    /// Where they lie.
    pub key: String,
}

impl Job for DropArchive {
    const KIND: &'static str = "privacy.drop_archive";

    fn run(&self, env: &JobEnv) -> JobResult {
        env.storage.delete(&self.key)
    }
}

/// Takes away archives that nobody has fetched in time, and the bytes of those that have no row any more.
#[derive(Debug, Serialize, Deserialize)]
pub struct SweepExports;

impl Job for SweepExports {
    const KIND: &'static str = "privacy.sweep_exports";

    fn run(&self, env: &JobEnv) -> JobResult {
        while env.db.write_here(|conn| Ok(export::sweep(conn, env.now())?))? > 0 {}
        // The store's files carry the system's time; one that is an hour old is no longer about to get its row.
        let before = chrono::Utc::now().naive_utc() - TimeDelta::hours(1);
        env.storage.list(FOLDER, |found: Vec<Stored>| {
            let keys = found.into_iter().filter(|stored| stored.at < before).map(|stored| stored.key).collect();
            for key in env.db.read_here(|conn| Ok(export::orphans(conn, keys)?))? {
                env.storage.delete(&key)?;
            }
            Ok(())
        })
    }
}
