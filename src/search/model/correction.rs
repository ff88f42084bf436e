//! What somebody may have meant whose words the site does not have.

use super::{planning::Group, vocabulary};
use crate::{
    db::Conn,
    search::{
        query::{Query, Wanted},
        words::{self, stored},
    },
};
use diesel::QueryResult;

/// Words of which a nearby one is so many times as common are taken for a slip.
const COMMONER: i64 = 20;

/// The query with words of the site in the place of those that it does not have: the nearest one, two that make up one, one made of
/// two. `None`: every word is known, or nothing is near.
pub fn of(conn: &mut Conn, query: &Query, groups: &[Group]) -> QueryResult<Option<Query>> {
    let mut better = query.wanted.clone();
    let mut changes: Vec<(String, String)> = Vec::new();
    for (place, one) in query.wanted.iter().enumerate() {
        if groups.get(place).is_some_and(|group| group.documents > 0) {
            continue;
        }
        let Some(words) = meant(conn, &query.wanted, place)? else { continue };
        changes.push((one.term.clone(), words.join(" ")));
        let wanted = words.into_iter().map(|term| Wanted { term, is_prefix: false });
        let at = better.iter().position(|known| known.term == one.term).unwrap_or(place);
        better.splice(at..=at, wanted);
    }
    if changes.is_empty() {
        return Ok(joined(conn, query)?.map(|(one, two)| replaced(query, &format!("{one}{two}"), &[one, two])));
    }
    let typed = rewritten(&query.typed, &changes);
    Ok(Some(Query { wanted: better, typed, ..query.clone() }))
}

/// A word that was hardly found and that may be a slip, with what may be meant.
pub fn suggestion(conn: &mut Conn, query: &Query, groups: &[Group]) -> QueryResult<Option<String>> {
    for (one, group) in query.wanted.iter().zip(groups) {
        let Some(typed) = group.any.first() else { continue };
        if one.is_prefix && group.any.len() > 1 {
            continue;
        }
        if let Some((word, documents)) = vocabulary::nearest(conn, &one.term)?
            && documents >= COMMONER * typed.documents.max(1)
        {
            return Ok(Some(rewritten(&query.typed, &[(one.term.clone(), word)])));
        }
    }
    Ok(None)
}

fn meant(conn: &mut Conn, wanted: &[Wanted], place: usize) -> QueryResult<Option<Vec<String>>> {
    let term = &wanted[place].term;
    if let Some((word, _)) = vocabulary::nearest(conn, term)? {
        return Ok(Some(vec![word]));
    }
    Ok(vocabulary::parted(conn, term)?.map(|(one, other)| vec![one, other]))
}

/// Two words that follow each other and that the site writes as one, such as `time out`.
fn joined(conn: &mut Conn, query: &Query) -> QueryResult<Option<(String, String)>> {
    let pairs: Vec<(&str, &str)> = query.wanted.windows(2).map(|pair| (pair[0].term.as_str(), pair[1].term.as_str())).collect();
    let both: Vec<String> = pairs.iter().map(|(one, two)| stored(&format!("{one}{two}"))).collect();
    let known = vocabulary::known(conn, &both)?;
    let found = pairs.into_iter().zip(&both).find(|(_, both)| known.contains_key(*both));
    Ok(found.map(|((one, two), _)| (one.to_owned(), two.to_owned())))
}

fn replaced(query: &Query, word: &str, parts: &[String; 2]) -> Query {
    let mut wanted = query.wanted.clone();
    wanted.retain(|one| one.term != parts[1]);
    if let Some(first) = wanted.iter_mut().find(|one| one.term == parts[0]) {
        *first = Wanted { term: word.to_owned(), is_prefix: false };
    }
    let typed = rewritten(&query.typed, &[(parts[0].clone(), word.to_owned()), (parts[1].clone(), String::new())]);
    Query { wanted, typed, ..query.clone() }
}

/// What was typed with other words in the place of some.
fn rewritten(typed: &str, changes: &[(String, String)]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for word in words::sequence(typed) {
        if let Some((_, better)) = changes.iter().find(|(term, _)| *term == word.term) {
            out.push_str(&typed[at..word.range.start]);
            out.push_str(better);
            at = word.range.end;
        }
    }
    out.push_str(&typed[at..]);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_that_are_wrong_are_written_anew() {
        let change = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(rewritten("Conection POOL, -night", &[change("conection", "connection")]), "connection POOL, -night");
        assert_eq!(rewritten("time  out now", &[change("time", "timeout"), change("out", "")]), "timeout now");
    }

    #[test]
    fn two_words_become_one() {
        let query = replaced(&Query::parse("time out now"), "timeout", &["time".to_owned(), "out".to_owned()]);
        assert_eq!(query.wanted.iter().map(|one| one.term.as_str()).collect::<Vec<_>>(), ["timeout", "now"]);
        assert_eq!(query.typed, "timeout now");
    }
}
