//! What is counted and remembered beside the comments: how many of an entry are shown, and which empty places visitors see.

use super::comment::{CommentId, State};
use crate::{
    content::model::entry::EntryId,
    db::Conn,
    schema::{comments, entry_comments},
};
use diesel::{dsl::DuplicatedKeys, dsl::exists, prelude::*};

/// One more or fewer is shown.
pub fn count(conn: &mut Conn, entry: EntryId, by: i32) -> QueryResult<()> {
    let row = (entry_comments::entry_id.eq(entry), entry_comments::mode.eq("inherit"), entry_comments::shown.eq(by.max(0)));
    let more = entry_comments::shown.eq(entry_comments::shown + by);
    diesel::insert_into(entry_comments::table).values(row).on_conflict(DuplicatedKeys).do_update().set(more).execute(conn).map(drop)
}

/// How many are shown.
pub fn shown(conn: &mut Conn, entry: EntryId) -> QueryResult<i32> {
    let known = entry_comments::table.find(entry).select(entry_comments::shown).first(conn).optional()?;
    Ok(known.unwrap_or(0))
}

/// Settles whether visitors see a comment, and those above it, after its state has changed: five rows at most.
pub fn settle(conn: &mut Conn, mut id: CommentId) -> QueryResult<()> {
    loop {
        let (state, visible, parent): (State, bool, Option<CommentId>) =
            comments::table.find(id).select((comments::state, comments::visible, comments::parent_id)).first(conn)?;
        let below = comments::table.filter(comments::parent_id.eq(id)).filter(comments::visible.eq(true));
        let wanted = state == State::Shown || diesel::select(exists(below)).get_result(conn)?;
        if wanted != visible {
            diesel::update(comments::table.find(id)).set(comments::visible.eq(wanted)).execute(conn)?;
        }
        match parent {
            Some(parent) => id = parent,
            None => return Ok(()),
        }
    }
}
