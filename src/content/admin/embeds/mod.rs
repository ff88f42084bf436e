//! Links that are shown as cards, in the admin: the list, who is asked, providers of the site's own.

mod list;
mod providers;
mod settings;

use crate::{
    content::paths,
    web::methods::{post, read},
};
use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::EMBEDS, read().to(list::index))
        .route("/admin/embeds/{id}/again", post().to(list::again))
        .route(paths::EMBED_SETTINGS, read().to(settings::edit))
        .route(paths::EMBED_SETTINGS, post().to(settings::update))
        .route(paths::EMBED_PROVIDERS, post().to(providers::create))
        .route("/admin/embeds/providers/new", read().to(providers::new))
        .route("/admin/embeds/providers/{id}", read().to(providers::edit))
        .route("/admin/embeds/providers/{id}", post().to(providers::update))
        .route("/admin/embeds/providers/{id}/deletion", read().to(providers::deletion))
        .route("/admin/embeds/providers/{id}/deletion", post().to(providers::destroy));
}
