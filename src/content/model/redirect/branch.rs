//! Redirects of a whole branch of categories: a few statements, however many there are.

use crate::db::Conn;
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Datetime, Text},
};

const RETARGET_BRANCH: &str = "
    UPDATE redirects
    SET    to_path = CONCAT(?, SUBSTRING(to_path, ?))
    WHERE  to_path = ? OR to_path LIKE CONCAT(?, '/%')";

const REDIRECT_BRANCH: &str = "
    INSERT INTO redirects (from_hash, from_path, to_path, origin, created_at)
    SELECT UNHEX(SHA2(CONCAT('/categories/', path), 256)), CONCAT('/categories/', path), CONCAT(?, SUBSTRING(path, ?)), 'rename', ?
    FROM   categories
    WHERE  path = ? OR path LIKE CONCAT(?, '/%')
    ON DUPLICATE KEY UPDATE target_entry_id = NULL, to_path = VALUES(to_path), status = VALUES(status), origin = VALUES(origin)";

const CLEAR_BRANCH: &str = "
    DELETE redirects
    FROM   redirects
    JOIN   categories ON redirects.from_hash = UNHEX(SHA2(CONCAT('/categories/', categories.path), 256))
    WHERE  categories.path LIKE CONCAT(?, '%')";

/// Makes every address of a branch of categories lead below `to`, an address; called while the categories still stand at `path`.
pub(in crate::content::model) fn branch_leaves(conn: &mut Conn, path: &str, to: &str, now: NaiveDateTime) -> QueryResult<()> {
    let from = crate::content::paths::category(path);
    diesel::sql_query(RETARGET_BRANCH)
        .bind::<Text, _>(to)
        .bind::<BigInt, _>(from.len() as i64 + 1)
        .bind::<Text, _>(&from)
        .bind::<Text, _>(&from)
        .execute(conn)?;
    diesel::sql_query(REDIRECT_BRANCH)
        .bind::<Text, _>(to)
        .bind::<BigInt, _>(path.len() as i64 + 1)
        .bind::<Datetime, _>(now)
        .bind::<Text, _>(path)
        .bind::<Text, _>(path)
        .execute(conn)
        .map(drop)
}

/// Takes the redirects away from addresses at which a category stands now; `path` is what their paths begin with.
pub(in crate::content::model) fn branch_arrived(conn: &mut Conn, path: &str) -> QueryResult<()> {
    diesel::sql_query(CLEAR_BRANCH).bind::<Text, _>(path).execute(conn).map(drop)
}
