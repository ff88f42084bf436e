//! Personal data: what the site keeps of somebody, handed out as one file, and erased without taking content along.
//!
//! No tables of its own: [`model::kept`] names every table that leads to a user, with what of it is handed out and what becomes of
//! it when the person is erased. A test holds that list against the foreign keys, so that no table is forgotten. The highest room,
//! as it knows what all others keep.

pub mod address;
pub mod admin;
pub mod forms;
pub mod model;

use crate::web::methods::read;
use actix_web::web;

/// Addresses of this room.
pub mod paths {
    use crate::web::person::UserId;

    /// What is kept of oneself.
    pub const OWN: &str = "/admin/profile/data";
    /// That as a file; also for readers, who have no admin.
    pub const OWN_FILE: &str = "/account/data.zip";

    /// What is kept of people without an account, by their mail address.
    pub const BY_ADDRESS: &str = "/admin/personal-data";
    /// That as a file.
    pub const BY_ADDRESS_FILE: &str = "/admin/personal-data.json";

    /// What is kept of somebody, as a file.
    pub fn file(id: UserId) -> String {
        format!("/admin/people/{id}/data.zip")
    }

    /// The question whether to erase somebody.
    pub fn erasure(id: UserId) -> String {
        format!("/admin/people/{id}/erasure")
    }
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::OWN, read().to(admin::own))
        .route(paths::BY_ADDRESS, read().to(address::show))
        .route(paths::BY_ADDRESS, web::post().to(address::erase))
        .route(paths::BY_ADDRESS_FILE, read().to(address::file))
        .route(paths::OWN_FILE, read().to(admin::own_file))
        .route("/admin/people/{id}/data.zip", read().to(admin::file))
        .route("/admin/people/{id}/erasure", read().to(admin::ask))
        .route("/admin/people/{id}/erasure", web::post().to(admin::erase));
}
