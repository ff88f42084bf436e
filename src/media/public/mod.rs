//! What visitors get.

mod files;
mod renditions;

use crate::web::methods::read;
use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/files/{hash}/{name}", read().to(files::show)).route("/pictures/{folder}/{name}", read().to(renditions::show));
}
