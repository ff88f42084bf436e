//! Another address to log in with, confirmed at both: the new one must take letters, and whoever reads the old one must agree.
//!
//! Table `email_changes`: one for each user at most. Either letter has a link that confirms by a form or calls it off.

use super::{
    notice::{Notice, Place},
    token::{self, Purpose},
    user::{User, clash},
};
use crate::{
    accounts::{jobs::SendEmailChange, paths},
    db::Conn,
    error::{AppError, AppResult},
    jobs::Job,
    journal::{Actor, Change},
    schema::{email_changes, users},
    web::person::{Person, UserId},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;

/// Hours in which both links work.
pub const LIFE_HOURS: i64 = 24;

/// What is told to whoever comes with a link that does not work.
pub const DEAD_LINK: &str =
    "This link does not work any more: it was used, called off or is older than a day. The change can be begun again in the profile.";

/// A change that waits.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = email_changes)]
pub struct EmailChange {
    /// Whose.
    pub user_id: UserId,
    /// The address to be.
    pub email: String,
    /// When it was confirmed at the address so far, UTC.
    pub old_confirmed_at: Option<NaiveDateTime>,
    /// When it was confirmed at the address to be, UTC.
    pub new_confirmed_at: Option<NaiveDateTime>,
    /// When it ends, UTC.
    pub expires_at: NaiveDateTime,
}

/// What a confirmation led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// The other address must confirm as well.
    Waits,
    /// The account has its new address.
    Done,
}

/// The purpose of the link at one of the two addresses.
pub fn purpose(is_new: bool) -> Purpose {
    if is_new { Purpose::EmailNew } else { Purpose::EmailOld }
}

/// The change of a user that still waits.
pub fn of_user(conn: &mut Conn, user: UserId, now: NaiveDateTime) -> QueryResult<Option<EmailChange>> {
    EmailChange::query().find(user).filter(email_changes::expires_at.gt(now)).first(conn).optional()
}

/// Begins a change in the place of an earlier one, and files a letter to each address.
pub fn begin(conn: &mut Conn, person: &Person, email: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    if email == person.email {
        return Err(AppError::invalid("email", "You log in with this address already. Give another one, or cancel."));
    }
    forget(conn, person.id)?;
    let row = (
        email_changes::user_id.eq(person.id),
        email_changes::email.eq(email),
        email_changes::created_at.eq(now),
        email_changes::expires_at.eq(now + TimeDelta::hours(LIFE_HOURS)),
    );
    diesel::insert_into(email_changes::table).values(row).execute(conn)?;
    for is_new in [false, true] {
        SendEmailChange { user: person.id, is_new }.enqueue(conn, now)?;
    }
    Ok(record(conn, "account.email_change_begun", person.id, &person.name, actor, now)?)
}

/// The user, the change and the token for one of the letters. Where somebody else has the new address, there is no token: its owner
/// is told, and nobody else learns of it.
pub fn for_letter(
    conn: &mut Conn,
    user: UserId,
    is_new: bool,
    now: NaiveDateTime,
) -> QueryResult<Option<(User, EmailChange, Option<String>)>> {
    let (Some(change), Some(user)) = (of_user(conn, user, now)?, User::active(conn, user)?) else { return Ok(None) };
    if is_new && User::by_email(conn, &change.email)?.is_some() {
        return Ok(Some((user, change, None)));
    }
    token::revoke(conn, purpose(is_new), Some(user.id))?;
    let token = token::mint(conn, purpose(is_new), Some(user.id), TimeDelta::hours(LIFE_HOURS), now)?;
    Ok(Some((user, change, Some(token))))
}

/// The address of a link.
pub fn link(base_url: &str, token: &str) -> String {
    format!("{base_url}{}?token={token}", paths::EMAIL_CHANGE)
}

/// The user and the change that a link is about, and whether it came to the new address.
pub fn open(conn: &mut Conn, token: &str, now: NaiveDateTime) -> QueryResult<Option<(User, EmailChange, bool)>> {
    for is_new in [false, true] {
        if let Some((_, Some(id))) = token::find(conn, purpose(is_new), token, now)? {
            let (user, change) = (User::active(conn, id)?, of_user(conn, id, now)?);
            return Ok(user.zip(change).map(|(user, change)| (user, change, is_new)));
        }
    }
    Ok(None)
}

/// Confirms at one address; when the other has confirmed too, the account has its new one.
pub fn confirm(conn: &mut Conn, token: &str, place: &Place, actor: &Actor, now: NaiveDateTime) -> AppResult<Confirmed> {
    let (user, change, is_new) = open(conn, token, now)?.ok_or(AppError::Forbidden(DEAD_LINK))?;
    let waiting = email_changes::table.find(user.id);
    if is_new {
        diesel::update(waiting).set(email_changes::new_confirmed_at.eq(now)).execute(conn)?;
    } else {
        diesel::update(waiting).set(email_changes::old_confirmed_at.eq(now)).execute(conn)?;
    }
    let other = if is_new { change.old_confirmed_at } else { change.new_confirmed_at };
    if other.is_none() {
        return Ok(Confirmed::Waits);
    }
    set(conn, &user, &change.email, place, &Actor { user: Some(user.id), ..actor.clone() }, now)?;
    Ok(Confirmed::Done)
}

/// Gives an account another address at once; the command line does so where nobody can read the old one.
pub fn set(conn: &mut Conn, user: &User, email: &str, place: &Place, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    diesel::update(users::table.find(user.id)).set(users::email.eq(email)).execute(conn).map_err(clash)?;
    forget(conn, user.id)?;
    token::revoke(conn, Purpose::Reset, Some(user.id))?;
    Notice::EmailChanged.send(conn, user.id, place, now)?;
    Ok(record(conn, "account.email_changed", user.id, &user.name, actor, now)?)
}

/// Calls a change off; says whether there was one.
pub fn cancel(conn: &mut Conn, user: UserId, actor: &Actor, now: NaiveDateTime) -> QueryResult<bool> {
    let gone = forget(conn, user)?;
    if gone {
        record(conn, "account.email_change_dropped", user, "", actor, now)?;
    }
    Ok(gone)
}

fn forget(conn: &mut Conn, user: UserId) -> QueryResult<bool> {
    for is_new in [false, true] {
        token::revoke(conn, purpose(is_new), Some(user))?;
    }
    Ok(diesel::delete(email_changes::table.find(user)).execute(conn)? > 0)
}

/// Deletes what nobody has confirmed in time.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    diesel::delete(email_changes::table.filter(email_changes::expires_at.le(now))).execute(conn)
}

fn record(conn: &mut Conn, kind: &'static str, id: UserId, name: &str, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    Change { kind, subject: "account", key: id.number(), label: name, detail: json!({}), cache_tags: Vec::new() }.record(conn, actor, now)
}
