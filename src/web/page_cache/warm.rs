//! Which pages were read most, lately rather than ever: those are made after the next start before anybody asks.
//!
//! Table `warm_pages`, written by each node; what the last one has written counts.

use crate::{db::Conn, schema::warm_pages};
use diesel::prelude::*;

/// How many pages are noted.
pub const PAGES: usize = 100;

/// Marks a request that nobody has sent: it makes the page, whether there is one or not, and is not in the access log.
pub struct WarmUp;

/// What was noted last: addresses with a measure of how often each was read, the one read most first.
pub fn noted(conn: &mut Conn) -> QueryResult<Vec<(String, i32)>> {
    warm_pages::table.order(warm_pages::position).select((warm_pages::address, warm_pages::reads)).limit(PAGES as i64).load(conn)
}

/// Notes these instead; nothing where nothing was read.
pub fn note(conn: &mut Conn, pages: &[(String, i32)]) -> QueryResult<()> {
    if pages.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = (1..)
        .zip(pages)
        .map(|(position, (address, reads))| {
            (warm_pages::position.eq(position), warm_pages::address.eq(address), warm_pages::reads.eq(reads))
        })
        .collect();
    diesel::delete(warm_pages::table).execute(conn)?;
    diesel::insert_into(warm_pages::table).values(rows).execute(conn).map(drop)
}
