//! Public lists after topics have been rearranged: set-based, so that a branch of ten thousand posts is a few statements.
//!
//! The list of a category holds its live posts and those of everything below, so the list of the branch that moves already
//! names the posts concerned: only lists *above* it change. Counts follow from how many rows each statement touched.

use super::{
    category::CategoryId,
    list::{List, change_count},
    tag::TagId,
};
use crate::{
    db::Conn,
    schema::{list_counts, listings},
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};

const JOIN: &str = "
    INSERT IGNORE INTO listings (kind, list_key, published_at, entry_id)
    SELECT kind, ?, published_at, entry_id
    FROM   listings
    WHERE  kind = ? AND list_key = ?";

const LEAVE: &str = "
    DELETE above
    FROM   listings AS above
    JOIN   listings AS branch
           ON  branch.kind = 'category' AND branch.list_key = ?
           AND branch.published_at = above.published_at AND branch.entry_id = above.entry_id
    WHERE  above.kind = 'category' AND above.list_key = ?
    AND    NOT EXISTS (
           SELECT 1
           FROM   entry_categories
           JOIN   categories ON categories.id = entry_categories.category_id
           WHERE  entry_categories.entry_id = above.entry_id
           AND    (categories.path = ? OR categories.path LIKE CONCAT(?, '/%')))";

/// Puts the posts on a branch's list on the list of a category that stands above it now.
pub(super) fn join_category(conn: &mut Conn, branch: CategoryId, above: CategoryId) -> QueryResult<()> {
    join(conn, "category", branch.number(), List::Category(above), above.number())
}

/// Takes the posts on a branch's list off the list of a category that stands above it no longer, `path` being the path of
/// that category, unless they stand elsewhere in it. Called when every path and every post's categories are right already.
pub(super) fn leave_category(conn: &mut Conn, branch: CategoryId, above: CategoryId, path: &str) -> QueryResult<()> {
    let left = diesel::sql_query(LEAVE)
        .bind::<BigInt, _>(branch)
        .bind::<BigInt, _>(above)
        .bind::<Text, _>(path)
        .bind::<Text, _>(path)
        .execute(conn)?;
    change_count(conn, List::Category(above), -(left as i64))
}

/// Puts the posts on a tag's list on the list of another tag.
pub(super) fn join_tag(conn: &mut Conn, from: TagId, into: TagId) -> QueryResult<()> {
    join(conn, "tag", from.number(), List::Tag(into), into.number())
}

fn join(conn: &mut Conn, kind: &str, from: i64, into: List, key: i64) -> QueryResult<()> {
    let joined = diesel::sql_query(JOIN).bind::<BigInt, _>(key).bind::<Text, _>(kind).bind::<BigInt, _>(from).execute(conn)?;
    change_count(conn, into, joined as i64)
}

/// Takes the list of a category away.
pub(super) fn drop_category(conn: &mut Conn, id: CategoryId) -> QueryResult<()> {
    drop_list(conn, "category", id.number())
}

/// Takes the list of a tag away.
pub(super) fn drop_tag(conn: &mut Conn, id: TagId) -> QueryResult<()> {
    drop_list(conn, "tag", id.number())
}

/// Forgets how many of something there are that has no list in `listings`.
pub(super) fn drop_counted(conn: &mut Conn, kind: &str, key: i64) -> QueryResult<()> {
    diesel::delete(list_counts::table.find((kind, key))).execute(conn).map(drop)
}

fn drop_list(conn: &mut Conn, kind: &str, key: i64) -> QueryResult<()> {
    diesel::delete(listings::table.filter(listings::kind.eq(kind)).filter(listings::list_key.eq(key))).execute(conn)?;
    drop_counted(conn, kind, key)
}
