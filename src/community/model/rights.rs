//! Whose comments somebody decides about: those below every entry, below one's own, below those of a branch.

use super::comment::{Comment, CommentId};
use crate::{
    content::model::{entry::Entry, reach::Ground},
    db::Conn,
    error::{AppError, AppResult},
    web::person::{Person, Right},
};
use diesel::QueryResult;

const OTHERS: &str = "This comment stands below an entry of somebody else, or outside of your branches. Ask an editor.";

/// Whether this person decides about comments below that entry.
pub fn may_moderate(conn: &mut Conn, entry: &Entry, person: &Person) -> QueryResult<bool> {
    Ok(person.may_on(Right::Moderate, entry.author_id == person.id) && Ground::of(conn, person)?.holds(conn, entry)?)
}

/// The comment with its entry, if this person decides about it; to be looked at only.
pub fn look(conn: &mut Conn, id: CommentId, person: &Person) -> AppResult<(Comment, Entry)> {
    let comment = Comment::find(conn, id)?;
    of(conn, comment, person)
}

/// The comment with its entry, locked, if this person decides about it; else it is told why not.
pub fn require(conn: &mut Conn, id: CommentId, person: &Person) -> AppResult<(Comment, Entry)> {
    let comment = Comment::lock(conn, id)?;
    of(conn, comment, person)
}

fn of(conn: &mut Conn, comment: Comment, person: &Person) -> AppResult<(Comment, Entry)> {
    let entry = Entry::find(conn, comment.entry_id)?;
    if may_moderate(conn, &entry, person)? { Ok((comment, entry)) } else { Err(AppError::Forbidden(OTHERS)) }
}
