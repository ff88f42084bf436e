//! What people do with a submission: hand in, approve, ask for changes, take back.
//!
//! A submission is about one revision. Whoever answers says which revision and which step was in front of them; an answer to
//! something else is not taken, and says what happened instead. Pressing a button twice does it once. Nobody approves what is
//! one's own, unless one may publish it anyway.

use super::{
    cover,
    letters::{self, About},
    submission::{Afterwards, Decision, State, Submission, SubmissionId, Verdict, decide},
};
use crate::{
    content::model::{
        entry::{Entry, EntryId, EntryState},
        reach,
        release::{Release, Released, release},
        revision::{Revision, RevisionId},
    },
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::{submission_asked, submissions},
    web::{form::FormErrors, person::Person},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// Characters that words to the others may have.
pub const MOST_WORDS: usize = 2000;

/// What is wanted once the last step is approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// It goes out at once.
    Now,
    /// It goes out then, UTC; at once, if that has passed.
    At(NaiveDateTime),
    /// Its author publishes it.
    Author,
}

impl Plan {
    /// As it is stored.
    pub fn stored(self) -> (Afterwards, Option<NaiveDateTime>) {
        match self {
            Plan::Now => (Afterwards::Now, None),
            Plan::At(at) => (Afterwards::At, Some(at)),
            Plan::Author => (Afterwards::Author, None),
        }
    }
}

/// What was in front of somebody who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The revision.
    pub revision: RevisionId,
    /// Number of the step, from 0.
    pub step: i32,
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// The next step is asked; its name.
    Asked(String),
    /// Everything is approved; its author publishes it.
    Approved,
    /// Everything is approved, and visitors see it.
    Live,
    /// Everything is approved, and it goes out then, UTC.
    Scheduled(NaiveDateTime),
    /// It is with its author again.
    ChangesAsked,
    /// It was answered already, by the same person.
    Already,
    /// Not taken: what happened in between, as a sentence.
    Overtaken(String),
}

/// Hands the newest revision in. What is in review already stays as it is.
pub fn submit(conn: &mut Conn, id: EntryId, plan: Plan, words: &str, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::lock(conn, id)?;
    if entry.state == EntryState::Trashed {
        return Err(AppError::Conflict("This entry lies in the trash. Restore it first."));
    }
    let current = Submission::lock_current(conn, id)?;
    let newest = entry.latest_revision_id.ok_or(AppError::Conflict("This entry has no text yet. Save it first."))?;
    if entry.live_revision_id == Some(newest) {
        return Err(FormErrors::whole("Visitors see the newest draft already. There is nothing to review.").into());
    }
    if current.as_ref().is_some_and(|current| current.state != State::ChangesAsked) {
        return Ok(()); // in review or approved, and always of the newest revision
    }
    let revision = Revision::find(conn, newest)?;
    let draft = revision.draft();
    if draft.title.is_empty() {
        return Err(AppError::invalid("title", "Give it a title before it goes out."));
    }
    let Some(cover) = cover::of(conn, entry.kind, &draft, Some(&entry), person)? else {
        return Err(FormErrors::whole("No workflow covers this entry. Publish it yourself.").into());
    };
    if let Some(former) = current {
        diesel::update(submissions::table.find(former.id)).set(submissions::current_entry_id.eq(None::<EntryId>)).execute(conn)?;
    }
    let (afterwards, publish_at) = plan.stored();
    let row = (
        (
            submissions::entry_id.eq(id),
            submissions::current_entry_id.eq(id),
            submissions::workflow_id.eq(cover.workflow),
            submissions::workflow_name.eq(&cover.name),
            submissions::asks_again.eq(cover.asks_again),
            submissions::steps.eq(serde_json::to_string(&cover.steps)?),
            submissions::step.eq(0),
            submissions::state.eq(State::InReview),
        ),
        (
            submissions::revision_id.eq(newest),
            submissions::revision_number.eq(revision.number),
            submissions::submitted_by_id.eq(person.id),
            submissions::submitted_at.eq(now),
            submissions::changed_at.eq(now),
            submissions::afterwards.eq(afterwards),
            submissions::publish_at.eq(publish_at),
        ),
    );
    diesel::insert_into(submissions::table).values(row).execute(conn)?;
    let id: SubmissionId = diesel::select(last_insert_id()).get_result(conn)?;
    let submission = Submission::find(conn, id)?;
    let decision = decide(conn, &submission, Verdict::Submitted, words, Some(person.id), now)?;
    ask(conn, &submission, now)?;
    letters::ask(conn, &submission, &entry, decision, actor, now)?;
    record(conn, "entry.submitted", &entry, &submission, actor, now)
}

/// Approves the present step. The last one carries out the plan: that of who answers, else that of who handed it in.
#[allow(clippy::too_many_arguments)]
pub fn approve(
    conn: &mut Conn,
    id: SubmissionId,
    seen: Seen,
    words: &str,
    plan: Option<Plan>,
    person: &Person,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Answered> {
    let (entry, mut submission) = Submission::lock(conn, id)?;
    if let Some(stale) = stale(conn, &entry, &submission, seen, Verdict::Approved, person)? {
        return Ok(stale);
    }
    let decision = decide(conn, &submission, Verdict::Approved, words, Some(person.id), now)?;
    let last = submission.is_at_last_step();
    submission.step += 1;
    let steps = submissions::table.find(id);
    diesel::update(steps).set((submissions::step.eq(submission.step), submissions::changed_at.eq(now))).execute(conn)?;
    record(conn, "entry.approved", &entry, &submission, actor, now)?;
    if !last {
        ask(conn, &submission, now)?;
        letters::ask(conn, &submission, &entry, decision, actor, now)?;
        return Ok(Answered::Asked(submission.present_step().map(|step| step.name).unwrap_or_default()));
    }
    if let Some((afterwards, publish_at)) = plan.map(Plan::stored) {
        (submission.afterwards, submission.publish_at) = (afterwards, publish_at);
        let set = (submissions::afterwards.eq(afterwards), submissions::publish_at.eq(publish_at));
        diesel::update(submissions::table.find(id)).set(set).execute(conn)?;
    }
    settle(conn, &submission, State::Approved, true, now)?;
    let when = match (submission.afterwards, submission.publish_at) {
        (Afterwards::Now, _) => Some(Release::Now),
        (Afterwards::At, Some(at)) => Some(Release::At(at)),
        _ => None,
    };
    let released = when.map(|when| release(conn, entry.id, when, person, None, actor, now)).transpose()?;
    if released != Some(Released::Live) {
        letters::tell(conn, &submission, &entry, decision, About::Approved, actor, now)?; // or the letter that it is live says it all
    }
    Ok(match released {
        None => Answered::Approved,
        Some(Released::Live) => Answered::Live,
        Some(Released::Scheduled(at)) => Answered::Scheduled(at),
    })
}

/// Gives it back to its author, saying what is to be changed.
pub fn ask_for_changes(
    conn: &mut Conn,
    id: SubmissionId,
    seen: Seen,
    words: &str,
    person: &Person,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Answered> {
    let (entry, submission) = Submission::lock(conn, id)?;
    if let Some(stale) = stale(conn, &entry, &submission, seen, Verdict::ChangesAsked, person)? {
        return Ok(stale);
    }
    let decision = decide(conn, &submission, Verdict::ChangesAsked, words, Some(person.id), now)?;
    settle(conn, &submission, State::ChangesAsked, true, now)?;
    letters::tell(conn, &submission, &entry, decision, About::ChangesAsked, actor, now)?;
    record(conn, "entry.sent_back", &entry, &submission, actor, now)?;
    Ok(Answered::ChangesAsked)
}

/// Takes it back. A second time does nothing.
pub fn withdraw(conn: &mut Conn, id: SubmissionId, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let (entry, submission) = Submission::lock(conn, id)?;
    if !submission.may_be_read_by(person, entry.author_id) {
        return Err(AppError::Forbidden(NOT_YOURS));
    }
    reach::within(conn, &entry, person)?;
    if submission.state == State::Withdrawn {
        return Ok(());
    }
    if !submission.may_be_withdrawn_by(person, entry.author_id) {
        return Err(AppError::Conflict("This cannot be withdrawn: it is decided already, or somebody else handed it in."));
    }
    decide(conn, &submission, Verdict::Withdrawn, "", Some(person.id), now)?;
    settle(conn, &submission, State::Withdrawn, false, now)?;
    record(conn, "entry.recalled", &entry, &submission, actor, now)
}

/// What people are told who have nothing to do with a submission.
pub const NOT_YOURS: &str = "You were not asked to review this. Ask an editor.";

/// Why an answer is not taken, if so: the moment has passed, or it is not this person's to give.
fn stale(
    conn: &mut Conn,
    entry: &Entry,
    submission: &Submission,
    seen: Seen,
    verdict: Verdict,
    person: &Person,
) -> AppResult<Option<Answered>> {
    if !submission.may_be_read_by(person, entry.author_id) {
        return Err(AppError::Forbidden(NOT_YOURS));
    }
    reach::within(conn, entry, person)?;
    if entry.state == EntryState::Trashed {
        return Err(AppError::Conflict("This entry lies in the trash. It can be reviewed when it is restored."));
    }
    if submission.state != State::InReview || submission.step != seen.step || submission.revision_id != Some(seen.revision) {
        return overtaken(conn, submission, seen, verdict, person).map(Some);
    }
    if submission.may_be_approved_by(person, entry.author_id) {
        return Ok(None);
    }
    let sentence = match submission.present_step().is_some_and(|step| step.asks(person)) {
        true => "You cannot answer for your own entry. Somebody else who is asked at this step has to.",
        false => "You are not asked at this step.",
    };
    Err(FormErrors::whole(sentence).into())
}

fn overtaken(conn: &mut Conn, submission: &Submission, seen: Seen, verdict: Verdict, person: &Person) -> AppResult<Answered> {
    let decisions = Decision::about(conn, submission.id)?;
    let own = |one: &Decision| {
        one.user_id == Some(person.id)
            && one.verdict == verdict
            && one.step == seen.step
            && one.revision_number == submission.revision_number
    };
    // Of an older revision that was asked again, the answer of then counts for nothing.
    if submission.revision_id == Some(seen.revision) && decisions.iter().any(own) {
        return Ok(Answered::Already);
    }
    let last = decisions.first().map(|last| format!("{} {}.", last.who.as_deref().unwrap_or("Mainstay"), last.deed()));
    Ok(Answered::Overtaken(format!(
        "Your answer was not taken, because something happened since you opened this page: {} Look at it as it is now.",
        last.unwrap_or_default()
    )))
}

/// Asks whoever the present step names.
pub(super) fn ask(conn: &mut Conn, submission: &Submission, now: NaiveDateTime) -> AppResult<()> {
    dismiss(conn, submission.id)?;
    let Some(step) = submission.present_step() else { return Ok(()) };
    let row = |role, person| {
        (
            submission_asked::submission_id.eq(submission.id),
            submission_asked::role.eq(role),
            submission_asked::user_id.eq(person),
            submission_asked::asked_at.eq(now),
        )
    };
    let roles = step.roles.iter().map(|role| row(Some(role.clone()), None));
    let rows: Vec<_> = roles.chain(step.people.iter().map(|person| row(None, Some(*person)))).collect();
    diesel::insert_into(submission_asked::table).values(rows).execute(conn)?;
    Ok(())
}

/// Ends a submission's time of waiting; `current` is whether it still counts for its entry.
pub(super) fn settle(conn: &mut Conn, submission: &Submission, state: State, current: bool, now: NaiveDateTime) -> AppResult<()> {
    dismiss(conn, submission.id)?;
    let counts = current.then_some(submission.entry_id);
    let set = (submissions::state.eq(state), submissions::current_entry_id.eq(counts), submissions::changed_at.eq(now));
    diesel::update(submissions::table.find(submission.id)).set(set).execute(conn)?;
    Ok(())
}

fn dismiss(conn: &mut Conn, id: SubmissionId) -> QueryResult<()> {
    diesel::delete(submission_asked::table.filter(submission_asked::submission_id.eq(id))).execute(conn).map(drop)
}

/// One row in the journal. Visitors see nothing of it, so that no cached page follows.
pub(super) fn record(
    conn: &mut Conn,
    kind: &'static str,
    entry: &Entry,
    submission: &Submission,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    let detail = json!({ "submission": submission.id, "revision": submission.revision_number, "step": submission.step, "workflow": submission.workflow_name });
    Change { kind, subject: "entry", key: entry.id.number(), label: &entry.title, detail, cache_tags: Vec::new() }
        .record(conn, actor, now)?;
    Ok(())
}
