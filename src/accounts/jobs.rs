//! Jobs of this room; each forwards to model functions.

use super::{
    mail,
    model::{invitation, throttle, token, user::User},
};
use crate::{
    jobs::{Job, JobEnv, JobResult},
    site::SiteSettings,
    web::{person::UserId, session_keys, session_store},
};
use serde::{Deserialize, Serialize};

/// Sends somebody the link with which to set a password.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendInvitation {
    /// Who is invited.
    pub user: UserId,
    /// By whom.
    pub by: UserId,
}

impl Job for SendInvitation {
    const KIND: &'static str = "accounts.send_invitation";

    fn run(&self, env: &JobEnv) -> JobResult {
        let (user, by, now) = (self.user, self.by, env.now());
        let letter = env.db.write_here(|conn| {
            let Some((user, token)) = invitation::for_letter(conn, user, now)? else { return Ok(None) };
            let (by, site) = (User::find(conn, by)?, SiteSettings::load(conn)?);
            Ok(Some(mail::invitation(&user, &by, &site, &env.base_url, &token, now)?))
        })?;
        letter.map_or(Ok(()), |letter| env.mail.send(&letter))
    }
}

/// Deletes sessions, links and counts of failed log-ins that have run out.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep;

impl Job for Sweep {
    const KIND: &'static str = "accounts.sweep";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        env.db.write_here(|conn| {
            Ok(session_store::sweep(conn, now)? + session_keys::sweep(conn, now)? + token::sweep(conn, now)? + throttle::sweep(conn, now)?)
        })?;
        Ok(())
    }
}
