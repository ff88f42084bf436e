//! What stands at addresses of the site, for many of them at once.

use super::{
    entry::{EntryId, EntryState, Kind},
    redirect,
};
use crate::{
    db::Conn,
    schema::{categories, entries, series, tags, users},
};
use diesel::prelude::*;
use std::collections::HashMap;

/// What stands at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A page of the program, or a list of posts.
    Program,
    /// Something that visitors see.
    Live(EntryId),
    /// An entry that visitors do not see yet.
    Draft {
        /// Which.
        id: EntryId,
        /// Its title.
        title: String,
    },
}

/// What stood at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Former {
    /// A redirect leads on from there.
    Moved,
    /// An entry that lies in the trash now: its title.
    Trashed(String),
}

/// Pages of the program itself that a text may lead to.
const PROGRAM: &[&str] = &[
    "/",
    "/posts",
    "/categories",
    "/tags",
    "/series",
    "/search",
    "/opensearch.xml",
    "/login",
    "/admin",
    "/feeds/atom",
    "/feeds/rss",
    "/feeds/json",
    "/feeds/atom/comments",
    "/feeds/rss/comments",
    "/feeds/json/comments",
    "/sitemap.xml",
    "/sitemaps/topics.xml",
    "/robots.txt",
    "/llms.txt",
    "/oembed",
    "/account",
    "/account/data",
    "/account/data.zip",
    "/account/email",
    "/account/erasure",
    "/account/password",
    "/account/sessions",
    "/sign-up",
];

/// What stands at each of these paths; one of which nothing is known is left out. At most five queries.
pub fn standing(conn: &mut Conn, paths: &[&str]) -> QueryResult<HashMap<String, Standing>> {
    let paths: Vec<&str> = paths.iter().copied().filter(|path| path.is_ascii() && path.len() <= 700).collect();
    let mut found: HashMap<String, Standing> = HashMap::new();
    let own = paths.iter().filter(|path| is_of_program(path));
    found.extend(own.map(|path| ((*path).to_owned(), Standing::Program)));
    let below = |prefix: &str| paths.iter().filter_map(|path| path.strip_prefix(prefix)).collect::<Vec<&str>>();
    let mut lists: Vec<String> = Vec::new();
    let slugs = below("/tags/");
    if !slugs.is_empty() {
        let known: Vec<String> = tags::table.filter(tags::slug.eq_any(slugs)).select(tags::slug).load(conn)?;
        lists.extend(known.iter().map(|slug| crate::content::paths::tag(slug)));
    }
    let slugs = below("/series/");
    if !slugs.is_empty() {
        let known: Vec<String> = series::table.filter(series::slug.eq_any(slugs)).select(series::slug).load(conn)?;
        lists.extend(known.iter().map(|slug| crate::content::paths::series(slug)));
    }
    let slugs = below("/authors/");
    if !slugs.is_empty() {
        let known: Vec<String> = users::table.filter(users::slug.eq_any(slugs)).select(users::slug).load(conn)?;
        lists.extend(known.iter().map(|slug| crate::content::paths::author(slug)));
    }
    let branches = below("/categories/");
    if !branches.is_empty() {
        let known: Vec<String> = categories::table.filter(categories::path.eq_any(branches)).select(categories::path).load(conn)?;
        lists.extend(known.iter().map(|path| crate::content::paths::category(path)));
    }
    found.extend(lists.into_iter().map(|path| (path, Standing::Program)));
    let rest: Vec<&str> = paths.into_iter().filter(|path| !found.contains_key(*path)).collect();
    if !rest.is_empty() {
        let rows: Vec<(String, EntryId, EntryState, String)> = entries::table
            .filter(entries::path.eq_any(rest))
            .select((entries::path.assume_not_null(), entries::id, entries::state, entries::title))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(path, id, state, title)| {
            (path, if state == EntryState::Published { Standing::Live(id) } else { Standing::Draft { id, title } })
        }));
    }
    Ok(found)
}

/// What stood at each of these paths, at which nothing stands now. Two queries.
pub fn former(conn: &mut Conn, paths: &[&str]) -> QueryResult<HashMap<String, Former>> {
    let paths: Vec<&str> = paths.iter().copied().filter(|path| path.is_ascii() && path.len() <= 700).collect();
    if paths.is_empty() {
        return Ok(HashMap::new());
    }
    // What lies in the trash has no path, but keeps its slug.
    let above = diesel::alias!(entries as above);
    let slugs = paths.iter().filter_map(|path| path.rsplit('/').next());
    let rows: Vec<(Kind, String, Option<String>, String)> = entries::table
        .left_join(above.on(above.field(entries::id).nullable().eq(entries::parent_id)))
        .filter(entries::slug.eq_any(slugs))
        .filter(entries::state.eq(EntryState::Trashed))
        .order(entries::id)
        .select((entries::kind, entries::slug, above.field(entries::path).nullable(), entries::title))
        .limit(500)
        .load(conn)?;
    let mut found: HashMap<String, Former> = HashMap::new();
    for (kind, slug, above, title) in rows {
        let base = if kind == Kind::Post { "/posts".to_owned() } else { above.unwrap_or_default() };
        found.insert(format!("{base}/{slug}"), Former::Trashed(title));
    }
    found.retain(|path, _| paths.contains(&path.as_str()));
    found.extend(redirect::leading(conn, &paths)?.into_iter().map(|path| (path, Former::Moved)));
    Ok(found)
}

fn is_of_program(path: &str) -> bool {
    PROGRAM.contains(&path) || path.starts_with("/admin/") || path.starts_with("/login/") || is_month(path)
}

/// `/posts/2026/11`.
fn is_month(path: &str) -> bool {
    path.strip_prefix("/posts/").and_then(|rest| rest.split_once('/')).is_some_and(|(year, month)| {
        year.len() == 4 && month.len() == 2 && year.bytes().chain(month.bytes()).all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_the_program_are_known_by_their_address() {
        for path in ["/", "/posts", "/search", "/posts/2026/11", "/admin/entries"] {
            assert!(is_of_program(path), "{path}");
        }
        for path in ["/posts/2026", "/posts/2026/1", "/posts/20xx/11", "/post", "/tagsx", "/adminx", "/static/x"] {
            assert!(!is_of_program(path), "{path}");
        }
    }
}
