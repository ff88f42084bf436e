//! The outbox as a list, and how much of it there is.

use super::letter::{LetterId, LetterState};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
    },
    schema::letters,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::collections::HashMap;

/// Days in which a letter that was given up is news.
const NEWS_DAYS: i64 = 7;

/// A letter as a list shows it.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = letters)]
pub struct Listed {
    /// Key.
    pub id: LetterId,
    /// Room and matter.
    pub kind: String,
    /// The address of the reader.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// What became of it.
    pub state: LetterState,
    /// How often it was handed over.
    pub tries: i32,
    /// When it is tried next, UTC.
    pub next_try_at: Option<NaiveDateTime>,
    /// When it was written, UTC.
    pub created_at: NaiveDateTime,
}

/// Which letters are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// What became of them.
    pub state: Option<LetterState>,
    /// Room and matter.
    pub kind: Option<String>,
    /// To exactly this address.
    pub recipient: Option<String>,
}

impl Listed {
    /// One page of them, newest first.
    pub fn page(conn: &mut Conn, filter: &Filter, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Listed>> {
        let mut query = Listed::query().limit(limit as i64 + 1).into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(letters::state.eq(state));
        }
        if let Some(kind) = &filter.kind {
            query = query.filter(letters::kind.eq(kind.clone()));
        }
        if let Some(recipient) = &filter.recipient {
            query = query.filter(letters::recipient.eq(recipient.clone()));
        }
        let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, LetterId::from(cursor.id))));
        query = newest_first!(query, place, letters::created_at, letters::id);
        let cursor = cursor.filter(|_| place.is_some());
        Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &Listed| Cursor::of_time(one.created_at, one.id.number())))
    }
}

/// The kinds that occur.
pub fn kinds(conn: &mut Conn) -> QueryResult<Vec<String>> {
    letters::table.select(letters::kind).distinct().order(letters::kind).limit(100).load(conn)
}

/// How many letters there are of each state.
pub fn counts(conn: &mut Conn) -> QueryResult<HashMap<LetterState, i64>> {
    let rows: Vec<(LetterState, i64)> =
        letters::table.group_by(letters::state).select((letters::state, diesel::dsl::count_star())).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// How many letters were given up of those written in the last seven days.
pub fn failed_lately(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<i64> {
    let failed = letters::table.filter(letters::state.eq(LetterState::Failed));
    failed.filter(letters::created_at.gt(now - TimeDelta::days(NEWS_DAYS))).count().get_result(conn)
}
