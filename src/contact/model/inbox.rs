//! The inbox as a list and as a file.

use super::message::{Message, MessageId, MessageState};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
    },
    error::AppResult,
    journal::{Actor, Change},
    schema::contact_messages,
    web::csv::Table,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;
use std::collections::HashMap;

/// Messages that a file holds at most.
pub const MOST_EXPORTED: usize = 10_000;

/// Which messages are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Those that lie there.
    In(MessageState),
    /// Those of one address, wherever they lie.
    From(String),
}

/// One page of them, newest first.
pub fn page(conn: &mut Conn, filter: &Filter, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Message>> {
    let mut query = Message::query().limit(limit as i64 + 1).into_boxed();
    query = match filter {
        Filter::In(state) => query.filter(contact_messages::state.eq(*state)),
        Filter::From(email) => query.filter(contact_messages::email.eq(email.clone())),
    };
    let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, MessageId::from(cursor.id))));
    query = newest_first!(query, place, contact_messages::created_at, contact_messages::id);
    let cursor = cursor.filter(|_| place.is_some());
    Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &Message| Cursor::of_time(one.created_at, one.id.number())))
}

/// How many messages lie where.
pub fn counts(conn: &mut Conn) -> QueryResult<HashMap<MessageState, i64>> {
    let groups = contact_messages::table.group_by(contact_messages::state);
    let rows: Vec<(MessageState, i64)> = groups.select((contact_messages::state, diesel::dsl::count_star())).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The newest that match as CSV, with a line in the journal: it takes personal data away.
pub fn export(conn: &mut Conn, filter: &Filter, actor: &Actor, now: NaiveDateTime) -> AppResult<Vec<u8>> {
    let found = page(conn, filter, None, MOST_EXPORTED)?.rows;
    let mut table = Table::new(&["at", "page", "name", "email", "subject", "message", "state", "spam score"])?;
    for one in &found {
        let at = one.created_at.and_utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let score = format!("{:.3}", f64::from(one.score) / 1000.0);
        table.row(&[&*at, &one.page_title, &one.name, &one.email, &one.subject, &one.body, one.state.word(), &score])?;
    }
    let detail = json!({ "count": found.len() });
    let change = Change { kind: "messages.exported", subject: "messages", key: 0, label: "", detail, cache_tags: Vec::new() };
    change.record(conn, actor, now)?;
    table.finish()
}

/// Deletes every message of an address.
pub fn forget(conn: &mut Conn, email: &str) -> QueryResult<usize> {
    diesel::delete(contact_messages::table.filter(contact_messages::email.eq(email))).execute(conn)
}
