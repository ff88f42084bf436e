//! Jobs of this room; each forwards to model functions.
//!
//! Letters are written by jobs, not by the acts that cause them: only then is told whether they are still wanted, and whether there is an
//! account at all, which an answer must not tell by how long it takes. What a job writes goes into the outbox in its transaction.

use super::{
    mail,
    model::{
        email_change, invitation,
        notice::{Notice, Place},
        reset,
        sign_up::{self, SignUp},
        throttle, token,
        user::User,
    },
};
use crate::{
    jobs::{Job, JobEnv, JobResult},
    mail::outbox::Posting,
    site::SiteSettings,
    web::{person::UserId, session_keys, session_store},
};
use chrono::NaiveDateTime;
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
        env.db.write_here(|conn| {
            let Some((user, token)) = invitation::for_letter(conn, user, now)? else { return Ok(()) };
            let (by, site) = (User::find(conn, by)?, SiteSettings::load(conn)?);
            let letter = mail::invitation(&user, &by, &site, &env.base_url, &token, now)?;
            Posting::new("accounts.invitation", &letter).sealed().personal().file(conn, now)
        })?;
        Ok(())
    }
}

/// Tells somebody what happened to the own account.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendNotice {
    /// Whose account.
    pub user: UserId,
    /// What happened.
    pub notice: Notice,
    /// From where it was done.
    pub place: Place,
    /// When, UTC.
    pub at: NaiveDateTime,
}

impl Job for SendNotice {
    const KIND: &'static str = "accounts.send_notice";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        env.db.write_here(|conn| {
            let Some(user) = User::active(conn, self.user)? else { return Ok(()) };
            let letter = mail::notice(self, &user, &SiteSettings::load(conn)?, &env.base_url)?;
            Posting::new("accounts.notice", &letter).personal().file(conn, now)
        })?;
        Ok(())
    }
}

/// Sends the link with which to set a new password, if somebody has that address.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendReset {
    /// As it was typed.
    pub email: String,
}

impl Job for SendReset {
    const KIND: &'static str = "accounts.send_reset";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        env.db.write_here(|conn| {
            let Some((user, token)) = reset::for_letter(conn, &self.email, now)? else { return Ok(()) };
            let letter = mail::reset(&user, &SiteSettings::load(conn)?, &env.base_url, &token)?;
            Posting::new("accounts.reset", &letter).sealed().personal().file(conn, now)
        })?;
        Ok(())
    }
}

/// Sends the link with which a reader makes an account, or says that there is one.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendSignUp {
    /// The address to be.
    pub email: String,
    /// The name to be.
    pub name: String,
}

impl Job for SendSignUp {
    const KIND: &'static str = "accounts.send_sign_up";

    fn run(&self, env: &JobEnv) -> JobResult {
        let (wanted, now) = (SignUp { email: self.email.clone(), name: self.name.clone() }, env.now());
        env.db.write_here(|conn| {
            let site = SiteSettings::load(conn)?;
            if !site.reader_sign_up {
                return Ok(());
            }
            let token = sign_up::for_letter(conn, &wanted, now)?;
            let letter = mail::sign_up(&wanted, token.as_deref(), &site, &env.base_url)?;
            Posting::new("accounts.sign_up", &letter).sealed().personal().file(conn, now)
        })?;
        Ok(())
    }
}

/// Sends the letter to one of the two addresses of an account that is to log in with another.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendEmailChange {
    /// Whose account.
    pub user: UserId,
    /// To the address to be; else to the one so far.
    pub is_new: bool,
}

impl Job for SendEmailChange {
    const KIND: &'static str = "accounts.send_email_change";

    fn run(&self, env: &JobEnv) -> JobResult {
        let now = env.now();
        env.db.write_here(|conn| {
            let Some((user, change, token)) = email_change::for_letter(conn, self.user, self.is_new, now)? else { return Ok(()) };
            let site = SiteSettings::load(conn)?;
            let letter = mail::email_change(&user, &change, self.is_new, token.as_deref(), &site, &env.base_url)?;
            Posting::new("accounts.email_change", &letter).sealed().personal().file(conn, now)
        })?;
        Ok(())
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
            let links = token::sweep(conn, now)? + email_change::sweep(conn, now)? + sign_up::sweep(conn, now)?;
            Ok(session_store::sweep(conn, now)? + session_keys::sweep(conn, now)? + links + throttle::sweep(conn, now)?)
        })?;
        Ok(())
    }
}
