//! The search of visitors: full text over titles and summaries of live entries.

use super::{entry::EntryId, list::Brief};
use crate::db::Conn;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};

/// Results on the one page that there is.
pub const MOST: i64 = 20;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: EntryId,
}

/// Words that InnoDB leaves out of its index by default, and would then find nowhere.
const STOP_WORDS: &[&str] = &[
    "about", "are", "com", "for", "from", "how", "that", "the", "this", "und", "was", "what", "when", "where", "who", "will", "with", "www",
];

/// The index of words knows nothing of states: a common word is in many entries, and to look at the state of each takes long. So the
/// best are found first, and of these the ones that are live.
const FIND: &str = "
    SELECT entries.id
    FROM   (SELECT id, MATCH (title, summary) AGAINST (? IN BOOLEAN MODE) AS score
            FROM   entries
            WHERE  MATCH (title, summary) AGAINST (? IN BOOLEAN MODE)
            ORDER  BY score DESC, id DESC
            LIMIT  200) AS best
    JOIN   entries ON entries.id = best.id
    WHERE  entries.state = 'published'
    ORDER  BY best.score DESC, best.id DESC
    LIMIT  20";

/// Live entries that hold every word, or the beginning of it; the best first.
pub fn find(conn: &mut Conn, typed: &str) -> QueryResult<Vec<Brief>> {
    let query = query(typed);
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<EntryId> = diesel::sql_query(FIND)
        .bind::<Text, _>(&query)
        .bind::<Text, _>(&query)
        .load::<Found>(conn)?
        .into_iter()
        .map(|row| row.id)
        .collect();
    Brief::load(conn, &ids)
}

/// What was typed as a boolean query: up to eight words, each of them needed, each also as a beginning. Signs that the
/// database would read as operators are left out. Words that InnoDB does not index (shorter than three letters) are dropped.
pub(super) fn query(typed: &str) -> String {
    let words = typed.split(|sign: char| !sign.is_alphanumeric()).filter(|word| word.chars().count() >= 3);
    let words = words.filter(|word| !STOP_WORDS.contains(&word.to_lowercase().as_str())).take(8);
    words.map(|word| format!("+{}*", word.chars().take(40).collect::<String>())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_left_out_of_what_was_typed() {
        assert_eq!(query("connection pool"), "+connection* +pool*");
        assert_eq!(query("+\"a*b\" -drop (table) @5"), "+drop* +table*");
        assert_eq!((query("  of *** "), query("what is THE")), (String::new(), String::new()));
        assert_eq!(query(&"word ".repeat(200)).split(' ').count(), 8);
    }
}
