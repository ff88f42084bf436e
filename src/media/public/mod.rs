//! What visitors get.

mod files;
mod renditions;

use crate::web::methods::read;
use actix_web::web;

/// Pages of others may show files: readers of feeds in a browser do (Fetch, cross-origin resource policy).
const SHOWN_ELSEWHERE: (&str, &str) = ("cross-origin-resource-policy", "cross-origin");

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/files/{hash}/{name}", read().to(files::show)).route("/pictures/{folder}/{name}", read().to(renditions::show));
}
