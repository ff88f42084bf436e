//! The journal: every change writes one row in the transaction that makes it.
//!
//! Table `journal`. Whatever must react to a change reads it from there; there are no callbacks. A row says who, when, what
//! kind (`entry.published`), on which subject, and which cached pages it touches; of signed-in people, and of whoever tries to log
//! in, also from which address and with what. How long that is kept is a setting (`site::jobs`). The list at `/admin/journal` is [`admin`]; [`tail`]
//! reads what other nodes have written.

pub mod admin;
pub mod model;
pub mod tail;

pub use model::{Actor, Change};

use crate::web::methods::read;
use actix_web::web;

/// Addresses of this room.
pub mod paths {
    /// The list of changes.
    pub const INDEX: &str = "/admin/journal";
    /// The same as a file.
    pub const FILE: &str = "/admin/journal.csv";
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::INDEX, read().to(admin::index)).route(paths::FILE, read().to(admin::export));
}
