//! Addresses to which no letters go: a mailbox that does not exist, a reader who has complained, or one that somebody named.
//!
//! Letters about one's own account (`Posting::personal`) go there all the same: whoever asks for a new password must get it, and a
//! mailbox may have come back. An address is compared as a whole, small and capital letters alike.

use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
    },
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::suppressed_addresses,
    text_enum, typed_id,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

typed_id!(
    /// Names a suppressed address.
    SuppressedId
);

text_enum!(
    /// Why an address gets no letters.
    Reason {
        /// The mail server said that there is no such mailbox.
        Bounce = "bounce",
        /// Its reader has reported a letter as spam.
        Complaint = "complaint",
        /// Somebody thinks so.
        ByHand = "by_hand",
    }
);

/// A suppressed address.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = suppressed_addresses)]
pub struct Suppressed {
    /// Key.
    pub id: SuppressedId,
    /// The address.
    pub address: String,
    /// Why.
    pub reason: Reason,
    /// More on that.
    pub note: String,
    /// Since when, UTC.
    pub created_at: NaiveDateTime,
}

impl Suppressed {
    /// One page of them, newest first; that address alone, if given.
    pub fn page(conn: &mut Conn, address: Option<&str>, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Suppressed>> {
        let mut query = Suppressed::query().limit(limit as i64 + 1).into_boxed();
        if let Some(address) = address {
            query = query.filter(suppressed_addresses::address.eq(address.to_owned()));
        }
        let place = cursor.and_then(|cursor| Some((cursor.way, cursor.time()?, SuppressedId::from(cursor.id))));
        query = newest_first!(query, place, suppressed_addresses::created_at, suppressed_addresses::id);
        let cursor = cursor.filter(|_| place.is_some());
        Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &Suppressed| Cursor::of_time(one.created_at, one.id.number())))
    }
}

/// Whether an address gets no letters.
pub fn has(conn: &mut Conn, address: &str) -> QueryResult<bool> {
    let rows = suppressed_addresses::table.filter(suppressed_addresses::address.eq(address));
    diesel::select(diesel::dsl::exists(rows)).get_result(conn)
}

/// Puts an address on the list; one that is there stays as it is.
pub fn add(conn: &mut Conn, address: &str, reason: Reason, note: &str, actor: &Actor, now: NaiveDateTime) -> QueryResult<bool> {
    let note: String = note.chars().take(500).collect();
    let row = (
        suppressed_addresses::address.eq(address),
        suppressed_addresses::reason.eq(reason),
        suppressed_addresses::note.eq(note),
        suppressed_addresses::added_by_id.eq(actor.user),
        suppressed_addresses::created_at.eq(now),
    );
    let added = diesel::insert_or_ignore_into(suppressed_addresses::table).values(row).execute(conn)? > 0;
    if added {
        record(conn, "address.suppressed", reason, actor, now)?;
    }
    Ok(added)
}

/// Takes an address off the list, and says which.
pub fn remove(conn: &mut Conn, id: SuppressedId, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    let one = Suppressed::query().find(id).for_update().first(conn).optional()?.ok_or(AppError::NotFound)?;
    diesel::delete(suppressed_addresses::table.find(id)).execute(conn)?;
    record(conn, "address.released", one.reason, actor, now)?;
    Ok(one.address)
}

/// Forgets an address, whose owner is erased: nobody writes to it any more.
pub fn forget(conn: &mut Conn, address: &str) -> QueryResult<usize> {
    diesel::delete(suppressed_addresses::table.filter(suppressed_addresses::address.eq(address))).execute(conn)
}

/// The journal is kept longer than the list, so it does not name the address.
fn record(conn: &mut Conn, kind: &'static str, reason: Reason, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    let detail = json!({ "reason": reason.word() });
    Change { kind, subject: "address", key: 0, label: "", detail, cache_tags: Vec::new() }.record(conn, actor, now)
}
