//! What visitors searched for, by day: how often, how many results there were, how often one was followed.
//!
//! Table `search_queries`, kept for [`DAYS`] days and of at most [`MOST`] rows a day. Nothing in it says who searched; what looks like an
//! address or a number of a person is not kept at all ([`may_be_kept`]).

use crate::{
    db::{Conn, statement::Statement},
    schema::search_queries,
};
use chrono::{NaiveDate, TimeDelta};
use diesel::{
    dsl::{DuplicatedKeys, sql},
    prelude::*,
    sql_types::{BigInt, Text},
};

/// Days that it is kept.
pub const DAYS: i64 = 90;
/// Different queries of one day.
pub const MOST: i64 = 2000;
/// The longest query that is kept, in signs.
pub const LONGEST: usize = 80;
/// Words of the longest query that is kept: more are a sentence, which may be about somebody.
const MOST_WORDS: usize = 8;

/// What became of a query since the last writing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often it was searched for.
    pub searches: i64,
    /// How many results there were the last time; `None`: only followed.
    pub found: Option<i64>,
    /// How often a result was followed.
    pub clicks: i64,
}

/// A query as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The words.
    pub query: String,
    /// How often, in the days that were asked for.
    pub searches: i64,
    /// Results the last time.
    pub found: i64,
    /// How often a result was followed.
    pub clicks: i64,
}

/// What of a query is kept: in small letters, with single blanks. `None`: nothing, since it may be about a person.
pub fn kept(typed: &str) -> Option<String> {
    let query = typed.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    may_be_kept(&query).then_some(query)
}

/// Addresses of mail and of pages, numbers of telephones, accounts and cards, and whole sentences are nobody's list.
fn may_be_kept(query: &str) -> bool {
    let digits = query.chars().filter(char::is_ascii_digit).count();
    !query.is_empty()
        && query.chars().count() <= LONGEST
        && query.split(' ').count() <= MOST_WORDS
        && digits < 6
        && !query.contains(['@', '\\'])
        && !query.contains("://")
        && !query.chars().any(char::is_control)
}

/// Adds what was gathered. New queries of a day that has [`MOST`] are dropped.
pub fn add(conn: &mut Conn, day: NaiveDate, gathered: &[(String, Tally)]) -> QueryResult<()> {
    let today: i64 = search_queries::table.filter(search_queries::day.eq(day)).count().get_result(conn)?;
    for (query, tally) in gathered {
        let more = (
            search_queries::searches.eq(search_queries::searches + tally.searches),
            search_queries::clicks.eq(search_queries::clicks + tally.clicks),
        );
        let own = search_queries::table.filter(search_queries::day.eq(day)).filter(search_queries::query.eq(query));
        match tally.found {
            // A click counts where the search was counted, and nowhere else.
            None => drop(diesel::update(own).set(more).execute(conn)?),
            Some(found) if today < MOST => {
                let row = (
                    search_queries::day.eq(day),
                    search_queries::query.eq(query),
                    search_queries::searches.eq(tally.searches),
                    search_queries::found.eq(found),
                    search_queries::clicks.eq(tally.clicks),
                );
                let more = (
                    search_queries::searches.eq(sql::<BigInt>("searches + VALUES(searches)")),
                    search_queries::found.eq(sql::<BigInt>("VALUES(found)")),
                    search_queries::clicks.eq(sql::<BigInt>("clicks + VALUES(clicks)")),
                );
                diesel::insert_into(search_queries::table).values(row).on_conflict(DuplicatedKeys).do_update().set(more).execute(conn)?;
            }
            Some(found) => drop(diesel::update(own).set((search_queries::found.eq(found), more.0, more.1)).execute(conn)?),
        }
    }
    Ok(())
}

/// Which queries are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All, the most frequent first.
    All,
    /// Those that found nothing.
    Nothing,
    /// Those that found something that nobody followed.
    Unfollowed,
}

/// Queries since a day, the most frequent first, from a place on; at most so many.
pub fn page(conn: &mut Conn, since: NaiveDate, which: Which, skip: i64, limit: i64) -> QueryResult<Vec<Asked>> {
    let having = match which {
        Which::All => "",
        Which::Nothing => "HAVING results = 0",
        Which::Unfollowed => "HAVING results > 0 AND clicked = 0",
    };
    // The last count of the newest day, told by the end of a text that sorts by day.
    let text = format!(
        "SELECT query, CAST(SUM(searches) AS SIGNED) AS many, \
                CAST(SUBSTRING(MAX(CONCAT(day, LPAD(found, 12, '0'))), 11) AS SIGNED) AS results, CAST(SUM(clicks) AS SIGNED) AS clicked \
         FROM search_queries WHERE day >= CAST(? AS DATE) GROUP BY query {having} ORDER BY many DESC, query LIMIT ? OFFSET ?"
    );
    let statement: Statement<(), (Text, BigInt, BigInt, BigInt)> = Statement::new(text, ());
    let rows: Vec<(String, i64, i64, i64)> = statement.text(since.to_string()).number(limit).number(skip).load(conn)?;
    Ok(rows.into_iter().map(|(query, searches, found, clicks)| Asked { query, searches, found, clicks }).collect())
}

/// Searches, those of them that found nothing, and clicks, since a day.
pub fn sums(conn: &mut Conn, since: NaiveDate) -> QueryResult<(i64, i64, i64)> {
    let text = "SELECT CAST(COALESCE(SUM(searches), 0) AS SIGNED), CAST(COALESCE(SUM(IF(found = 0, searches, 0)), 0) AS SIGNED), \
                CAST(COALESCE(SUM(clicks), 0) AS SIGNED) FROM search_queries WHERE day >= CAST(? AS DATE)";
    let statement: Statement<(), (BigInt, BigInt, BigInt)> = Statement::new(text, ());
    statement.text(since.to_string()).get_result(conn)
}

/// Deletes some of what is too old, and says how many rows that were.
pub fn sweep(conn: &mut Conn, today: NaiveDate) -> QueryResult<usize> {
    let old = search_queries::table.filter(search_queries::day.lt(today - TimeDelta::days(DAYS)));
    let ids: Vec<i64> = old.order(search_queries::day).select(search_queries::id).limit(500).load(conn)?;
    diesel::delete(search_queries::table.filter(search_queries::id.eq_any(ids))).execute(conn)
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn nothing_about_a_person_is_kept() {
        assert_eq!(kept("  Connection  POOL ").as_deref(), Some("connection pool"));
        assert_eq!(kept("rust 1.95 2026").as_deref(), None, "six digits may be a number of somebody");
        assert_eq!(kept("rust 1.95").as_deref(), Some("rust 1.95"));
        for own in [
            "ada@example.org",
            "+41 79 123 45 67",
            "4111111111111111",
            "https://example.org/me?id=7",
            "",
            "\u{1}",
            "why does my neighbour ada lovelace not answer my letters",
            &"x".repeat(81),
        ] {
            assert_eq!(kept(own), None, "{own}");
        }
    }
}
