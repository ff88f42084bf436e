//! Live entries by ranges of their keys, so that a sitemap is one range of the primary key, and stays what it is while others grow.

use crate::{
    content::model::{
        series::SeriesId,
        shown::SITEMAP_ENTRIES,
        translation::{self, Version},
    },
    db::Conn,
    schema::{categories, entries, list_counts, revisions, series, tags, users},
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
    /// The same in several languages, this one among them; none where there are no others.
    pub versions: Vec<Version>,
}

impl Url {
    /// An address of which nothing more is told.
    pub fn plain(path: String) -> Url {
        Url { path, at: None, image: String::new(), versions: Vec::new() }
    }
}

/// Key, path, first publication, last one, picture.
type Row = (i64, Option<String>, Option<NaiveDateTime>, Option<NaiveDateTime>, String);

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
    let end = first.saturating_add(SITEMAP_ENTRIES);
    let mut versions = translation::of_range(conn, first, end)?;
    let rows: Vec<Row> = entries::table
        .left_join(revisions::table.on(entries::live_revision_id.eq(revisions::id.nullable())))
        .filter(entries::id.ge(first))
        .filter(entries::id.lt(end))
        .filter(entries::state.eq("published"))
        .order(entries::id)
        .select((entries::id, entries::path, entries::published_at, revisions::published_at.nullable(), entries::image_url))
        .load(conn)?;
    let url = |(id, path, out, again, image): Row| {
        Some(Url { path: path?, at: again.max(out), image, versions: versions.remove(&id).unwrap_or_default() })
    };
    Ok(rows.into_iter().filter_map(url).collect())
}

/// The pages of lists that have posts.
pub struct Topics {
    /// Their addresses.
    pub urls: Vec<Url>,
    /// Whose pages are among them.
    pub authors: Vec<UserId>,
    /// Which series are.
    pub series: Vec<SeriesId>,
}

/// All of them: by kind, at most 50,000 (Sitemaps 0.9).
pub fn topics(conn: &mut Conn) -> QueryResult<Topics> {
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
        .limit(8_000)
        .load(conn)?;
    let series: Vec<(SeriesId, String)> = series::table
        .filter(series::id.eq_any(counted("series")))
        .order(series::slug)
        .select((series::id, series::slug))
        .limit(1_000)
        .load(conn)?;
    let paths = topics.into_iter().map(|path| format!("/categories/{path}"));
    let paths = paths.chain(tags.into_iter().map(|slug| format!("/tags/{slug}")));
    let paths = paths.chain(series.iter().map(|(_, slug)| format!("/series/{slug}")));
    let paths = paths.chain(authors.iter().map(|(_, slug)| format!("/authors/{slug}")));
    let urls = paths.map(Url::plain).collect();
    let (authors, series) = (authors.iter().map(|(id, _)| *id).collect(), series.iter().map(|(id, _)| *id).collect());
    Ok(Topics { urls, authors, series })
}
