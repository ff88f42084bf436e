//! What is kept of people without an account, by the mail address that they gave: comments, messages, letters to them.

use crate::{
    community::model::{comment::CommentId, people},
    contact::model::inbox,
    db::Conn,
    error::AppResult,
    journal::{Actor, Change},
    mail::model::letter,
    schema::{contact_messages, letters},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Value, json};

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// Comments.
    pub comments: i64,
    /// Messages by a contact form.
    pub messages: i64,
    /// Letters that went there, or wait to.
    pub letters: i64,
}

impl Found {
    /// Counts what has that address.
    pub fn of(conn: &mut Conn, email: &str) -> QueryResult<Found> {
        Ok(Found {
            comments: people::count(conn, email)?,
            messages: contact_messages::table.filter(contact_messages::email.eq(email)).count().get_result(conn)?,
            letters: letters::table.filter(letters::recipient.eq(email)).count().get_result(conn)?,
        })
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Found::default()
    }
}

/// All of it, and a row in the journal that it was handed out.
pub fn export(conn: &mut Conn, email: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<Value> {
    let (mut comments, mut last) = (Vec::new(), CommentId::from(0));
    loop {
        let some = people::of_email(conn, email, last)?;
        let Some(newest) = some.last() else { break };
        last = newest.id;
        comments.extend(some.iter().map(|it| {
            let is_verified = it.verified_at.is_some();
            json!({
                "entry": it.entry_id, "name": it.who(), "verified": is_verified, "state": it.state.word(), "text": it.body,
                "written": it.created_at, "changed": it.edited_at, "address": it.address, "browser": it.agent,
            })
        }));
    }
    let messages: Vec<(String, String, String, NaiveDateTime)> = contact_messages::table
        .filter(contact_messages::email.eq(email))
        .order(contact_messages::id)
        .select((contact_messages::name, contact_messages::subject, contact_messages::body, contact_messages::created_at))
        .load(conn)?;
    let messages: Vec<Value> = messages
        .into_iter()
        .map(|(name, subject, text, at)| json!({ "name": name, "subject": subject, "text": text, "sent": at }))
        .collect();
    let subjects: Vec<(String, NaiveDateTime)> = letters::table
        .filter(letters::recipient.eq(email))
        .order(letters::id)
        .select((letters::subject, letters::created_at))
        .load(conn)?;
    let letters: Vec<Value> = subjects.into_iter().map(|(subject, at)| json!({ "subject": subject, "written": at })).collect();
    record(conn, "personal_data.exported", actor, now)?;
    Ok(json!({ "email": email, "comments": comments, "messages": messages, "letters": letters }))
}

/// Erases all of it. What was said in comments stays, by nobody, unless that is to go as well.
pub fn erase(conn: &mut Conn, email: &str, words: bool, actor: &Actor, now: NaiveDateTime) -> AppResult<Found> {
    let found = Found::of(conn, email)?;
    people::erase(conn, email, words, actor, now)?;
    inbox::forget(conn, email)?;
    letter::forget(conn, email)?;
    record(conn, "personal_data.erased", actor, now)?;
    Ok(found)
}

/// The journal stays for long, so it does not say whose.
fn record(conn: &mut Conn, kind: &'static str, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    let change = Change { kind, subject: "personal_data", key: 0, label: "", detail: json!({}), cache_tags: Vec::new() };
    change.record(conn, actor, now)
}
