//! The newest comments that visitors see, for feeds and short lists.

use super::comment::{Comment, State};
use crate::{
    content::model::entry::{EntryId, EntryState},
    db::Conn,
    schema::{comments, entries, users},
};
use diesel::prelude::*;

/// A comment with the title and address of its entry.
pub type WithEntry = (Comment, String, String);

/// The newest shown comments below live entries, of one entry or of the whole site; bounded by `limit`.
pub fn newest(conn: &mut Conn, entry: Option<EntryId>, limit: i64) -> QueryResult<Vec<WithEntry>> {
    let mut query = comments::table
        .inner_join(entries::table)
        .left_join(users::table.on(users::id.nullable().eq(comments::user_id)))
        .filter(comments::state.eq(State::Shown))
        .filter(entries::state.eq(EntryState::Published))
        .select((Comment::as_select(), entries::title, entries::path.assume_not_null()))
        .order(comments::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(entry) = entry {
        query = query.filter(comments::entry_id.eq(entry));
    }
    query.load(conn)
}
