//! Addresses that stand nowhere any more are forgotten, and pictures that no card shows.

use super::EmbedId;
use crate::{
    db::Conn,
    schema::{embeds, entry_embeds},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use std::collections::HashSet;

/// So long what stands nowhere is remembered: a link that is taken out may come back.
const PATIENCE: TimeDelta = TimeDelta::days(1);

/// Forgets addresses that stand nowhere, some at a time, and says how many.
pub fn addresses(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    let lone: Vec<EmbedId> = embeds::table
        .left_join(entry_embeds::table)
        .filter(entry_embeds::embed_id.is_null())
        .filter(embeds::created_at.lt(now - PATIENCE))
        .select(embeds::id)
        .limit(500)
        .load(conn)?;
    // Looked at again under lock: an entry that is saved at this moment may have begun to use one.
    let unused = not(exists(entry_embeds::table.filter(entry_embeds::embed_id.eq(embeds::id))));
    diesel::delete(embeds::table.filter(embeds::id.eq_any(lone)).filter(unused)).execute(conn)
}

/// Which of these pictures no card shows.
pub fn orphans(conn: &mut Conn, keys: Vec<String>) -> QueryResult<Vec<String>> {
    let shown = embeds::table.filter(embeds::picture_key.eq_any(&keys)).select(embeds::picture_key);
    let shown: HashSet<String> = shown.load(conn)?.into_iter().collect();
    Ok(keys.into_iter().filter(|key| !shown.contains(key)).collect())
}

/// Whether a card shows this picture. Read under lock: one that is written down meanwhile waits, and is put into the store anew.
pub fn is_shown(conn: &mut Conn, key: &str) -> QueryResult<bool> {
    let shown = embeds::table.filter(embeds::picture_key.eq(key)).select(embeds::id).for_update();
    Ok(shown.first::<EmbedId>(conn).optional()?.is_some())
}
