//! The list of addresses that stand alone, in the admin.

use super::{EmbedId, EmbedState};
use crate::{
    content::model::entry::EntryId,
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
    },
    schema::{embeds, entries, entry_embeds},
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{count, count_star},
    prelude::*,
};
use std::collections::HashMap;

/// Entries that are named beside an address.
const NAMED: i64 = 3;

/// An address.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = embeds)]
pub struct Listed {
    /// Key.
    pub id: EmbedId,
    /// The whole address.
    pub address: String,
    /// Who is asked, or empty.
    pub provider: String,
    /// What is known.
    pub state: EmbedState,
    /// What the provider has told, or empty.
    pub title: String,
    /// What is to be said of the last answer.
    pub told: String,
    /// When the provider was asked last, UTC.
    pub asked_at: Option<NaiveDateTime>,
    /// When it last told something, UTC.
    pub fetched_at: Option<NaiveDateTime>,
    /// When it stood somewhere first, UTC.
    pub created_at: NaiveDateTime,
}

impl Listed {
    /// One page of them, the newest first; those in one state, if given.
    pub fn page(conn: &mut Conn, state: Option<EmbedState>, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Listed>> {
        let mut query = Listed::query().limit(limit as i64 + 1).into_boxed();
        if let Some(state) = state {
            query = query.filter(embeds::state.eq(state));
        }
        let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, EmbedId::from(cursor.id))));
        query = newest_first!(query, place, embeds::created_at, embeds::id);
        let mark = |one: &Listed| Cursor::of_time(one.created_at, one.id.number());
        Ok(Slice::cut(query.load(conn)?, limit, cursor.filter(|_| place.is_some()), mark))
    }
}

/// How many there are in each state.
pub fn counts(conn: &mut Conn) -> QueryResult<HashMap<EmbedState, i64>> {
    let counts = embeds::table.group_by(embeds::state).select((embeds::state, count_star()));
    Ok(counts.load::<(EmbedState, i64)>(conn)?.into_iter().collect())
}

/// Key and title of an entry beside an address.
pub type Source = (EntryId, String);

/// The first entries that have each of these, and how many do.
pub fn sources(conn: &mut Conn, rows: &[Listed]) -> QueryResult<HashMap<EmbedId, (Vec<Source>, i64)>> {
    let ids: Vec<EmbedId> = rows.iter().map(|row| row.id).collect();
    let counts = entry_embeds::table.filter(entry_embeds::embed_id.eq_any(ids)).group_by(entry_embeds::embed_id);
    let counts: Vec<(EmbedId, i64)> =
        counts.select((entry_embeds::embed_id, count(entry_embeds::entry_id).aggregate_distinct())).load(conn)?;
    let mut found = HashMap::new();
    for (id, many) in counts {
        let named = entry_embeds::table.inner_join(entries::table).filter(entry_embeds::embed_id.eq(id));
        let named = named.select((entries::id, entries::title)).distinct().order(entries::id.desc()).limit(NAMED);
        found.insert(id, (named.load(conn)?, many));
    }
    Ok(found)
}
