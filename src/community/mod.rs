//! What visitors say: comments below posts and pages, and how they are kept clean.
//!
//! Tables `comments`, `entry_comments` (whether an entry takes them, and how many it has), `comment_bans`; those of the filter and of mentions sent stand in [`spam`] and [`webmention`]. Whether and how there are
//! comments at all stands among the settings (`site/comments.rs`). What must always hold: visitors see only what is `visible`, which is
//! what is shown and the empty places above it; `entry_comments.shown` is how many are shown; trust comes from a letter that was
//! answered or from an account, never from an address that somebody typed; whatever changes what visitors see tells
//! `comments:ID` of the entry. Start at [`model::comment`]; where one comes in, [`model::writing`].

pub mod admin;
pub mod below;
pub mod forms;
pub mod jobs;
pub mod mail;
pub mod model;
pub mod public;
pub mod spam;
pub mod webmention;

pub use below::Comments;

use crate::jobs::{Job, Kind, kind, schedule::Schedule};
use actix_web::web;

/// The jobs of this room.
pub const JOBS: &[Kind] = &[kind::<jobs::TellModerators>(), kind::<jobs::TellAuthor>(), kind::<jobs::Rerender>(), kind::<jobs::Sweep>()];

/// Renders anew what an older renderer has made.
pub const RERENDER: Schedule = crate::app::repeat(jobs::Rerender::KIND, 60);
/// Forgets addresses, and deletes what lay among spam and in the trash for long.
pub const SWEEP: Schedule = crate::app::repeat(jobs::Sweep::KIND, 60);

/// Addresses of this room.
pub mod paths {
    use super::model::comment::CommentId;
    use crate::content::model::entry::EntryId;

    /// Where comments are sent.
    pub const COMMENTS: &str = "/comments";
    /// The form on a page of its own.
    pub const NEW: &str = "/comments/new";
    /// Where a mailed link confirms an address.
    pub const CONFIRMATION: &str = "/comments/confirmation";
    /// Where a mailed link lets a moderator decide.
    pub const VERDICT: &str = "/comments/moderation";
    /// Where letters about replies are ended.
    pub const UNSUBSCRIPTION: &str = "/unsubscribe/comments";
    /// The queue of the moderators.
    pub const QUEUE: &str = "/admin/comments";
    /// Who is kept out.
    pub const BANS: &str = "/admin/comments/bans";
    /// How there are comments.
    pub const SETTINGS: &str = "/admin/comments/settings";

    /// A comment: leads to where it stands, or shows its author what becomes of it.
    pub fn comment(id: CommentId) -> String {
        format!("{COMMENTS}/{id}")
    }

    /// The form that answers a comment.
    pub fn reply(entry: EntryId, to: CommentId) -> String {
        format!("{NEW}?entry={entry}&parent={to}")
    }

    /// A comment in the admin.
    pub fn moderate(id: CommentId) -> String {
        format!("{QUEUE}/{id}")
    }
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    public::routes(cfg);
    spam::routes(cfg);
    webmention::routes(cfg);
    admin::routes(cfg);
}

#[cfg(test)]
mod tests {
    #[test]
    fn mail_programs_may_end_letters_from_nowhere() {
        assert_eq!(crate::web::cross_site::ONE_CLICK, super::paths::UNSUBSCRIPTION);
    }
}
