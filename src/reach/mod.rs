//! How others find the site: feeds, sitemaps, robots.txt, llms.txt, oEmbed, pictures for link previews; and the form for what they are told.
//!
//! No tables: everything is read from the entries and lists of the room `content`, and what the owner decides stands among the
//! settings (`site/reach.rs`). All of it is kept in the page cache like pages, by the same tags. What must always hold: an entry keeps
//! its id in every feed, whatever becomes of its address. Start at [`public::feeds`].

pub mod admin;
pub mod forms;
pub mod jobs;
pub mod model;
pub mod public;
pub mod share;

use crate::{
    content::model::{
        entry::{Entry, Kind as EntryKind},
        told::Told,
    },
    db::Conn,
    error::AppResult,
    jobs::{Job, Kind, kind},
    site::settings,
    web::methods::{post, read},
};
use actix_web::web;
use chrono::{NaiveDateTime, TimeDelta};

/// Every kind of job of this room.
pub const JOBS: &[Kind] = &[kind::<jobs::TellHub>()];

/// Seconds in which changes are gathered before the hub is told once.
const GATHERED: TimeDelta = TimeDelta::seconds(10);

/// Has the hub told of posts that go out, change or come off.
pub struct Hub;

impl Told for Hub {
    fn entry_changed(&self, conn: &mut Conn, before: &Entry, after: &Entry, now: NaiveDateTime) -> AppResult<()> {
        let is_same = before.live_revision_id == after.live_revision_id && before.is_live() == after.is_live();
        if is_same || after.kind != EntryKind::Post || settings::get(conn, "reach.hub")?.is_none_or(|hub| hub.is_empty()) {
            return Ok(());
        }
        Ok(jobs::TellHub.enqueue_once_at(conn, jobs::TellHub::KIND, now + GATHERED, now)?)
    }
}

/// Addresses of this room.
pub mod paths {
    /// The form.
    pub const REACH: &str = "/admin/reach";
    /// The list of sitemaps.
    pub const SITEMAP: &str = "/sitemap.xml";

    /// A sitemap of entries.
    pub fn sitemap(part: i64) -> String {
        format!("/sitemaps/{part}.xml")
    }

    /// The sitemap of lists.
    pub const TOPICS: &str = "/sitemaps/topics.xml";
}

/// Registers the routes of this room.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/feeds/{format}", read().to(public::feeds::all))
        .route("/feeds/{format}/comments", read().to(public::feeds::comments::all))
        .route("/feeds/{format}/comments/{path:.+}", read().to(public::feeds::comments::entry))
        .route("/feeds/{format}/categories/{path:.+}", read().to(public::feeds::category))
        .route("/feeds/{format}/tags/{slug}", read().to(public::feeds::tag))
        .route("/feeds/{format}/authors/{slug}", read().to(public::feeds::author))
        .route(paths::SITEMAP, read().to(public::sitemaps::index))
        .route(paths::TOPICS, read().to(public::sitemaps::topics))
        .route("/sitemaps/{part}.xml", read().to(public::sitemaps::part))
        .route("/robots.txt", read().to(public::robots::robots))
        .route("/llms.txt", read().to(public::robots::llms))
        .route("/share/{id}.png", read().to(public::share::show))
        .route("/oembed", read().to(public::oembed::show))
        .route(paths::REACH, read().to(admin::edit))
        .route(paths::REACH, post().to(admin::update));
}
