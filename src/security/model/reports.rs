//! What browsers refused by the policy for content, grouped by directive, by what was refused, and by page.
//!
//! Table `csp_reports`, of at most [`MOST`] groups: those reported last stay. Nobody's address, browser or query string is in it.

use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
    },
    journal::{Actor, Change},
    schema::csp_reports,
    typed_id,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{
    dsl::{DuplicatedKeys, sql},
    prelude::*,
    sql_types::{BigInt, Datetime},
};
use serde_json::json;
use sha2::{Digest, Sha256};

typed_id!(
    /// Names a group of reports.
    ReportId
);

/// Groups that are kept.
pub const MOST: i64 = 1000;

/// Days after which a group that nobody has reported again is forgotten.
pub const DAYS: i64 = 30;

/// What was refused where: what reports are grouped by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Refused {
    /// The directive of the policy, e.g. `script-src-elem`; at most 40 bytes.
    pub directive: String,
    /// An origin, a path of this site, or a word such as `inline`; at most 300 bytes.
    pub blocked: String,
    /// The path of the page, without its query; at most 300 bytes.
    pub page: String,
}

/// A group of reports.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = csp_reports)]
pub struct Group {
    /// Key.
    pub id: ReportId,
    /// The directive of the policy.
    pub directive: String,
    /// What was refused.
    pub blocked: String,
    /// The path of the page.
    pub page: String,
    /// How often it was reported.
    pub times: i64,
    /// When first, UTC.
    pub first_at: NaiveDateTime,
    /// When last, UTC.
    pub last_at: NaiveDateTime,
}

impl Refused {
    fn fingerprint(&self) -> Vec<u8> {
        Sha256::digest([self.directive.as_str(), &self.blocked, &self.page].join("\n")).to_vec()
    }
}

impl Group {
    /// One page of them, reported last first; of one directive, if given.
    pub fn page(conn: &mut Conn, directive: Option<&str>, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Group>> {
        let mut query = Group::query().limit(limit as i64 + 1).into_boxed();
        if let Some(directive) = directive {
            query = query.filter(csp_reports::directive.eq(directive.to_owned()));
        }
        let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, ReportId::from(cursor.id))));
        query = newest_first!(query, place, csp_reports::last_at, csp_reports::id);
        let cursor = cursor.filter(|_| place.is_some());
        Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &Group| Cursor::of_time(one.last_at, one.id.number())))
    }
}

/// Adds what was gathered, and makes room.
pub fn add(conn: &mut Conn, gathered: &[(Refused, i64)], now: NaiveDateTime) -> QueryResult<()> {
    let row = |(one, times): &(Refused, i64)| {
        (
            csp_reports::fingerprint.eq(one.fingerprint()),
            csp_reports::directive.eq(one.directive.clone()),
            csp_reports::blocked.eq(one.blocked.clone()),
            csp_reports::page.eq(one.page.clone()),
            csp_reports::times.eq(*times),
            csp_reports::first_at.eq(now),
            csp_reports::last_at.eq(now),
        )
    };
    let more = (
        csp_reports::times.eq(sql::<BigInt>("times + VALUES(times)")),
        csp_reports::last_at.eq(sql::<Datetime>("GREATEST(last_at, VALUES(last_at))")),
    );
    let rows: Vec<_> = gathered.iter().map(row).collect();
    diesel::insert_into(csp_reports::table).values(rows).on_conflict(DuplicatedKeys).do_update().set(more).execute(conn)?;
    make_room(conn)
}

/// Drops those that were not reported for longest.
fn make_room(conn: &mut Conn) -> QueryResult<()> {
    let all: i64 = csp_reports::table.count().get_result(conn)?;
    if all <= MOST {
        return Ok(());
    }
    let oldest = csp_reports::table.order((csp_reports::last_at, csp_reports::id)).select(csp_reports::id).limit(all - MOST);
    let oldest: Vec<ReportId> = oldest.load(conn)?;
    diesel::delete(csp_reports::table.filter(csp_reports::id.eq_any(oldest))).execute(conn).map(drop)
}

/// The directives that occur, each with how many groups it has.
pub fn counts(conn: &mut Conn) -> QueryResult<Vec<(String, i64)>> {
    let groups = csp_reports::table.group_by(csp_reports::directive).select((csp_reports::directive, diesel::dsl::count_star()));
    groups.order(csp_reports::directive).load(conn)
}

/// Forgets all of them, and says how many groups there were.
pub fn forget(conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> QueryResult<usize> {
    let gone = diesel::delete(csp_reports::table).execute(conn)?;
    if gone > 0 {
        let (kind, detail) = ("csp_reports.forgotten", json!({ "groups": gone }));
        Change { kind, subject: "csp_reports", key: 0, label: "", detail, cache_tags: Vec::new() }.record(conn, actor, now)?;
    }
    Ok(gone)
}

/// Deletes some of what is too old, and says how many groups that were.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    let old = csp_reports::table.filter(csp_reports::last_at.lt(now - TimeDelta::days(DAYS)));
    let ids: Vec<ReportId> = old.order(csp_reports::last_at).select(csp_reports::id).limit(500).load(conn)?;
    diesel::delete(csp_reports::table.filter(csp_reports::id.eq_any(ids))).execute(conn)
}
