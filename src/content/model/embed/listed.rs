//! The list of addresses that stand alone, in the admin.

use super::{EmbedId, EmbedState};
use crate::{
    content::model::entry::EntryId,
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
    },
    schema::embeds,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::count_star,
    prelude::*,
    sql_types::{BigInt, Text},
};
use std::{cmp::Reverse, collections::HashMap};

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

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = BigInt)]
    embed_id: EmbedId,
    #[diesel(sql_type = BigInt)]
    entry_id: EntryId,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = BigInt)]
    many: i64,
}

/// The newest entries that have one address: a short range of `entry_embeds_by_embed`, however many there are.
const OF_ONE: &str = "(SELECT pairs.embed_id, pairs.entry_id, entries.title, \
     (SELECT COUNT(DISTINCT entry_id) FROM entry_embeds WHERE embed_id = ?) AS many \
     FROM (SELECT DISTINCT embed_id, entry_id FROM entry_embeds WHERE embed_id = ? ORDER BY entry_id DESC LIMIT ?) AS pairs \
     JOIN entries ON entries.id = pairs.entry_id)";

/// The first entries that have each of these, and how many do: one statement for all.
pub fn sources(conn: &mut Conn, rows: &[Listed]) -> QueryResult<HashMap<EmbedId, (Vec<Source>, i64)>> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = diesel::sql_query(vec![OF_ONE; rows.len()].join(" UNION ALL ")).into_boxed();
    for row in rows {
        query = query.bind::<BigInt, _>(row.id).bind::<BigInt, _>(row.id).bind::<BigInt, _>(NAMED);
    }
    let mut found: HashMap<EmbedId, (Vec<Source>, i64)> = HashMap::new();
    for named in query.load::<Named>(conn)? {
        let (entries, many) = found.entry(named.embed_id).or_default();
        entries.push((named.entry_id, named.title));
        *many = named.many;
    }
    found.values_mut().for_each(|(entries, _)| entries.sort_by_key(|(id, _)| Reverse(*id)));
    Ok(found)
}
