//! Messages of visitors: taken in, settled, deleted.
//!
//! The same message sent twice within a day is one: whoever presses the button twice, or loads the page again, finds it received. What
//! the filter thinks spam waits among the spam; what a person decides about it, the filter learns, once for each message.

use super::form::{ContactForm, FormId};
use crate::{
    community::spam::{self, Class, Sent},
    contact::jobs::TellRecipients,
    db::{Conn, last_insert_id},
    error::AppResult,
    jobs::Job,
    journal::{Actor, Change},
    schema::contact_messages,
    text_enum, typed_id,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};

typed_id!(
    /// Names a message.
    MessageId
);

text_enum!(
    /// Where a message lies.
    MessageState {
        /// Nobody has dealt with it yet.
        New = "new",
        /// Somebody has.
        Done = "done",
        /// Nobody wants it.
        Spam = "spam",
    }
);

text_enum!(
    /// What the filter has learnt from a message.
    Learnt {
        /// Nothing yet.
        Nothing = "",
        /// That it was wanted.
        Wanted = "wanted",
        /// That it was spam.
        Spam = "spam",
    }
);

text_enum!(
    /// What somebody decides about a message.
    Decision {
        /// It is dealt with.
        Done = "done",
        /// It is not, after all.
        Reopen = "reopen",
        /// Nobody wants it.
        Spam = "spam",
        /// The filter was wrong.
        Wanted = "wanted",
    }
);

/// Days after which spam goes.
const SPAM_DAYS: i64 = 30;

/// A message.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = contact_messages)]
pub struct Message {
    /// Key.
    pub id: MessageId,
    /// The form by which it came; `None`: that is gone.
    pub form_id: Option<FormId>,
    /// The title of its page then.
    pub page_title: String,
    /// Who wrote it.
    pub name: String,
    /// The address to answer to.
    pub email: String,
    /// What it is about, or empty.
    pub subject: String,
    /// What it says: plain text.
    pub body: String,
    /// What the browser called itself.
    pub agent: String,
    /// Seconds from drawing the form to sending it.
    pub seconds: Option<i32>,
    /// Something stood in the field that people do not see.
    pub trapped: bool,
    /// What the filter thinks, in thousandths.
    pub score: i32,
    /// Why, one a line.
    pub reasons: String,
    /// Where it lies.
    pub state: MessageState,
    /// What the filter has learnt from it.
    pub learnt: Learnt,
    /// When it came, UTC.
    pub created_at: NaiveDateTime,
}

/// A message as it comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Who writes.
    pub name: String,
    /// The address to answer to.
    pub email: String,
    /// What it is about, or empty.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// What the browser calls itself, at most 255 characters.
    pub agent: String,
    /// Seconds from drawing the form to sending it; `None`: unknown.
    pub seconds: Option<i64>,
    /// Something stood in the field that people do not see.
    pub trapped: bool,
}

impl NewMessage {
    fn fingerprint(&self, form: FormId, now: NaiveDateTime) -> Vec<u8> {
        let mut hash = Sha256::new();
        for part in [&form.to_string(), &now.date().to_string(), &self.name, &self.email, &self.subject, &self.body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().to_vec()
    }

    fn words(&self) -> String {
        format!("{}\n{}", self.subject, self.body)
    }
}

/// Takes a message in; `None`: it was here already. What is not spam is mailed by a job.
pub fn receive(conn: &mut Conn, form: FormId, new: &NewMessage, actor: &Actor, now: NaiveDateTime) -> AppResult<Option<MessageId>> {
    let (form, page) = ContactForm::open(conn, form)?;
    let text = new.words();
    let sent = Sent {
        name: &new.name,
        email: &new.email,
        website: "",
        text: &text,
        agent: &new.agent,
        seconds: new.seconds,
        trapped: new.trapped,
    };
    let opinion = spam::judge(conn, &sent)?;
    let is_spam = opinion.is_spam();
    let title: String = page.title.chars().take(300).collect();
    let row = (
        (contact_messages::form_id.eq(form.id), contact_messages::page_title.eq(title)),
        (contact_messages::name.eq(&new.name), contact_messages::email.eq(&new.email)),
        (contact_messages::subject.eq(&new.subject), contact_messages::body.eq(&new.body)),
        (contact_messages::agent.eq(&new.agent), contact_messages::trapped.eq(new.trapped)),
        contact_messages::seconds.eq(new.seconds.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX))),
        contact_messages::score.eq((opinion.score.clamp(0.0, 1.0) * 1000.0).round() as i32),
        contact_messages::reasons.eq(opinion.reasons.join("\n")),
        contact_messages::state.eq(if is_spam { MessageState::Spam } else { MessageState::New }),
        contact_messages::learnt.eq(Learnt::Nothing),
        contact_messages::fingerprint.eq(new.fingerprint(form.id, now)),
        contact_messages::created_at.eq(now),
    );
    if diesel::insert_or_ignore_into(contact_messages::table).values(row).execute(conn)? == 0 {
        return Ok(None);
    }
    let id: MessageId = diesel::select(last_insert_id()).get_result(conn)?;
    record(conn, "message.received", id, &page.title, actor, now)?;
    if !is_spam {
        TellRecipients { message: id }.enqueue(conn, now)?;
    }
    Ok(Some(id))
}

impl Message {
    /// A message.
    pub fn find(conn: &mut Conn, id: MessageId) -> QueryResult<Message> {
        Message::query().find(id).first(conn)
    }

    fn words(&self) -> String {
        format!("{}\n{}", self.subject, self.body)
    }

    fn sent<'a>(&'a self, words: &'a str) -> Sent<'a> {
        Sent {
            name: &self.name,
            email: &self.email,
            website: "",
            text: words,
            agent: &self.agent,
            seconds: self.seconds.map(i64::from),
            trapped: self.trapped,
        }
    }
}

/// Settles a message as somebody has decided; the filter learns from it.
pub fn decide(conn: &mut Conn, id: MessageId, decision: Decision, actor: &Actor, now: NaiveDateTime) -> AppResult<Message> {
    let message = Message::query().find(id).for_update().first(conn)?;
    let (state, lesson, kind) = match decision {
        Decision::Done => (MessageState::Done, Learnt::Wanted, "message.settled"),
        Decision::Reopen => (MessageState::New, message.learnt, "message.reopened"),
        Decision::Spam => (MessageState::Spam, Learnt::Spam, "message.called_spam"),
        Decision::Wanted => (MessageState::New, Learnt::Wanted, "message.called_wanted"),
    };
    if state == message.state && lesson == message.learnt {
        return Ok(message);
    }
    teach(conn, &message, lesson)?;
    let set = (contact_messages::state.eq(state), contact_messages::learnt.eq(lesson));
    diesel::update(contact_messages::table.find(id)).set(set).execute(conn)?;
    if message.state == MessageState::Spam && state == MessageState::New {
        TellRecipients { message: id }.enqueue(conn, now)?; // it was held back until now
    }
    record(conn, kind, id, &message.page_title, actor, now)?;
    Ok(Message { state, learnt: lesson, ..message })
}

/// Makes the filter forget what it has learnt from a message, and learn this.
fn teach(conn: &mut Conn, message: &Message, lesson: Learnt) -> AppResult<()> {
    if message.learnt == lesson {
        return Ok(());
    }
    let words = message.words();
    let sent = message.sent(&words);
    if let Some(class) = class(message.learnt) {
        spam::forget(conn, &sent, class)?;
    }
    class(lesson).map_or(Ok(()), |class| spam::learn(conn, &sent, class))
}

fn class(learnt: Learnt) -> Option<Class> {
    match learnt {
        Learnt::Nothing => None,
        Learnt::Wanted => Some(Class::Wanted),
        Learnt::Spam => Some(Class::Spam),
    }
}

/// Deletes a message; what the filter has learnt from it stays.
pub fn delete(conn: &mut Conn, id: MessageId, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let message = Message::query().find(id).for_update().first(conn)?;
    diesel::delete(contact_messages::table.find(id)).execute(conn)?;
    Ok(record(conn, "message.deleted", id, &message.page_title, actor, now)?)
}

/// Deletes spam that is a month old, and every message older than so many days; 0: none. A batch at a time; says whether there may
/// be more.
pub fn sweep(conn: &mut Conn, days: u32, now: NaiveDateTime) -> QueryResult<bool> {
    const BATCH: i64 = 500;
    let mut ids: Vec<MessageId> = Vec::new();
    let days = i64::from(days);
    for state in MessageState::ALL {
        let kept = match (state, days) {
            (MessageState::Spam, 0) => SPAM_DAYS,
            (MessageState::Spam, days) => SPAM_DAYS.min(days),
            (_, 0) => continue,
            (_, days) => days,
        };
        let old = contact_messages::table.filter(contact_messages::state.eq(*state));
        let old = old.filter(contact_messages::created_at.lt(now - TimeDelta::days(kept)));
        let order = (contact_messages::created_at, contact_messages::id);
        ids.extend(old.order(order).select(contact_messages::id).limit(BATCH).load::<MessageId>(conn)?);
    }
    diesel::delete(contact_messages::table.filter(contact_messages::id.eq_any(&ids))).execute(conn)?;
    Ok(ids.len() as i64 >= BATCH)
}

/// The journal outlives messages, so it says by which page one came, not who wrote it.
fn record(conn: &mut Conn, kind: &'static str, id: MessageId, page: &str, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    Change { kind, subject: "message", key: id.number(), label: page, detail: json!({}), cache_tags: Vec::new() }.record(conn, actor, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_on_one_day_are_one_message() {
        let new = |name: &str, body: &str| NewMessage {
            name: name.to_owned(),
            email: "ada@example.org".to_owned(),
            subject: String::new(),
            body: body.to_owned(),
            agent: String::new(),
            seconds: Some(9),
            trapped: false,
        };
        let day: NaiveDateTime = "2026-12-01T10:00:00".parse().expect("a time");
        let of = |new: &NewMessage, at| new.fingerprint(1.into(), at);
        let one = new("Ada", "Hi");
        assert_eq!(of(&one, day), of(&NewMessage { seconds: None, ..one.clone() }, day + TimeDelta::hours(2)));
        assert_ne!(of(&one, day), of(&one, day + TimeDelta::days(1)));
        assert_ne!(of(&new("Ada", "Hi"), day), of(&new("Ad", "aHi"), day));
        assert_ne!(one.fingerprint(1.into(), day), one.fingerprint(2.into(), day));
    }
}
