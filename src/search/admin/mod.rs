//! The search in the admin: over everything, what visitors searched for, what is put first, the links below a post.

mod everything;
mod links;
mod promotions;
mod queries;

use super::paths;
use crate::web::methods::{post, read};
use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::EVERYTHING, read().to(everything::show))
        .route(paths::QUERIES, read().to(queries::index))
        .route(paths::PROMOTIONS, read().to(promotions::index))
        .route(paths::PROMOTIONS, post().to(promotions::create))
        .route(paths::NEW_PROMOTION, read().to(promotions::new))
        .route("/admin/searches/promotions/{id}/deletion", read().to(promotions::deletion))
        .route("/admin/searches/promotions/{id}/deletion", post().to(promotions::destroy))
        .route("/admin/entries/{id}/links", read().to(links::edit))
        .route("/admin/entries/{id}/links", post().to(links::update));
}
