//! Contact forms: a page by which visitors write to the site, and the inbox of what they wrote.
//!
//! Tables `contact_forms` (at most one for each page) and `contact_messages`. Each message is kept first and mailed then, so none is lost by a
//! mail server that is down. What must always hold: what the spam filter thinks spam is kept too, but mailed to nobody; of a visitor
//! nothing is kept that is not on the form, but for the name of the browser, from which the filter learns; the page with the form stays one that
//! the page cache keeps. Stands above `content`, whose pages it draws again when something is to be mended, and above `community`,
//! whose spam filter it asks. Start at [`model::message`].

pub mod admin;
mod below;
pub mod forms;
pub mod jobs;
mod mail;
pub mod model;
pub mod public;

pub use below::ContactForms;

use crate::{
    jobs::{Job, Kind, kind, schedule::Schedule},
    web::methods::{post, read},
};
use actix_web::web;

/// Every kind of job of this room.
pub const JOBS: &[Kind] = &[kind::<jobs::TellRecipients>(), kind::<jobs::Sweep>()];

/// Deletes what is too old.
pub const SWEEP: Schedule = crate::app::repeat(jobs::Sweep::KIND, 6 * 60);

/// Addresses of this room.
pub mod paths {
    use super::model::{form::FormId, message::MessageId};

    /// The inbox.
    pub const MESSAGES: &str = "/admin/messages";
    /// The same as a file.
    pub const FILE: &str = "/admin/messages.csv";
    /// Pages with a contact form, in the admin.
    pub const FORMS: &str = "/admin/messages/forms";

    /// A message.
    pub fn message(id: MessageId) -> String {
        format!("{MESSAGES}/{id}")
    }

    /// A form in the admin.
    pub fn form(id: FormId) -> String {
        format!("{FORMS}/{id}")
    }

    /// Where a form is sent.
    pub fn send(id: FormId) -> String {
        format!("/contact-forms/{id}")
    }

    /// What whoever has sent something reads.
    pub fn thanks(id: FormId) -> String {
        format!("/contact-forms/{id}/thanks")
    }
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/contact-forms/{id}", post().to(public::send))
        .route("/contact-forms/{id}/thanks", read().to(public::thanks))
        .route(paths::MESSAGES, read().to(admin::inbox::index))
        .route(paths::FILE, read().to(admin::inbox::export))
        .route(paths::FORMS, read().to(admin::forms::index))
        .route(paths::FORMS, post().to(admin::forms::create))
        .route("/admin/messages/forms/new", read().to(admin::forms::new))
        .route("/admin/messages/forms/{id}", read().to(admin::forms::edit))
        .route("/admin/messages/forms/{id}", post().to(admin::forms::update))
        .route("/admin/messages/forms/{id}/deletion", read().to(admin::forms::deletion))
        .route("/admin/messages/forms/{id}/deletion", post().to(admin::forms::destroy))
        .route("/admin/messages/{id}", read().to(admin::message::show))
        .route("/admin/messages/{id}/decision", post().to(admin::message::decide))
        .route("/admin/messages/{id}/deletion", read().to(admin::message::deletion))
        .route("/admin/messages/{id}/deletion", post().to(admin::message::destroy));
}
