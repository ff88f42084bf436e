//! Erasing somebody: name, address, password and everything that lets them in go at once and for good; what they wrote stays, under
//! a name that tells nothing, or goes to somebody else.
//!
//! The row of the user stays, as entries and revisions lead to it: nobody can sign in with it or bring it back. Lines of the journal
//! stay too, without address and device; those about the person lose every name.

use super::{
    export,
    kept::{Fate, KEPT},
};
use crate::{
    accounts::model::{
        people,
        profile::{shown_bio, shown_name},
        throttle,
        user::User,
    },
    community::model::own,
    contact::model::inbox,
    content::model::bulk::{
        self,
        acts::{Act, Deed},
    },
    content::model::entry::EntryId,
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    mail::model::{letter, suppression},
    schema::{entries, journal, users},
    web::person::{Person, Reach, Right, Role, UserId},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Value, json};

/// What is to stand in somebody's place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Who is named as author from now on; `None`: the name below.
    pub successor: Option<UserId>,
    /// The name under which the rest stays; empty: one that tells nothing.
    pub placeholder: String,
}

/// The end of addresses that no letter reaches (RFC 2606).
const NOWHERE: &str = "erased.invalid";

/// Whether this person may erase that one: never oneself, never the last owner, owners by owners only.
pub fn may_erase(conn: &mut Conn, by: &Person, user: &User) -> AppResult<()> {
    people::may_disable(conn, by, user).map_err(|error| match error {
        AppError::Conflict(why) if by.id == user.id => {
            let _ = why;
            AppError::Conflict("You cannot erase your own account. Ask another owner or admin.")
        }
        other => other,
    })?;
    if is_erased(user) {
        return Err(AppError::Conflict("This person is erased already."));
    }
    Ok(())
}

/// Whether nothing is left of who this was.
pub fn is_erased(user: &User) -> bool {
    user.email.ends_with(NOWHERE)
}

/// How many entries name this person as author.
pub fn entries_of(conn: &mut Conn, id: UserId) -> QueryResult<i64> {
    entries::table.filter(entries::author_id.eq(id)).count().get_result(conn)
}

/// Erases somebody. Says under which name the rest stays.
pub fn erase(conn: &mut Conn, by: &Person, id: UserId, wish: &Wish, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    let user = User::locked(conn, id)?;
    may_erase(conn, by, &user)?;
    if let Some(successor) = wish.successor {
        hand_over(conn, by, id, successor, actor, now)?;
    }
    let name = if wish.placeholder.is_empty() { former(id) } else { wish.placeholder.clone() };
    wipe(conn, &user, &name, json!({ "successor": wish.successor }), actor, now)?;
    Ok(name)
}

/// Erases a reader who wishes it, and says who it was. Of whoever works on the site there may be content, which somebody else
/// decides about.
pub fn erase_oneself(conn: &mut Conn, id: UserId, actor: &Actor, now: NaiveDateTime) -> AppResult<User> {
    let user = User::locked(conn, id)?;
    if user.role.may(Right::Write) {
        return Err(AppError::Conflict("You work on this site. Ask an owner or admin to erase you: what you wrote is handed over then."));
    }
    let from_nowhere = Actor { address: None, agent: String::new(), ..actor.clone() }; // or this line would lead to the person
    wipe(conn, &user, &former(id), json!({}), &from_nowhere, now)?;
    Ok(user)
}

/// A name that tells nothing.
fn former(id: UserId) -> String {
    format!("Former member {id}")
}

/// Takes away who this was, and everything that lets in.
fn wipe(conn: &mut Conn, user: &User, name: &str, detail: Value, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let id = user.id;
    let set = (
        (users::email.eq(format!("erased-{id}@{NOWHERE}")), users::name.eq(name), users::slug.eq(format!("former-member-{id}"))),
        (users::bio.eq(""), users::password_hash.eq(None::<String>), users::role.eq(Role::Reader), users::reach.eq(Reach::Everything)),
        (users::disabled_at.eq(user.disabled_at.unwrap_or(now)), users::scheme.eq("system")),
    );
    diesel::update(users::table.find(id)).set(set).execute(conn)?;
    export::forget(conn, id, now)?;
    for kept in KEPT.iter().filter(|kept| kept.fate == Fate::Go) {
        diesel::sql_query(format!("DELETE FROM {} WHERE {}", kept.table, kept.whose(id))).execute(conn)?;
    }
    own::forget_place(conn, id)?;
    throttle::unlock(conn, &throttle::account(&user.email))?;
    letter::forget(conn, &user.email)?;
    suppression::forget(conn, &user.email)?;
    inbox::forget(conn, &user.email)?;
    anonymise(conn, id, name)?;
    let cache_tags = vec![shown_name(id), shown_bio(id)];
    Change { kind: "account.erased", subject: "account", key: id.number(), label: name, detail, cache_tags }.record(conn, actor, now)?;
    Ok(())
}

/// Makes somebody else the author of all entries: as by the list of entries, a few at once and many in the background.
fn hand_over(conn: &mut Conn, by: &Person, from: UserId, to: UserId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let deed = Deed { act: Act::SetAuthor, value: to.to_string() };
    if from == to || deed.check(conn).is_err() {
        return Err(AppError::invalid("successor", "Choose somebody else from the list."));
    }
    let all: Vec<EntryId> = entries::table.filter(entries::author_id.eq(from)).order(entries::id).select(entries::id).load(conn)?;
    for some in all.chunks(bulk::MOST) {
        bulk::begin(conn, &deed, some, by, None, actor, now)?;
    }
    Ok(())
}

/// What the person did stays in the journal, from nowhere; what is about the person has no name any more.
fn anonymise(conn: &mut Conn, id: UserId, name: &str) -> QueryResult<()> {
    let own = journal::table.filter(journal::user_id.eq(id));
    diesel::update(own).set((journal::address.eq(""), journal::agent.eq(""))).execute(conn)?;
    let about = journal::table.filter(journal::subject_kind.eq("account")).filter(journal::subject_key.eq(id.number()));
    let set = (journal::subject_label.eq(name), journal::detail.eq("{}"), journal::address.eq(""), journal::agent.eq(""));
    diesel::update(about).set(set).execute(conn).map(drop)
}
