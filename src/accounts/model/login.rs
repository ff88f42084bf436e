//! Logging in and out. The password itself is checked between [`begin`] and [`succeed`] or [`fail`], outside of both.

use super::{throttle, user::User};
use crate::{
    db::Conn,
    journal::{Actor, Change},
    web::person::Person,
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
    Open(Option<User>),
}

/// Counts a try and finds the account, if it is open to anybody.
pub fn begin(conn: &mut Conn, email: &str, address: Option<IpAddr>, now: NaiveDateTime) -> QueryResult<Attempt> {
    let subjects: Vec<String> = [Some(throttle::account(email)), address.map(throttle::address)].into_iter().flatten().collect();
    if let Err(seconds) = throttle::begin(conn, &subjects, now)? {
        return Ok(Attempt::Blocked(seconds));
    }
    let user = User::by_email(conn, email)?.filter(|user| user.disabled_at.is_none() && user.password_hash.is_some());
    Ok(Attempt::Open(user))
}

/// Writes down that the password was right.
pub fn succeed(conn: &mut Conn, user: &User, address: Option<IpAddr>, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    throttle::forgive(conn, &throttle::account(&user.email), address.map(throttle::address).as_deref())?;
    let actor = Actor { user: Some(user.id), ..actor.clone() };
    record(conn, "account.signed_in", user.id.number(), "", &actor, now)
}

/// Writes down that it was wrong.
pub fn fail(conn: &mut Conn, email: &str, user: Option<&User>, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    record(conn, "account.sign_in_failed", user.map_or(0, |user| user.id.number()), &shortened(email), actor, now)
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
