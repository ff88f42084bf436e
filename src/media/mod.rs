//! Pictures and other files: uploading them, keeping them in order, serving them.
//!
//! Tables `files`, `file_folders` and `renditions`; the bytes lie in [`crate::storage`], under keys made of their hash. What must always hold: the
//! address of a file never changes, whatever it holds; a row's bytes are in the store before the row is committed; a folder
//! knows how many files it has. Start at [`model::file`]. What pages show of a picture is told by
//! [`model::picture`]; its smaller forms are made by [`jobs::Render`].

pub mod inspect;
pub mod jobs;
pub mod model;
pub mod paths;
pub mod pixels;
mod public;
pub mod shown;

use crate::jobs::{Job, Kind, kind, schedule::Schedule};
use actix_web::web;

/// The jobs of this room.
pub const JOBS: &[Kind] = &[kind::<jobs::Render>(), kind::<jobs::RenderMissing>(), kind::<jobs::SweepRenditions>()];
/// Looks for pictures whose renditions are missing.
pub const RENDER_MISSING: Schedule = crate::app::repeat(jobs::RenderMissing::KIND, 10);
/// Deletes renditions that nobody sees any more.
pub const SWEEP_RENDITIONS: Schedule = crate::app::repeat(jobs::SweepRenditions::KIND, 60);

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    public::routes(cfg);
}
