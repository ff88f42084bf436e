//! Writing: the dashboard, the list of entries, the editor, the acts on an entry; categories and tags; the publish gate.

mod acts;
mod autosaves;
mod categories;
mod comparison;
mod conflict;
mod dashboard;
mod editor;
mod entries;
mod gate;
mod gate_panel;
mod history;
mod markdown;
mod presence;
mod revisions;
mod tag_merges;
mod tags;
mod trash;

use crate::web::methods::read;
use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin", read().to(dashboard::show));
    entries::routes(cfg);
    autosaves::routes(cfg);
    editor::routes(cfg);
    revisions::routes(cfg);
    markdown::routes(cfg);
    presence::routes(cfg);
    acts::routes(cfg);
    trash::routes(cfg);
    categories::routes(cfg);
    gate::routes(cfg);
    tags::routes(cfg);
}
