//! How well the site is guarded: what browsers had to refuse, and the security centre, which says what to do.
//!
//! Table `csp_reports`. What must always hold: whoever sends reports can fill neither memory nor table, and no report keeps
//! anything about a person. Stands above all other rooms, since it looks at what they have. Start at [`admin`].

mod admin;
pub mod facts;
pub mod findings;
pub mod gathered;
pub mod jobs;
pub mod model;
mod public;
pub mod versions;

pub use facts::Facts;
pub use gathered::Reports;

use crate::{
    jobs::{Job, Kind, kind, schedule::Schedule},
    web::methods::{post, read},
};
use actix_web::web;

/// Forgets reports that are 30 days old.
pub const SWEEP: Schedule = crate::app::repeat(jobs::Sweep::KIND, 24 * 60);

/// Every kind of job of this room.
pub const JOBS: &[Kind] = &[kind::<jobs::Sweep>()];

/// Addresses of this room.
pub mod paths {
    /// Where browsers send their reports; the policy in `web::headers` names it.
    pub const TAKEN: &str = "/csp-reports";
    /// The security centre.
    pub const CENTRE: &str = "/admin/security";
    /// The reports in the admin.
    pub const REPORTS: &str = "/admin/security/reports";
    /// Asks whether to forget them.
    pub const DELETION: &str = "/admin/security/reports/deletion";
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::TAKEN, post().to(public::take))
        .route(paths::CENTRE, read().to(admin::centre::show))
        .route(paths::REPORTS, read().to(admin::reports::index))
        .route(paths::DELETION, read().to(admin::reports::deletion))
        .route(paths::DELETION, post().to(admin::reports::forget));
}

#[cfg(test)]
mod tests {
    #[test]
    fn reports_are_taken_where_the_policy_says() {
        assert_eq!(super::paths::TAKEN, crate::web::headers::REPORTS);
    }
}
