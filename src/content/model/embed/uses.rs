//! Which entries have which addresses standing alone: written beside the links of a revision.
//!
//! Entries are made anew when something else is known of one: what visitors read, and nothing else. No revision: their own words are
//! what they were.

use super::{EmbedId, ensure};
use crate::{
    content::{
        embed::jobs::Show,
        jobs::Renew,
        model::{entry::EntryId, rendering, revision::RevisionId},
    },
    db::Conn,
    jobs::Job,
    schema::{embeds, entry_embeds},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// Entries that one transaction makes anew.
const BATCH: i64 = 50;

/// Writes the addresses of a revision, and drops those of revisions that are neither live nor the newest any more.
pub fn write(
    conn: &mut Conn,
    entry: EntryId,
    revision: RevisionId,
    keep: Option<RevisionId>,
    addresses: &[String],
    now: NaiveDateTime,
) -> QueryResult<()> {
    let keep = keep.filter(|kept| *kept != revision).unwrap_or(0.into());
    let over = entry_embeds::table.filter(entry_embeds::entry_id.eq(entry)).filter(entry_embeds::revision_id.ne(keep));
    diesel::delete(over).execute(conn)?;
    add(conn, entry, revision, addresses, now)
}

/// Adds the addresses of a revision to those that are there. Where another transaction has made a row of one meanwhile, and may know
/// more of it by now than was rendered, the entry is made anew by a job.
pub fn add(conn: &mut Conn, entry: EntryId, revision: RevisionId, addresses: &[String], now: NaiveDateTime) -> QueryResult<()> {
    if addresses.is_empty() {
        return Ok(());
    }
    let (ids, is_stale) = ensure(conn, addresses, now)?;
    let row = |id: &EmbedId| (entry_embeds::entry_id.eq(entry), entry_embeds::revision_id.eq(revision), entry_embeds::embed_id.eq(*id));
    diesel::insert_or_ignore_into(entry_embeds::table).values(ids.iter().map(row).collect::<Vec<_>>()).execute(conn)?;
    if is_stale {
        Renew { entries: vec![entry] }.enqueue(conn, now)?;
    }
    Ok(())
}

/// Makes the next entries anew that have this address, after one of them, and files the job for the others.
pub fn show(conn: &mut Conn, embed: EmbedId, after: EntryId, now: NaiveDateTime) -> QueryResult<()> {
    let Some(address) = embeds::table.find(embed).select(embeds::address).first::<String>(conn).optional()? else { return Ok(()) };
    let users = entry_embeds::table.filter(entry_embeds::embed_id.eq(embed)).filter(entry_embeds::entry_id.gt(after));
    let users = users.select(entry_embeds::entry_id).distinct().order(entry_embeds::entry_id).limit(BATCH + 1);
    let users: Vec<EntryId> = users.load(conn)?;
    let (these, more) = users.split_at(users.len().min(BATCH as usize));
    rendering::render_anew(conn, these, &json!({ "embed": address }), now)?;
    if let (Some(last), false) = (these.last(), more.is_empty()) {
        Show { embed, after: *last }.enqueue(conn, now)?;
    }
    Ok(())
}
