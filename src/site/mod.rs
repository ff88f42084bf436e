//! The site itself: its settings, its menus, and the globals of every page.
//!
//! Tables `settings`, `menus`, `menu_items`. [`Page`] is what every template struct has as its first field; layouts read
//! nothing else. Stands below `content`: menus know entries only by their address.

pub mod admin;
pub mod cache;
pub mod comments;
mod dates;
pub mod embeds;
pub mod forms;
pub mod frame;
pub mod jobs;
pub mod json_ld;
pub mod language;
pub mod letter;
pub mod look;
pub mod menus;
pub mod page;
pub mod reach;
pub mod settings;
pub mod theme;
pub mod waiting;
pub mod webmention;

pub use page::Page;
pub use settings::SiteSettings;

use crate::{
    jobs::{Kind, kind, schedule::Schedule},
    web::methods::{post, read},
};
use actix_web::web;

/// Every kind of job of this room.
pub const JOBS: &[Kind] = &[kind::<jobs::PruneJournal>(), kind::<jobs::PruneLetters>()];

/// Takes out of the journal what is too old.
pub const PRUNE_JOURNAL: Schedule = crate::app::repeat("site.prune_journal", 6 * 60);

/// Takes out of the outbox what is too old.
pub const PRUNE_LETTERS: Schedule = crate::app::repeat("site.prune_letters", 6 * 60);

/// Addresses of this room.
pub mod paths {
    /// The form of the site's settings.
    pub const SETTINGS: &str = "/admin/settings";
    /// The page cache.
    pub const CACHE: &str = "/admin/cache";
    /// The menus.
    pub const MENUS: &str = "/admin/menus";

    /// A menu, by its key.
    pub fn menu(key: &str) -> String {
        format!("{MENUS}/{key}")
    }
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::SETTINGS, read().to(admin::edit))
        .route(paths::SETTINGS, post().to(admin::update))
        .route(paths::CACHE, read().to(cache::show))
        .route(paths::CACHE, post().to(cache::empty))
        .configure(menus::admin::routes)
        .configure(menus::item_admin::routes);
}
