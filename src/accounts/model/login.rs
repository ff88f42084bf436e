//! Logging in and out. The password itself is checked between [`begin`] and [`succeed`] or [`fail`], outside of both.

use super::{
    device::{self, Claim},
    notice::{Notice, Place},
    password::Hashed,
    second_factor::{self, Given},
    throttle,
    user::User,
};
use crate::{
    db::Conn,
    journal::{Actor, Change},
    schema::users,
    web::person::{Person, UserId},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;
use std::net::IpAddr;

/// A try to log in.
pub enum Attempt {
    /// So many seconds are left to wait.
    Blocked(i64),
    /// The password may be checked: against that of the account, or, if there is none, in vain.
    Open(Try),
}

/// A try that was counted.
#[derive(Clone)]
pub struct Try {
    /// Whose account it is, if it is open to anybody.
    pub user: Option<User>,
    /// Whether this user has logged in on this device before.
    pub is_known: bool,
    counted: Vec<String>,
}

/// Counts a try and finds the account, if it is open to anybody. A device that has logged in before is counted by itself, so that
/// nobody else can make it wait.
pub fn begin(conn: &mut Conn, email: &str, claim: Option<&Claim>, address: Option<IpAddr>, now: NaiveDateTime) -> QueryResult<Attempt> {
    let user = User::by_email(conn, email)?.filter(|user| user.disabled_at.is_none() && user.password_hash.is_some());
    let known = claim.zip(user.as_ref()).filter(|(claim, user)| claim.fits(user)).map(|(claim, _)| throttle::device(&claim.nonce));
    let is_known = known.is_some();
    let stranger = || [Some(throttle::account(email)), address.map(throttle::address)].into_iter().flatten().collect();
    let counted = known.map_or_else(stranger, |device| vec![device]);
    Ok(match throttle::begin(conn, &counted, now)? {
        Err(seconds) => Attempt::Blocked(seconds),
        Ok(()) => Attempt::Open(Try { user, is_known, counted }),
    })
}

/// Takes the counted try back, since the password was right, and keeps its hash made anew.
pub fn succeed(conn: &mut Conn, attempt: &Try, user: UserId, renewed: Option<&Hashed>) -> QueryResult<()> {
    throttle::forgive(conn, &attempt.counted)?;
    if let Some(hashed) = renewed {
        diesel::update(users::table.find(user)).set(users::password_hash.eq(hashed.as_str())).execute(conn)?;
    }
    Ok(())
}

/// Writes down that somebody is in, and lets them know if it is on a new device.
pub fn arrive(conn: &mut Conn, user: UserId, is_known: bool, place: &Place, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    if !is_known {
        Notice::NewDevice.send(conn, user, place, now)?;
    }
    let actor = Actor { user: Some(user), ..actor.clone() };
    record(conn, "account.signed_in", user.number(), "", &actor, now)
}

/// What came of a second step.
pub enum Step {
    /// The code was right.
    In,
    /// It was not.
    Wrong,
    /// So many seconds are left to wait.
    Blocked(i64),
    /// The account was closed or got another password meanwhile.
    Over,
}

/// Checks a code after the password was right: `mark` is of that password. Wrong codes are slowed as wrong passwords are.
#[allow(clippy::too_many_arguments, reason = "a step of a log-in needs all of it")]
pub fn second_step(
    conn: &mut Conn,
    user: UserId,
    mark: &str,
    code: &str,
    is_known: bool,
    place: &Place,
    actor: &Actor,
    now: NaiveDateTime,
) -> QueryResult<Step> {
    let Some(found) = User::active(conn, user)?.filter(|found| device::mark(found) == mark) else { return Ok(Step::Over) };
    let counted = [throttle::codes(user)];
    if let Err(seconds) = throttle::begin(conn, &counted, now)? {
        return Ok(Step::Blocked(seconds));
    }
    let Some(given) = second_factor::take(conn, user, code, now)? else {
        record(conn, "account.second_factor_failed", user.number(), &found.name, actor, now)?;
        return Ok(Step::Wrong);
    };
    throttle::forgive(conn, &counted)?;
    if given == Given::RecoveryCode {
        Notice::RecoveryCodeUsed.send(conn, user, place, now)?;
    }
    arrive(conn, user, is_known, place, actor, now)?;
    Ok(Step::In)
}

/// Writes down that the password was wrong.
pub fn fail(conn: &mut Conn, email: &str, user: Option<&User>, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    record(conn, "account.sign_in_failed", user.map_or(0, |user| user.id.number()), &shortened(email), actor, now)
}

/// Ends what makes this account wait; says whether anything did.
pub fn unlock(conn: &mut Conn, user: &User, actor: &Actor, now: NaiveDateTime) -> QueryResult<bool> {
    let waited = throttle::unlock(conn, &throttle::account(&user.email))? | throttle::unlock(conn, &throttle::codes(user.id))?;
    record(conn, "account.unlocked", user.id.number(), &user.name, actor, now)?;
    Ok(waited)
}

/// Writes down that somebody logged out.
pub fn leave(conn: &mut Conn, person: &Person, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    record(conn, "account.signed_out", person.id.number(), "", actor, now)
}

fn record(conn: &mut Conn, kind: &'static str, key: i64, label: &str, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    Change { kind, subject: "account", key, label, detail: json!({}), cache_tags: Vec::new() }.record(conn, actor, now)
}

/// An address that its owner knows again and others cannot use: `ad…@example.org`. What is no address may be a password typed
/// into the wrong field, and is not kept.
fn shortened(email: &str) -> String {
    let Some((name, host)) = email.rsplit_once('@') else { return "not an address".to_owned() };
    let (name, host): (String, String) = (name.chars().take(2).collect(), host.chars().take(60).collect());
    format!("{name}…@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shortened_and_passwords_not_kept() {
        assert_eq!(shortened("ada.lovelace@example.org"), "ad…@example.org");
        assert_eq!(shortened("correct horse battery"), "not an address");
    }
}
