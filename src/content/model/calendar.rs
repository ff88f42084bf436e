//! What happened to entries in a month, out of the journal: what went live, was updated, was taken off.

use super::{entry::EntryId, timing::Deed};
use crate::{db::Conn, schema::journal, web::person::UserId};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Datetime, Text},
};
use std::ops::Range;

/// Something that happened.
#[derive(Debug, Clone, QueryableByName)]
pub struct Happened {
    /// When, UTC.
    #[diesel(sql_type = Datetime)]
    pub at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    kind: String,
    /// To which entry.
    #[diesel(sql_type = BigInt)]
    pub entry_id: EntryId,
    /// Its title then.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// Whether there still is such an entry.
    #[diesel(sql_type = Bool)]
    pub stands: bool,
}

impl Happened {
    /// What it was.
    pub fn deed(&self) -> Deed {
        match self.kind.as_str() {
            "entry.published" => Deed::Publish,
            "entry.updated" => Deed::Update,
            _ => Deed::Unpublish,
        }
    }
}

/// The last changes of each kind in a span, oldest first; of one author's entries, if given. Bounded by `limit` of each kind.
pub fn happened(conn: &mut Conn, author: Option<UserId>, span: &Range<NaiveDateTime>, limit: i64) -> QueryResult<Vec<Happened>> {
    // One range of `journal_by_kind` each, read from its end: a day with an import of thousands costs no more.
    let of_kind = |kind: &str| {
        let own = if author.is_some() { "AND entries.author_id = ?" } else { "AND ? = 0" };
        format!(
            "(SELECT journal.at, journal.kind, journal.subject_key AS entry_id, journal.subject_label AS title, \
                     entries.id IS NOT NULL AS stands \
                FROM journal LEFT JOIN entries ON entries.id = journal.subject_key \
               WHERE journal.kind = '{kind}' AND journal.at >= ? AND journal.at < ? {own} \
               ORDER BY journal.at DESC, journal.id DESC LIMIT ?)"
        )
    };
    let kinds = ["entry.published", "entry.updated", "entry.unpublished"];
    let mut query = diesel::sql_query(kinds.map(of_kind).join(" UNION ALL ")).into_boxed();
    for _ in kinds {
        query = query.bind::<Datetime, _>(span.start).bind::<Datetime, _>(span.end);
        query = query.bind::<BigInt, _>(author.map_or(0, UserId::number)).bind::<BigInt, _>(limit);
    }
    let mut rows: Vec<Happened> = query.load(conn)?;
    rows.sort_by_key(|row| (row.at, row.entry_id));
    Ok(rows)
}

/// When the journal begins.
pub fn beginning(conn: &mut Conn) -> QueryResult<Option<NaiveDateTime>> {
    journal::table.select(diesel::dsl::min(journal::at)).first(conn)
}
