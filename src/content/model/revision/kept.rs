//! What keeps a revision: it is neither replaced by the next save nor deleted for its age. Every feature that refers to revisions
//! adds its reason here, and here only.

use super::{EntryId, RevisionId};
use crate::{
    db::Conn,
    schema::{autosaves, editing, entries, notes, revisions, share_links, submissions},
    web::person::UserId,
};
use diesel::prelude::*;
use std::collections::HashMap;

/// A reason to keep a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Visitors see it.
    Live,
    /// It was what visitors saw.
    Published,
    /// It goes live at a set time.
    Scheduled,
    /// Somebody has given it a name.
    Named,
    /// Somebody has said what was changed in it.
    Noted,
    /// A share link shows just this one.
    Shared,
    /// It is in review, or approved.
    Reviewed,
    /// A note was made on it.
    Discussed,
    /// Somebody has it open in the editor, or left unsaved words that began from it.
    Open,
}

/// Why each of these revisions is kept; those that are not are left out. What `by` has open does not count.
pub fn reasons(conn: &mut Conn, ids: &[RevisionId], by: Option<UserId>) -> QueryResult<HashMap<RevisionId, Kept>> {
    let mut kept = HashMap::new();
    let other = by.unwrap_or(0.into());
    let open = editing::table.filter(editing::base_revision_id.eq_any(ids)).filter(editing::user_id.ne(other));
    let open: Vec<Option<RevisionId>> = open.select(editing::base_revision_id).load(conn)?;
    let unsaved = autosaves::table.filter(autosaves::base_revision_id.eq_any(ids)).select(autosaves::base_revision_id);
    let unsaved: Vec<Option<RevisionId>> = unsaved.load(conn)?;
    kept.extend(open.into_iter().chain(unsaved).flatten().map(|id| (id, Kept::Open)));

    let own = revisions::table
        .filter(revisions::id.eq_any(ids))
        .filter(revisions::name.ne("").or(revisions::note.ne("")).or(revisions::published_at.is_not_null()));
    let own: Vec<(RevisionId, String, bool)> =
        own.select((revisions::id, revisions::name, revisions::published_at.is_not_null())).load(conn)?;
    kept.extend(own.into_iter().map(|(id, name, published)| match (published, name.is_empty()) {
        (true, _) => (id, Kept::Published),
        (false, false) => (id, Kept::Named),
        (false, true) => (id, Kept::Noted),
    }));

    let shared = share_links::table.filter(share_links::revision_id.eq_any(ids)).select(share_links::revision_id);
    let shared: Vec<Option<RevisionId>> = shared.load(conn)?;
    kept.extend(shared.into_iter().flatten().map(|id| (id, Kept::Shared)));
    let noted: Vec<Option<RevisionId>> = notes::table.filter(notes::revision_id.eq_any(ids)).select(notes::revision_id).load(conn)?;
    kept.extend(noted.into_iter().flatten().map(|id| (id, Kept::Discussed)));

    let reviewed = submissions::table.filter(submissions::revision_id.eq_any(ids)).filter(submissions::current_entry_id.is_not_null());
    let reviewed: Vec<Option<RevisionId>> = reviewed.select(submissions::revision_id).load(conn)?;
    kept.extend(reviewed.into_iter().flatten().map(|id| (id, Kept::Reviewed)));

    let due = entries::table.filter(entries::scheduled_revision_id.eq_any(ids)).select(entries::scheduled_revision_id);
    let due: Vec<Option<RevisionId>> = due.load(conn)?;
    kept.extend(due.into_iter().flatten().map(|id| (id, Kept::Scheduled)));
    let live: Vec<Option<RevisionId>> =
        entries::table.filter(entries::live_revision_id.eq_any(ids)).select(entries::live_revision_id).load(conn)?;
    kept.extend(live.into_iter().flatten().map(|id| (id, Kept::Live)));
    Ok(kept)
}

/// Why this revision is kept, if it is; what `by` has open does not count.
pub fn is_kept(conn: &mut Conn, id: RevisionId, by: Option<UserId>) -> QueryResult<Option<Kept>> {
    Ok(reasons(conn, &[id], by)?.remove(&id))
}

/// The newest revision of each of these entries, which no age takes away.
pub(super) fn newest(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<Vec<RevisionId>> {
    let newest: Vec<Option<RevisionId>> = entries::table.filter(entries::id.eq_any(ids)).select(entries::latest_revision_id).load(conn)?;
    Ok(newest.into_iter().flatten().collect())
}
