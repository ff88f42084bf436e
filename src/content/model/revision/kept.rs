//! What keeps a revision: it is neither replaced by the next save nor deleted for its age. Every feature that refers to revisions
//! adds its reason here, and here only.

use super::{EntryId, RevisionId};
use crate::{
    db::{Conn, statement::Statement},
    schema::entries,
    web::person::UserId,
};
use diesel::{prelude::*, sql_types::BigInt};
use std::{collections::HashMap, iter};

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

/// Everything that refers to revisions, in one statement: which revision, and the place of the reason in [`REASONS`].
const REFER: &str = "
    SELECT base_revision_id, 0 FROM editing WHERE base_revision_id IN (:ids) AND user_id <> ?
    UNION ALL SELECT base_revision_id, 0 FROM autosaves WHERE base_revision_id IN (:ids)
    UNION ALL SELECT id, IF(published_at IS NOT NULL, 3, IF(name <> '', 2, 1)) FROM revisions
              WHERE id IN (:ids) AND (name <> '' OR note <> '' OR published_at IS NOT NULL)
    UNION ALL SELECT revision_id, 4 FROM share_links WHERE revision_id IN (:ids)
    UNION ALL SELECT revision_id, 5 FROM notes WHERE revision_id IN (:ids)
    UNION ALL SELECT revision_id, 6 FROM submissions WHERE revision_id IN (:ids) AND current_entry_id IS NOT NULL
    UNION ALL SELECT scheduled_revision_id, 7 FROM entries WHERE scheduled_revision_id IN (:ids)
    UNION ALL SELECT live_revision_id, 8 FROM entries WHERE live_revision_id IN (:ids)";

/// The weightiest last: of several, that one is told.
const REASONS: [Kept; 9] =
    [Kept::Open, Kept::Noted, Kept::Named, Kept::Published, Kept::Shared, Kept::Discussed, Kept::Reviewed, Kept::Scheduled, Kept::Live];

/// Why each of these revisions is kept; those that are not are left out. What `by` has open does not count.
pub fn reasons(conn: &mut Conn, ids: &[RevisionId], by: Option<UserId>) -> QueryResult<HashMap<RevisionId, Kept>> {
    let Some(last) = ids.last() else { return Ok(HashMap::new()) };
    // The last is asked for again, so that there are few texts of different length.
    let padded: Vec<RevisionId> = ids.iter().chain(iter::repeat(last)).take(ids.len().next_power_of_two()).copied().collect();
    let text = REFER.replace(":ids", &vec!["?"; padded.len()].join(", "));
    let mut statement: Statement<(), (BigInt, BigInt)> = Statement::new(text, ());
    for part in 0..REFER.matches(":ids").count() {
        statement = padded.iter().fold(statement, |statement, id| statement.number(id.number()));
        if part == 0 {
            statement = statement.number(by.map_or(0, UserId::number));
        }
    }
    let mut kept: HashMap<RevisionId, usize> = HashMap::new();
    for (id, place) in statement.load::<(RevisionId, i64)>(conn)? {
        let weightiest = kept.entry(id).or_default();
        *weightiest = place.try_into().unwrap_or(0).max(*weightiest);
    }
    Ok(kept.into_iter().filter_map(|(id, place)| Some((id, *REASONS.get(place)?))).collect())
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
