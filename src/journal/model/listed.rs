//! The journal as it is read: filtered, a page at a time, or as a file.

use super::{ACCOUNT, JournalId, deed};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
    },
    error::AppResult,
    schema::{journal, users},
    web::{
        csv::Table,
        person::{Right, Role, UserId},
    },
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::net::IpAddr;

/// Rows of a file, at most.
pub const MOST_EXPORTED: usize = 50_000;

/// Characters that are shown of one detail.
const LONGEST_DETAIL: usize = 300;

/// Rows that are read at once for a file.
const BATCH: usize = 2000;

/// A change as it is listed.
#[derive(Debug, HasQuery)]
#[diesel(table_name = journal, base_query = journal::table.left_join(users::table))]
pub struct Row {
    /// Key.
    pub id: JournalId,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Noun and verb.
    pub kind: String,
    /// What kind of thing.
    pub subject_kind: String,
    /// Its key.
    pub subject_key: i64,
    /// Its name at that time.
    pub subject_label: String,
    /// JSON.
    pub detail: String,
    /// Reference of the request.
    pub request: String,
    /// Where it came from, or empty.
    pub address: String,
    /// What the browser called itself, or empty.
    pub agent: String,
    /// Who, if it was a person.
    #[diesel(select_expression = users::name.nullable())]
    pub who: Option<String>,
}

impl Row {
    /// One page of what a filter finds, newest first.
    pub fn page(conn: &mut Conn, filter: &Filter, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Row>> {
        let mut query = Row::query().into_boxed();
        if let Some(kind) = &filter.kind {
            query = query.filter(journal::kind.eq(kind.clone()));
        }
        query = match filter.who {
            Some(Who::Person(user)) => query.filter(journal::user_id.eq(user)),
            Some(Who::Nobody) => query.filter(journal::user_id.is_null()),
            None => query,
        };
        if let Some(from) = filter.from {
            query = query.filter(journal::at.ge(from));
        }
        if let Some(until) = filter.until {
            query = query.filter(journal::at.lt(until));
        }
        if let Some(address) = filter.address {
            query = query.filter(journal::address.eq(address.to_canonical().to_string()));
        }
        if filter.without_accounts {
            query = query.filter(journal::subject_kind.ne(ACCOUNT));
        }
        let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, JournalId::from(cursor.id))));
        query = newest_first!(query, place, journal::at, journal::id);
        let rows = query.limit(limit as i64 + 1).load(conn)?;
        Ok(Slice::cut(rows, limit, cursor.filter(|_| place.is_some()), |row| Cursor::of_time(row.at, row.id.number())))
    }

    /// What happened, as the rest of a sentence that begins with a name: `published “Title”`.
    pub fn deed(&self) -> String {
        deed::deed(&self.kind, &self.subject_label)
    }

    /// What more is known, as names and values; empty where nothing is.
    pub fn details(&self) -> Vec<(String, String)> {
        let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(&self.detail) else { return Vec::new() };
        let shown = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => shortened(&text),
            other => shortened(&other.to_string()),
        };
        fields.into_iter().map(|(name, value)| (name.replace('_', " "), shown(value))).collect()
    }
}

/// A style sheet can be a detail too.
fn shortened(text: &str) -> String {
    let cut: String = text.chars().take(LONGEST_DETAIL).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

/// Who made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The program itself, or a guest.
    Nobody,
    /// Somebody.
    Person(UserId),
}

/// Which rows are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of one kind.
    pub kind: Option<String>,
    /// By one person.
    pub who: Option<Who>,
    /// From then on, UTC.
    pub from: Option<NaiveDateTime>,
    /// Before then, UTC.
    pub until: Option<NaiveDateTime>,
    /// From one address.
    pub address: Option<IpAddr>,
    /// Whether what is told of people is left out: log-ins, roles.
    pub without_accounts: bool,
}

/// What a filter finds as a file, newest first; at most [`MOST_EXPORTED`] rows.
pub fn export(conn: &mut Conn, filter: &Filter) -> AppResult<Vec<u8>> {
    let mut table = Table::new(&["at", "who", "kind", "subject", "key", "name", "detail", "address", "device", "request"])?;
    let (mut cursor, mut written) = (None, 0);
    while written < MOST_EXPORTED {
        let slice = Row::page(conn, filter, cursor.as_ref(), BATCH)?;
        for row in &slice.rows {
            let at = row.at.and_utc().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
            let (who, key) = (row.who.as_deref().unwrap_or(""), row.subject_key.to_string());
            let named = [&*at, who, &row.kind, &row.subject_kind, &key, &row.subject_label];
            table.row(&[&named[..], &[&*row.detail, &*row.address, &*row.agent, &*row.request]].concat())?;
        }
        written += slice.rows.len();
        cursor = Cursor::parse(slice.older.as_deref(), None);
        if cursor.is_none() {
            break;
        }
    }
    table.finish()
}

/// The kinds that occur, for the filter: read off the index by skipping from one to the next.
pub fn kinds(conn: &mut Conn) -> QueryResult<Vec<String>> {
    journal::table.select(journal::kind).distinct().order(journal::kind).limit(200).load(conn)
}

/// Those who have an admin, and so may be in the journal: key and name, by name; bounded by 500.
pub fn people(conn: &mut Conn) -> QueryResult<Vec<(UserId, String)>> {
    let writers = users::table.filter(users::role.eq_any(Role::that_may(Right::Write)));
    writers.order((users::name, users::id)).select((users::id, users::name)).limit(500).load(conn)
}
