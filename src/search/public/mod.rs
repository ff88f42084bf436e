//! What visitors see of the search: the page, suggestions while they type, and what browsers are told.

mod clicks;
mod description;
mod results;
mod show;
mod suggestions;

use super::paths;
use crate::web::methods::{post, read};
use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::SEARCH, read().to(show::show))
        .route(paths::SUGGESTIONS, read().to(suggestions::list))
        .route(paths::CLICKS, post().to(clicks::take))
        .route(paths::DESCRIPTION, read().to(description::show));
}
