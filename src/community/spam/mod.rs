//! The spam filter: naive Bayes on words and features, learnt from the decisions of moderators, and a few fixed rules beside it.
//!
//! Table `spam_words`: for each word, pair and triple of words, host and feature, in how many wanted and in how many unwanted
//! contributions it stood; nothing of a contribution itself is kept. The row with the key 0 counts the decisions. Whoever
//! moderates calls [`learn`] in the transaction of the decision, and [`forget`] when that is taken back. [`judge`] asks the table once.
//!
//! What must always hold: no count is negative; one decision changes each count by one at most, and what a word may weigh is
//! bounded, so that nobody poisons the filter with a few long texts; what the filter thinks spam waits for a moderator, and is never
//! deleted by it. Before there are decisions it goes by [`prior`], which weighs less with each of them, and by words alone it holds nothing then. `report` measures it.
//!
//! Start at [`bayes`]; [`tokens`] says what is looked at, `rules` what counts whatever was learnt.

pub mod admin;
pub mod bayes;
mod features;
pub mod forms;
pub mod jobs;
pub mod model;
pub mod prior;
mod reading;
pub mod report;
mod rules;
pub mod tokens;

use crate::{
    error::AppResult,
    jobs::{Kind, kind, schedule::Schedule},
    web::methods::{post, read},
};
use actix_web::web;
use bayes::SPAM_FROM;
use diesel::MysqlConnection;

/// Every kind of job here.
pub const JOBS: &[Kind] = &[kind::<jobs::Prune>()];

/// Forgets rare words, once a day.
pub const PRUNE: Schedule = crate::app::repeat("community.prune_spam_words", 24 * 60);

/// Registers the handlers; before those of the queue, whose `{id}` would take their addresses.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/comments/filter", read().to(admin::show))
        .route("/admin/comments/filter", post().to(admin::try_text))
        .route("/admin/comments/filter/reset", read().to(admin::ask_reset))
        .route("/admin/comments/filter/reset", post().to(admin::reset));
}

/// What somebody sent through a public form, as the filter looks at it.
#[derive(Debug, Clone, Default)]
pub struct Sent<'a> {
    /// The name given.
    pub name: &'a str,
    /// The mail address given.
    pub email: &'a str,
    /// The address of a site given.
    pub website: &'a str,
    /// What was written.
    pub text: &'a str,
    /// The browser's `User-Agent`.
    pub agent: &'a str,
    /// Seconds from drawing the form to sending it; `None`: unknown.
    pub seconds: Option<i64>,
    /// Something stood in the field that people do not see.
    pub trapped: bool,
}

/// What the filter thinks, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    /// 0 (surely wanted) to 1 (surely spam).
    pub score: f64,
    /// Why, as sentences for moderators.
    pub reasons: Vec<String>,
}

impl Opinion {
    /// Whether it is to wait for a moderator among the spam.
    pub fn is_spam(&self) -> bool {
        self.score >= SPAM_FROM
    }
}

/// What a moderator decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// People want to read it.
    Wanted,
    /// They do not.
    Spam,
}

/// Says what the filter thinks of it; one query.
pub fn judge(conn: &mut MysqlConnection, sent: &Sent<'_>) -> AppResult<Opinion> {
    let tokens = tokens::of(sent);
    let own = model::counts(conn, &tokens)?;
    let (decisions, learnt) = (own.totals, own.with_prior(prior::shipped()));
    Ok(bayes::opinion(&bayes::evidence(&tokens, &learnt), &rules::broken(sent), decisions))
}

/// Learns a decision of a moderator.
pub fn learn(conn: &mut MysqlConnection, sent: &Sent<'_>, class: Class) -> AppResult<()> {
    Ok(model::add(conn, &tokens::of(sent), class)?)
}

/// Takes a decision back that was learnt: undo, or another decision.
pub fn forget(conn: &mut MysqlConnection, sent: &Sent<'_>, class: Class) -> AppResult<()> {
    Ok(model::take_back(conn, &tokens::of(sent), class)?)
}
