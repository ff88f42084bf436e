//! What follows for a submission when its entry is edited or goes live, and who may let an entry go live.
//!
//! Saving a newer draft moves what is in review, or approved, to that draft: what is approved is always what goes out. Where the
//! workflow asks again, steps that were approved before are asked anew, from the first on; else their approvals stand.

use super::{
    cover,
    letters::{self, About},
    review::{ask, record, settle},
    submission::{Decision, State, Submission, Verdict, decide},
};
use crate::{
    content::model::{
        entry::{Entry, EntryId},
        revision::{Draft, Revision, RevisionId},
    },
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::{submission_decisions, submissions},
    web::{
        form::FormErrors,
        person::{Person, Right},
    },
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// A newer revision was saved. The caller holds the lock on the entry.
pub fn edited(conn: &mut Conn, entry: &Entry, revision: RevisionId, number: i32, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let Some(mut submission) = Submission::lock_current(conn, entry.id)? else { return Ok(()) };
    if !matches!(submission.state, State::InReview | State::Approved) {
        return Ok(());
    }
    let again = submission.asks_again && submission.step() > 0;
    submission.revision_id = Some(revision);
    submission.revision_number = number;
    if again {
        submission.step = 0;
        submission.state = State::InReview;
    }
    let set = (
        submissions::revision_id.eq(revision),
        submissions::revision_number.eq(number),
        submissions::step.eq(submission.step),
        submissions::state.eq(submission.state),
        submissions::changed_at.eq(now),
    );
    diesel::update(submissions::table.find(submission.id)).set(set).execute(conn)?;
    if again {
        let decision = decide(conn, &submission, Verdict::AskedAgain, "", actor.user, now)?;
        ask(conn, &submission, now)?;
        letters::ask(conn, &submission, entry, decision, actor, now)?;
        return record(conn, "entry.submitted", entry, &submission, actor, now);
    }
    // Somebody who saves ten times in a row has one line.
    let last = Decision::about(conn, submission.id)?.into_iter().next();
    if let Some(last) = last.filter(|last| last.verdict == Verdict::Edited && last.user_id == actor.user) {
        let set = (submission_decisions::revision_number.eq(number), submission_decisions::at.eq(now));
        diesel::update(submission_decisions::table.find(last.id)).set(set).execute(conn)?;
        return Ok(());
    }
    decide(conn, &submission, Verdict::Edited, "", actor.user, now)?;
    Ok(())
}

/// A revision took the place of another whose words it has: what was in review, or approved, is that one now.
pub fn amended(conn: &mut Conn, entry: EntryId, from: RevisionId, to: RevisionId, number: i32) -> QueryResult<()> {
    let current = submissions::table
        .filter(submissions::current_entry_id.eq(entry))
        .filter(submissions::revision_id.eq(from))
        .filter(submissions::state.eq_any([State::InReview, State::Approved]));
    diesel::update(current).set((submissions::revision_id.eq(to), submissions::revision_number.eq(number))).execute(conn).map(drop)
}

/// Visitors see a revision from now on: a submission of it, or of an older one, is done. The caller holds the lock on the entry.
pub fn went_live(conn: &mut Conn, entry: &Entry, live: &Revision, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let Some(mut submission) = Submission::lock_current(conn, entry.id)? else { return Ok(()) };
    if submission.revision_number > live.number {
        return Ok(());
    }
    let approved = submission.state == State::Approved;
    submission.revision_number = live.number;
    let verdict = if approved { Verdict::Published } else { Verdict::PassedOver };
    let decision = decide(conn, &submission, verdict, "", actor.user, now)?;
    settle(conn, &submission, State::Published, false, now)?;
    letters::tell(conn, &submission, entry, decision, About::Published, actor, now)
}

/// Refuses to change at once what visitors see of an entry, beside its words, to those who would have to hand that in.
pub fn may_amend(conn: &mut Conn, entry: &Entry, person: &Person, change: impl Fn(&mut Draft)) -> AppResult<()> {
    if !entry.is_live() || person.may_any(Right::Write) {
        return Ok(());
    }
    if !person.may(Right::Publish) {
        return Err(AppError::Forbidden("Your role does not change what visitors see. Ask an editor."));
    }
    let Some(newest) = entry.latest_revision_id else { return Ok(()) };
    let mut draft = Revision::find(conn, newest)?.draft();
    change(&mut draft);
    match cover::of(conn, entry.kind, &draft, Some(entry), person)? {
        None => Ok(()),
        Some(cover) => {
            let sentence =
                format!("The workflow “{}” covers this entry. Make the change in the editor, and submit it for review.", cover.name);
            Err(FormErrors::whole(sentence).into())
        }
    }
}

/// Whether this person may let the newest revision, which says `draft`, go live.
///
/// Asked by `release` under the lock: refuses who must hand it in, and writes down when somebody who may do everything passes a review
/// over.
pub fn may_release(conn: &mut Conn, entry: &Entry, draft: &Draft, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    if !person.may(Right::Publish) {
        return Err(FormErrors::whole("Your role writes and submits. Submit it for review; an editor lets it go out.").into());
    }
    let current = Submission::lock_current(conn, entry.id)?;
    let approved = |one: &Submission| one.state == State::Approved && one.revision_id == entry.latest_revision_id;
    if current.as_ref().is_some_and(approved) {
        return Ok(());
    }
    let waits = current.as_ref().is_some_and(|one| one.state == State::InReview);
    let cover = cover::of(conn, entry.kind, draft, Some(entry), person)?;
    if !waits && cover.is_none() {
        return Ok(());
    }
    if !person.may_any(Right::Write) {
        let sentence = match cover.filter(|_| !waits) {
            None => "This entry is in review, so it goes out when it is approved. To change that, withdraw it first.".to_owned(),
            Some(cover) => {
                format!("The workflow “{}” covers this entry. Submit it for review; it goes out when it is approved.", cover.name)
            }
        };
        return Err(FormErrors::whole(sentence).into());
    }
    let workflow = current.filter(|_| waits).map(|one| one.workflow_name).or(cover.map(|cover| cover.name));
    let detail = json!({ "workflow": workflow, "revision": entry.latest_revision_id });
    let kind = "entry.published_past_review";
    Change { kind, subject: "entry", key: entry.id.number(), label: &entry.title, detail, cache_tags: Vec::new() }
        .record(conn, actor, now)?;
    Ok(())
}
