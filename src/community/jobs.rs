//! Jobs of this room; each forwards to model functions.

use super::{
    mail,
    model::{
        comment::{Comment, CommentId},
        notice, rendering,
        signed::Signer,
        sweep,
    },
};
use crate::{
    db::Conn,
    jobs::{Job, JobEnv, JobResult, queue},
    mail::outbox::Posting,
    site::{
        SiteSettings,
        comments::{Comments, Tell},
    },
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::QueryResult;
use serde::{Deserialize, Serialize};

/// Tells moderators what waits; one letter for all that came since the last.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellModerators;

impl TellModerators {
    /// Files it, once, for as soon as the settings allow another letter.
    pub fn soon(conn: &mut Conn, site: &Comments, now: NaiveDateTime) -> QueryResult<()> {
        if site.tell == Tell::Nobody {
            return Ok(());
        }
        let pause = TimeDelta::minutes(i64::from(site.tell_minutes));
        let at = notice::told_last(conn)?.map_or(now, |last| now.max(last + pause));
        queue::insert(conn, Self::KIND, "null", at, now, Some(Self::KIND))
    }
}

impl Job for TellModerators {
    const KIND: &'static str = "community.tell_moderators";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        env.db.write_here(|conn| {
            let (site, signer) = (SiteSettings::load(conn)?, Signer::load(conn, now)?);
            for waiting in notice::untold(conn, &site.comments, now)? {
                let letter = mail::waiting(&waiting, &signer, &site, &env.base_url, now)?;
                Posting::new("community.comments_wait", &letter).sealed().file(conn, now)?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Tells the author of a comment that somebody has answered it.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellAuthor {
    /// The answer.
    pub comment: CommentId,
}

impl TellAuthor {
    /// Files it where the comment answers one whose author wants to be told.
    pub fn enqueue_if_answer(&self, conn: &mut Conn, comment: &Comment, now: NaiveDateTime) -> QueryResult<()> {
        if notice::is_awaited(conn, comment)? { self.enqueue(conn, now) } else { Ok(()) }
    }
}

impl Job for TellAuthor {
    const KIND: &'static str = "community.tell_author";

    fn run(&self, env: &JobEnv) -> JobResult {
        let (id, now) = (self.comment, env.now());
        env.db.write_here(|conn| {
            let Some(answered) = notice::answered(conn, id, now)? else { return Ok(()) };
            let (site, signer) = (SiteSettings::load(conn)?, Signer::load(conn, now)?);
            let letter = mail::answered(&answered, &signer, &site, &env.base_url, now)?;
            Posting::new("community.answer", &letter).file(conn, now)
        })?;
        Ok(())
    }
}

/// Renders anew what an older renderer has made.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rerender;

impl Job for Rerender {
    const KIND: &'static str = "community.rerender";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        while env.db.write_here(|conn| Ok(rendering::catch_up(conn, now)?))? > 0 {}
        Ok(())
    }
}

/// Forgets from where comments came, deletes old spam and trash, and tells moderators of what they were not told.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep;

impl Job for Sweep {
    const KIND: &'static str = "community.sweep";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        let site = env.db.write_here(|conn| {
            let site = SiteSettings::load(conn)?.comments;
            sweep::forget(conn, &site, now)?;
            if notice::has_untold(conn)? {
                TellModerators::soon(conn, &site, now)?;
            }
            Ok(site)
        })?;
        while env.db.write_here(|conn| sweep::delete_some(conn, &site, now))? > 0 {}
        Ok(())
    }
}
