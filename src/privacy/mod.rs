//! Personal data: what the site keeps of somebody, handed out as one file, and erased without taking content along.
//!
//! Table `exports`, the archives that wait to be fetched. [`model::kept`] names every table that leads to a user, with what of it is
//! handed out and what becomes of it when the person is erased. A test holds that list against the foreign keys, so that no table is
//! forgotten. Nearly the highest room, as it knows what all others keep.

pub mod address;
pub mod admin;
pub mod forms;
pub mod handing;
pub mod jobs;
pub mod mail;
pub mod model;
pub mod public;

use crate::{
    jobs::{Kind, kind, schedule::Schedule},
    web::methods::{post, read},
};
use actix_web::web;

/// Every kind of job of this room.
pub const JOBS: &[Kind] = &[kind::<jobs::MakeExport>(), kind::<jobs::DropArchive>(), kind::<jobs::SweepExports>()];

/// Takes away archives that nobody has fetched.
pub const SWEEP: Schedule = crate::app::repeat("privacy.sweep_exports", 60);

/// Addresses of this room.
pub mod paths {
    use crate::web::person::UserId;

    /// What is kept of oneself, for who works on the site.
    pub const OWN: &str = "/admin/profile/data";
    /// The same for readers, who have no admin.
    pub const ACCOUNT_DATA: &str = "/account/data";
    /// That as a file, for everybody.
    pub const OWN_FILE: &str = "/account/data.zip";
    /// Where a reader takes the own account away.
    pub const OWN_ERASURE: &str = "/account/erasure";

    /// What is kept of people without an account, by their mail address.
    pub const BY_ADDRESS: &str = "/admin/personal-data";
    /// That as a file.
    pub const BY_ADDRESS_FILE: &str = "/admin/personal-data.json";

    /// What is kept of somebody.
    pub fn data(id: UserId) -> String {
        format!("/admin/people/{id}/data")
    }

    /// That as a file.
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
    cfg.route(paths::OWN, read().to(admin::data::own))
        .route(paths::ACCOUNT_DATA, read().to(public::data::show))
        .route(paths::ACCOUNT_DATA, post().to(public::data::make))
        .route(paths::BY_ADDRESS, read().to(address::show))
        .route(paths::BY_ADDRESS, post().to(address::erase))
        .route(paths::BY_ADDRESS_FILE, read().to(address::file))
        .route(paths::OWN_FILE, read().to(public::data::file))
        .route(paths::OWN_ERASURE, read().to(public::erasure::new))
        .route(paths::OWN_ERASURE, post().to(public::erasure::create))
        .route("/admin/people/{id}/data", read().to(admin::data::of_person))
        .route("/admin/people/{id}/data", post().to(admin::data::make))
        .route("/admin/people/{id}/data.zip", read().to(admin::data::file))
        .route("/admin/people/{id}/erasure", read().to(admin::erasure::ask))
        .route("/admin/people/{id}/erasure", post().to(admin::erasure::erase));
}
