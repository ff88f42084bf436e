//! Jobs of this room; each forwards to a model function.

use super::model::{
    changes,
    file::{File, FileId},
    rendition::{self, Set, Sizes},
    sweep,
    uses::Showing,
};
use crate::{
    db::Conn,
    error::{AnyError, AnyResult, AppError},
    jobs::{Job, JobEnv, JobResult},
    journal::Actor,
    media::{inspect::Format, pixels},
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::{OptionalExtension, QueryResult};
use serde::{Deserialize, Serialize};

/// Makes the renditions of a picture, and shows them. It may run twice, be killed in between, and be too late: then it makes what
/// is missing of what is wanted now.
#[derive(Debug, Serialize, Deserialize)]
pub struct Render {
    /// Which.
    pub file: FileId,
}

impl Job for Render {
    const KIND: &'static str = "media.render";
    const IS_SLOW: bool = true;

    fn run(&self, env: &JobEnv) -> JobResult {
        let (id, now) = (self.file, env.now());
        let Some(set) = env.db.write_here(|conn| Ok(rendition::begin(conn, id, now)?))? else { return Ok(()) };
        let Some(sizes) = make(env, &set)? else {
            return env.db.write_here(|conn| Ok(rendition::give_up(conn, &set, env.now())?)).map_err(AnyError::from);
        };
        env.db.write_here(|conn| {
            File::lock(conn, id).optional()?; // whoever begins to show it meanwhile waits
            let showing = Showing::of(conn, id)?;
            if rendition::finish(conn, &set, &sizes, env.now())? {
                let tags = showing.renew(conn, env.now())?;
                rendition::record(conn, &set, &sizes, tags, env.now())?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Makes what is missing of a set; `None`: the picture cannot be read.
fn make(env: &JobEnv, set: &Set) -> AnyResult<Option<Sizes>> {
    let Some(original) = env.storage.get(&set.file.storage_key)? else {
        return Err(format!("{} of {} is not in the store", set.file.storage_key, set.file.address).into());
    };
    let mut sizes = Sizes::new();
    for spec in set.plan.all() {
        if let Some(size) = env.storage.size(&set.key(&spec))? {
            sizes.insert(set.plan.name(&spec), size);
        }
    }
    let there = sizes.clone();
    let mut stored = Ok(());
    let made = pixels::render(
        &original,
        Format::served_as(&set.file.content_type).ok_or("a picture has a format")?,
        &set.plan,
        |spec| !there.contains_key(&set.plan.name(spec)),
        |spec, bytes| {
            sizes.insert(set.plan.name(spec), bytes.len() as u64);
            stored = env.storage.put(&set.key(spec), bytes);
            if stored.is_err() { Err("the store takes nothing".into()) } else { Ok(()) }
        },
    );
    stored?; // trying again helps here, and not where the picture is damaged
    Ok(made.inspect_err(|error| log::warn!("{} is shown as it is: {error}", set.file.address)).is_ok().then_some(sizes))
}

/// Has the renditions of a file made that was uploaded or replaced, or whose focal point was moved; to be called in that
/// transaction.
pub fn render(conn: &mut Conn, file: FileId, now: NaiveDateTime) -> QueryResult<()> {
    if rendition::want(conn, file)? {
        Render { file }.enqueue(conn, now)?;
    }
    Ok(())
}

/// Rows that one run looks at.
const BATCH: i64 = 200;

/// Files the job for pictures whose renditions are missing, or are of an older recipe.
#[derive(Debug, Serialize, Deserialize)]
pub struct RenderMissing;

impl Job for RenderMissing {
    const KIND: &'static str = "media.render_missing";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        env.db.write_here(|conn| {
            for file in rendition::missing(conn, BATCH)? {
                Render { file }.enqueue_once(conn, &format!("{}:{file}", Render::KIND), now)?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Deletes renditions that pages have not named for a day, and those of files that are gone.
#[derive(Debug, Serialize, Deserialize)]
pub struct SweepRenditions;

impl Job for SweepRenditions {
    const KIND: &'static str = "media.sweep_renditions";

    fn run(&self, env: &JobEnv) -> JobResult {
        loop {
            let dropped = env.db.read_here(|conn| Ok(rendition::dropped(conn, BATCH, env.now())?))?;
            if dropped.is_empty() {
                return Ok(());
            }
            for id in dropped {
                env.db.write_here(|conn| {
                    for key in rendition::forget(conn, id)? {
                        env.storage.delete(&key).map_err(AppError::Internal)?;
                    }
                    Ok(())
                })?;
            }
        }
    }
}

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
        let actor = Actor { user: self.user, request: self.request.clone(), ..Actor::default() };
        while env.db.write_here(|conn| changes::delete_unused(conn, self.at, 100, &actor, env.now()))? > 0 {}
        Ok(())
    }
}
