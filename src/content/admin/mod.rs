//! Writing: the dashboard, the list of entries, the editor, the acts on an entry; categories and tags; addresses; the publish gate.

mod acts;
mod addresses;
mod autosaves;
mod bulk;
mod calendar;
mod categories;
mod comparison;
mod conflict;
mod dashboard;
mod duplication;
mod editor;
mod elsewhere;
mod embeds;
mod entries;
mod gate;
mod gate_panel;
mod history;
mod markdown;
mod notes;
mod page_moves;
mod pages;
mod parent_field;
mod presence;
mod preview;
mod review;
mod review_panel;
mod reviews;
mod revisions;
mod series;
mod series_field;
mod series_parts;
mod sharing;
mod snippets;
mod spoken_field;
mod suggested;
mod tag_merges;
mod tags;
mod timing;
mod trash;
mod workflows;

pub use preview::show_draft;

use crate::web::methods::read;
use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin", read().to(dashboard::show));
    entries::routes(cfg);
    preview::routes(cfg); // before the editor's, whose {id} would take its addresses
    bulk::routes(cfg);
    autosaves::routes(cfg);
    editor::routes(cfg);
    calendar::routes(cfg);
    notes::routes(cfg);
    sharing::routes(cfg);
    revisions::routes(cfg);
    markdown::routes(cfg);
    presence::routes(cfg);
    acts::routes(cfg);
    duplication::routes(cfg);
    trash::routes(cfg);
    snippets::routes(cfg);
    embeds::routes(cfg);
    pages::routes(cfg);
    page_moves::routes(cfg);
    categories::routes(cfg);
    gate::routes(cfg);
    tags::routes(cfg);
    series::routes(cfg);
    addresses::routes(cfg);
    reviews::routes(cfg);
    review::routes(cfg);
    workflows::routes(cfg);
}
