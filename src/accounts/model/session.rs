//! Ending sessions of the own account, with a line in the journal. The rows are those of `web::session_store`.

use crate::{
    db::Conn,
    journal::{Actor, Change},
    web::{person::Person, session_store},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// Ends one; says whether it was there.
pub fn end_one(conn: &mut Conn, person: &Person, handle: &str, actor: &Actor, now: NaiveDateTime) -> QueryResult<bool> {
    let ended = session_store::end_one_of(conn, person.id, handle)?;
    if ended {
        record(conn, person, 1, actor, now)?;
    }
    Ok(ended)
}

/// Ends all but the one with the handle `keep`; says how many there were.
pub fn end_others(conn: &mut Conn, person: &Person, keep: &str, actor: &Actor, now: NaiveDateTime) -> QueryResult<usize> {
    let ended = session_store::end_others_of(conn, person.id, keep)?;
    if ended > 0 {
        record(conn, person, ended, actor, now)?;
    }
    Ok(ended)
}

fn record(conn: &mut Conn, person: &Person, ended: usize, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    let (key, detail) = (person.id.number(), json!({ "ended": ended }));
    Change { kind: "account.sessions_ended", subject: "account", key, label: "", detail, cache_tags: Vec::new() }.record(conn, actor, now)
}
