//! The vocabulary learns what documents have come to hold, and forgets what they hold no longer.
//!
//! Tables `search_changes` and `search_words`. A change of a document leaves a note, so that no two authors wait for each other because
//! both write “server”; once a minute a job counts what the notes say, in one transaction with taking them away. What it knows late
//! are numbers: what a search finds never depends on them, but for beginnings of words and slips of the pen.

use super::document::different;
use crate::{
    db::Conn,
    schema::{search_changes, search_words},
};
use diesel::{
    dsl::{DuplicatedKeys, sql},
    prelude::*,
    sql_types::BigInt,
};
use std::collections::{BTreeMap, BTreeSet};

/// Notes that one step reads.
const NOTES: i64 = 200;
/// Words in one statement.
const WORDS: usize = 500;

/// Notes which words a document has come to hold, and which it holds no longer.
pub fn note(conn: &mut Conn, before: &str, after: &str) -> QueryResult<()> {
    let (before, after): (BTreeSet<&str>, BTreeSet<&str>) =
        (different(before).into_iter().collect(), different(after).into_iter().collect());
    let beyond = |one: &BTreeSet<&str>, other: &BTreeSet<&str>| one.difference(other).copied().collect::<Vec<_>>().join(" ");
    let (added, removed) = (beyond(&after, &before), beyond(&before, &after));
    if added.is_empty() && removed.is_empty() {
        return Ok(());
    }
    let row = (search_changes::added.eq(added), search_changes::removed.eq(removed));
    diesel::insert_into(search_changes::table).values(row).execute(conn).map(drop)
}

/// Counts what some notes say, and takes them away; returns how many there were.
pub fn learn(conn: &mut Conn) -> QueryResult<usize> {
    let notes: Vec<(i64, String, String)> = search_changes::table
        .order(search_changes::id)
        .select(search_changes::all_columns)
        .limit(NOTES)
        .for_update()
        .skip_locked()
        .load(conn)?;
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for (_, added, removed) in &notes {
        different(added).into_iter().for_each(|word| *sums.entry(word).or_default() += 1);
        different(removed).into_iter().for_each(|word| *sums.entry(word).or_default() -= 1);
    }
    add(conn, &sums.into_iter().filter(|(_, by)| *by != 0).collect::<Vec<_>>())?;
    let ids: Vec<i64> = notes.iter().map(|(id, ..)| *id).collect();
    diesel::delete(search_changes::table.filter(search_changes::id.eq_any(ids))).execute(conn)
}

/// Corrects how many documents hold each word, in the order of the words; what none holds is forgotten.
pub fn add(conn: &mut Conn, sums: &[(&str, i64)]) -> QueryResult<()> {
    for some in sums.chunks(WORDS) {
        let row = |(word, by): &(&str, i64)| {
            (search_words::word.eq((*word).to_owned()), search_words::backwards.eq(backwards(word)), search_words::documents.eq(*by))
        };
        let rows: Vec<_> = some.iter().map(row).collect();
        let more = search_words::documents.eq(sql::<BigInt>("documents + VALUES(documents)"));
        diesel::insert_into(search_words::table).values(rows).on_conflict(DuplicatedKeys).do_update().set(more).execute(conn)?;
        let fewer: Vec<&str> = some.iter().filter(|(_, by)| *by < 0).map(|(word, _)| *word).collect();
        if !fewer.is_empty() {
            let gone = search_words::table.filter(search_words::word.eq_any(fewer)).filter(search_words::documents.le(0));
            diesel::delete(gone).execute(conn)?;
        }
    }
    Ok(())
}

/// A word from its end; nothing for keys.
fn backwards(word: &str) -> String {
    if word.starts_with('_') { String::new() } else { word.chars().rev().collect() }
}

#[cfg(test)]
mod tests {
    use super::backwards;

    #[test]
    fn words_are_turned_round_and_keys_are_not() {
        assert_eq!([backwards("pool"), backwards("_t_pool"), backwards("go__")], ["loop", "", "__og"]);
    }
}
