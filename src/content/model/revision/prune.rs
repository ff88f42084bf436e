//! Deleting old revisions that nothing keeps, in batches, by a command.

use super::{EntryId, RevisionId, kept};
use crate::{
    db::Conn,
    journal::{Actor, Change},
    schema::{entries, revisions},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Datetime},
};
use serde_json::json;

/// Entries looked at in one transaction.
const BATCH: i64 = 50;

/// What one batch came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pruned {
    /// Deleted, or to be deleted in a rehearsal.
    pub deleted: usize,
    /// Old enough, but kept for a reason.
    pub kept: usize,
    /// Where the next batch begins; `None`: that was the last.
    pub next: Option<EntryId>,
}

const OLD: &str = "
    SELECT id
    FROM   (SELECT id, saved_at, ROW_NUMBER() OVER (PARTITION BY entry_id ORDER BY number DESC) AS place
            FROM   revisions
            WHERE  entry_id BETWEEN ? AND ?) AS ranked
    WHERE  place > ? AND saved_at < ?
    ORDER  BY id";

#[derive(QueryableByName)]
struct Old {
    #[diesel(sql_type = BigInt)]
    id: RevisionId,
}

/// Deletes old revisions of the next entries after `from`, or only counts them; says where to go on.
///
/// The newest `keep` of each stay, and those that something keeps. The entries are locked, so that nobody begins to refer to a
/// revision meanwhile.
pub fn prune(conn: &mut Conn, from: EntryId, age: TimeDelta, keep: i64, rehearse: bool, now: NaiveDateTime) -> QueryResult<Pruned> {
    let after = entries::table.filter(entries::id.gt(from)).order(entries::id).select(entries::id).limit(BATCH);
    let batch: Vec<EntryId> = after.for_update().load(conn)?;
    let (Some(first), Some(last)) = (batch.first(), batch.last()) else { return Ok(Pruned { deleted: 0, kept: 0, next: None }) };
    let old: Vec<Old> = diesel::sql_query(OLD)
        .bind::<BigInt, _>(first)
        .bind::<BigInt, _>(last)
        .bind::<BigInt, _>(keep.max(1))
        .bind::<Datetime, _>(now - age)
        .load(conn)?;
    let old: Vec<RevisionId> = old.into_iter().map(|row| row.id).collect();
    let newest = kept::newest(conn, &batch)?;
    let mut waste = Vec::new();
    for some in old.chunks(1000) {
        let reasons = kept::reasons(conn, some, None)?;
        waste.extend(some.iter().copied().filter(|id| !reasons.contains_key(id) && !newest.contains(id)));
    }
    if !rehearse {
        for some in waste.chunks(1000) {
            diesel::delete(revisions::table.filter(revisions::id.eq_any(some))).execute(conn)?;
        }
        if !waste.is_empty() {
            let detail = json!({ "deleted": waste.len(), "older_than_days": age.num_days(), "keep": keep });
            let change = Change { kind: "revisions.pruned", subject: "revisions", key: 0, label: "", detail, cache_tags: Vec::new() };
            change.record(conn, &Actor::default(), now)?;
        }
    }
    let next = (batch.len() as i64 == BATCH).then_some(*last);
    Ok(Pruned { deleted: waste.len(), kept: old.len() - waste.len(), next })
}
