//! The page of a submission: what is looked at, who said what, and the buttons to answer.

use super::preview::show_draft;
use crate::{
    accounts::model::user::User,
    content::{
        forms::review::{Answer, AnswerForm},
        model::{
            entry::{Entry, EntryState},
            reach::{self, Ground},
            revision::{self, Revision},
            workflow::{
                Step, lists,
                review::{self, Answered, NOT_YOURS},
                submission::{Afterwards, Decision, State, Submission, SubmissionId},
            },
        },
        paths,
    },
    db::Conn,
    error::{AppError, AppResult},
    site::{Page, SiteSettings},
    web::{
        ctx::{Ctx, Visit},
        form::{Confirmed, FormErrors, Submitted},
        methods::{post, read},
        person::{Person, Right},
        render::private,
    },
};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use chrono::TimeZone;
use chrono_tz::Tz;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/reviews/{id}", read().to(show))
        .route("/admin/reviews/{id}/preview", read().to(preview))
        .route("/admin/reviews/{id}/approval", post().to(approve))
        .route("/admin/reviews/{id}/changes", post().to(ask_for_changes))
        .route("/admin/reviews/{id}/withdrawal", post().to(withdraw));
}

/// A step as it is shown: its name, who approves it, the class of its knot.
struct StepShown {
    name: String,
    asked: String,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "content/admin/reviews/show.html")]
struct Show {
    page: Page,
    submission: Submission,
    entry: Entry,
    title: String,
    submitter: String,
    steps: Vec<StepShown>,
    history: Vec<Decision>,
    form: AnswerForm,
    errors: FormErrors,
    may_answer: bool,
    may_withdraw: bool,
    may_edit: bool,
    /// What differs from what visitors see.
    changes: Option<String>,
    /// Why somebody who is asked may not answer, or who could if nobody can.
    hint: Option<&'static str>,
}

impl Show {
    fn is_trashed(&self) -> bool {
        self.entry.state == EntryState::Trashed
    }

    /// What happens once it is approved, as the rest of a sentence.
    fn plan(&self) -> String {
        match (self.submission.afterwards, self.submission.publish_at) {
            (Afterwards::Now, _) => "it goes out at once.".to_owned(),
            (Afterwards::At, Some(at)) => format!("it goes out on {}.", self.page.full_moment(&at)),
            _ => "its author publishes it.".to_owned(),
        }
    }

    /// The revision that visitors see, to compare with.
    fn live(&self) -> bool {
        self.entry.is_live()
    }
}

/// The submission with its entry, if this person has to do with it.
fn may_read(conn: &mut Conn, id: SubmissionId, person: &Person) -> AppResult<(Submission, Entry)> {
    let submission = Submission::find(conn, id)?;
    let entry = Entry::find(conn, submission.entry_id)?;
    if submission.may_be_read_by(person, entry.author_id) { Ok((submission, entry)) } else { Err(AppError::Forbidden(NOT_YOURS)) }
}

/// `GET /admin/reviews/{id}` — what is handed in, what was said, and the answer to give.
async fn show(ctx: Ctx, id: web::Path<SubmissionId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    page_of(&ctx, &person, *id, None, FormErrors::none(), StatusCode::OK).await
}

/// `POST /admin/reviews/{id}/approval` — approves the step.
async fn approve(ctx: Ctx, id: web::Path<SubmissionId>, form: Submitted<AnswerForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let form = form.into_inner();
    let zone = zone_for(&ctx, &person, *id).await?;
    let (id, actor, now, by) = (*id, ctx.actor(), ctx.now(), person.clone());
    let answered = match form.check_approval(zone) {
        Ok(Answer { seen, words, plan }) => ctx.db.write(move |conn| review::approve(conn, id, seen, &words, plan, &by, &actor, now)).await,
        Err(errors) => Err(errors.into()),
    };
    finish(&ctx, &person, id, form, answered).await
}

/// `POST /admin/reviews/{id}/changes` — gives it back with words.
async fn ask_for_changes(ctx: Ctx, id: web::Path<SubmissionId>, form: Submitted<AnswerForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let form = form.into_inner();
    zone_for(&ctx, &person, *id).await?;
    let (id, actor, now, by) = (*id, ctx.actor(), ctx.now(), person.clone());
    let answered = match form.check_changes() {
        Ok(Answer { seen, words, .. }) => ctx.db.write(move |conn| review::ask_for_changes(conn, id, seen, &words, &by, &actor, now)).await,
        Err(errors) => Err(errors.into()),
    };
    finish(&ctx, &person, id, form, answered).await
}

/// `POST /admin/reviews/{id}/withdrawal` — takes it back.
async fn withdraw(ctx: Ctx, id: web::Path<SubmissionId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (id, actor, now) = (*id, ctx.actor(), ctx.now());
    ctx.db.write(move |conn| review::withdraw(conn, id, &person, &actor, now)).await?;
    ctx.flash("Withdrawn. Nobody is asked any more.").see_other(paths::review(id))
}

/// The time zone in which the form is read, for who may read and answer it. It is asked before the transaction, which begins with locks.
async fn zone_for(ctx: &Ctx, person: &Person, id: SubmissionId) -> AppResult<Tz> {
    let person = person.clone();
    ctx.db
        .read(move |conn| {
            let (_, entry) = may_read(conn, id, &person)?;
            reach::within(conn, &entry, &person)?;
            Ok(SiteSettings::load(conn)?.time_zone)
        })
        .await
}

async fn finish(ctx: &Ctx, person: &Person, id: SubmissionId, form: AnswerForm, answered: AppResult<Answered>) -> AppResult<HttpResponse> {
    let sentence = match answered {
        Ok(Answered::Overtaken(sentence)) => {
            return page_of(ctx, person, id, Some(form), FormErrors::whole(sentence), StatusCode::CONFLICT).await;
        }
        Err(AppError::Invalid(errors)) => {
            return page_of(ctx, person, id, Some(form), told_here(errors), StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        Err(other) => return Err(other),
        Ok(Answered::Asked(step)) => format!("Approved. The next step is asked: {step}."),
        Ok(Answered::Approved) => "Approved. Its author can publish it.".to_owned(),
        Ok(Answered::Live) => "Approved and published. Visitors see it now.".to_owned(),
        Ok(Answered::Scheduled(_)) => "Approved. It goes out by itself at the time that is set.".to_owned(),
        Ok(Answered::ChangesAsked) => "Asked for changes. Its author gets a letter with your words.".to_owned(),
        Ok(Answered::Already) => "You have answered this already.".to_owned(),
    };
    ctx.flash(sentence).see_other(paths::review(id))
}

/// What stands in the way of going out is mended in the editor: it has no field here.
fn told_here(errors: FormErrors) -> FormErrors {
    let is_here = |field: &str| ["words", "when", "publish_date"].contains(&field);
    let elsewhere: Vec<String> = errors.fields().filter(|(field, _)| !is_here(field)).map(|(_, sentence)| sentence.to_owned()).collect();
    if elsewhere.is_empty() {
        return errors;
    }
    let way_out = "So it cannot go out, and was not approved. Mend it in the editor, or approve it and leave publishing to its author.";
    let mut told = FormErrors::none();
    elsewhere.into_iter().chain([way_out.to_owned()]).for_each(|sentence| told.merge(FormErrors::whole(sentence)));
    told
}

/// Draws the page: with what was typed when an answer was not taken.
async fn page_of(
    ctx: &Ctx,
    person: &Person,
    id: SubmissionId,
    form: Option<AnswerForm>,
    errors: FormErrors,
    status: StatusCode,
) -> AppResult<HttpResponse> {
    let (visit, person) = (ctx.visit(), person.clone());
    let view = ctx.db.read(move |conn| load(conn, visit, &person, id, form, errors)).await?;
    private(HttpResponse::build(status), &view)
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, id: SubmissionId, form: Option<AnswerForm>, errors: FormErrors) -> AppResult<Show> {
    let (submission, entry) = may_read(conn, id, person)?;
    let page = Page::admin(conn, visit)?;
    let names = submission.present_step().map_or(Ok(Vec::new()), |step| lists::names_asked(conn, &step))?;
    let is_within = Ground::of(conn, person)?.holds(conn, &entry)?;
    let may_answer = is_within && submission.may_be_approved_by(person, entry.author_id);
    let asked = submission.present_step().is_some_and(|step| step.asks(person));
    let hint = match (submission.state, asked, may_answer, names.is_empty()) {
        (State::InReview, _, _, true) => {
            Some("Nobody who could approve this step can log in. An editor can publish it, or it can be withdrawn.")
        }
        (State::InReview, true, ..) if !is_within => {
            Some("It stands outside of the branches that you write in, so somebody else has to answer.")
        }
        (State::InReview, true, false, _) => Some("This is your own, so somebody else who is asked has to answer."),
        _ => None,
    };
    // What was typed is kept, but for what was in front of the person: that is what stands here now.
    let (revision, step) = (submission.revision_id.map(|id| id.to_string()).unwrap_or_default(), submission.step().to_string());
    let form = AnswerForm { revision, step, ..form.unwrap_or_else(|| planned(&submission, page.site.time_zone)) };
    Ok(Show {
        title: lists::title_of(conn, &submission, &entry)?,
        submitter: User::find(conn, submission.submitted_by_id)?.name,
        steps: submission.steps().into_iter().enumerate().map(|(number, step)| shown(&submission, number, step, &names)).collect(),
        history: Decision::about(conn, id)?,
        may_withdraw: is_within && submission.may_be_withdrawn_by(person, entry.author_id),
        may_edit: reach::may_change(conn, &entry, person)?,
        changes: changes(conn, &entry, &submission, person)?,
        page,
        submission,
        entry,
        form,
        errors,
        may_answer,
        hint,
    })
}

/// The form as who handed it in wishes it.
fn planned(submission: &Submission, zone: Tz) -> AnswerForm {
    let local = submission.publish_at.map(|at| zone.from_utc_datetime(&at));
    AnswerForm {
        when: submission.afterwards.word().to_owned(),
        publish_date: local.map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default(),
        publish_time: local.map(|at| at.format("%H:%M").to_string()).unwrap_or_default(),
        ..AnswerForm::default()
    }
}

fn shown(submission: &Submission, number: usize, step: Step, names: &[String]) -> StepShown {
    let present = submission.state == State::InReview && submission.step() == number;
    let class = match (number < submission.step(), present) {
        (true, _) => "is-done",
        (_, true) => "is-now",
        _ => "",
    };
    let asked = if present { names.join(", ") } else { String::new() };
    StepShown { name: step.name, asked, class }
}

/// Where the revision in review is compared with the live one, for those who may read both.
fn changes(conn: &mut Conn, entry: &Entry, submission: &Submission, person: &Person) -> AppResult<Option<String>> {
    let may_read = reach::may_change(conn, entry, person)?;
    let Some(live) = entry.live_revision_id.filter(|live| may_read && submission.revision_id != Some(*live)) else {
        return Ok(None);
    };
    let live = revision::number(conn, live)?;
    Ok(Some(format!("{}?from={live}&to={}", paths::revisions(entry.id), submission.revision_number)))
}

/// `GET /admin/reviews/{id}/preview` — the revision in review, in the theme; also for those who may read nothing else of it.
async fn preview(ctx: Ctx, id: web::Path<SubmissionId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, id) = (ctx.visit(), *id);
    ctx.draw(move |conn| {
        let (submission, entry) = may_read(conn, id, &person)?;
        let revision = submission.revision_id.ok_or(AppError::NotFound)?;
        let draft = Revision::find(conn, revision)?.draft();
        show_draft(conn, visit, entry.kind, Some(revision), &draft)
    })
    .await
}
