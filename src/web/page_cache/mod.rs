//! Whole pages kept in memory for visitors, each until something that it shows has changed.
//!
//! A handler says with [`CacheTags`] what its page shows (`entry:12`, `list:all`, `menu`); a change tells its tags after COMMIT
//! and before it is answered (`db::touched`), on other nodes within a second (`journal::tail`). What must always hold: a page
//! made from data that a told change has replaced is never sent. Nothing is searched for when a change is told: it only gets a
//! number, and a page is sent while none of its tags has a number above the one at which its making began ([`store`]). So a page
//! that was being made while the change was committed is told apart as well.
//!
//! `web::front`, in front of all middlewares, answers or lets a page be made, one request for all that want it; a middleware
//! within compression and session takes hold of what was made ([`middleware`]). Start at [`store::PageCache`].

mod counters;
pub mod flights;
pub mod key;
pub mod middleware;
pub mod page;
pub mod store;

pub use store::PageCache;

/// What a page shows, by name; the answer of a handler carries it in its extensions. Without it a page is not kept.
#[derive(Debug, Clone, Default)]
pub struct CacheTags(pub Vec<String>);

/// The tag that every page has: whoever tells it empties the cache.
pub const ALL: &str = "all";
