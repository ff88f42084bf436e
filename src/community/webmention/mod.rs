//! Webmentions (W3C Recommendation, 12 January 2017): other sites tell us that they link to a post, and are told that we link to them.
//!
//! Table `mentions_sent`. What is received becomes a comment of its own kind and waits for a moderator; the page it names is fetched by
//! a job first, and must link here. What is sent follows the live text of an entry: enqueued in the transaction that
//! changes it ([`Mentions`]), sent by a job, sent again when the text changes or the link is gone; what an import has brought tells
//! nobody, and no more are sent in an hour than [`model::AN_HOUR`]. All requests pass `web::outgoing`.
//! Both are off until `site/webmention.rs` says otherwise. Start at [`jobs`].

pub mod admin;
pub mod discovery;
pub mod forms;
pub mod jobs;
pub mod model;
pub mod public;
mod reading;
pub mod receiving;
pub mod sending;

use crate::{
    content::model::{entry::Entry, told::Told},
    db::Conn,
    error::AppResult,
    jobs::{Job, Kind, kind},
    site::{settings, webmention::Webmention},
    web::methods::{post, read},
};
use actix_web::web;
use chrono::NaiveDateTime;

/// Every kind of job here.
pub const JOBS: &[Kind] = &[kind::<jobs::Receive>(), kind::<jobs::Follow>(), kind::<jobs::Deliver>()];

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/webmention", post().to(public::take))
        .route("/admin/comments/mentions", read().to(admin::index))
        .route("/admin/comments/mentions", post().to(admin::settings))
        .route("/admin/comments/mentions/{id}/again", post().to(admin::again));
}

/// Follows the links of live entries.
pub struct Mentions;

impl Told for Mentions {
    fn entry_changed(&self, conn: &mut Conn, before: &Entry, after: &Entry, now: NaiveDateTime) -> AppResult<()> {
        let is_same = before.live_revision_id == after.live_revision_id && before.is_live() == after.is_live();
        if is_same || settings::get(conn, Webmention::SEND)?.is_none_or(|value| value != "true") {
            return Ok(());
        }
        if !model::concerns(conn, after)? {
            return Ok(()); // an import of a thousand posts is no news to the sites that they link to
        }
        Ok(jobs::Follow { entry: after.id }.enqueue(conn, now)?)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn mentions_are_let_in_where_they_are_taken() {
        assert_eq!(crate::web::cross_site::WEBMENTION, "/webmention");
    }
}
