//! Who gets which letter: those asked at a step; who handed it in and its author. Never who has just acted, nor who cannot log in.

use super::submission::{Decision, DecisionId, State, Submission, SubmissionId};
use crate::{
    content::{
        jobs::ReviewLetter,
        model::{
            entry::{Entry, EntryState},
            reach::Ground,
        },
    },
    db::Conn,
    jobs::Job,
    journal::Actor,
    schema::users,
    text_enum,
    web::person::{Grant, Reach, Right, Role, UserId},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

text_enum!(
    /// What a letter is about.
    About {
        /// Somebody is asked to approve.
        Asked = "asked",
        /// All steps are approved.
        Approved = "approved",
        /// Somebody asks for changes.
        ChangesAsked = "changes_asked",
        /// Visitors see it.
        Published = "published",
    }
);

/// Letters that one decision may cause.
const MOST: i64 = 200;

/// Writes to those whom the present step asks; `decision` is what made it wait for them.
pub(super) fn ask(
    conn: &mut Conn,
    submission: &Submission,
    entry: &Entry,
    decision: DecisionId,
    actor: &Actor,
    now: NaiveDateTime,
) -> QueryResult<()> {
    let Some(step) = submission.present_step() else { return Ok(()) };
    let roles: Vec<Role> = step.roles().collect();
    let asked: Vec<(UserId, Role, Reach)> = users::table
        .filter(users::disabled_at.is_null())
        .filter(users::password_hash.is_not_null())
        .filter(users::role.eq_any(roles).or(users::id.eq_any(step.people)))
        .order(users::id)
        .select((users::id, users::role, users::reach))
        .limit(MOST)
        .load(conn)?;
    let own = |id: UserId| id == submission.submitted_by_id || id == entry.author_id;
    let able = asked.into_iter().filter(|(id, role, _)| !own(*id) || role.grant(Right::Write) == Grant::Any);
    let mut readers = Vec::new();
    for (id, _, reach) in able.filter(|(id, ..)| Some(*id) != actor.user) {
        if Ground::of_user(conn, id, reach)?.holds(conn, entry)? {
            readers.push(id);
        }
    }
    send(conn, readers.into_iter(), submission, decision, About::Asked, now)
}

/// Writes to who handed it in, and to its author.
pub(super) fn tell(
    conn: &mut Conn,
    submission: &Submission,
    entry: &Entry,
    decision: DecisionId,
    about: About,
    actor: &Actor,
    now: NaiveDateTime,
) -> crate::error::AppResult<()> {
    let told: Vec<UserId> = users::table
        .filter(users::id.eq_any([submission.submitted_by_id, entry.author_id]))
        .filter(users::disabled_at.is_null())
        .filter(users::password_hash.is_not_null())
        .order(users::id)
        .select(users::id)
        .load(conn)?;
    Ok(send(conn, told.into_iter().filter(|id| Some(*id) != actor.user), submission, decision, about, now)?)
}

fn send(
    conn: &mut Conn,
    to: impl Iterator<Item = UserId>,
    submission: &Submission,
    decision: DecisionId,
    about: About,
    now: NaiveDateTime,
) -> QueryResult<()> {
    let letter = |to| ReviewLetter { to, submission: submission.id, decision, about: about.word().to_owned(), step: submission.step };
    let letters: Vec<ReviewLetter> = to.map(letter).collect();
    ReviewLetter::enqueue_all(&letters, conn, now)
}

/// What a letter needs to be written.
#[derive(Debug)]
pub struct Matter {
    /// What is handed in.
    pub submission: Submission,
    /// Of which entry.
    pub entry: Entry,
    /// What happened.
    pub decision: Decision,
    /// Title of the newest draft.
    pub title: String,
    /// Name of who handed it in.
    pub submitter: String,
}

/// Reads what a letter needs; `None` when nobody needs it any more: who was asked is not, or the entry is in the trash.
pub fn matter(conn: &mut Conn, letter: &ReviewLetter) -> QueryResult<Option<Matter>> {
    let Some(submission) = Submission::query().find(letter.submission).first(conn).optional()? else { return Ok(None) };
    let id: SubmissionId = submission.id;
    let waits = submission.state == State::InReview && submission.step == letter.step;
    let entry = Entry::find(conn, submission.entry_id)?;
    if entry.state == EntryState::Trashed || (letter.about == About::Asked.word() && !waits) {
        log::debug!("submission {id}: a letter is not needed any more");
        return Ok(None);
    }
    let decision = Decision::find(conn, letter.decision)?;
    let submitter = users::table.find(submission.submitted_by_id).select(users::name).first(conn)?;
    let title = super::lists::title_of(conn, &submission, &entry)?;
    Ok(Some(Matter { submission, entry, decision, title, submitter }))
}
