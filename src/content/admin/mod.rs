//! Writing: the dashboard, the list of entries, the editor, and the acts on an entry.

mod acts;
mod dashboard;
mod editor;
mod entries;

use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin", web::get().to(dashboard::show));
    entries::routes(cfg);
    editor::routes(cfg);
    acts::routes(cfg);
}
