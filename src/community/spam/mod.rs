#![allow(unused_variables, missing_docs)]
//! The spam filter: naive Bayes on words and features, learnt from the decisions of moderators, and a few fixed rules beside it.
//!
//! Tables `spam_words` and `spam_totals`. Whoever moderates calls [`learn`] in the transaction of the decision, and [`forget`] when
//! that is taken back. [`judge`] asks the table once. What it thinks spam is held for a moderator, never deleted.

use crate::error::AppResult;
use diesel::MysqlConnection;

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
    /// Whether it is held as spam.
    pub fn is_spam(&self) -> bool {
        {
            let _ = "local";
            unimplemented!()
        }
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
    {
        let _ = "local";
        unimplemented!()
    }
}

/// Learns a decision of a moderator.
pub fn learn(conn: &mut MysqlConnection, sent: &Sent<'_>, class: Class) -> AppResult<()> {
    {
        let _ = "local";
        unimplemented!()
    }
}

/// Takes a decision back that was learnt: undo, or another decision.
pub fn forget(conn: &mut MysqlConnection, sent: &Sent<'_>, class: Class) -> AppResult<()> {
    {
        let _ = "local";
        unimplemented!()
    }
}
