//! How often addresses were asked for that lead nowhere.
//!
//! Table `lost_paths`, of at most 10,000 addresses: the least asked for make room. They are gathered in memory
//! (`content::visits`) and written here in one statement for many.

use crate::{
    content::model::{redirect::hash, search::escape},
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
    },
    schema::lost_paths,
    text_enum, typed_id,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{DuplicatedKeys, sql},
    prelude::*,
    sql_types::{BigInt, Datetime, Text},
};

typed_id!(
    /// Names an address that leads nowhere.
    LostId
);

text_enum!(
    /// What the list is ordered by.
    Order {
        /// Asked for most first.
        Hits = "hits",
        /// Asked for last first.
        Latest = "latest",
    }
);

/// Addresses that are kept.
pub const MOST: i64 = 10_000;

/// The longest address that is counted, in bytes.
pub const LONGEST: usize = 700;

/// An address that was asked for and leads nowhere.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = lost_paths)]
pub struct LostPath {
    /// Key.
    pub id: LostId,
    /// The address, decoded, without query.
    pub path: String,
    /// How often people asked for it.
    pub hits: i64,
    /// How often programs did.
    pub bot_hits: i64,
    /// The last time that anybody did, UTC.
    pub asked_at: NaiveDateTime,
    /// The page of this site that led there last, or empty.
    pub referrer: String,
    /// Whether somebody does not want to see it.
    pub ignored: bool,
}

/// What was gathered of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The address.
    pub path: String,
    /// How often people asked for it.
    pub people: i64,
    /// How often programs did.
    pub bots: i64,
    /// The last time, UTC.
    pub at: NaiveDateTime,
    /// The page of this site that led there last, or empty.
    pub referrer: String,
}

/// Adds what was gathered, and makes room.
pub fn add(conn: &mut Conn, asked: &[Asked]) -> QueryResult<()> {
    for some in asked.chunks(500) {
        let rows: Vec<_> = some
            .iter()
            .map(|one| {
                (
                    lost_paths::path_hash.eq(hash(&one.path)),
                    lost_paths::path.eq(&one.path),
                    lost_paths::hits.eq(one.people),
                    lost_paths::bot_hits.eq(one.bots),
                    lost_paths::asked_at.eq(one.at),
                    lost_paths::referrer.eq(&one.referrer),
                )
            })
            .collect();
        let more = (
            lost_paths::hits.eq(sql::<BigInt>("hits + VALUES(hits)")),
            lost_paths::bot_hits.eq(sql::<BigInt>("bot_hits + VALUES(bot_hits)")),
            lost_paths::asked_at.eq(sql::<Datetime>("GREATEST(asked_at, VALUES(asked_at))")),
            lost_paths::referrer.eq(sql::<Text>("IF(VALUES(referrer) = '', referrer, VALUES(referrer))")),
        );
        diesel::insert_into(lost_paths::table).values(rows).on_conflict(DuplicatedKeys).do_update().set(more).execute(conn)?;
    }
    make_room(conn)
}

/// Drops those that people asked for least, of these the ones not asked for longest.
fn make_room(conn: &mut Conn) -> QueryResult<()> {
    let all: i64 = lost_paths::table.count().get_result(conn)?;
    if all <= MOST {
        return Ok(());
    }
    let least: Vec<LostId> = lost_paths::table
        .order((lost_paths::hits, lost_paths::asked_at, lost_paths::id))
        .select(lost_paths::id)
        .limit(all - MOST)
        .load(conn)?;
    diesel::delete(lost_paths::table.filter(lost_paths::id.eq_any(least))).execute(conn).map(drop)
}

impl LostPath {
    /// The address with this key.
    pub fn find(conn: &mut Conn, id: LostId) -> QueryResult<LostPath> {
        LostPath::query().find(id).first(conn)
    }

    /// One page of them: those that are ignored, or the others; that hold these words.
    pub fn page(
        conn: &mut Conn,
        ignored: bool,
        words: &str,
        order: Order,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> QueryResult<Slice<LostPath>> {
        let mut query = LostPath::query().filter(lost_paths::ignored.eq(ignored)).limit(limit as i64 + 1).into_boxed();
        if !words.is_empty() {
            query = query.filter(lost_paths::path.like(format!("%{}%", escape(words)))); // of 10,000 rows at most
        }
        match order {
            Order::Hits => {
                let place = cursor.and_then(|cursor| Some((cursor.way, cursor.value.parse::<i64>().ok()?, LostId::from(cursor.id))));
                query = newest_first!(query, place, lost_paths::hits, lost_paths::id);
                let cursor = cursor.filter(|_| place.is_some());
                Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &LostPath| Cursor::of_text(&one.hits.to_string(), one.id.number())))
            }
            Order::Latest => {
                let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, LostId::from(cursor.id))));
                query = newest_first!(query, place, lost_paths::asked_at, lost_paths::id);
                let cursor = cursor.filter(|_| place.is_some());
                Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &LostPath| Cursor::of_time(one.asked_at, one.id.number())))
            }
        }
    }
}

/// How many there are that nobody ignores, and how many are ignored.
pub fn counts(conn: &mut Conn) -> QueryResult<(i64, i64)> {
    let count = |conn: &mut Conn, ignored: bool| lost_paths::table.filter(lost_paths::ignored.eq(ignored)).count().get_result(conn);
    Ok((count(conn, false)?, count(conn, true)?))
}

/// Takes these out of sight, or back into it, and says how many were changed. They are counted on.
pub fn ignore(conn: &mut Conn, ids: &[LostId], ignored: bool) -> QueryResult<usize> {
    let others = lost_paths::table.filter(lost_paths::id.eq_any(ids)).filter(lost_paths::ignored.ne(ignored));
    diesel::update(others).set(lost_paths::ignored.eq(ignored)).execute(conn)
}

/// Forgets these, and says how many they were.
pub fn forget(conn: &mut Conn, ids: &[LostId]) -> QueryResult<usize> {
    diesel::delete(lost_paths::table.filter(lost_paths::id.eq_any(ids))).execute(conn)
}

/// Something answers at this address now, or leads on from there.
pub fn found(conn: &mut Conn, path: &str) -> QueryResult<()> {
    diesel::delete(lost_paths::table.filter(lost_paths::path_hash.eq(hash(path)))).execute(conn).map(drop)
}
