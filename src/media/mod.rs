//! Pictures and other files: uploading them, keeping them in order, serving them.
//!
//! Tables `files` and `file_folders`; the bytes lie in [`crate::storage`], under keys made of their hash. What must always hold: the
//! address of a file never changes, whatever it holds; a row's bytes are in the store before the row is committed; a folder
//! knows how many files it has. Start at [`model::file`].

pub mod inspect;
pub mod model;
mod public;

use actix_web::web;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    public::routes(cfg);
}
