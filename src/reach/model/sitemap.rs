//! Live entries by ranges of their keys, so that a sitemap is one range of the primary key, and stays what it is while others grow.

use crate::{
    content::model::shown::SITEMAP_ENTRIES,
    db::Conn,
    schema::{categories, entries, list_counts, revisions, tags, users},
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// An address of a sitemap.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Url {
    /// The path.
    pub path: String,
    /// When what stands there was last published; of entries.
    pub at: Option<NaiveDateTime>,
    /// The address of its picture, or empty.
    pub image: String,
}

/// Path, first publication, last one, picture.
type Row = (Option<String>, Option<NaiveDateTime>, Option<NaiveDateTime>, String);

/// Which parts there are: each begins at a multiple of [`SITEMAP_ENTRIES`], and one without a live entry is left out. Reads a few rows for each.
pub fn parts(conn: &mut Conn) -> QueryResult<Vec<i64>> {
    let (mut parts, mut from) = (Vec::new(), 0);
    while let Some(id) = first_live(conn, from)? {
        parts.push(id / SITEMAP_ENTRIES);
        from = (id / SITEMAP_ENTRIES + 1) * SITEMAP_ENTRIES;
    }
    Ok(parts)
}

fn first_live(conn: &mut Conn, from: i64) -> QueryResult<Option<i64>> {
    let text = "SELECT id FROM entries FORCE INDEX (PRIMARY) WHERE id >= ? AND state = 'published' ORDER BY id LIMIT 1";
    crate::db::statement::Statement::<(), diesel::sql_types::BigInt>::new(text, ()).number(from).get_result(conn).optional()
}

/// The live entries of a part, in the order of their keys.
pub fn part(conn: &mut Conn, part: i64) -> QueryResult<Vec<Url>> {
    let first = part.saturating_mul(SITEMAP_ENTRIES);
    let rows: Vec<Row> = entries::table
        .left_join(revisions::table.on(entries::live_revision_id.eq(revisions::id.nullable())))
        .filter(entries::id.ge(first))
        .filter(entries::id.lt(first.saturating_add(SITEMAP_ENTRIES)))
        .filter(entries::state.eq("published"))
        .order(entries::id)
        .select((entries::path, entries::published_at, revisions::published_at.nullable(), entries::image_url))
        .load(conn)?;
    let url = |(path, out, again, image): Row| Some(Url { path: path?, at: again.max(out), image });
    Ok(rows.into_iter().filter_map(url).collect())
}

/// The pages of lists that have posts: by kind, at most 50,000 (Sitemaps 0.9); and whose pages are among them.
pub fn topics(conn: &mut Conn) -> QueryResult<(Vec<Url>, Vec<UserId>)> {
    let counted = |kind: &'static str| {
        list_counts::table.filter(list_counts::kind.eq(kind)).filter(list_counts::entries.gt(0)).select(list_counts::list_key)
    };
    let topics: Vec<String> = categories::table
        .filter(categories::id.eq_any(counted("category")))
        .order(categories::path)
        .select(categories::path)
        .limit(20_000)
        .load(conn)?;
    let tags: Vec<String> =
        tags::table.filter(tags::id.eq_any(counted("tag"))).order(tags::slug).select(tags::slug).limit(20_000).load(conn)?;
    let authors: Vec<(UserId, String)> = users::table
        .filter(users::id.eq_any(counted("author")))
        .order(users::slug)
        .select((users::id, users::slug))
        .limit(9_000)
        .load(conn)?;
    let paths = topics.into_iter().map(|path| format!("/categories/{path}"));
    let paths = paths.chain(tags.into_iter().map(|slug| format!("/tags/{slug}")));
    let paths = paths.chain(authors.iter().map(|(_, slug)| format!("/authors/{slug}")));
    let urls = paths.map(|path| Url { path, at: None, image: String::new() }).collect();
    Ok((urls, authors.into_iter().map(|(id, _)| id).collect()))
}
