//! Table `spam_words`: counting decisions, asking for some words, forgetting.

use super::{
    Class,
    bayes::{Counts, Learnt},
    tokens::Token,
};
use crate::{
    db::Conn,
    journal::{Actor, Change},
    schema::spam_words,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{DuplicatedKeys, sql},
    prelude::*,
    sql_types::Integer,
};
use serde_json::json;

/// The key of the row that counts the decisions themselves.
pub const TOTALS: i64 = 0;

/// Words that are kept; of those beyond, the rarest go.
pub const MOST: i64 = 200_000;

/// Rows that one statement writes or deletes.
const AT_ONCE: usize = 500;

/// What is known of these, and how many decisions there were. One query, by the primary key.
pub fn counts(conn: &mut Conn, tokens: &[Token]) -> QueryResult<Learnt> {
    let keys = std::iter::once(TOTALS).chain(tokens.iter().map(|token| token.hash));
    let rows = spam_words::table.filter(spam_words::hash.eq_any(keys)).select((spam_words::hash, spam_words::wanted, spam_words::spam));
    let mut learnt = Learnt::default();
    for (key, wanted, spam) in rows.load::<(i64, i32, i32)>(conn)? {
        let counts = Counts { wanted: wanted.into(), spam: spam.into() };
        if key == TOTALS {
            learnt.totals = counts;
        } else {
            learnt.tokens.insert(key, counts);
        }
    }
    Ok(learnt)
}

/// Keys and texts of the tokens with the row for the totals, in the order of keys: two decisions at a time lock in the same order.
fn rows(tokens: &[Token]) -> Vec<(i64, &str)> {
    let mut rows: Vec<(i64, &str)> = tokens.iter().map(|token| (token.hash, token.text.as_str())).collect();
    rows.push((TOTALS, ""));
    rows.sort_unstable();
    rows
}

/// Counts a decision.
pub fn add(conn: &mut Conn, tokens: &[Token], class: Class) -> QueryResult<()> {
    let (wanted, spam) = match class {
        Class::Wanted => (1, 0),
        Class::Spam => (0, 1),
    };
    let more = || {
        (
            spam_words::wanted.eq(sql::<Integer>("wanted + VALUES(wanted)")),
            spam_words::spam.eq(sql::<Integer>("spam + VALUES(spam)")),
            spam_words::times.eq(sql::<Integer>("times + 1")),
            spam_words::lean.eq(sql::<Integer>("lean + VALUES(lean)")),
        )
    };
    for some in rows(tokens).chunks(AT_ONCE) {
        let row = |(key, text): &(i64, &str)| {
            (
                spam_words::hash.eq(*key),
                spam_words::word.eq((*text).to_owned()),
                spam_words::wanted.eq(wanted),
                spam_words::spam.eq(spam),
                spam_words::times.eq(1),
                spam_words::lean.eq(spam - wanted),
            )
        };
        let rows: Vec<_> = some.iter().map(row).collect();
        diesel::insert_into(spam_words::table).values(rows).on_conflict(DuplicatedKeys).do_update().set(more()).execute(conn)?;
    }
    Ok(())
}

/// Takes a decision back. What was pruned meanwhile is not missed, and no count falls below 0.
pub fn take_back(conn: &mut Conn, tokens: &[Token], class: Class) -> QueryResult<()> {
    for some in rows(tokens).chunks(AT_ONCE) {
        let keys: Vec<i64> = some.iter().map(|(key, _)| *key).collect();
        let known = spam_words::table.filter(spam_words::hash.eq_any(keys.clone()));
        match class {
            Class::Wanted => diesel::update(known.filter(spam_words::wanted.gt(0)))
                .set((
                    spam_words::wanted.eq(spam_words::wanted - 1),
                    spam_words::times.eq(spam_words::times - 1),
                    spam_words::lean.eq(spam_words::lean + 1),
                ))
                .execute(conn)?,
            Class::Spam => diesel::update(known.filter(spam_words::spam.gt(0)))
                .set((
                    spam_words::spam.eq(spam_words::spam - 1),
                    spam_words::times.eq(spam_words::times - 1),
                    spam_words::lean.eq(spam_words::lean - 1),
                ))
                .execute(conn)?,
        };
        diesel::delete(spam_words::table.filter(spam_words::hash.eq_any(keys)).filter(spam_words::times.le(0))).execute(conn)?;
    }
    Ok(())
}

/// A word as it was learnt.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Word {
    /// Its kind, a colon, and what it is.
    pub text: String,
    /// In how many wanted contributions it stood.
    pub wanted: i32,
    /// In how many unwanted ones.
    pub spam: i32,
}

/// Words that stood most often in one class and not in the other.
pub fn leaning(conn: &mut Conn, class: Class, most: i64) -> QueryResult<Vec<Word>> {
    let columns = (spam_words::word, spam_words::wanted, spam_words::spam);
    let query = spam_words::table.filter(spam_words::hash.ne(TOTALS)).select(columns).limit(most).into_boxed();
    match class {
        Class::Wanted => query.filter(spam_words::lean.lt(0)).order(spam_words::lean.asc()).load(conn),
        Class::Spam => query.filter(spam_words::lean.gt(0)).order(spam_words::lean.desc()).load(conn),
    }
}

/// How many words are known, the row for the totals left out.
pub fn size(conn: &mut Conn) -> QueryResult<i64> {
    spam_words::table.filter(spam_words::hash.ne(TOTALS)).count().get_result(conn)
}

/// Forgets everything, and says how many decisions that were.
pub fn reset(conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> QueryResult<i64> {
    let totals = counts(conn, &[])?.totals;
    let gone = diesel::delete(spam_words::table).execute(conn)?;
    if gone > 0 {
        let detail = json!({ "wanted": totals.wanted, "spam": totals.spam, "words": gone });
        let change = Change { kind: "spam_filter.reset", subject: "spam_filter", key: 0, label: "", detail, cache_tags: Vec::new() };
        change.record(conn, actor, now)?;
    }
    Ok(totals.all() as i64)
}

/// Forgets some of the rarest words beyond [`MOST`], and says how many.
pub fn prune(conn: &mut Conn, most: i64) -> QueryResult<usize> {
    let beyond = size(conn)? - most;
    if beyond <= 0 {
        return Ok(0);
    }
    let rarest = spam_words::table.filter(spam_words::hash.ne(TOTALS)).order(spam_words::times).select(spam_words::hash);
    let rarest: Vec<i64> = rarest.limit(beyond.min(AT_ONCE as i64)).load(conn)?;
    diesel::delete(spam_words::table.filter(spam_words::hash.eq_any(rarest))).execute(conn)
}
