//! The first owner, made through a link that the log prints.

use super::{
    password::Hashed,
    token::{self, Purpose},
    user::{NewUser, User},
};
use crate::{
    accounts::paths,
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::users,
    web::person::{Role, UserId},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;

/// Hours in which the link works; the next start prints a new one.
pub const LIFE_HOURS: i64 = 24;

/// What is told to whoever comes with a link that does not work.
pub const DEAD_LINK: &str =
    "This link does not work any more. If the site has no owner yet, start Mainstay again: its log prints a new one.";

/// Makes a link for the first owner, if there is none who can sign in. Links of earlier starts end.
pub fn link(conn: &mut Conn, base_url: &str, now: NaiveDateTime) -> QueryResult<Option<String>> {
    token::revoke(conn, Purpose::Setup, None)?;
    if !owners(conn)?.is_empty() {
        return Ok(None);
    }
    let token = token::mint(conn, Purpose::Setup, None, TimeDelta::hours(LIFE_HOURS), now)?;
    Ok(Some(format!("{base_url}{}?token={token}", paths::SETUP)))
}

/// Whether that link may make the owner.
pub fn is_open(conn: &mut Conn, token: &str, now: NaiveDateTime) -> QueryResult<bool> {
    Ok(token::find(conn, Purpose::Setup, token, now)?.is_some() && owners(conn)?.is_empty())
}

/// Makes the owner; the link ends.
pub fn make_owner(conn: &mut Conn, token: &str, new: &NewUser, hashed: &Hashed, actor: &Actor, now: NaiveDateTime) -> AppResult<UserId> {
    if !is_open(conn, token, now)? {
        return Err(AppError::Forbidden(DEAD_LINK));
    }
    let id = User::insert(conn, new, Some(hashed), now)?;
    token::revoke(conn, Purpose::Setup, None)?;
    record(conn, id, new, &Actor { user: Some(id), ..actor.clone() }, now)?;
    Ok(id)
}

/// Adds somebody who can sign in at once.
pub fn create(conn: &mut Conn, new: &NewUser, hashed: &Hashed, actor: &Actor, now: NaiveDateTime) -> AppResult<UserId> {
    let id = User::insert(conn, new, Some(hashed), now)?;
    record(conn, id, new, actor, now)?;
    Ok(id)
}

fn record(conn: &mut Conn, id: UserId, new: &NewUser, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    let detail = json!({ "role": new.role.word() });
    Change { kind: "account.created", subject: "account", key: id.number(), label: &new.name, detail, cache_tags: Vec::new() }
        .record(conn, actor, now)
}

/// The owners who can sign in, held until the transaction ends: of two who leave at once, one must stay.
pub fn owners(conn: &mut Conn) -> QueryResult<Vec<UserId>> {
    users::table
        .filter(users::role.eq(Role::Owner))
        .filter(users::disabled_at.is_null())
        .filter(users::password_hash.is_not_null())
        .order(users::id)
        .select(users::id)
        .for_update()
        .load(conn)
}
