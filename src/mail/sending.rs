//! A letter on its way: taken out of the outbox, handed over, and what was answered written down.
//!
//! Three steps, so that no transaction is open while a mail server thinks. Taking it moves its time on, so that another job that
//! comes meanwhile finds it not due; should this process die in between, it is due again before its job is.

use super::{
    Answer, Letter, Outcome, Sheet, dkim,
    model::{
        attempt::NewAttempt,
        dkim_key,
        letter::{self, LetterId, LetterState, StoredLetter},
        suppression::{self, Reason},
    },
    seal::Seal,
};
use crate::{
    db::Conn,
    error::AppResult,
    jobs::{JobEnv, JobResult},
    journal::Actor,
};
use chrono::NaiveDateTime;
use std::time::Instant;

/// A letter that was taken, readable.
struct Taken {
    stored: StoredLetter,
    letter: Letter,
    /// Selector and private key.
    key: Option<(String, String)>,
}

/// Sends a letter, if it is due and nobody has called it off.
pub fn send(env: &JobEnv, id: LetterId) -> JobResult {
    let now = env.now();
    let Some(taken) = env.db.write_here(|conn| take(conn, id, now))? else { return Ok(()) };
    let begun = Instant::now();
    let answer = hand_over(env, &taken);
    let took_ms = i32::try_from(begun.elapsed().as_millis()).unwrap_or(i32::MAX);
    env.db.write_here(|conn| settle(conn, &taken.stored, &answer, took_ms, env.now()))?;
    if answer.outcome != Outcome::Taken {
        log::warn!("letter {id} ({}) was not taken: {}", taken.stored.kind, answer.words);
    }
    Ok(())
}

fn take(conn: &mut Conn, id: LetterId, now: NaiveDateTime) -> AppResult<Option<Taken>> {
    use diesel::OptionalExtension;
    let Some(stored) = StoredLetter::locked(conn, id).optional()?.filter(|letter| letter.is_due(now)) else { return Ok(None) };
    if !stored.is_personal && suppression::has(conn, &stored.recipient)? {
        letter::end(conn, &stored, LetterState::Suppressed, now)?;
        return Ok(None);
    }
    let seal = Seal::load(conn, now)?;
    let plain = |text: &String| if stored.is_sealed { seal.open(&stored.message_key, text) } else { Some(text.clone()) };
    let Some(text) = stored.text.as_ref().and_then(plain) else {
        letter::end(conn, &stored, LetterState::Failed, now)?; // its key is gone: nobody can read it any more
        return Ok(None);
    };
    let letter = Letter {
        to: stored.recipient.clone(),
        subject: stored.subject.clone(),
        text,
        html: stored.html.as_ref().and_then(plain),
        unsubscribe: (!stored.unsubscribe.is_empty()).then(|| stored.unsubscribe.clone()),
    };
    letter::hold(conn, id, now)?;
    Ok(Some(Taken { letter, key: dkim_key::signing(conn, &seal)?, stored }))
}

fn hand_over(env: &JobEnv, taken: &Taken) -> Answer {
    let dkim = taken.key.as_ref().and_then(|(selector, private)| {
        let config = dkim::config(env.mail.domain(), selector, private);
        config.inspect_err(|error| log::error!("letters go out without a signature: {error}")).ok()
    });
    let Taken { letter, stored, .. } = taken;
    env.mail.send(&Sheet { letter, key: &stored.message_key, reply_to: &stored.reply_to, dkim: dkim.as_ref() })
}

fn settle(conn: &mut Conn, taken: &StoredLetter, answer: &Answer, took_ms: i32, now: NaiveDateTime) -> AppResult<()> {
    let stored = StoredLetter::locked(conn, taken.id)?;
    letter::note(conn, &stored, &NewAttempt { at: now, took_ms, code: answer.code, answer: &answer.words }, &answer.headers)?;
    match answer.outcome {
        Outcome::Taken => letter::end(conn, &stored, LetterState::Sent, now)?,
        _ if stored.state != LetterState::Waiting => {} // called off while the server thought
        Outcome::Again => {
            letter::put_back(conn, &stored, stored.tries + 1, now)?;
        }
        Outcome::Refused => {
            letter::end(conn, &stored, LetterState::Failed, now)?;
            if is_no_mailbox(answer) {
                suppression::add(conn, &stored.recipient, Reason::Bounce, &answer.words, &Actor::default(), now)?;
            }
        }
    }
    Ok(())
}

/// Whether a mailbox does not exist and never will: by the enhanced code (RFC 3463, 3.2), as 550 alone is also said of spam.
fn is_no_mailbox(answer: &Answer) -> bool {
    let codes = ["5.1.1", "5.1.6", "5.1.10"];
    answer.words.split_whitespace().any(|word| codes.contains(&word.trim_matches(|sign: char| !sign.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_that_there_is_no_mailbox_is_a_bounce() {
        let said = |words: &str| {
            is_no_mailbox(&Answer { outcome: Outcome::Refused, code: Some(550), words: words.to_owned(), headers: String::new() })
        };
        assert!(said("5.1.1 User unknown") && said("#5.1.10 no") && said("No such user (5.1.1)"));
        assert!(!said("5.7.1 Looks like spam") && !said("No") && !said("15.1.1"));
    }
}
