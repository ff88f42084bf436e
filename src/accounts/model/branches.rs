//! The branches of the page tree to which somebody is limited. What that means is told by `content::model::reach`.

use crate::{
    db::Conn,
    error::{AppError, AppResult},
    schema::{entries, user_branches},
    web::person::UserId,
};
use diesel::prelude::*;

/// Branches that one person may be given.
pub const MOST: usize = 50;

/// Pages that are named as examples.
const EXAMPLES: i64 = 12;

/// The key of a branch's uppermost page, and its address; what lies in the trash is named by its title.
pub type Branch = (i64, String);

/// The branches of somebody, by address.
pub fn of(conn: &mut Conn, user: UserId) -> QueryResult<Vec<Branch>> {
    let own = user_branches::table.inner_join(entries::table).filter(user_branches::user_id.eq(user));
    let rows: Vec<(i64, Option<String>)> = own.order((entries::path, entries::id)).select((entries::id, entries::path)).load(conn)?;
    Ok(rows.into_iter().map(|(id, path)| (id, path.unwrap_or_else(|| format!("#{id}")))).collect())
}

/// The pages at these addresses; `#12` is the page with that key, which lies in the trash.
pub fn named(conn: &mut Conn, typed: &[String]) -> AppResult<Vec<Branch>> {
    let mut found: Vec<Branch> = Vec::new();
    for address in typed {
        let page = page(conn, address)?.ok_or_else(|| {
            let shown: String = address.chars().take(100).collect();
            AppError::invalid("branches", format!("There is no page at “{shown}”. Give one address a line, such as /about."))
        })?;
        if !found.iter().any(|(known, _)| *known == page) {
            found.push((page, address.clone()));
        }
    }
    if found.len() > MOST {
        return Err(AppError::invalid("branches", format!("Give at most {MOST} branches. One higher up the tree holds all below it.")));
    }
    Ok(found)
}

fn page(conn: &mut Conn, address: &str) -> QueryResult<Option<i64>> {
    let pages = entries::table.filter(entries::kind.eq("page")).select(entries::id);
    match address.strip_prefix('#').and_then(|key| key.parse::<i64>().ok()) {
        Some(key) => pages.filter(entries::id.eq(key)).first(conn).optional(),
        None if !address.is_ascii() => Ok(None),
        None => pages.filter(entries::path.eq(format!("/{}", address.trim_matches('/').to_lowercase()))).first(conn).optional(),
    }
}

/// Puts these in the place of those that were.
pub fn put(conn: &mut Conn, user: UserId, branches: &[Branch]) -> QueryResult<()> {
    diesel::delete(user_branches::table.filter(user_branches::user_id.eq(user))).execute(conn)?;
    let rows: Vec<_> = branches.iter().map(|(page, _)| (user_branches::user_id.eq(user), user_branches::page_id.eq(*page))).collect();
    diesel::insert_into(user_branches::table).values(rows).execute(conn).map(drop)
}

/// Addresses of pages at the top of the tree, to show what may be typed.
pub fn examples(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let top = entries::table.filter(entries::kind.eq("page")).filter(entries::parent_id.is_null()).filter(entries::path.is_not_null());
    top.order((entries::position, entries::id)).select(entries::path.assume_not_null()).limit(EXAMPLES).load(conn)
}
