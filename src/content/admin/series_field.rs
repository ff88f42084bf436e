//! The editor's choice of a series.

use super::super::model::{
    entry::{Entry, Kind},
    revision::{Draft, Revision},
    series::{self, Series},
};
use crate::{db::Conn, error::AppResult};

/// None first, then all by title; pages have no series.
pub fn options(conn: &mut Conn, kind: Kind) -> AppResult<Vec<(String, String)>> {
    if kind == Kind::Page {
        return Ok(Vec::new());
    }
    let none = (String::new(), "None".to_owned());
    let all = Series::all(conn)?.into_iter().map(|one| (one.id.to_string(), one.title));
    Ok([none].into_iter().chain(all).collect())
}

/// Refuses a series that is gone or full, unless the newest revision has it already.
pub fn may_join(conn: &mut Conn, before: &Entry, draft: &Draft) -> AppResult<()> {
    if draft.series.is_none() {
        return Ok(());
    }
    let newest = before.latest_revision_id.map(|newest| Revision::find(conn, newest)).transpose()?;
    if newest.is_some_and(|newest| newest.draft().series == draft.series) {
        return Ok(());
    }
    series::may_join(conn, draft.series, Some(before.id))
}
