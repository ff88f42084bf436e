//! The admin's pages of this room.

mod categories;
mod tag_merges;
mod tags;

use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    categories::routes(cfg);
    tags::routes(cfg);
}
