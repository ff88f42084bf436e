//! The library in the admin: the list, uploads, the page of a file, folders.

mod card;
mod chosen;
mod file;
mod folders;
mod library;
mod picker;
mod removal;
mod replacement;
mod uploads;

use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    library::routes(cfg);
    picker::routes(cfg);
    uploads::routes(cfg);
    chosen::routes(cfg);
    folders::routes(cfg);
    file::routes(cfg); // after the others, whose addresses its {id} would take
    replacement::routes(cfg);
    removal::routes(cfg);
}
