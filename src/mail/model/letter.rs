//! Letters: filed, claimed for an attempt, ended, sent again by hand.
//!
//! A letter that waits is due at `next_try_at`; whoever takes it moves that on first, so that two jobs never send it at once.
//! One that has ended keeps its text until [`prune`] takes the row, but for sealed ones, of which nothing stays to be read.

use super::attempt::{self, NewAttempt};
use crate::{
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    jobs::Job,
    journal::{Actor, Change},
    mail::jobs::Send,
    schema::letters,
    text_enum, typed_id,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;

typed_id!(
    /// Names a letter.
    LetterId
);

text_enum!(
    /// What became of a letter.
    LetterState {
        /// It is sent at its time.
        Waiting = "waiting",
        /// The mail server has it.
        Sent = "sent",
        /// The mail server does not take it, or did not for hours.
        Failed = "failed",
        /// Its address is one to which no letters go.
        Suppressed = "suppressed",
        /// Somebody has called it off.
        Cancelled = "cancelled",
    }
);

/// Minutes to wait after each try that may succeed later: a minute first, half a day in the end; two days in all.
const WAITS: [i64; 9] = [1, 5, 15, 60, 120, 240, 480, 720, 1440];

/// Seconds for which a job has a letter. Less than the lease of the job, so that another may have it when that dies.
const HELD_SECONDS: i64 = 240;

/// A letter with all that is kept of it.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = letters)]
pub struct StoredLetter {
    /// Key.
    pub id: LetterId,
    /// Room and matter, e.g. `content.review`.
    pub kind: String,
    /// The part of the Message-ID before the `@`.
    pub message_key: String,
    /// The address of the reader.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// Plain text, or sealed; `None`: it is gone.
    pub text: Option<String>,
    /// The same as HTML.
    pub html: Option<String>,
    /// Where answers go, or empty.
    pub reply_to: String,
    /// Where one unsubscribes, or empty.
    pub unsubscribe: String,
    /// Whether text and HTML are sealed.
    pub is_sealed: bool,
    /// Whether it goes to suppressed addresses too.
    pub is_personal: bool,
    /// The head as it was sent last.
    pub headers: Option<String>,
    /// What became of it.
    pub state: LetterState,
    /// How often it was handed over.
    pub tries: i32,
    /// When it is tried next, UTC.
    pub next_try_at: Option<NaiveDateTime>,
    /// When it was written, UTC.
    pub created_at: NaiveDateTime,
    /// When it was sent, given up or called off, UTC.
    pub ended_at: Option<NaiveDateTime>,
}

/// A letter to be filed.
#[derive(Debug, Clone, Copy)]
pub struct NewLetter<'a> {
    /// Room and matter.
    pub kind: &'a str,
    /// The part of the Message-ID before the `@`; nobody else's.
    pub message_key: &'a str,
    /// One address.
    pub recipient: &'a str,
    /// One line.
    pub subject: &'a str,
    /// Plain text, or sealed.
    pub text: &'a str,
    /// The same as HTML.
    pub html: Option<&'a str>,
    /// Where answers go, or empty.
    pub reply_to: &'a str,
    /// Where one unsubscribes, or empty.
    pub unsubscribe: &'a str,
    /// Whether text and HTML are sealed.
    pub is_sealed: bool,
    /// Whether it goes to suppressed addresses too.
    pub is_personal: bool,
}

/// Files a letter, due at once.
pub fn insert(conn: &mut Conn, new: &NewLetter<'_>, now: NaiveDateTime) -> QueryResult<LetterId> {
    let subject: String = new.subject.chars().take(1000).collect();
    let recipient: String = new.recipient.chars().take(320).collect();
    let row = (
        (letters::kind.eq(new.kind), letters::message_key.eq(new.message_key), letters::recipient.eq(recipient)),
        (letters::subject.eq(subject), letters::text.eq(new.text), letters::html.eq(new.html)),
        (letters::reply_to.eq(new.reply_to), letters::unsubscribe.eq(new.unsubscribe)),
        (letters::is_sealed.eq(new.is_sealed), letters::is_personal.eq(new.is_personal)),
        (letters::state.eq(LetterState::Waiting), letters::next_try_at.eq(now), letters::created_at.eq(now)),
    );
    diesel::insert_into(letters::table).values(row).execute(conn)?;
    diesel::select(last_insert_id()).get_result(conn)
}

impl StoredLetter {
    /// A letter.
    pub fn find(conn: &mut Conn, id: LetterId) -> QueryResult<StoredLetter> {
        StoredLetter::query().find(id).first(conn)
    }

    /// A letter that nobody else changes meanwhile.
    pub fn locked(conn: &mut Conn, id: LetterId) -> QueryResult<StoredLetter> {
        StoredLetter::query().find(id).for_update().first(conn)
    }

    /// Whether it waits, and its time has come.
    pub fn is_due(&self, now: NaiveDateTime) -> bool {
        self.state == LetterState::Waiting && self.next_try_at.is_some_and(|at| at <= now)
    }

    /// Whether it can be sent again by hand: its text is still there, and it opens nothing.
    pub fn is_repeatable(&self) -> bool {
        self.state == LetterState::Waiting || (!self.is_sealed && self.text.is_some())
    }
}

/// Takes a letter for an attempt.
pub fn hold(conn: &mut Conn, id: LetterId, now: NaiveDateTime) -> QueryResult<()> {
    let until = now + TimeDelta::seconds(HELD_SECONDS);
    diesel::update(letters::table.find(id)).set(letters::next_try_at.eq(until)).execute(conn).map(drop)
}

/// Ends a letter; of a sealed one the text goes.
pub fn end(conn: &mut Conn, letter: &StoredLetter, state: LetterState, now: NaiveDateTime) -> QueryResult<()> {
    let set = (letters::state.eq(state), letters::ended_at.eq(now), letters::next_try_at.eq(None::<NaiveDateTime>));
    diesel::update(letters::table.find(letter.id)).set(set).execute(conn)?;
    if letter.is_sealed {
        let none = (letters::text.eq(None::<String>), letters::html.eq(None::<String>));
        diesel::update(letters::table.find(letter.id)).set(none).execute(conn)?;
    }
    Ok(())
}

/// Writes down an attempt, with the head of the letter as it went.
pub fn note(conn: &mut Conn, letter: &StoredLetter, attempt: &NewAttempt<'_>, headers: &str) -> QueryResult<()> {
    attempt::insert(conn, letter.id, attempt)?;
    let set = (letters::tries.eq(letter.tries + 1), letters::headers.eq(headers));
    diesel::update(letters::table.find(letter.id)).set(set).execute(conn).map(drop)
}

/// Puts a letter that was tried so often back for later, or gives it up; says when it is tried again.
pub fn put_back(conn: &mut Conn, letter: &StoredLetter, tries: i32, now: NaiveDateTime) -> QueryResult<Option<NaiveDateTime>> {
    let Some(minutes) = usize::try_from(tries - 1).ok().and_then(|place| WAITS.get(place)) else {
        end(conn, letter, LetterState::Failed, now)?;
        return Ok(None);
    };
    let at = now + TimeDelta::minutes(*minutes);
    diesel::update(letters::table.find(letter.id)).set(letters::next_try_at.eq(at)).execute(conn)?;
    Send { letter: letter.id }.enqueue_at(conn, at, now)?;
    Ok(Some(at))
}

/// Sends a letter once more: one that waits now instead of later, of any other a copy with a name of its own, as mailboxes drop what they
/// have had already. Returns the letter that goes out.
pub fn resend(conn: &mut Conn, id: LetterId, actor: &Actor, now: NaiveDateTime) -> AppResult<LetterId> {
    let letter = StoredLetter::locked(conn, id)?;
    if !letter.is_repeatable() {
        return Err(AppError::Conflict(
            "This letter cannot be sent again: what it said is gone. Have it written anew where it came from, such as an invitation on the page of the person.",
        ));
    }
    let again = if letter.state == LetterState::Waiting {
        diesel::update(letters::table.find(id)).set(letters::next_try_at.eq(now)).execute(conn)?;
        id
    } else {
        copy(conn, &letter, now)?
    };
    Send { letter: again }.enqueue(conn, now)?;
    record(conn, "letter.resent", &letter, actor, now)?;
    Ok(again)
}

fn copy(conn: &mut Conn, letter: &StoredLetter, now: NaiveDateTime) -> QueryResult<LetterId> {
    let key = format!("{:032x}", rand::random::<u128>());
    let new = NewLetter {
        kind: &letter.kind,
        message_key: &key,
        recipient: &letter.recipient,
        subject: &letter.subject,
        text: letter.text.as_deref().unwrap_or(""),
        html: letter.html.as_deref(),
        reply_to: &letter.reply_to,
        unsubscribe: &letter.unsubscribe,
        is_sealed: false,
        is_personal: letter.is_personal,
    };
    insert(conn, &new, now)
}

/// Calls a letter off that waits.
pub fn cancel(conn: &mut Conn, id: LetterId, actor: &Actor, now: NaiveDateTime) -> AppResult<StoredLetter> {
    let letter = StoredLetter::locked(conn, id)?;
    if letter.state != LetterState::Waiting {
        return Err(AppError::Conflict("This letter does not wait any more, so there is nothing to call off."));
    }
    end(conn, &letter, LetterState::Cancelled, now)?;
    record(conn, "letter.cancelled", &letter, actor, now)?;
    Ok(letter)
}

fn record(conn: &mut Conn, kind: &'static str, letter: &StoredLetter, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    let detail = json!({ "kind": letter.kind });
    let change = Change { kind, subject: "letter", key: letter.id.number(), label: &letter.subject, detail, cache_tags: Vec::new() };
    change.record(conn, actor, now)
}

/// Files jobs for letters that have waited for one for ten minutes: a job was lost with a table that somebody has emptied, or given up.
pub fn find_stranded(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    let stranded = letters::table
        .filter(letters::state.eq(LetterState::Waiting))
        .filter(letters::next_try_at.lt(now - TimeDelta::minutes(10)))
        .order((letters::next_try_at, letters::id))
        .select(letters::id)
        .limit(200);
    let jobs: Vec<Send> = stranded.load(conn)?.into_iter().map(|letter| Send { letter }).collect();
    if !jobs.is_empty() {
        Send::enqueue_all(&jobs, conn, now)?;
    }
    Ok(jobs.len())
}

/// Deletes letters that ended so many days ago, a batch at a time; says whether there may be more. 0 days: none.
pub fn prune(conn: &mut Conn, days: u32, now: NaiveDateTime) -> QueryResult<bool> {
    const BATCH: i64 = 500;
    if days == 0 {
        return Ok(false);
    }
    let old = letters::table.filter(letters::ended_at.lt(now - TimeDelta::days(i64::from(days)))).order((letters::ended_at, letters::id));
    let ids: Vec<LetterId> = old.select(letters::id).limit(BATCH).load(conn)?;
    diesel::delete(letters::table.filter(letters::id.eq_any(&ids))).execute(conn)?;
    Ok(ids.len() as i64 == BATCH)
}

/// Deletes every letter to an address, whatever became of it.
pub fn forget(conn: &mut Conn, recipient: &str) -> QueryResult<usize> {
    diesel::delete(letters::table.filter(letters::recipient.eq(recipient))).execute(conn)
}

#[cfg(test)]
mod tests {
    use super::WAITS;

    #[test]
    fn a_letter_is_tried_for_two_days_at_growing_distances() {
        assert!(WAITS.is_sorted());
        let hours = WAITS.iter().sum::<i64>() / 60;
        assert!((47..=72).contains(&hours), "{hours}");
    }
}
