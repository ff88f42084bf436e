//! The way into the outbox: a letter is a row, written in the transaction that makes it necessary, and sent by a job.

use super::{
    Letter,
    jobs::Send,
    model::letter::{self, NewLetter},
    seal,
};
use crate::{db::Conn, error::AppResult, jobs::Job};
use chrono::NaiveDateTime;

/// Puts a letter into the outbox in the caller's transaction. `kind` is room and matter, e.g. `content.review`.
///
/// It is not sent to an address that is on the list of those to spare (`mail::model::suppression`).
pub fn post(conn: &mut Conn, now: NaiveDateTime, kind: &'static str, letter: &Letter) -> AppResult<()> {
    Posting::new(kind, letter).file(conn, now)
}

/// A letter on its way into the outbox, and how it is treated there.
#[derive(Debug, Clone, Copy)]
pub struct Posting<'a> {
    kind: &'a str,
    letter: &'a Letter,
    is_sealed: bool,
    is_personal: bool,
    reply_to: &'a str,
}

impl<'a> Posting<'a> {
    /// Like any other.
    pub fn new(kind: &'a str, letter: &'a Letter) -> Posting<'a> {
        Posting { kind, letter, is_sealed: false, is_personal: false, reply_to: "" }
    }

    /// With a link that opens something to whoever has it: its text is sealed while it waits, and gone as soon as it is sent or
    /// given up. Nobody reads it in the admin, and nobody sends it again: only the act that made it makes another.
    pub fn sealed(self) -> Posting<'a> {
        Posting { is_sealed: true, ..self }
    }

    /// About the reader's own account, which must be told whatever other letters the address is spared.
    pub fn personal(self) -> Posting<'a> {
        Posting { is_personal: true, ..self }
    }

    /// Answers go to that address, written as in a header: `Ada <ada@example.org>`.
    pub fn reply_to(self, address: &'a str) -> Posting<'a> {
        Posting { reply_to: address, ..self }
    }

    /// Writes the row and its job.
    pub fn file(self, conn: &mut Conn, now: NaiveDateTime) -> AppResult<()> {
        let id = self.keep(conn, now)?;
        Ok(Send { letter: id }.enqueue(conn, now)?)
    }

    /// Writes the row alone, for who sends it at once.
    pub(super) fn keep(self, conn: &mut Conn, now: NaiveDateTime) -> AppResult<letter::LetterId> {
        let key = format!("{:032x}", rand::random::<u128>());
        let Letter { to, subject, text, html, unsubscribe } = self.letter;
        let (text, html) = if self.is_sealed {
            let seal = seal::Seal::load(conn, now)?;
            (seal.close(&key, text), html.as_ref().map(|html| seal.close(&key, html)))
        } else {
            (text.clone(), html.clone())
        };
        let new = NewLetter {
            kind: self.kind,
            message_key: &key,
            recipient: to,
            subject,
            text: &text,
            html: html.as_deref(),
            reply_to: self.reply_to,
            unsubscribe: unsubscribe.as_deref().unwrap_or(""),
            is_sealed: self.is_sealed,
            is_personal: self.is_personal,
        };
        Ok(letter::insert(conn, &new, now)?)
    }
}
