//! Jobs of this room; each forwards to a model function.

use super::{
    mail,
    model::{
        autosave,
        bulk::{self, RunId},
        entry::EntryId,
        link::{broken, mend, outside},
        presence,
        redirect::import::{self, ImportId, checking, writing},
        rendering,
        snippet::refresh,
        timing, trash,
        workflow::{
            letters,
            submission::{DecisionId, SubmissionId},
        },
    },
};
use crate::{
    accounts::model::user::User,
    error::{AnyError, AnyResult},
    jobs::{Job, JobEnv, JobResult},
    journal::Actor,
    mail::outbox,
    site::SiteSettings,
    web::person::UserId,
};
use chrono::{TimeDelta, TimeZone, Timelike};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    ops::Range,
    time::{Duration, Instant},
};

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

/// Renders entries anew whose files have changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Renew {
    /// Which.
    pub entries: Vec<EntryId>,
}

impl Job for Renew {
    const KIND: &'static str = "content.renew";
    const LEASE_SECONDS: i64 = 30; // visitors still see what was

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        env.db.write_here(|conn| Ok(rendering::render_anew(conn, &self.entries, &json!({}), now)?)).map_err(AnyError::from)
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

/// Tells one person of a submission: that it waits, or what became of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReviewLetter {
    /// Who reads it.
    pub to: UserId,
    /// About which submission.
    pub submission: SubmissionId,
    /// What happened.
    pub decision: DecisionId,
    /// One of `letters::About`.
    pub about: String,
    /// The step that the submission was at then.
    pub step: i32,
}

impl Job for ReviewLetter {
    const KIND: &'static str = "content.review_letter";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        env.db.write_here(|conn| {
            let Some(reader) = User::active(conn, self.to)? else { return Ok(()) };
            let Some(matter) = letters::matter(conn, self)? else { return Ok(()) };
            let letter = mail::review(&reader, &matter, &self.about, &SiteSettings::load(conn)?, &env.base_url)?;
            outbox::post(conn, now, "content.review", &letter)
        })?;
        Ok(())
    }
}

/// Makes entries anew that use a snippet which has changed: the next batch after an entry; files itself for the others.
#[derive(Debug, Serialize, Deserialize)]
pub struct RefreshUses {
    /// What the snippet is called by.
    pub names: Vec<String>,
    /// The last entry that was made anew.
    pub after: EntryId,
}

impl Job for RefreshUses {
    const KIND: &'static str = "content.refresh_uses";
    const LEASE_SECONDS: i64 = 50; // visitors wait for it

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        env.db.write_here(|conn| refresh::go_on(conn, &self.names, self.after, now)).map_err(AnyError::from)
    }
}

/// Goes on with an act on many entries.
#[derive(Debug, Serialize, Deserialize)]
pub struct GoOn {
    /// Which.
    pub run: RunId,
}

impl Job for GoOn {
    const KIND: &'static str = "content.bulk";

    fn run(&self, env: &JobEnv) -> JobResult {
        while env.db.write_here(|conn| bulk::go_on(conn, self.run, env.now()))? {}
        Ok(())
    }
}

/// Deletes what was typed and not saved for 30 days, who went away without a word, and lists of redirects that are a week old.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep;

impl Job for Sweep {
    const KIND: &'static str = "content.sweep";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        while env.db.write_here(|conn| Ok(autosave::sweep(conn, now)?))? > 0 {}
        env.db.write_here(|conn| Ok(presence::sweep(conn, now)?))?;
        while env.db.write_here(|conn| Ok(bulk::sweep(conn, now)?))? > 0 {}
        while env.db.write_here(|conn| Ok(import::sweep(conn, now)?))? > 0 {}
        Ok(())
    }
}

/// Looks at the entries that link to some addresses: whether that still leads anywhere.
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckLinks {
    /// The addresses; `/*` at the end of one means everything below it.
    pub paths: Vec<String>,
}

impl Job for CheckLinks {
    const KIND: &'static str = "content.check_links";

    fn run(&self, env: &JobEnv) -> JobResult {
        let mut next = Some(EntryId::from(0));
        while let Some(after) = next {
            next = env.db.write_here(|conn| Ok(broken::recheck_sources(conn, &self.paths, after)?))?;
        }
        Ok(())
    }
}

/// Looks at the links of all live entries.
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckAllLinks;

impl Job for CheckAllLinks {
    const KIND: &'static str = "content.check_all_links";

    fn run(&self, env: &JobEnv) -> JobResult {
        let mut next = Some(EntryId::from(0));
        while let Some(after) = next {
            next = env.db.write_here(|conn| Ok(broken::recheck_all(conn, after)?))?;
        }
        Ok(())
    }
}

/// Looks by night whether links to other sites still lead to a page, if the site is to do so.
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckOutside;

impl Job for CheckOutside {
    const KIND: &'static str = "content.check_outside";
    const IS_SLOW: bool = true;

    fn run(&self, env: &JobEnv) -> JobResult {
        let site = env.db.read_here(|conn| Ok(SiteSettings::load(conn)?))?;
        let hour = site.time_zone.from_utc_datetime(&env.now()).hour();
        if NIGHT.contains(&hour) { ask_others(env, &site).map(drop) } else { Ok(()) }
    }
}

/// The same at once, since somebody has asked for it.
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckOutsideNow;

impl Job for CheckOutsideNow {
    const KIND: &'static str = "content.check_outside_now";
    const IS_SLOW: bool = true;

    fn run(&self, env: &JobEnv) -> JobResult {
        let site = env.db.read_here(|conn| Ok(SiteSettings::load(conn)?))?;
        if ask_others(env, &site)? {
            return Ok(());
        }
        env.db.write_here(|conn| Ok(self.enqueue_at(conn, env.now() + TimeDelta::minutes(1), env.now())?))?;
        Ok(())
    }
}

/// Hours of the site's day in which other servers are asked.
const NIGHT: Range<u32> = 0..6;

/// Servers that are asked at a time, and for how long one job goes on with that: well within its lease.
const TOGETHER: usize = 8;
const GOES_ON_FOR: Duration = Duration::from_secs(180);

/// Says whether nothing is left to be asked.
fn ask_others(env: &JobEnv, site: &SiteSettings) -> AnyResult<bool> {
    let begun = Instant::now();
    while env.db.write_here(|conn| Ok(outside::sweep(conn)?))? > 0 {}
    while site.check_outside && begun.elapsed() < GOES_ON_FOR {
        let due = env.db.read_here(|conn| Ok(outside::due(conn, env.now(), TOGETHER)?))?;
        if due.is_empty() {
            return Ok(true);
        }
        let found = env.outgoing.look_at(due.iter().map(|one| one.address.clone()).collect());
        if outside::is_cut_off(&found) {
            log::warn!("no other server was reached, so links to other sites were not looked at");
            return Ok(true);
        }
        let now = env.now();
        env.db.write_here(|conn| due.iter().zip(&found).try_for_each(|(one, found)| Ok(outside::note(conn, one, found, now)?)))?;
    }
    Ok(!site.check_outside)
}

/// Rewrites the links to some addresses wherever they stand, as the person who has asked for it.
#[derive(Debug, Serialize, Deserialize)]
pub struct MendLinks {
    /// The addresses; `/*` at the end of one means everything below it.
    pub addresses: Vec<String>,
    /// Who.
    pub by: UserId,
}

impl Job for MendLinks {
    const KIND: &'static str = "content.mend_links";

    fn run(&self, env: &JobEnv) -> JobResult {
        let (now, actor) = (env.now(), Actor::of(self.by));
        let Some((person, sources)) = env.db.read_here(|conn| {
            let Some(user) = User::active(conn, self.by)? else { return Ok(None) };
            Ok(Some((user.person(), mend::all_sources(conn, &self.addresses)?)))
        })?
        else {
            return Ok(());
        };
        for id in sources {
            env.db.write_here(|conn| mend::entry(conn, id, &self.addresses, &person, &actor, now))?;
        }
        Ok(())
    }
}

/// Looks at the lines of a list of redirects.
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckImport {
    /// Which.
    pub import: ImportId,
}

impl Job for CheckImport {
    const KIND: &'static str = "content.check_import";

    fn run(&self, env: &JobEnv) -> JobResult {
        Ok(checking::all(&env.db, self.import, &env.base_url)?)
    }
}

/// Makes the redirects of a list that was checked.
#[derive(Debug, Serialize, Deserialize)]
pub struct WriteImport {
    /// Which.
    pub import: ImportId,
    /// Who has said yes.
    pub by: Option<UserId>,
}

impl Job for WriteImport {
    const KIND: &'static str = "content.write_import";

    fn run(&self, env: &JobEnv) -> JobResult {
        let (now, actor) = (env.now(), Actor { user: self.by, ..Actor::default() });
        while env.db.write_here(|conn| writing::step(conn, self.import, &actor, now))? {}
        Ok(())
    }
}
