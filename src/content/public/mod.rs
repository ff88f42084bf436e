//! What visitors read.

pub mod below;
mod embeds;
pub mod home;
mod lists;
mod pages;
mod posts;
mod series;
mod shared;
mod structured;

pub use pages::show as show_page;
pub use posts::ShowEntry;

use crate::web::methods::read;
use actix_web::web;

/// Registers the handlers; pages of the tree are the application's default service.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/", read().to(home::show))
        .route("/posts", read().to(lists::posts))
        .route("/posts/{slug}", read().to(posts::show))
        .route("/posts/{year:[0-9]{4}}/{month:[0-9]{2}}", read().to(lists::month))
        .route("/categories", read().to(lists::categories))
        .route("/categories/{path:.+}", read().to(lists::category))
        .route("/tags", read().to(lists::tags))
        .route("/tags/{slug}", read().to(lists::tag))
        .route("/series", read().to(series::index))
        .route("/series/{slug}", read().to(series::show))
        .route("/authors/{slug}", read().to(lists::author))
        .route("/pictures/embeds/{name}", read().to(embeds::show));
    shared::routes(cfg);
}
