//! Readers who sign up themselves, where the site lets them.
//!
//! Table `sign_ups`: nobody has an account before the address is confirmed, by a form that a mailed link leads to. The answer is the
//! same whether there is an account with the address already or not; its owner is told by the letter. That has none of what was
//! typed in it, or a name could carry an advertisement to any mailbox.

use super::{
    password::Hashed,
    throttle,
    token::{fresh, hash},
    user::{NewUser, User},
};
use crate::{
    accounts::{jobs::SendSignUp, paths},
    db::Conn,
    error::{AppError, AppResult},
    jobs::Job,
    journal::{Actor, Change},
    schema::sign_ups,
    site::SiteSettings,
    web::person::{Role, UserId},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;
use std::net::IpAddr;

/// Hours in which a link works.
pub const LIFE_HOURS: i64 = 24;

/// What is told to whoever comes with a link that does not work.
pub const DEAD_LINK: &str =
    "This link does not work any more: it was used, or is older than a day. If your account is made, log in; else sign up once more.";

/// Somebody whose address is not confirmed yet.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = sign_ups)]
pub struct SignUp {
    /// The address to log in with, lower case.
    pub email: String,
    /// Name shown.
    pub name: String,
}

/// Refuses where the site lets nobody sign up: there is no such page.
pub fn is_open(conn: &mut Conn) -> AppResult<()> {
    if SiteSettings::load(conn)?.reader_sign_up { Ok(()) } else { Err(AppError::NotFound) }
}

/// Files the letter, or returns the seconds to wait: nobody's mailbox is to be filled.
pub fn ask(conn: &mut Conn, wanted: &SignUp, address: Option<IpAddr>, now: NaiveDateTime) -> QueryResult<Result<(), i64>> {
    let counted: Vec<String> =
        [Some(throttle::letters(&wanted.email)), address.map(throttle::letters_from)].into_iter().flatten().collect();
    let open = throttle::begin(conn, &counted, now)?;
    if open.is_ok() {
        SendSignUp { email: wanted.email.clone(), name: wanted.name.clone() }.enqueue(conn, now)?;
    }
    Ok(open)
}

/// Makes the token for the letter, in the place of those from before; `None`: there is an account with that address.
pub fn for_letter(conn: &mut Conn, wanted: &SignUp, now: NaiveDateTime) -> QueryResult<Option<String>> {
    if User::by_email(conn, &wanted.email)?.is_some() {
        return Ok(None);
    }
    forget(conn, &wanted.email)?;
    let token = fresh();
    let row = (
        sign_ups::token_hash.eq(hash(&token)),
        sign_ups::email.eq(&wanted.email),
        sign_ups::name.eq(&wanted.name),
        sign_ups::created_at.eq(now),
        sign_ups::expires_at.eq(now + TimeDelta::hours(LIFE_HOURS)),
    );
    diesel::insert_into(sign_ups::table).values(row).execute(conn)?;
    Ok(Some(token))
}

/// The address of a link.
pub fn link(base_url: &str, token: &str) -> String {
    format!("{base_url}{}?token={token}", paths::SIGN_UP_CONFIRMATION)
}

/// Who signs up by that link, while it works. Locked, so that it can be used once only.
pub fn open(conn: &mut Conn, token: &str, now: NaiveDateTime) -> AppResult<SignUp> {
    is_open(conn)?;
    let live = SignUp::query().filter(sign_ups::token_hash.eq(hash(token))).filter(sign_ups::expires_at.gt(now));
    live.for_update().first(conn).optional()?.ok_or(AppError::Forbidden(DEAD_LINK))
}

/// Makes the account; the link ends.
pub fn accept(conn: &mut Conn, token: &str, hashed: &Hashed, actor: &Actor, now: NaiveDateTime) -> AppResult<UserId> {
    let wanted = open(conn, token, now)?;
    let new = NewUser { email: wanted.email.clone(), name: wanted.name.clone(), role: Role::Reader };
    let id = User::insert(conn, &new, Some(hashed), now)?;
    forget(conn, &wanted.email)?;
    let actor = Actor { user: Some(id), ..actor.clone() };
    Change { kind: "account.signed_up", subject: "account", key: id.number(), label: "", detail: json!({}), cache_tags: Vec::new() }
        .record(conn, &actor, now)?;
    Ok(id)
}

fn forget(conn: &mut Conn, email: &str) -> QueryResult<usize> {
    diesel::delete(sign_ups::table.filter(sign_ups::email.eq(email))).execute(conn)
}

/// Deletes what nobody has confirmed in time.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    diesel::delete(sign_ups::table.filter(sign_ups::expires_at.le(now))).execute(conn)
}
