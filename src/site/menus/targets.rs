//! What an item can lead to, for choosing it.

use crate::db::{
    Conn,
    words::{boolean, literal},
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};

/// Entries offered at once.
pub const OFFERED: usize = 12;

/// An entry that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Found {
    /// Key.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// Its title.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Its address.
    #[diesel(sql_type = Text)]
    pub path: String,
    /// `draft` or `published`.
    #[diesel(sql_type = Text)]
    pub state: String,
}

impl Found {
    /// Where it is, and whether visitors see it.
    pub fn hint(&self) -> String {
        if self.state == "published" { self.path.clone() } else { format!("{}, a draft: shown as soon as it is published", self.path) }
    }
}

/// Along the index of pages by their last change.
const NEWEST: &str = "
    SELECT   id, title, path, state
    FROM     entries FORCE INDEX (entries_by_kind)
    WHERE    kind = 'page' AND state = 'published' AND path IS NOT NULL
    ORDER BY changed_at DESC, id DESC
    LIMIT    12";

const AT: &str = "
    SELECT   id, title, path, state
    FROM     entries
    WHERE    path LIKE ? AND state <> 'trashed'
    ORDER BY path
    LIMIT    12";

const WITH_WORDS: &str = "
    SELECT   id, title, path, state
    FROM     (SELECT id, title, path, state, MATCH (title, summary) AGAINST (? IN BOOLEAN MODE) AS score
              FROM   entries
              WHERE  MATCH (title, summary) AGAINST (? IN BOOLEAN MODE)
              ORDER  BY score DESC, id DESC
              LIMIT  200) AS best
    WHERE    state <> 'trashed' AND path IS NOT NULL
    ORDER BY score DESC, id DESC
    LIMIT    12";

/// Titles that begin so, for words too short for the index of words.
const BEGINS: &str = "
    SELECT   id, title, path, state
    FROM     entries FORCE INDEX (entries_by_kind_title)
    WHERE    kind IN ('page', 'post') AND state IN ('published', 'draft') AND title LIKE ? AND path IS NOT NULL
    ORDER BY title, id
    LIMIT    12";

/// Entries whose address or title has what was typed; the pages changed last where nothing was.
pub fn find(conn: &mut Conn, typed: &str) -> QueryResult<Vec<Found>> {
    if typed.is_empty() {
        return diesel::sql_query(NEWEST).load(conn);
    }
    if typed.starts_with('/') {
        return diesel::sql_query(AT).bind::<Text, _>(format!("{}%", literal(typed))).load(conn);
    }
    let words = boolean(typed);
    if words.is_empty() {
        return diesel::sql_query(BEGINS).bind::<Text, _>(format!("{}%", literal(typed))).load(conn);
    }
    diesel::sql_query(WITH_WORDS).bind::<Text, _>(&words).bind::<Text, _>(&words).load(conn)
}

/// Those that were chosen before, by key.
pub fn chosen(conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<Found>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let text = format!("SELECT id, title, COALESCE(path, '') AS path, state FROM entries WHERE id IN ({ids}) AND state <> 'trashed'");
    diesel::sql_query(text).load(conn)
}

/// Every category with its key and its name below those above it, as in “Servers › Nginx”.
pub fn categories(conn: &mut Conn) -> QueryResult<Vec<(i64, String)>> {
    use crate::schema::categories::dsl::{categories, id, name, path};
    let rows: Vec<(i64, String, String)> = categories.order(path).select((id, path, name)).limit(1000).load(conn)?;
    let name_of = |end: &str| rows.iter().find(|(_, at, _)| at == end).map_or("", |(.., shown)| shown.as_str());
    let shown = |at: &str| {
        let ends = at.match_indices('/').map(|(place, _)| place).chain([at.len()]);
        ends.map(|end| name_of(&at[..end])).collect::<Vec<_>>().join(" › ")
    };
    Ok(rows.iter().map(|(key, at, _)| (*key, shown(at))).collect())
}
