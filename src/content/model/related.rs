//! “Interesting links”: related posts, chosen by shared categories and tags, then by recency.

use super::{
    entry::{Entry, EntryId},
    list::{Brief, List},
};
use crate::db::Conn;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};

/// How many are shown.
pub const MOST: i64 = 5;

/// Lists that are looked at, and the newest rows of each: the query reads at most their product.
const LISTS: usize = 8;
const ROWS: i64 = 40;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    entry_id: EntryId,
}

/// Up to five live posts that share the most with this one, `lists` being those in which it stands. A shared tag weighs twice a
/// shared category.
pub fn to(conn: &mut Conn, entry: &Entry, lists: &[List]) -> QueryResult<Vec<Brief>> {
    let mut lists: Vec<(i64, &str, i64)> = lists
        .iter()
        .filter_map(|list| match list {
            List::Tag(id) => Some((2, "tag", id.number())),
            List::Category(id) => Some((1, "category", id.number())),
            _ => None,
        })
        .collect();
    lists.sort_unstable_by_key(|(weight, _, _)| std::cmp::Reverse(*weight));
    lists.truncate(LISTS);
    if lists.is_empty() {
        return Ok(Vec::new());
    }
    let newest = "(SELECT entry_id, published_at, ? AS weight FROM listings WHERE kind = ? AND list_key = ? \
                   ORDER BY published_at DESC, entry_id DESC LIMIT ?)";
    let union = vec![newest; lists.len()].join(" UNION ALL ");
    let text = format!(
        "SELECT entry_id FROM ({union}) AS shared WHERE entry_id <> ? \
         GROUP BY entry_id ORDER BY SUM(weight) DESC, MAX(published_at) DESC, entry_id DESC LIMIT ?"
    );
    let mut query = diesel::sql_query(text).into_boxed();
    for (weight, kind, key) in lists {
        query = query.bind::<BigInt, _>(weight).bind::<Text, _>(kind).bind::<BigInt, _>(key).bind::<BigInt, _>(ROWS);
    }
    let found: Vec<Found> = query.bind::<BigInt, _>(entry.id).bind::<BigInt, _>(MOST).load(conn)?;
    let ids: Vec<EntryId> = found.into_iter().map(|found| found.entry_id).collect();
    Brief::load(conn, &ids)
}
