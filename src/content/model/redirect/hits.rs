//! How often redirects are used. Gathered in memory (`content::visits`), added here.

use super::RedirectId;
use crate::{db::Conn, schema::redirects};
use chrono::NaiveDate;
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Date},
};

/// What was gathered of one redirect.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How often people used it.
    pub people: i64,
    /// How often programs did.
    pub bots: i64,
    /// The last day, UTC.
    pub last: NaiveDate,
}

impl Count {
    /// Adds another count of the same redirect.
    pub fn add(&mut self, other: Count) {
        *self = Count { people: self.people + other.people, bots: self.bots + other.bots, last: self.last.max(other.last) };
    }
}

/// Adds what was gathered; of a redirect that is gone, nothing.
pub fn add(conn: &mut Conn, counts: &[(RedirectId, Count)]) -> QueryResult<()> {
    for (id, count) in counts {
        let (hits, bots) =
            (sql::<BigInt>("hits + ").bind::<BigInt, _>(count.people), sql::<BigInt>("bot_hits + ").bind::<BigInt, _>(count.bots));
        let row = diesel::update(redirects::table.find(id));
        if count.people > 0 {
            let last = sql::<Date>("GREATEST(last_used_on, ").bind::<Date, _>(count.last).sql(")");
            row.set((redirects::hits.eq(hits), redirects::bot_hits.eq(bots), redirects::last_used_on.eq(last))).execute(conn)?;
        } else {
            row.set(redirects::bot_hits.eq(bots)).execute(conn)?;
        }
    }
    Ok(())
}
