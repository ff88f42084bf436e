//! Submissions: a revision handed in for review, and what became of it.

use super::{Step, WorkflowId};
use crate::{
    content::model::{
        entry::{Entry, EntryId},
        revision::RevisionId,
    },
    db::{
        Conn,
        statement::{filled, kept},
    },
    error::AppResult,
    schema::{submission_decisions, submissions, users},
    text_enum, typed_id,
    web::person::{Person, Right, UserId},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashMap;

typed_id!(
    /// Names a submission.
    SubmissionId
);
typed_id!(
    /// Names a decision about a submission.
    DecisionId
);

text_enum!(
    /// Where a submission is.
    State {
        /// Waits for those asked at its step.
        InReview = "in_review",
        /// Somebody asked for changes; to be handed in again.
        ChangesAsked = "changes_asked",
        /// Every step was approved; visitors do not see it yet.
        Approved = "approved",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// Visitors see it.
        Published = "published",
    }
);

impl State {
    /// Class and words, for `span.state`.
    pub fn shown(self) -> (&'static str, &'static str) {
        match self {
            State::InReview => ("is-review", "In review"),
            State::ChangesAsked => ("is-bad", "Changes asked for"),
            State::Approved => ("is-scheduled", "Approved"),
            State::Withdrawn => ("is-draft", "Withdrawn"),
            State::Published => ("is-live", "Published"),
        }
    }
}

text_enum!(
    /// What happens once the last step is approved.
    Afterwards {
        /// It goes out at once.
        Now = "now",
        /// It goes out at a set time.
        At = "at",
        /// Its author publishes it.
        Author = "author",
    }
);

text_enum!(
    /// What somebody did with a submission.
    Verdict {
        /// Handed it in.
        Submitted = "submitted",
        /// Approved a step.
        Approved = "approved",
        /// Asked for changes.
        ChangesAsked = "changes_asked",
        /// Took it back.
        Withdrawn = "withdrawn",
        /// Saved a newer revision, which is the one in review from then on.
        Edited = "edited",
        /// The same, and what was approved is asked again.
        AskedAgain = "asked_again",
        /// It went out.
        Published = "published",
        /// Somebody published it before it was approved.
        PassedOver = "passed_over",
    }
);

/// A revision handed in for review.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = submissions)]
pub struct Submission {
    /// Key.
    pub id: SubmissionId,
    /// Of which entry.
    pub entry_id: EntryId,
    /// The same while it is the one that counts.
    pub current_entry_id: Option<EntryId>,
    /// `None`: the built-in one, or one that is deleted.
    pub workflow_id: Option<WorkflowId>,
    /// As it was called.
    pub workflow_name: String,
    /// Whether an edit after an approval asks again.
    pub asks_again: bool,
    steps: String,
    pub(super) step: i32,
    /// Where it is.
    pub state: State,
    /// What is looked at; `None` once that is pruned.
    pub revision_id: Option<RevisionId>,
    /// Its number within the entry.
    pub revision_number: i32,
    /// Who handed it in.
    pub submitted_by_id: UserId,
    /// When, UTC.
    pub submitted_at: NaiveDateTime,
    /// When something became of it last, UTC.
    pub changed_at: NaiveDateTime,
    /// What happens once it is approved.
    pub afterwards: Afterwards,
    /// When it is to go out, if at a set time.
    pub publish_at: Option<NaiveDateTime>,
}

impl Submission {
    /// The submission with this key.
    pub fn find(conn: &mut Conn, id: SubmissionId) -> QueryResult<Submission> {
        Submission::query().find(id).first(conn)
    }

    /// The submission with its entry, both locked. Whoever decides begins with this, before anything is read without a lock: what
    /// is read then is as new as the lock.
    pub(super) fn lock(conn: &mut Conn, id: SubmissionId) -> QueryResult<(Entry, Submission)> {
        let entry: EntryId = submissions::table.find(id).select(submissions::entry_id).for_update().first(conn)?;
        Ok((Entry::lock(conn, entry)?, Submission::query().find(id).for_update().first(conn)?))
    }

    /// The one that counts for an entry, locked; the caller holds the lock on the entry.
    pub(super) fn lock_current(conn: &mut Conn, entry: EntryId) -> QueryResult<Option<Submission>> {
        Submission::query().filter(submissions::current_entry_id.eq(entry)).for_update().first(conn).optional()
    }

    /// The one that counts for an entry.
    pub fn current(conn: &mut Conn, entry: EntryId) -> QueryResult<Option<Submission>> {
        Submission::query().filter(submissions::current_entry_id.eq(entry)).first(conn).optional()
    }

    /// The steps as they were when it was handed in.
    pub fn steps(&self) -> Vec<Step> {
        serde_json::from_str(&self.steps).unwrap_or_default()
    }

    /// The number of the step it waits at, from 0.
    pub fn step(&self) -> usize {
        usize::try_from(self.step).unwrap_or(0)
    }

    /// The step it waits at.
    pub fn present_step(&self) -> Option<Step> {
        (self.state == State::InReview).then(|| self.steps().into_iter().nth(self.step())).flatten()
    }

    /// Whether approving the present step approves all.
    pub fn is_at_last_step(&self) -> bool {
        self.step() + 1 >= self.steps().len()
    }

    /// Whether this person is asked now, and may answer: nobody approves what is one's own, unless one may publish it anyway.
    pub fn may_be_approved_by(&self, person: &Person, author: UserId) -> bool {
        let own = self.submitted_by_id == person.id || author == person.id;
        self.present_step().is_some_and(|step| step.asks(person)) && (!own || person.may_any(Right::Write))
    }

    /// Whether this person may read it: those asked at any step, who handed it in, its author, editors.
    pub fn may_be_read_by(&self, person: &Person, author: UserId) -> bool {
        let theirs = self.submitted_by_id == person.id || author == person.id || person.may_any(Right::Write);
        theirs || self.steps().iter().any(|step| step.asks(person))
    }

    /// Whether this person may take it back.
    pub fn may_be_withdrawn_by(&self, person: &Person, author: UserId) -> bool {
        let open = self.current_entry_id.is_some() && matches!(self.state, State::InReview | State::Approved);
        open && (self.submitted_by_id == person.id || author == person.id || person.may_any(Right::Write))
    }
}

/// Where the current submissions of these entries are.
pub fn states(conn: &mut Conn, of: &[EntryId]) -> QueryResult<HashMap<EntryId, State>> {
    let of = filled(of).into_iter().map(Some);
    let current = submissions::table.filter(submissions::current_entry_id.eq_any(of)).select((submissions::entry_id, submissions::state));
    let rows: Vec<(EntryId, State)> = kept(current).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// What somebody did with a submission, as it is listed.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = submission_decisions, base_query = submission_decisions::table.inner_join(submissions::table)
    .left_join(users::table.on(users::id.nullable().eq(submission_decisions::user_id))))]
pub struct Decision {
    /// Key.
    pub id: DecisionId,
    /// About which.
    pub submission_id: SubmissionId,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// Who; `None` is the program.
    #[diesel(select_expression = users::name.nullable())]
    pub who: Option<String>,
    /// By key.
    pub user_id: Option<UserId>,
    /// What.
    pub verdict: Verdict,
    /// At which step, from 0.
    pub step: i32,
    /// Of which revision.
    #[diesel(select_expression = submission_decisions::revision_number)]
    pub revision_number: i32,
    /// Why.
    pub words: String,
    #[diesel(select_expression = submissions::steps)]
    steps: String,
}

impl Decision {
    /// The decision with this key.
    pub fn find(conn: &mut Conn, id: DecisionId) -> QueryResult<Decision> {
        Decision::query().filter(submission_decisions::id.eq(id)).first(conn)
    }

    /// What became of one submission, newest first; bounded by 100.
    pub fn about(conn: &mut Conn, submission: SubmissionId) -> QueryResult<Vec<Decision>> {
        let own = Decision::query().filter(submission_decisions::submission_id.eq(submission));
        own.order(submission_decisions::id.desc()).limit(100).load(conn)
    }

    /// What became of an entry's submissions, newest first; bounded by 20.
    pub fn of_entry(conn: &mut Conn, entry: EntryId) -> QueryResult<Vec<Decision>> {
        let own = Decision::query().filter(submissions::entry_id.eq(entry));
        own.order(submission_decisions::id.desc()).limit(20).load(conn)
    }

    /// What was done, as the rest of a sentence that begins with a name.
    pub fn deed(&self) -> String {
        let step = || {
            let steps: Vec<Step> = serde_json::from_str(&self.steps).unwrap_or_default();
            let name = usize::try_from(self.step).ok().and_then(|step| steps.into_iter().nth(step)).map(|step| step.name);
            name.map(|name| format!(", step “{name}”")).unwrap_or_default()
        };
        let number = self.revision_number;
        match self.verdict {
            Verdict::Submitted => format!("submitted revision {number}"),
            Verdict::Approved => format!("approved revision {number}{}", step()),
            Verdict::ChangesAsked => format!("asked for changes to revision {number}{}", step()),
            Verdict::Withdrawn => "withdrew it".to_owned(),
            Verdict::Edited => format!("saved revision {number}, which is in review now"),
            Verdict::AskedAgain => format!("saved revision {number}; what was approved is asked again"),
            Verdict::Published => format!("let revision {number} go live"),
            Verdict::PassedOver => format!("published revision {number} without waiting for the review"),
        }
    }

    /// Class of its knot in a `stay-list`.
    pub fn class(&self) -> &'static str {
        match self.verdict {
            Verdict::Approved | Verdict::Published => "is-done",
            Verdict::ChangesAsked => "is-danger",
            Verdict::AskedAgain | Verdict::PassedOver => "is-warn",
            Verdict::Submitted | Verdict::Withdrawn | Verdict::Edited => "",
        }
    }
}

/// Writes a decision down about a submission as it is.
pub(super) fn decide(
    conn: &mut Conn,
    submission: &Submission,
    verdict: Verdict,
    words: &str,
    by: Option<UserId>,
    now: NaiveDateTime,
) -> AppResult<DecisionId> {
    let row = (
        submission_decisions::submission_id.eq(submission.id),
        submission_decisions::at.eq(now),
        submission_decisions::user_id.eq(by),
        submission_decisions::verdict.eq(verdict),
        submission_decisions::step.eq(submission.step),
        submission_decisions::revision_number.eq(submission.revision_number),
        submission_decisions::words.eq(words),
    );
    diesel::insert_into(submission_decisions::table).values(row).execute(conn)?;
    Ok(diesel::select(crate::db::last_insert_id()).get_result(conn)?)
}
