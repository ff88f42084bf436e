//! Rows of the journal: writing them here, reading them in [`listed`], taking old ones away in [`prune`].

mod deed;
pub mod listed;
pub mod prune;

use crate::{
    db::{Conn, touched},
    schema::journal,
    typed_id,
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::net::IpAddr;

typed_id!(
    /// Names a row of the journal.
    JournalId
);

/// Who makes a change, and in which request.
#[derive(Debug, Clone, Default)]
pub struct Actor {
    /// `None` is the program itself: a job or a command.
    pub user: Option<UserId>,
    /// The reference of the request, or empty.
    pub request: String,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// What the browser called itself, at most 255 characters.
    pub agent: String,
}

impl Actor {
    /// Somebody, by a job or a command.
    pub fn of(user: UserId) -> Actor {
        Actor { user: Some(user), ..Actor::default() }
    }

    /// Address and device as they are kept: of who is signed in, and of whoever tries to. Of guests nothing is known.
    fn trace(&self, subject: &str) -> (String, &str) {
        if self.user.is_none() && subject != ACCOUNT {
            return (String::new(), "");
        }
        (self.address.map(|address| address.to_canonical().to_string()).unwrap_or_default(), &self.agent)
    }
}

/// What rows are about that tell of people: log-ins and their failures, roles, invitations.
pub const ACCOUNT: &str = "account";

/// A change, before it is written down.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Noun and verb: `entry.published`.
    pub kind: &'static str,
    /// What kind of thing it is about: `entry`.
    pub subject: &'static str,
    /// Its key; 0 where there is none.
    pub key: i64,
    /// Its name at this time.
    pub label: &'a str,
    /// More, as JSON.
    pub detail: serde_json::Value,
    /// Which cached pages it touches: `entry:12`, `list:all`, `menu`, `site`.
    pub cache_tags: Vec<String>,
}

impl Change<'_> {
    /// Writes it down, in the caller's transaction; after COMMIT the page cache is told.
    pub fn record(&self, conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
        let label: String = self.label.chars().take(300).collect();
        let (address, agent) = actor.trace(self.subject);
        let row = (
            journal::at.eq(now),
            journal::user_id.eq(actor.user),
            journal::kind.eq(self.kind),
            journal::subject_kind.eq(self.subject),
            journal::subject_key.eq(self.key),
            journal::subject_label.eq(label),
            journal::detail.eq(self.detail.to_string()),
            journal::cache_tags.eq(self.cache_tags.join(" ")),
            journal::request.eq(&actor.request),
            journal::address.eq(address),
            journal::agent.eq(agent),
        );
        diesel::insert_into(journal::table).values(row).execute(conn)?;
        touched::note(&self.cache_tags);
        Ok(())
    }
}

/// The newest row's number; 0 where there is none.
pub fn newest(conn: &mut Conn) -> QueryResult<i64> {
    let newest: Option<i64> = journal::table.select(diesel::dsl::max(journal::id)).first(conn)?;
    Ok(newest.unwrap_or(0))
}

/// What the rows after `last` touch, and those of `late`, by number; bounded by `limit`.
pub fn touched_since(conn: &mut Conn, last: i64, late: &[i64], limit: i64) -> QueryResult<Vec<(i64, String)>> {
    let columns = (journal::id, journal::cache_tags);
    let mut rows: Vec<(i64, String)> =
        journal::table.filter(journal::id.gt(last)).order(journal::id).select(columns).limit(limit).load(conn)?;
    if !late.is_empty() {
        rows.extend(journal::table.filter(journal::id.eq_any(late)).select(columns).load::<(i64, String)>(conn)?);
    }
    Ok(rows)
}
