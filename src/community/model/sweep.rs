//! What is forgotten by itself: addresses and browsers after some days, spam and trash after some more.

use super::comment::{Comment, State};
use crate::{db::Conn, error::AppResult, schema::comments, site::comments::Comments};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

/// Comments that are deleted in one transaction.
const BATCH: i64 = 200;

/// Forgets from where comments came that are older than the settings allow. Says how many those were.
pub fn forget(conn: &mut Conn, site: &Comments, now: NaiveDateTime) -> QueryResult<usize> {
    if site.trace_days == 0 {
        return Ok(0);
    }
    let old = comments::table.filter(comments::created_at.lt(before(now, site.trace_days))).filter(comments::address.ne(""));
    diesel::update(old).set((comments::address.eq(""), comments::agent.eq(""))).execute(conn)
}

/// Deletes some of what lies among spam and in the trash for too long, and says how many those were. Nobody has seen them, so no
/// page changes but where others had answered them.
pub fn delete_some(conn: &mut Conn, site: &Comments, now: NaiveDateTime) -> AppResult<usize> {
    let old = Comment::query()
        .filter(comments::state.eq_any([State::Spam, State::Trashed]))
        .filter(comments::created_at.lt(before(now, site.trash_days)))
        .filter(comments::decided_at.is_null().or(comments::decided_at.lt(before(now, site.trash_days))));
    let rows: Vec<Comment> = old.order(comments::id).limit(BATCH).load(conn)?;
    for comment in &rows {
        super::moderation::remove(conn, comment, now)?;
    }
    Ok(rows.len())
}

fn before(now: NaiveDateTime, days: u32) -> NaiveDateTime {
    now - TimeDelta::days(i64::from(days))
}
