//! What guests have written, by the mail address that they gave: handed out, and erased.

use super::{
    comment::{Comment, CommentId},
    moderation, own, writing,
};
use crate::{db::Conn, error::AppResult, journal::Actor, schema::comments};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Comments that are read at once.
const MOST: i64 = 1000;

/// The comments with that address, the oldest first; bounded by a thousand after `last`.
pub fn of_email(conn: &mut Conn, email: &str, last: CommentId) -> QueryResult<Vec<Comment>> {
    let of = Comment::query().filter(comments::author_email.eq(email)).filter(comments::id.gt(last));
    of.order(comments::id).limit(MOST).load(conn)
}

/// How many there are.
pub fn count(conn: &mut Conn, email: &str) -> QueryResult<i64> {
    comments::table.filter(comments::author_email.eq(email)).count().get_result(conn)
}

/// Takes name, address and place out of every comment with that address; their words too, if wanted. Says how many those were.
pub fn erase(conn: &mut Conn, email: &str, words: bool, actor: &Actor, now: NaiveDateTime) -> AppResult<usize> {
    let mut count = 0;
    loop {
        let some = of_email(conn, email, 0.into())?;
        if some.is_empty() {
            return Ok(count);
        }
        for comment in some {
            count += 1;
            own::anonymise(conn, comment.id)?;
            if words {
                moderation::remove(conn, &comment, now)?;
            }
            writing::record(conn, "comment.erased", &comment.nameless(), comment.visible, actor, now)?;
        }
    }
}
