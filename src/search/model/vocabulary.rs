//! What words the site has, and in how many documents each: for planning a search, for beginnings of words, and for slips of the pen.

use crate::{
    db::{Conn, statement::Statement},
    schema::search_words,
    search::words::{is_pair, stored},
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use std::{cmp::Reverse, collections::HashMap};

/// Words that a beginning is taken for, the commonest.
const BEGINNINGS: usize = 8;
/// Words of the vocabulary that one look reads.
const LOOKED_AT: i64 = 3000;

/// How many documents hold each of these stored words; those that none holds are left out.
pub fn known(conn: &mut Conn, words: &[String]) -> QueryResult<HashMap<String, i64>> {
    if words.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = search_words::table.filter(search_words::word.eq_any(words)).select((search_words::word, search_words::documents));
    Ok(rows.load::<(String, i64)>(conn)?.into_iter().collect())
}

// The first of a range, then the commonest of these: what a beginning of two letters costs does not grow without end.
const BEGINNING: &str = "SELECT word, documents FROM (SELECT word, documents FROM search_words FORCE INDEX (PRIMARY) WHERE word >= ? AND word < ? LIMIT ?) AS some \
     ORDER BY documents DESC, word LIMIT ?";

/// The commonest words that begin like this, with how many documents hold each.
pub fn beginning(conn: &mut Conn, start: &str) -> QueryResult<Vec<(String, i64)>> {
    let statement: Statement<(), (Text, BigInt)> = Statement::new(BEGINNING, ());
    statement.text(start).text(end_of(start)).number(LOOKED_AT).number(BEGINNINGS as i64).load(conn)
}

/// Behind every word that begins like this: words are letters, digits and `_`.
fn end_of(start: &str) -> String {
    format!("{start}~")
}

const ALIKE: &str = "(SELECT word, documents FROM search_words FORCE INDEX (PRIMARY) WHERE word >= ? AND word < ? AND LENGTH(word) BETWEEN ? AND ? LIMIT ?) UNION \
     (SELECT word, documents FROM search_words FORCE INDEX (search_words_by_end) WHERE backwards >= ? AND backwards < ? AND LENGTH(word) BETWEEN ? AND ? LIMIT ?)";

/// How many slips a word of so many letters may have.
fn slips(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The word that somebody may have meant: the nearest, of equals the commonest, with how many documents hold it.
///
/// Of a word with one slip either the beginning or the end is right, of one with two mostly one of the outer thirds; so only words that
/// share one of these are compared.
pub fn nearest(conn: &mut Conn, term: &str) -> QueryResult<Option<(String, i64)>> {
    let slips = slips(term.len());
    if slips == 0 || is_pair(term) || term.bytes().any(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let share = ((term.len() - 2) / (slips + 1)).max(1);
    let (start, end) = (&term[..share], term[term.len() - share..].chars().rev().collect::<String>());
    let (shortest, longest) = ((term.len() - slips) as i64, (term.len() + slips) as i64);
    let statement: Statement<(), (Text, BigInt)> = Statement::new(ALIKE, ());
    let statement = statement.text(start).text(end_of(start)).number(shortest).number(longest).number(LOOKED_AT);
    let statement = statement.text(end.as_str()).text(end_of(&end)).number(shortest).number(longest).number(LOOKED_AT);
    let found: Vec<(String, i64)> = statement.load(conn)?;
    Ok(choose(term, slips, found))
}

fn choose(term: &str, slips: usize, found: Vec<(String, i64)>) -> Option<(String, i64)> {
    let first = term.bytes().next();
    let distance = |word: &str| {
        let distance = strsim::osa_distance(term, word);
        // A slip in the first letter is rare.
        (distance <= slips && distance > 0).then_some(2 * distance + usize::from(word.bytes().next() != first))
    };
    let ranked = found.into_iter().filter(|(word, _)| !word.contains('_'));
    let ranked = ranked.filter_map(|(word, documents)| Some((distance(&word)?, documents, word)));
    let best = ranked.min_by_key(|(distance, documents, word)| (*distance, Reverse(*documents), word.clone()));
    best.map(|(_, documents, word)| (word, documents))
}

/// Two words of the site that this one is put together from, such as `web` and `assembly`.
pub fn parted(conn: &mut Conn, term: &str) -> QueryResult<Option<(String, String)>> {
    if term.len() < 6 || is_pair(term) {
        return Ok(None);
    }
    let halves: Vec<(&str, &str)> = (3..=term.len() - 3).map(|at| term.split_at(at)).collect();
    let words: Vec<String> = halves.iter().flat_map(|(one, other)| [stored(one), stored(other)]).collect();
    let known = known(conn, &words)?;
    let both = |(one, other): &(&str, &str)| Some(*known.get(&stored(one))?.min(known.get(&stored(other))?));
    let best = halves.into_iter().filter_map(|pair| Some((both(&pair)?, pair))).max_by_key(|(documents, _)| *documents);
    Ok(best.map(|(_, (one, other))| (one.to_owned(), other.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(term: &str, words: &[(&str, i64)]) -> Option<String> {
        let words = words.iter().map(|(word, documents)| ((*word).to_owned(), *documents)).collect();
        choose(term, slips(term.len()), words).map(|(word, _)| word)
    }

    #[test]
    fn the_nearest_word_is_chosen_and_of_equals_the_commonest() {
        assert_eq!(chosen("conection", &[("connection", 3), ("collection", 90)]).as_deref(), Some("connection"));
        assert_eq!(chosen("poll", &[("pool", 3), ("poll_", 9), ("roll", 50), ("pole", 2)]).as_deref(), Some("pool"));
        assert_eq!(chosen("pyhton", &[("python", 1), ("photon", 9)]).as_deref(), Some("python"));
        assert_eq!(chosen("zebra", &[("queue", 9), ("zebra", 1)]), None);
        assert_eq!([slips(3), slips(4), slips(8)], [0, 1, 2]);
    }
}
