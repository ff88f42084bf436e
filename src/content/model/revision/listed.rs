//! Revisions as the history of an entry lists them: without their words.

use super::{EntryId, RevisionId};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
        statement::Statement,
    },
    schema::{revisions, users},
    site::{page::number, waiting},
};
use chrono::NaiveDateTime;
use diesel::{prelude::*, sql_types::BigInt};

/// A revision without its words.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = revisions, base_query = revisions::table.left_join(users::table.on(users::id.nullable().eq(revisions::saved_by_id))))]
pub struct Listed {
    /// Key.
    pub id: RevisionId,
    /// Counts from 1 within the entry.
    pub number: i32,
    /// When it was saved, UTC.
    pub saved_at: NaiveDateTime,
    /// The first of the saves that became it, if there were several.
    pub begun_at: Option<NaiveDateTime>,
    /// Who, by name.
    #[diesel(select_expression = users::name.nullable())]
    pub saved_by: Option<String>,
    /// Given by a person, or empty.
    pub name: String,
    /// What was changed, or empty.
    pub note: String,
    /// Against the revision before.
    pub words_added: i32,
    /// Against the revision before.
    pub words_removed: i32,
    /// When it first went live.
    pub published_at: Option<NaiveDateTime>,
}

impl Listed {
    /// One page of an entry's revisions, newest first.
    pub fn page(conn: &mut Conn, entry: EntryId, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Listed>> {
        let place = cursor.and_then(|cursor| Some((cursor.way, cursor.value.parse::<i32>().ok()?, RevisionId::from(cursor.id))));
        let mut query = Listed::query().filter(revisions::entry_id.eq(entry)).into_boxed();
        query = newest_first!(query, place, revisions::number, revisions::id);
        let rows = query.limit(limit as i64 + 1).load(conn)?;
        let mark = |row: &Listed| Cursor::of_text(&row.number.to_string(), row.id.number());
        Ok(Slice::cut(rows, limit, cursor.filter(|_| place.is_some()), mark))
    }

    /// How many revisions an entry has; as many are counted as [`counted`](crate::site::waiting::counted) tells apart.
    pub fn count(conn: &mut Conn, entry: EntryId) -> QueryResult<i64> {
        let text = "SELECT COUNT(*) FROM (SELECT id FROM revisions WHERE entry_id = ? LIMIT ?) AS counted";
        let statement: Statement<(), BigInt> = Statement::new(text, ());
        statement.number(entry.number()).number(waiting::MOST).get_result(conn)
    }

    /// `12 words more, 3 fewer`, as signs: `+12 −3`.
    pub fn size(&self) -> String {
        match (self.words_added, self.words_removed) {
            (0, 0) => "no words".to_owned(),
            (added, removed) => format!("+{} −{}", number(i64::from(added)), number(i64::from(removed))),
        }
    }
}
