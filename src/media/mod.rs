//! Pictures and other files: uploading them, keeping them in order, serving them.
//!
//! Tables `files`, `file_folders` and `renditions`; the bytes lie in [`crate::storage`], under keys made of their hash. What must always hold: the
//! address of a file never changes, whatever it holds; a row's bytes are in the store before the row is committed; a folder
//! knows how many files it has. Start at [`model::file`]. What pages show of a picture is told by
//! [`model::picture`]; its smaller forms are made by [`jobs::Render`].

mod admin;
mod forms;
pub mod inspect;
pub mod jobs;
mod limits;
pub mod model;
pub mod pixels;
mod public;
pub mod shown;
pub mod taking;

use crate::jobs::{Job, Kind, kind, schedule::Schedule};
use actix_web::web;

/// The jobs of this room.
pub const JOBS: &[Kind] = &[
    kind::<jobs::Sweep>(),
    kind::<jobs::DeleteUnused>(),
    kind::<jobs::Render>(),
    kind::<jobs::RenderMissing>(),
    kind::<jobs::SweepRenditions>(),
];
/// Looks for pictures whose renditions are missing.
pub const RENDER_MISSING: Schedule = crate::app::repeat(jobs::RenderMissing::KIND, 10);
/// Deletes renditions that nobody sees any more.
pub const SWEEP_RENDITIONS: Schedule = crate::app::repeat(jobs::SweepRenditions::KIND, 60);
/// Deletes what no file has any more, and what a killed process has left.
pub const SWEEP: Schedule = crate::app::repeat(jobs::Sweep::KIND, 60);

/// Addresses of this room.
pub mod paths {
    use super::model::{file::FileId, folder::FolderId};

    /// The library.
    pub const MEDIA: &str = "/admin/media";
    /// Files to choose from for a text.
    pub const PICKER: &str = "/admin/media/picker";
    /// Where folders are made.
    pub const FOLDERS: &str = "/admin/media/folders";

    /// The page of a file.
    pub fn file(id: FileId) -> String {
        format!("{MEDIA}/{id}")
    }

    /// Whether an address can be one of a file.
    pub fn is_file(address: &str) -> bool {
        address.starts_with("/files/") && address.len() <= 255 && address.is_ascii()
    }

    /// A rendition, by its folder and its name.
    pub fn rendition(folder: &str, name: &str) -> String {
        format!("/pictures/{folder}/{name}")
    }

    /// The library, as far as it lies in a folder.
    pub fn in_folder(id: FolderId) -> String {
        format!("{MEDIA}?folder={id}")
    }
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    admin::routes(cfg);
    public::routes(cfg);
}
