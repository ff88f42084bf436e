//! A new password by a mailed link, for who has forgotten the old one.
//!
//! The answer is the same whether there is such an account or not: what is typed becomes a job, which finds out. A link works once,
//! for an hour, and only the newest; it is used by a form, so that a mail scanner that follows it uses up nothing. The second
//! factor is still asked for at the log-in.

use super::{
    notice::Place,
    password::Hashed,
    profile, throttle,
    token::{self, Purpose},
    user::User,
};
use crate::{
    accounts::{jobs::SendReset, paths},
    db::Conn,
    error::{AppError, AppResult},
    jobs::Job,
    journal::Actor,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::net::IpAddr;

/// Minutes in which a link works.
pub const LIFE_MINUTES: i64 = 60;

/// What is told to whoever comes with a link that does not work.
pub const DEAD_LINK: &str =
    "This link does not work any more: it was used, replaced or is older than an hour. Ask for a new one at the log-in.";

/// Files a letter for whoever has that address, or returns the seconds to wait: nobody's mailbox is to be filled.
pub fn ask(conn: &mut Conn, email: &str, address: Option<IpAddr>, now: NaiveDateTime) -> QueryResult<Result<(), i64>> {
    let counted: Vec<String> = [Some(throttle::letters(email)), address.map(throttle::letters_from)].into_iter().flatten().collect();
    let open = throttle::begin(conn, &counted, now)?;
    if open.is_ok() {
        SendReset { email: email.to_owned() }.enqueue(conn, now)?;
    }
    Ok(open)
}

/// The account and the token for the letter; `None`: nobody logs in with that address.
pub fn for_letter(conn: &mut Conn, email: &str, now: NaiveDateTime) -> QueryResult<Option<(User, String)>> {
    let user = User::by_email(conn, email)?.filter(|user| user.disabled_at.is_none() && user.password_hash.is_some());
    let Some(user) = user else { return Ok(None) };
    let token = mint(conn, &user, now)?;
    Ok(Some((user, token)))
}

/// Makes a link's token; those from before end.
pub fn mint(conn: &mut Conn, user: &User, now: NaiveDateTime) -> QueryResult<String> {
    token::revoke(conn, Purpose::Reset, Some(user.id))?;
    token::mint(conn, Purpose::Reset, Some(user.id), TimeDelta::minutes(LIFE_MINUTES), now)
}

/// The address of a link.
pub fn link(base_url: &str, token: &str) -> String {
    format!("{base_url}{}?token={token}", paths::NEW_PASSWORD)
}

/// Whose password that link may set, while it works.
pub fn open(conn: &mut Conn, token: &str, now: NaiveDateTime) -> QueryResult<Option<User>> {
    let Some((_, Some(id))) = token::find(conn, Purpose::Reset, token, now)? else { return Ok(None) };
    User::active(conn, id)
}

/// Sets the password; the link and every session end.
pub fn accept(conn: &mut Conn, token: &str, hashed: &Hashed, place: &Place, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let user = open(conn, token, now)?.ok_or(AppError::Forbidden(DEAD_LINK))?;
    token::revoke(conn, Purpose::Reset, Some(user.id))?;
    let actor = Actor { user: Some(user.id), ..actor.clone() };
    Ok(profile::set_password(conn, &user, hashed, "account.password_reset", place, &actor, now)?)
}
