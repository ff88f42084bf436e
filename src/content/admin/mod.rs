//! Writing: the dashboard, the list of entries, the editor, the acts on an entry; categories and tags; the publish gate.

mod acts;
mod categories;
mod dashboard;
mod editor;
mod entries;
mod gate;
mod gate_panel;
mod tag_merges;
mod tags;

use crate::web::methods::read;
use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin", read().to(dashboard::show));
    entries::routes(cfg);
    editor::routes(cfg);
    acts::routes(cfg);
    categories::routes(cfg);
    gate::routes(cfg);
    tags::routes(cfg);
}
