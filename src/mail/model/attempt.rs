//! Attempts: each time that a letter was handed to the mail server, and what that said.

use super::letter::LetterId;
use crate::{db::Conn, schema::letter_attempts, typed_id};
use chrono::NaiveDateTime;
use diesel::prelude::*;

typed_id!(
    /// Names an attempt.
    AttemptId
);

/// An attempt.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = letter_attempts)]
pub struct Attempt {
    /// Key.
    pub id: AttemptId,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Milliseconds until the answer.
    pub took_ms: i32,
    /// Reply code, if there was a reply.
    pub code: Option<i32>,
    /// What the server said, or why it said nothing.
    pub answer: String,
}

/// An attempt to be written down.
#[derive(Debug, Clone, Copy)]
pub struct NewAttempt<'a> {
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Milliseconds until the answer.
    pub took_ms: i32,
    /// Reply code, if there was a reply.
    pub code: Option<i32>,
    /// What the server said, or why it said nothing.
    pub answer: &'a str,
}

/// Writes an attempt down.
pub fn insert(conn: &mut Conn, letter: LetterId, new: &NewAttempt<'_>) -> QueryResult<()> {
    let answer: String = new.answer.chars().take(2000).collect();
    let row = (
        letter_attempts::letter_id.eq(letter),
        letter_attempts::at.eq(new.at),
        letter_attempts::took_ms.eq(new.took_ms),
        letter_attempts::code.eq(new.code),
        letter_attempts::answer.eq(answer),
    );
    diesel::insert_into(letter_attempts::table).values(row).execute(conn).map(drop)
}

/// Every attempt of a letter, the first one first.
pub fn of(conn: &mut Conn, letter: LetterId) -> QueryResult<Vec<Attempt>> {
    Attempt::query().filter(letter_attempts::letter_id.eq(letter)).order(letter_attempts::id).limit(200).load(conn)
}
