//! Addresses that are not counted when they lead nowhere: what probes ask for, and whatever else nobody wants to know of.
//!
//! Table `lost_rules`; kept in memory by the tag [`SHOWN`].

use crate::{
    db::Conn,
    error::AppResult,
    journal::{Actor, Change},
    schema::{lost_paths, lost_rules},
    web::page_cache::memory::Remembered,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// What tells that the rules have changed.
pub const SHOWN: &str = "lost-rules";

/// How many rules there may be, and how long one, in letters.
pub const MOST: usize = 200;
/// The longest rule, in letters.
pub const LONGEST: usize = 200;

/// The rules: paths in which `*` stands for anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules(pub Vec<String>);

impl Remembered for Rules {
    const TAGS: &'static [&'static str] = &[SHOWN];

    fn read(conn: &mut Conn) -> QueryResult<Self> {
        Rules::load(conn)
    }
}

impl Rules {
    /// Reads them, in the order written.
    pub fn load(conn: &mut Conn) -> QueryResult<Rules> {
        let order = lost_rules::table.order(lost_rules::id).limit(MOST as i64);
        order.select(lost_rules::pattern).load(conn).map(Rules)
    }

    /// Whether this address is not to be counted.
    pub fn cover(&self, path: &str) -> bool {
        self.0.iter().any(|rule| fits(rule, path))
    }

    /// Writes them in the place of those that were, and forgets what they cover.
    pub fn replace(&self, conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
        diesel::delete(lost_rules::table).execute(conn)?;
        let rows: Vec<_> = self.0.iter().map(|rule| lost_rules::pattern.eq(rule)).collect();
        diesel::insert_into(lost_rules::table).values(rows).execute(conn)?;
        let counted: Vec<(i64, String)> = lost_paths::table.select((lost_paths::id, lost_paths::path)).load(conn)?;
        let covered: Vec<i64> = counted.into_iter().filter(|(_, path)| self.cover(path)).map(|(id, _)| id).collect();
        for some in covered.chunks(1000) {
            diesel::delete(lost_paths::table.filter(lost_paths::id.eq_any(some))).execute(conn)?;
        }
        let detail = json!({ "rules": self.0.len(), "forgotten": covered.len() });
        let cache_tags = vec![SHOWN.to_owned()];
        let change = Change { kind: "lost_rules.changed", subject: "lost_rules", key: 0, label: "", detail, cache_tags };
        Ok(change.record(conn, actor, now)?)
    }
}

/// Whether a path is one that a rule means: whole, with anything in the place of each `*`. Letters may be large or small.
fn fits(rule: &str, path: &str) -> bool {
    let (rule, path) = (rule.to_lowercase(), path.to_lowercase());
    let mut pieces = rule.split('*');
    let Some(rest) = path.strip_prefix(pieces.next().unwrap_or("")) else { return false };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, between)) = pieces.split_last() else { return rest.is_empty() };
    let mut rest = rest;
    for piece in between {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn an_asterisk_stands_for_anything() {
        for (rule, path) in [
            ("*.php", "/wp-login.PHP"),
            ("/.*", "/.env"),
            ("*/.git*", "/a/.git/config"),
            ("/wp-*", "/wp-admin"),
            ("/a", "/a"),
            ("*", "/x"),
            ("/a*b*c", "/abbc"),
            ("/\u{e9}*", "/\u{c9}t\u{e9}"),
        ] {
            assert!(fits(rule, path), "{rule} {path}");
        }
        for (rule, path) in [("*.php", "/php"), ("/a", "/ab"), ("/a", "/"), ("/a*b*c", "/acb"), ("", "/x"), ("/ab*ba", "/aba")] {
            assert!(!fits(rule, path), "{rule} {path}");
        }
    }
}
