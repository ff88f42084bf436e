//! The appearance of the site: logo, favicon, accent, fonts, layouts, the text at the foot, and a style sheet of the owner's.
//!
//! The values are settings (`site::look`), so that layouts read them without knowing this room; table `appearance_previews` keeps
//! what somebody tries before saving. Logo and favicon are files of the library ([`pictures`]), which makes the favicon in the sizes
//! that browsers ask for; when one is replaced, every page follows ([`SiteLook`]). What must hold: an accent that is saved can be read in both themes ([`colour`]); a style sheet
//! that is saved asks no other host for anything ([`css`]); a page has one style sheet, whose address names what it holds
//! ([`sheet`]).

pub mod admin;
pub mod colour;
pub mod css;
pub mod forms;
pub mod model;
pub mod pictures;
pub mod public;
pub mod sheet;
mod shows;

pub use shows::SiteLook;

use crate::web::methods::{post, read};
use actix_web::web;

/// Addresses of this room.
pub mod paths {
    /// The form.
    pub const APPEARANCE: &str = "/admin/appearance";
    /// A page in the look that is tried.
    pub const PREVIEW: &str = "/admin/appearance/preview";
    /// Its style sheet.
    pub const PREVIEW_SHEET: &str = "/admin/appearance/preview.css";
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/static/css/theme.css", read().to(public::stylesheet))
        .route("/favicon.ico", read().to(public::favicon))
        .route(paths::APPEARANCE, read().to(admin::edit))
        .route(paths::APPEARANCE, post().to(admin::update))
        .route(paths::PREVIEW, read().to(admin::preview))
        .route(paths::PREVIEW, post().to(admin::try_on))
        .route(paths::PREVIEW_SHEET, read().to(admin::preview_sheet))
        .route("/admin/appearance/undo", post().to(admin::undo))
        .route("/admin/appearance/reset", read().to(admin::ask_reset))
        .route("/admin/appearance/reset", post().to(admin::reset));
}
