//! What visitors get.

mod files;

use crate::web::methods::read;
use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/files/{hash}/{name}", read().to(files::show));
}
