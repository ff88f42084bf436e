//! Whole pages kept in memory for visitors, each until something that it shows has changed.
//!
//! A handler says with [`CacheTags`] what its page shows (`entry:12`, `list:all`, `menu`); a change tells its tags after COMMIT
//! and before it is answered (`db::touched`), on other nodes within a second (`journal::tail`). What must always hold: a page
//! made from data that a told change has replaced is never sent, even when it was being made while the change was committed
//! ([`changes`]). A change of what a page is only chosen from puts it in doubt: it is looked at before it is sent ([`Doubt`]). What every page needs is
//! kept by the same tags ([`memory`]). What is read much is made anew before it is dropped ([`renewal`]).
//!
//! `web::front`, in front of all middlewares, answers or lets a page be made, one request for all that want it; a middleware
//! within compression and session takes hold of what was made ([`middleware`]). Start at [`store::PageCache`].

pub mod cdn;
mod changes;
mod counters;
pub mod flights;
pub mod key;
pub mod memory;
pub mod middleware;
pub mod page;
pub mod renewal;
pub mod store;
pub mod warm;

pub use store::PageCache;

use crate::db::Conn;
use diesel::QueryResult;
use std::sync::Arc;

/// What a page shows, by name; the answer of a handler carries it in its extensions. Without it a page is not kept.
#[derive(Clone, Default)]
pub struct CacheTags {
    /// Whoever tells one of these drops the page.
    pub tags: Vec<String>,
    /// What it may show otherwise.
    pub doubt: Option<Doubt>,
}

/// Tags of what a page is chosen from rather than of what it shows: when one is told, most such pages are as they were.
#[derive(Clone)]
pub struct Doubt {
    /// Whoever tells one of these puts the page in doubt.
    pub tags: Vec<String>,
    /// Whether the choice is still the same.
    pub still: Still,
}

/// A look whether a page in doubt is still as it should be; much cheaper than making it.
pub type Still = Arc<dyn Fn(&mut Conn, &PageCache) -> QueryResult<bool> + Send + Sync>;

impl From<Vec<String>> for CacheTags {
    fn from(tags: Vec<String>) -> Self {
        CacheTags { tags, doubt: None }
    }
}

/// The tag that every page has: whoever tells it empties the cache.
pub const ALL: &str = "all";
