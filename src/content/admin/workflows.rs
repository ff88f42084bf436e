//! Workflows in the admin: the list, the form with its steps, deletion.

use crate::{
    content::{
        forms::workflow::{STEP_ASKED, STEP_NAMES, WorkflowForm, value_of},
        model::{
            category::Topics,
            entry::Kind,
            tree,
            workflow::{self, MOST_STEPS, Target, Workflow, WorkflowId, changes, lists},
        },
        paths,
    },
    db::Conn,
    error::{AppError, AppResult},
    site::{Page, page::count},
    web::{
        ctx::Ctx,
        form::{Confirmed, FormErrors, Submitted},
        methods::{post, read},
        person::{Right, Role},
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::HashMap;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::WORKFLOWS, read().to(index))
        .route(paths::WORKFLOWS, post().to(create))
        .route("/admin/workflows/new", read().to(new))
        .route("/admin/workflows/{id}", read().to(edit))
        .route("/admin/workflows/{id}", post().to(update))
        .route("/admin/workflows/{id}/deletion", read().to(deletion))
        .route("/admin/workflows/{id}/deletion", post().to(destroy));
}

/// A workflow in the list.
struct Row {
    workflow: Workflow,
    steps: Vec<String>,
    covers: Vec<String>,
    in_review: i64,
}

#[derive(Template)]
#[template(path = "content/admin/workflows/index.html")]
struct Index {
    page: Page,
    rows: Vec<Row>,
}

/// `GET /admin/workflows` — all of them, with their steps and what they cover.
async fn index(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let all = Workflow::all(conn)?;
        let mut steps = workflow::steps(conn, &all.iter().map(|one| one.id).collect::<Vec<_>>())?;
        let covers = workflow::assignments(conn)?;
        let in_review: HashMap<WorkflowId, i64> = changes::in_review(conn)?.into_iter().collect();
        let row = |workflow: Workflow| Row {
            steps: steps.remove(&workflow.id).unwrap_or_default().into_iter().map(|step| step.name).collect(),
            covers: covers.iter().filter(|(id, ..)| *id == workflow.id).map(|(.., name)| name.clone()).collect(),
            in_review: in_review.get(&workflow.id).copied().unwrap_or(0),
            workflow,
        };
        Ok(Index { rows: all.into_iter().map(row).collect(), page: Page::admin(conn, visit)? })
    })
    .await
}

/// `GET /admin/workflows/new` — a form with one step.
async fn new(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    form_page(&ctx, None, Some(WorkflowForm::empty()), FormErrors::none()).await
}

/// `GET /admin/workflows/{id}` — the form with what is stored.
async fn edit(ctx: Ctx, id: web::Path<WorkflowId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    form_page(&ctx, Some(id.into_inner()), None, FormErrors::none()).await
}

/// `POST /admin/workflows` — makes a workflow, or only arranges the form.
async fn create(ctx: Ctx, form: Submitted<WorkflowForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    store(&ctx, None, form.into_inner()).await
}

/// `POST /admin/workflows/{id}` — saves it, or only arranges the form.
async fn update(ctx: Ctx, id: web::Path<WorkflowId>, form: Submitted<WorkflowForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    store(&ctx, Some(id.into_inner()), form.into_inner()).await
}

async fn store(ctx: &Ctx, id: Option<WorkflowId>, form: WorkflowForm) -> AppResult<HttpResponse> {
    if let Some(arranged) = form.arranged() {
        return form_page(ctx, id, Some(arranged), FormErrors::none()).await;
    }
    match save(ctx, id, &form).await {
        Ok(()) => ctx.flash(format!("Saved the workflow “{}”.", form.name)).see_other(paths::WORKFLOWS),
        Err(AppError::Invalid(errors)) => form_page(ctx, id, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

async fn save(ctx: &Ctx, id: Option<WorkflowId>, form: &WorkflowForm) -> AppResult<()> {
    let (wanted, actor, now) = (form.check()?, ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| match id {
            Some(id) => changes::change(conn, id, &wanted, &actor, now),
            None => changes::create(conn, &wanted, &actor, now).map(drop),
        })
        .await
}

/// Something to tick: value, label, whether it is ticked.
type Tick = (String, String, bool);

/// A step as the form draws it.
struct StepField {
    number: usize,
    name: String,
    name_id: &'static str,
    asked_id: &'static str,
    roles: Vec<Tick>,
    people: Vec<Tick>,
    is_first: bool,
    is_last: bool,
    is_only: bool,
}

#[derive(Template)]
#[template(path = "content/admin/workflows/edit.html")]
struct EditWorkflow {
    page: Page,
    /// What is stored; `None` for a new one.
    own: Option<Workflow>,
    in_review: i64,
    form: WorkflowForm,
    errors: FormErrors,
    steps: Vec<StepField>,
    covers: Vec<Tick>,
    branches: Vec<(String, String)>,
    categories: Vec<(String, String)>,
}

impl EditWorkflow {
    fn action(&self) -> String {
        self.own.as_ref().map_or_else(|| paths::WORKFLOWS.to_owned(), |own| paths::workflow(own.id))
    }

    fn is_full(&self) -> bool {
        self.steps.len() >= MOST_STEPS
    }
}

/// Draws the form: with what was typed, else with what is stored.
async fn form_page(ctx: &Ctx, id: Option<WorkflowId>, form: Option<WorkflowForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let own = id.map(|id| Workflow::find(conn, id)).transpose()?;
        let form = match (form, &own) {
            (Some(form), _) => form,
            (None, Some(own)) => stored(conn, own)?,
            (None, None) => WorkflowForm::empty(),
        };
        let none = |label: &str| (String::new(), label.to_owned());
        let branches =
            tree::find(conn, "", 500)?.into_iter().map(|page| (page.id.to_string(), format!("{} · {}", page.address(), page.title)));
        let categories = visit.pages.remembered::<Topics>(conn)?.choices();
        Ok(EditWorkflow {
            page: Page::admin(conn, visit)?,
            in_review: changes::in_review(conn)?.into_iter().find(|(of, _)| Some(*of) == id).map_or(0, |(_, count)| count),
            steps: step_fields(&form, &lists::possible_approvers(conn)?),
            covers: covers(conn, &form)?,
            branches: [none("None")].into_iter().chain(branches).collect(),
            categories: [none("None")].into_iter().chain(categories).collect(),
            own,
            form,
            errors,
        })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

fn stored(conn: &mut Conn, own: &Workflow) -> AppResult<WorkflowForm> {
    let steps = workflow::steps(conn, &[own.id])?.remove(&own.id).unwrap_or_default();
    let covers = workflow::assignments(conn)?.into_iter().filter(|(id, ..)| *id == own.id).map(|(_, target, _)| target);
    Ok(WorkflowForm::of(own, &steps, &covers.collect::<Vec<_>>()))
}

fn step_fields(form: &WorkflowForm, people: &[(String, String)]) -> Vec<StepField> {
    let steps = form.steps();
    let last = steps.len().saturating_sub(1);
    let field = |(number, step): (usize, workflow::Step)| StepField {
        number,
        name_id: STEP_NAMES[number],
        asked_id: STEP_ASKED[number],
        roles: Role::that_may(Right::Publish)
            .map(|role| (format!("{number}-role-{role}"), format!("Every {}", role.word()), step.roles.iter().any(|it| it == role.word())))
            .collect(),
        people: people
            .iter()
            .map(|(key, name)| (format!("{number}-person-{key}"), name.clone(), step.people.iter().any(|it| it.to_string() == *key)))
            .collect(),
        name: step.name,
        is_first: number == 0,
        is_last: number == last,
        is_only: last == 0,
    };
    steps.into_iter().enumerate().map(field).collect()
}

/// The two kinds, and whatever else is ticked.
fn covers(conn: &mut Conn, form: &WorkflowForm) -> AppResult<Vec<Tick>> {
    let targets = form.targets();
    let kinds = Kind::ALL.iter().map(|kind| Target::Kind(*kind)).map(|target| {
        let label = if target == Target::Kind(Kind::Post) { "All posts" } else { "All pages" };
        (value_of(target), label.to_owned(), targets.contains(&target))
    });
    let others = changes::names(conn, &targets)?.into_iter().map(|(target, name)| (value_of(target), name, true));
    Ok(kinds.chain(others).collect())
}

#[derive(Template)]
#[template(path = "content/admin/workflows/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    workflow: Workflow,
    /// “2 submissions are”.
    in_review: Option<String>,
    covers: Vec<String>,
}

/// `GET /admin/workflows/{id}/deletion` — asks, and says what is in review.
async fn deletion(ctx: Ctx, id: web::Path<WorkflowId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    ctx.draw(move |conn| {
        let workflow = Workflow::find(conn, id)?;
        let waiting = changes::in_review(conn)?.into_iter().find(|(of, _)| *of == id).map(|(_, count)| count);
        let covers = workflow::assignments(conn)?.into_iter().filter(|(of, ..)| *of == id).map(|(.., name)| name).collect();
        let in_review = waiting.map(|number| count(number, "submission is", "submissions are"));
        Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, workflow, in_review, covers })
    })
    .await
}

/// `POST /admin/workflows/{id}/deletion` — deletes it; what is in review goes on.
async fn destroy(ctx: Ctx, id: web::Path<WorkflowId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let gone = ctx.db.write(move |conn| changes::delete(conn, id, &actor, now)).await?;
    ctx.flash(format!("Deleted the workflow “{}”.", gone.name)).see_other(paths::WORKFLOWS)
}
