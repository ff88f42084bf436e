//! Posts and pages: writing them, showing them, the lists they appear in.
//!
//! Tables `entries` (the stable shell, with what visitors see), `revisions` (immutable), `autosaves` (typed, not saved),
//! `editing` (who has what open), `categories`, `tags`,
//! `entry_categories`, `entry_tags`, `listings` and `list_counts` (public lists), `links`, `broken_links`, `broken_targets`, `outside_links` and
//! `outside_targets` (the link graph), `redirects`, `redirect_imports` and `redirect_import_rows`, `lost_paths` and `lost_rules` (what leads nowhere), `files`,
//! `snippets`, `snippet_aliases` and `entry_snippets` (pieces of text that many entries show), `embeds`, `entry_embeds` and
//! `embed_providers` (links that are shown as cards), `bulk_runs` and
//! `bulk_items` (acts on many entries), `series` and `series_parts` (posts read in an order), `translations` and
//! `translation_groups` (languages), `share_links` and `notes` (drafts read by others), `gate_rules` (levels of the publish gate); of workflows, what
//! `model::workflow` names.
//! What must always hold: visitors see only what `live_revision_id` names; a path belongs to one entry; a row of `listings`
//! belongs to a live post. Start at [`model::entry`].

mod admin;
mod board;
pub mod embed;
pub mod error_pages;
#[cfg(not(fuzzing))]
mod forms;
#[cfg(fuzzing)]
pub mod forms;
pub mod gate;
pub mod jobs;
mod mail;
pub mod model;
pub mod public;
pub mod visits;

use crate::jobs::{Job, Kind, kind, schedule::Schedule};
use actix_web::web;

/// The jobs of this room.
pub const JOBS: &[Kind] = &[
    kind::<jobs::Publish>(),
    kind::<jobs::Unpublish>(),
    kind::<jobs::Rerender>(),
    kind::<jobs::Renew>(),
    kind::<jobs::RefreshUses>(),
    kind::<embed::jobs::Fetch>(),
    kind::<embed::jobs::Show>(),
    kind::<embed::jobs::Match>(),
    kind::<embed::jobs::Sweep>(),
    kind::<jobs::GoOn>(),
    kind::<jobs::EmptyTrash>(),
    kind::<jobs::Sweep>(),
    kind::<jobs::ReviewLetter>(),
    kind::<jobs::CheckLinks>(),
    kind::<jobs::CheckAllLinks>(),
    kind::<jobs::CheckOutside>(),
    kind::<jobs::CheckOutsideNow>(),
    kind::<jobs::MendLinks>(),
    kind::<jobs::CheckImport>(),
    kind::<jobs::WriteImport>(),
];
/// The checks of this room, in the order in which they are shown.
pub const CHECKS: &[&dyn gate::Check] = gate::checks::ALL;
/// Looks for entries that an older renderer has made.
pub const RERENDER: Schedule = crate::app::repeat(jobs::Rerender::KIND, 10);
/// Empties the trash.
pub const EMPTY_TRASH: Schedule = crate::app::repeat(jobs::EmptyTrash::KIND, 60);
/// Deletes what was typed and left, and who went away without a word.
pub const SWEEP: Schedule = crate::app::repeat(jobs::Sweep::KIND, 60);

/// Looks for links that have come to lead nowhere.
pub const CHECK_LINKS: Schedule = crate::app::repeat(jobs::CheckAllLinks::KIND, 60);

/// Asks providers about links that are shown as cards: again after some weeks, or when there was no answer.
pub const FETCH_EMBEDS: Schedule = crate::app::repeat(embed::jobs::Fetch::KIND, 10);
/// Forgets links that stand nowhere any more.
pub const SWEEP_EMBEDS: Schedule = crate::app::repeat(embed::jobs::Sweep::KIND, 60);

/// Looks by night whether links to other sites still lead to a page.
pub const CHECK_OUTSIDE: Schedule = crate::app::repeat(jobs::CheckOutside::KIND, 60);

/// Addresses of this room.
pub mod paths {
    use super::model::{
        bulk::RunId,
        category::CategoryId,
        embed::provider::ProviderId,
        entry::EntryId,
        redirect::{RedirectId, import::ImportId},
        series::SeriesId,
        snippet::SnippetId,
        tag::TagId,
        workflow::{WorkflowId, submission::SubmissionId},
    };

    /// All posts.
    pub const POSTS: &str = "/posts";
    /// All categories.
    pub const CATEGORIES: &str = "/categories";
    /// All series.
    pub const SERIES: &str = "/series";
    /// The list of entries in the admin.
    pub const ENTRIES: &str = "/admin/entries";

    /// Acts on many entries.
    pub const BULK: &str = "/admin/entries/bulk";

    /// What became of an act on many entries.
    pub fn bulk_run(id: RunId) -> String {
        format!("{BULK}/{id}")
    }

    /// The list of snippets in the admin.
    pub const SNIPPETS: &str = "/admin/snippets";

    /// The form of a snippet.
    pub fn snippet(id: SnippetId) -> String {
        format!("{SNIPPETS}/{id}")
    }

    /// Links that are shown as cards, in the admin.
    pub const EMBEDS: &str = "/admin/embeds";
    /// Who is asked about them.
    pub const EMBED_SETTINGS: &str = "/admin/embeds/settings";
    /// Where the site's own providers are made.
    pub const EMBED_PROVIDERS: &str = "/admin/embeds/providers";

    /// The form of a provider of the site's own.
    pub fn embed_provider(id: ProviderId) -> String {
        format!("{EMBED_PROVIDERS}/{id}")
    }

    /// The tree of pages in the admin.
    pub const PAGES: &str = "/admin/pages";

    /// The tree of categories in the admin.
    pub const ADMIN_CATEGORIES: &str = "/admin/categories";
    /// The list of tags in the admin.
    pub const ADMIN_TAGS: &str = "/admin/tags";
    /// The series in the admin.
    pub const ADMIN_SERIES: &str = "/admin/series";
    /// The levels of the publish gate.
    pub const GATE: &str = "/admin/gate";

    /// What is in review, in the admin.
    pub const REVIEWS: &str = "/admin/reviews";
    /// The workflows in the admin.
    pub const WORKFLOWS: &str = "/admin/workflows";

    /// The redirects in the admin.
    pub const REDIRECTS: &str = "/admin/redirects";
    /// Addresses that lead nowhere, in the admin.
    pub const LOST: &str = "/admin/lost";
    /// Links that lead nowhere, in the admin.
    pub const LINKS: &str = "/admin/links";
    /// Links to other sites, in the admin.
    pub const OUTSIDE: &str = "/admin/links/outside";

    /// Lists of redirects that were sent.
    pub const IMPORTS: &str = "/admin/redirects/imports";

    /// A list of redirects that was sent.
    pub fn import(id: ImportId) -> String {
        format!("{IMPORTS}/{id}")
    }

    /// The form of a redirect.
    pub fn redirect(id: RedirectId) -> String {
        format!("{REDIRECTS}/{id}")
    }

    /// The page of a submission.
    pub fn review(id: SubmissionId) -> String {
        format!("{REVIEWS}/{id}")
    }

    /// The form of a workflow.
    pub fn workflow(id: WorkflowId) -> String {
        format!("{WORKFLOWS}/{id}")
    }

    /// The form of a category.
    pub fn admin_category(id: CategoryId) -> String {
        format!("{ADMIN_CATEGORIES}/{id}")
    }

    /// The form of a tag.
    pub fn admin_tag(id: TagId) -> String {
        format!("{ADMIN_TAGS}/{id}")
    }

    /// The form of a series, with its parts.
    pub fn admin_series(id: SeriesId) -> String {
        format!("{ADMIN_SERIES}/{id}")
    }

    /// A series, by its slug.
    pub fn series(slug: &str) -> String {
        format!("{SERIES}/{slug}")
    }

    /// A category, by its path.
    pub fn category(path: &str) -> String {
        format!("/categories/{path}")
    }

    /// A tag, by its slug.
    pub fn tag(slug: &str) -> String {
        format!("/tags/{slug}")
    }

    /// An author, by the slug.
    pub fn author(slug: &str) -> String {
        format!("/authors/{slug}")
    }

    /// The posts of a month.
    pub fn month(year: i32, month: u32) -> String {
        format!("/posts/{year}/{month:02}")
    }

    /// What a share link opens.
    pub fn shared(token: &str) -> String {
        format!("/review/{token}")
    }

    /// The revisions of an entry.
    pub fn revisions(id: EntryId) -> String {
        format!("{ENTRIES}/{id}/revisions")
    }

    /// The editor of an entry.
    pub fn edit(id: EntryId) -> String {
        format!("{ENTRIES}/{id}")
    }
}

pub use model::shows::Entries;
pub use public::show_page as default_service;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    public::routes(cfg);
    admin::routes(cfg);
}
