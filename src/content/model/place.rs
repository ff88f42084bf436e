//! Where an entry lives: its slug among siblings and its path, and what follows when that changes.
//!
//! Posts live at `/posts/{slug}`, pages in a tree at `/{parent}/{child}`. Paths are unique over the whole site; what lies in the
//! trash has none. When a published entry moves, its old address and those of everything published below it lead to the new
//! ones. Moving a branch is set-based: one statement, however many pages.

use super::{
    entry::{Entry, EntryId, Kind},
    redirect::{self, Origin},
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    markup::{is_slug, slugify},
    schema::{entries, links},
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Datetime, Text},
};

/// First parts of addresses that the program uses itself; no page may take them.
pub const RESERVED: &[&str] = &[
    "admin",
    "api",
    "authors",
    "categories",
    "feed",
    "feeds",
    "files",
    "healthz",
    "invitation",
    "login",
    "logout",
    "metrics",
    "posts",
    "profile",
    "review",
    "robots",
    "search",
    "series",
    "setup",
    "sitemap",
    "static",
    "tags",
];

/// The longest path, in bytes; `entries.path` holds no more.
const LONGEST_PATH: usize = 700;

/// The address that stands before the slug, with a slash at its end.
pub fn base(conn: &mut Conn, kind: Kind, parent: Option<EntryId>) -> AppResult<String> {
    match (kind, parent) {
        (Kind::Post, _) => Ok("/posts/".to_owned()),
        (Kind::Page, None) => Ok("/".to_owned()),
        (Kind::Page, Some(parent)) => {
            let above = entries::table.find(parent).filter(entries::kind.eq(Kind::Page)).select(entries::path);
            match above.first::<Option<String>>(conn).optional()?.flatten() {
                Some(path) => Ok(format!("{path}/")),
                None => Err(AppError::invalid("parent", "The page above is gone. Choose another one.")),
            }
        }
    }
}

/// Finds the path for a slug, or makes the slug from the title where none was typed: with `-2`, `-3` … if it is taken.
pub fn choose(
    conn: &mut Conn,
    kind: Kind,
    parent: Option<EntryId>,
    slug: &str,
    title: &str,
    own: Option<EntryId>,
) -> AppResult<(String, String)> {
    let base = base(conn, kind, parent)?;
    let wished = if slug.is_empty() { slugify(title) } else { slug.to_owned() };
    if !is_slug(&wished) {
        return Err(AppError::invalid("slug", "Use lower-case letters a to z, digits and hyphens, such as my-first-post."));
    }
    if base.len() + wished.len() > LONGEST_PATH {
        return Err(AppError::invalid("slug", "The whole address would be too long. Shorten it, or move the page higher up."));
    }
    let reserved = base == "/" && RESERVED.contains(&wished.as_str());
    if reserved && !slug.is_empty() {
        return Err(AppError::invalid("slug", format!("/{wished} is an address of the program itself. Choose another one.")));
    }
    if !reserved && !is_taken(conn, &format!("{base}{wished}"), own)? {
        return Ok((format!("{base}{wished}"), wished));
    }
    if !slug.is_empty() {
        return Err(AppError::invalid("slug", format!("There is already an entry at {base}{wished}. Choose another address.")));
    }
    for number in 2..1000 {
        let candidate = format!("{wished}-{number}");
        if !is_taken(conn, &format!("{base}{candidate}"), own)? {
            return Ok((format!("{base}{candidate}"), candidate));
        }
    }
    Err(AppError::invalid("slug", "Very many entries have this title. Type an address for this one."))
}

fn is_taken(conn: &mut Conn, path: &str, own: Option<EntryId>) -> QueryResult<bool> {
    let holder: Option<EntryId> = entries::table.filter(entries::path.eq(path)).select(entries::id).first(conn).optional()?;
    Ok(holder.is_some() && holder != own)
}

/// Whether `page` is `branch` or lies below it; a page must not be moved below itself.
pub fn is_within(conn: &mut Conn, page: EntryId, branch: EntryId) -> QueryResult<bool> {
    let path = |conn: &mut Conn, id: EntryId| entries::table.find(id).select(entries::path).first::<Option<String>>(conn);
    let (Some(page_path), Some(branch_path)) = (path(conn, page)?, path(conn, branch)?) else { return Ok(page == branch) };
    Ok(page_path == branch_path || page_path.starts_with(&format!("{branch_path}/")))
}

const REDIRECT_BRANCH: &str = "
    INSERT INTO redirects (from_hash, from_path, target_entry_id, origin, created_at)
    SELECT UNHEX(SHA2(path, 256)), path, id, 'rename', ?
    FROM   entries
    WHERE  path LIKE CONCAT(?, '/%') AND state = 'published'
    ON DUPLICATE KEY UPDATE target_entry_id = VALUES(target_entry_id), to_path = NULL, status = '301', origin = 'rename'";

const MOVE_BRANCH: &str = "
    UPDATE entries
    SET    path = CONCAT(?, SUBSTRING(path, ?))
    WHERE  path LIKE CONCAT(?, '/%')";

/// Everything that follows when `entry` moves to `path`, but for its own row, which the caller writes.
pub fn moved(conn: &mut Conn, entry: &Entry, path: &str, now: NaiveDateTime) -> AppResult<()> {
    if entry.path.as_deref() == Some(path) {
        return Ok(());
    }
    if let Some(old) = &entry.path {
        if entry.is_live() {
            redirect::to_entry(conn, old, entry.id, Origin::Rename, now)?;
        }
        if entry.kind == Kind::Page {
            let longest: Option<i64> = diesel::sql_query("SELECT MAX(LENGTH(path)) AS n FROM entries WHERE path LIKE CONCAT(?, '/%')")
                .bind::<Text, _>(old)
                .get_result::<Longest>(conn)?
                .n;
            if longest.unwrap_or(0) as usize + path.len() > LONGEST_PATH + old.len() {
                return Err(AppError::invalid("slug", "The address of a page below this one would be too long."));
            }
            diesel::sql_query(REDIRECT_BRANCH).bind::<Datetime, _>(now).bind::<Text, _>(old).execute(conn)?;
            diesel::sql_query(MOVE_BRANCH)
                .bind::<Text, _>(path)
                .bind::<BigInt, _>(old.len() as i64 + 1)
                .bind::<Text, _>(old)
                .execute(conn)?;
            branch_settled(conn, path)?;
        }
    }
    Ok(settled(conn, entry.id, path)?)
}

/// An entry lives at `path` now: no redirect leads away from there, and links that led nowhere lead to it.
pub fn settled(conn: &mut Conn, id: EntryId, path: &str) -> QueryResult<()> {
    redirect::remove(conn, path)?;
    let loose = links::table.filter(links::path.eq(path)).filter(links::target_entry_id.is_null());
    diesel::update(loose).set(links::target_entry_id.eq(id)).execute(conn).map(drop)
}

const CLEAR_BRANCH: &str = "
    DELETE redirects
    FROM   redirects
    JOIN   entries ON redirects.from_hash = UNHEX(SHA2(entries.path, 256))
    WHERE  entries.path LIKE CONCAT(?, '/%')";

const TIE_BRANCH: &str = "
    UPDATE links
    JOIN   entries ON links.path = entries.path
    SET    links.target_entry_id = entries.id
    WHERE  entries.path LIKE CONCAT(?, '/%') AND links.target_entry_id IS NULL";

/// [`settled`] for everything that lives below `path` now.
pub(super) fn branch_settled(conn: &mut Conn, path: &str) -> QueryResult<()> {
    diesel::sql_query(CLEAR_BRANCH).bind::<Text, _>(path).execute(conn)?;
    diesel::sql_query(TIE_BRANCH).bind::<Text, _>(path).execute(conn).map(drop)
}

#[derive(QueryableByName)]
struct Longest {
    #[diesel(sql_type = diesel::sql_types::Nullable<BigInt>)]
    n: Option<i64>,
}
