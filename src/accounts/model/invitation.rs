//! Invitations: an account without a password, and a link with which its person sets one.

use super::{
    password::Hashed,
    people::guard,
    token::{self, Purpose},
    user::{NewUser, User},
};
use crate::{
    accounts::{jobs::SendInvitation, paths},
    db::Conn,
    error::{AppError, AppResult},
    jobs::Job,
    journal::{Actor, Change},
    schema::users,
    web::person::{Person, Role, UserId},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;

/// Days in which a link works.
pub const LIFE_DAYS: i64 = 7;

/// What is told to whoever comes with a link that does not work.
pub const DEAD_LINK: &str =
    "This link does not work any more: it was used, replaced or is older than 7 days. Ask who invited you for a new one.";

/// Adds somebody without a password, sends a letter, and returns the token of a link for the admin to pass on.
pub fn invite(conn: &mut Conn, by: &Person, new: &NewUser, actor: &Actor, now: NaiveDateTime) -> AppResult<(UserId, String)> {
    if new.role == Role::Owner && by.role != Role::Owner {
        return Err(AppError::invalid("role", "Only an owner may name another owner. Choose another role."));
    }
    let id = User::insert(conn, new, None, now)?;
    let token = offer(conn, by, id, now)?;
    record(conn, "account.invited", id, &new.name, actor, now)?;
    Ok((id, token))
}

/// Adds somebody without a password, from the command line: no letter is sent, and the token returned is for a link.
pub fn invite_by_hand(conn: &mut Conn, new: &NewUser, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    let id = User::insert(conn, new, None, now)?;
    let token = mint(conn, id, now)?;
    record(conn, "account.invited", id, &new.name, actor, now)?;
    Ok(token)
}

/// Replaces the links of somebody who has no password yet by a new one.
pub fn renew(conn: &mut Conn, by: &Person, id: UserId, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    let user = User::locked(conn, id)?;
    guard(by, &user)?;
    if user.password_hash.is_some() || user.disabled_at.is_some() {
        return Err(AppError::Conflict("This account has a password already, or is disabled. There is nobody to invite."));
    }
    token::revoke(conn, Purpose::Invite, Some(id))?;
    let token = offer(conn, by, id, now)?;
    record(conn, "account.invited", id, &user.name, actor, now)?;
    Ok(token)
}

fn offer(conn: &mut Conn, by: &Person, id: UserId, now: NaiveDateTime) -> QueryResult<String> {
    SendInvitation { user: id, by: by.id }.enqueue_once(conn, &format!("invitation:{id}"), now)?;
    mint(conn, id, now)
}

fn mint(conn: &mut Conn, id: UserId, now: NaiveDateTime) -> QueryResult<String> {
    token::mint(conn, Purpose::Invite, Some(id), TimeDelta::days(LIFE_DAYS), now)
}

/// The address of an invitation.
pub fn link(base_url: &str, token: &str) -> String {
    format!("{base_url}{}?token={token}", paths::INVITATION)
}

/// Makes a second link, for the letter; `None` when there is nobody to invite any more.
///
/// The letter has a link of its own because jobs must not hold one in plain text.
pub fn for_letter(conn: &mut Conn, id: UserId, now: NaiveDateTime) -> QueryResult<Option<(User, String)>> {
    let Some(user) = User::active(conn, id)?.filter(|user| user.password_hash.is_none()) else { return Ok(None) };
    let token = mint(conn, id, now)?;
    Ok(Some((user, token)))
}

/// Who is invited by that link, while it works.
pub fn open(conn: &mut Conn, token: &str, now: NaiveDateTime) -> QueryResult<Option<User>> {
    let Some((_, Some(id))) = token::find(conn, Purpose::Invite, token, now)? else { return Ok(None) };
    Ok(User::active(conn, id)?.filter(|user| user.password_hash.is_none()))
}

/// Sets the first password; all links of this person end.
pub fn accept(conn: &mut Conn, token: &str, hashed: &Hashed, actor: &Actor, now: NaiveDateTime) -> AppResult<UserId> {
    let user = open(conn, token, now)?.ok_or(AppError::Forbidden(DEAD_LINK))?;
    diesel::update(users::table.find(user.id)).set(users::password_hash.eq(hashed.as_str())).execute(conn)?;
    token::revoke(conn, Purpose::Invite, Some(user.id))?;
    record(conn, "account.joined", user.id, &user.name, &Actor { user: Some(user.id), ..actor.clone() }, now)?;
    Ok(user.id)
}

fn record(conn: &mut Conn, kind: &'static str, id: UserId, name: &str, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    Change { kind, subject: "account", key: id.number(), label: name, detail: json!({}), cache_tags: Vec::new() }.record(conn, actor, now)
}
