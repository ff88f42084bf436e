//! Entries made anew after a snippet has changed: what visitors read, the links, and nothing else. No revision: their own words are
//! what they were.
//!
//! The first ones in the transaction that changes the snippet, so that visitors see them at once; more by a job, a batch each.

use super::uses;
use crate::{
    content::{
        jobs::RefreshUses,
        model::{
            entry::{Entry, EntryId},
            link::broken,
            rendering,
            revision::RevisionId,
            shown,
        },
    },
    db::Conn,
    error::AppResult,
    jobs::Job,
    journal::{Actor, Change},
    markup::{Rendered, reading_minutes},
    schema::{entries, revisions},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// Entries that one transaction makes anew.
pub(super) const BATCH: i64 = 50;

/// Makes the first entries anew that say one of these names, after this one, and files the job for the others. Says which cached
/// pages show them.
pub(super) fn begin(conn: &mut Conn, names: &[String], after: EntryId, now: NaiveDateTime) -> AppResult<Vec<String>> {
    let users = uses::entries_now_with(conn, names, after, BATCH + 1)?;
    let (these, more) = users.split_at(users.len().min(BATCH as usize));
    let mut cache_tags = Vec::new();
    for id in these {
        cache_tags.extend(anew(conn, *id, now)?);
    }
    broken::recheck(conn, these)?;
    if let (Some(last), false) = (these.last(), more.is_empty()) {
        RefreshUses { names: names.to_vec(), after: *last }.enqueue(conn, now)?;
    }
    Ok(cache_tags)
}

/// What the job does: the next batch, with a row of its own in the journal.
pub fn go_on(conn: &mut Conn, names: &[String], after: EntryId, now: NaiveDateTime) -> AppResult<()> {
    let cache_tags = begin(conn, names, after, now)?;
    if cache_tags.is_empty() {
        return Ok(());
    }
    let detail = json!({ "count": cache_tags.len(), "snippets": names });
    let change = Change { kind: "entries.rendered", subject: "entries", key: 0, label: "", detail, cache_tags };
    Ok(change.record(conn, &Actor::default(), now)?)
}

/// Makes one entry anew, and says which cached pages show that.
fn anew(conn: &mut Conn, id: EntryId, now: NaiveDateTime) -> AppResult<Option<String>> {
    let Some(entry) = Entry::query().find(id).for_update().first(conn).optional()? else { return Ok(None) };
    let (live, newest) = (entry.live_revision_id, entry.latest_revision_id);
    let Some(drawn) = live.or(newest) else { return Ok(None) };
    if let Some(newest) = newest.filter(|newest| *newest != drawn) {
        write(conn, id, newest, live, now)?;
    }
    let rendered = write(conn, id, drawn, newest, now)?;
    let contents = serde_json::to_string(&rendered.headings)?;
    let set = (entries::body_html.eq(rendered.html.as_str()), entries::contents.eq(&contents), entries::words.eq(rendered.words as i32));
    let other = entries::table.find(id).filter(entries::body_html.ne(rendered.html.as_str()).or(entries::contents.ne(&contents)));
    let changed = diesel::update(other).set(set).execute(conn)? > 0;
    // Lists show how long it takes to read.
    let longer = reading_minutes(entry.words.max(0) as u32) != reading_minutes(rendered.words);
    Ok((changed && entry.is_live()).then(|| if longer { shown::entry(id) } else { shown::own_page(id) }))
}

/// The links and snippets of a revision, as it reads now.
fn write(conn: &mut Conn, entry: EntryId, revision: RevisionId, keep: Option<RevisionId>, now: NaiveDateTime) -> AppResult<Rendered> {
    // Read as it is now: the transaction may have begun before the entry's lock was to be had.
    let columns = (revisions::body, revisions::image_url);
    let (body, above): (String, String) = revisions::table.find(revision).select(columns).for_update().first(conn)?;
    let rendered = rendering::to_store(conn, &body, &above)?;
    rendering::write_graph(conn, entry, revision, keep, &rendered, now)?;
    Ok(rendered)
}
