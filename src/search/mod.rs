//! The search of visitors, and the one box of the admin.
//!
//! Tables `search_documents` and `search_texts` (what live entries are found by, and what is shown of them), `search_words` and
//! `search_changes` (the vocabulary, and what it has still to learn), `search_promotions` (what editors put first), `search_queries` (what was
//! searched for, by day), `related_entries` (“Interesting links”). What must always hold: nothing is found that is not live, and what is
//! published is found with the next request; whatever is typed costs no more than an ordinary query; nothing is kept about whoever
//! searches. Start at [`model::finding`].

mod admin;
mod forms;
mod gathered;
pub mod jobs;
pub mod model;
pub mod passage;
mod public;
pub mod query;
pub mod words;

pub use gathered::Searches;
pub use model::index::Index;

use crate::jobs::{Job, Kind, kind, schedule::Schedule};
use actix_web::web;

/// The jobs of this room.
pub const JOBS: &[Kind] = &[
    kind::<jobs::Refresh>(),
    kind::<jobs::RefreshKey>(),
    kind::<jobs::CatchUp>(),
    kind::<jobs::Prune>(),
    kind::<jobs::Learn>(),
    kind::<jobs::Relate>(),
    kind::<jobs::Sweep>(),
];

/// Makes documents that an older version has made.
pub const CATCH_UP: Schedule = crate::app::repeat(jobs::CatchUp::KIND, 10);
/// Has the vocabulary learn.
pub const LEARN: Schedule = crate::app::repeat(jobs::Learn::KIND, 1);
/// Looks what is near to what has changed.
pub const RELATE: Schedule = crate::app::repeat(jobs::Relate::KIND, 10);
/// Forgets old queries.
pub const SWEEP: Schedule = crate::app::repeat(jobs::Sweep::KIND, 24 * 60);

/// Addresses of this room.
pub mod paths {
    use super::model::promotion::PromotionId;
    use crate::content::{model::entry::EntryId, paths};

    /// The search of visitors.
    pub const SEARCH: &str = "/search";
    /// What is suggested while somebody types.
    pub const SUGGESTIONS: &str = "/search/suggestions";
    /// Where followed results are counted.
    pub const CLICKS: &str = "/search/clicks";
    /// Tells browsers how to search here.
    pub const DESCRIPTION: &str = "/opensearch.xml";
    /// The search over everything in the admin.
    pub const EVERYTHING: &str = "/admin/search";
    /// What visitors searched for, in the admin.
    pub const QUERIES: &str = "/admin/searches";
    /// Promoted results in the admin.
    pub const PROMOTIONS: &str = "/admin/searches/promotions";
    /// The form of a new promoted result.
    pub const NEW_PROMOTION: &str = "/admin/searches/promotions/new";

    /// A promoted result.
    pub fn promotion(id: PromotionId) -> String {
        format!("{PROMOTIONS}/{id}")
    }

    /// The interesting links of an entry.
    pub fn links(entry: EntryId) -> String {
        format!("{}/links", paths::edit(entry))
    }
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    public::routes(cfg);
    admin::routes(cfg);
}
