//! The search of visitors: full text over titles and summaries of live entries.

use super::{entry::EntryId, list::Brief};
use crate::{
    db::{Conn, words},
    web::page_cache::PageCache,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use std::sync::Arc;

/// Results on the one page that there is.
pub const MOST: i64 = 20;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: EntryId,
}

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
pub fn find(conn: &mut Conn, pages: &PageCache, typed: &str) -> QueryResult<Vec<Arc<Brief>>> {
    let query = words::boolean(typed);
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
    Brief::load(conn, pages, &ids)
}
