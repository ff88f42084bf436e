//! What admins do with workflows: make, change, delete.
//!
//! What is in review keeps the steps that it was handed in with, whatever happens here.

use super::{MOST, Step, StepId, Target, Workflow, WorkflowId, submission::State};
use crate::{
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::{categories, entries, submissions, workflow_assignments, workflow_step_approvers, workflow_steps, workflows},
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    result::{
        DatabaseErrorKind::{ForeignKeyViolation, UniqueViolation},
        Error::DatabaseError,
    },
};
use serde_json::json;

/// What an admin asks for.
#[derive(Debug, Clone)]
pub struct NewWorkflow {
    /// Name shown.
    pub name: String,
    /// Whether an edit after an approval asks again.
    pub asks_again: bool,
    /// In order; each with somebody who may approve.
    pub steps: Vec<Step>,
    /// What it covers.
    pub covers: Vec<Target>,
}

/// Makes a workflow.
pub fn create(conn: &mut Conn, wanted: &NewWorkflow, actor: &Actor, now: NaiveDateTime) -> AppResult<WorkflowId> {
    if workflows::table.count().get_result::<i64>(conn)? >= MOST {
        return Err(AppError::invalid("name", "There are 200 workflows already, which is the most. Delete one first."));
    }
    let row = (
        workflows::name.eq(&wanted.name),
        workflows::asks_again.eq(wanted.asks_again),
        workflows::created_at.eq(now),
        workflows::changed_at.eq(now),
    );
    diesel::insert_into(workflows::table).values(row).execute(conn).map_err(clash)?;
    let id: WorkflowId = diesel::select(last_insert_id()).get_result(conn)?;
    fill(conn, id, wanted)?;
    record(conn, "workflow.created", id, wanted, actor, now)?;
    Ok(id)
}

/// Puts other steps and assignments in the place of those there are.
pub fn change(conn: &mut Conn, id: WorkflowId, wanted: &NewWorkflow, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    workflows::table.find(id).select(workflows::id).for_update().first::<WorkflowId>(conn)?;
    let set = (workflows::name.eq(&wanted.name), workflows::asks_again.eq(wanted.asks_again), workflows::changed_at.eq(now));
    diesel::update(workflows::table.find(id)).set(set).execute(conn).map_err(clash)?;
    diesel::delete(workflow_steps::table.filter(workflow_steps::workflow_id.eq(id))).execute(conn)?;
    diesel::delete(workflow_assignments::table.filter(workflow_assignments::workflow_id.eq(id))).execute(conn)?;
    fill(conn, id, wanted)?;
    record(conn, "workflow.changed", id, wanted, actor, now)
}

/// Deletes a workflow; what is in review goes on by the steps it was handed in with.
pub fn delete(conn: &mut Conn, id: WorkflowId, actor: &Actor, now: NaiveDateTime) -> AppResult<Workflow> {
    let workflow: Workflow = Workflow::query().find(id).for_update().first(conn)?;
    diesel::delete(workflows::table.find(id)).execute(conn)?;
    let detail = json!({});
    Change { kind: "workflow.deleted", subject: "workflow", key: id.number(), label: &workflow.name, detail, cache_tags: Vec::new() }
        .record(conn, actor, now)?;
    Ok(workflow)
}

/// How many submissions of each workflow are in review.
pub fn in_review(conn: &mut Conn) -> QueryResult<Vec<(WorkflowId, i64)>> {
    submissions::table
        .filter(submissions::workflow_id.is_not_null())
        .filter(submissions::state.eq(State::InReview))
        .group_by(submissions::workflow_id)
        .select((submissions::workflow_id.assume_not_null(), diesel::dsl::count_star()))
        .load(conn)
}

/// Writes steps with their approvers, and assignments: five statements, however many there are.
fn fill(conn: &mut Conn, id: WorkflowId, wanted: &NewWorkflow) -> AppResult<()> {
    let rows: Vec<_> = (0_i32..)
        .zip(&wanted.steps)
        .map(|(position, step)| {
            (workflow_steps::workflow_id.eq(id), workflow_steps::position.eq(position), workflow_steps::name.eq(&step.name))
        })
        .collect();
    diesel::insert_into(workflow_steps::table).values(rows).execute(conn)?;
    let keys: Vec<StepId> = workflow_steps::table
        .filter(workflow_steps::workflow_id.eq(id))
        .order(workflow_steps::position)
        .select(workflow_steps::id)
        .load(conn)?;
    let mut approvers = Vec::new();
    for (key, step) in keys.iter().zip(&wanted.steps) {
        let row = |role, person| {
            (workflow_step_approvers::step_id.eq(*key), workflow_step_approvers::role.eq(role), workflow_step_approvers::user_id.eq(person))
        };
        approvers.extend(step.roles.iter().map(|role| row(Some(role.clone()), None)));
        approvers.extend(step.people.iter().map(|person| row(None, Some(*person))));
    }
    let gone = |error| match error {
        DatabaseError(ForeignKeyViolation, _) => AppError::invalid("steps", "Somebody who was chosen is gone. Choose again."),
        other => other.into(),
    };
    diesel::insert_into(workflow_step_approvers::table).values(approvers).execute(conn).map_err(gone)?;
    assign(conn, id, &wanted.covers)
}

fn assign(conn: &mut Conn, id: WorkflowId, covers: &[Target]) -> AppResult<()> {
    if let Some((holder, _, name)) = super::assignments(conn)?.into_iter().find(|(_, target, _)| covers.contains(target)) {
        let holder = Workflow::find(conn, holder)?.name;
        return Err(AppError::invalid("covers", format!("{name}: this belongs to the workflow “{holder}”. Take it away there first.")));
    }
    let rows: Vec<_> = covers
        .iter()
        .map(|target| {
            let (kind, page, category) = match *target {
                Target::Kind(kind) => (Some(kind), None, None),
                Target::Branch(page) => (None, Some(page), None),
                Target::Category(category) => (None, None, Some(category)),
            };
            (
                workflow_assignments::workflow_id.eq(id),
                workflow_assignments::kind.eq(kind),
                workflow_assignments::page_id.eq(page),
                workflow_assignments::category_id.eq(category),
            )
        })
        .collect();
    let refused = |error| match error {
        DatabaseError(ForeignKeyViolation, _) => AppError::invalid("covers", "A page or category that was chosen is gone. Choose again."),
        DatabaseError(UniqueViolation, _) => {
            AppError::invalid("covers", "One of these has just been given to another workflow. Look there first.")
        }
        other => other.into(),
    };
    diesel::insert_into(workflow_assignments::table).values(rows).execute(conn).map_err(refused)?;
    Ok(())
}

fn record(conn: &mut Conn, kind: &'static str, id: WorkflowId, wanted: &NewWorkflow, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let detail = json!({ "steps": wanted.steps, "asks_again": wanted.asks_again });
    Change { kind, subject: "workflow", key: id.number(), label: &wanted.name, detail, cache_tags: Vec::new() }.record(conn, actor, now)?;
    Ok(())
}

fn clash(error: diesel::result::Error) -> AppError {
    match &error {
        DatabaseError(UniqueViolation, _) => AppError::invalid("name", "There is already a workflow of this name. Choose another one."),
        _ => error.into(),
    }
}

/// Pages that are chosen as branches, and the names of categories, for the form.
pub fn names(conn: &mut Conn, targets: &[Target]) -> QueryResult<Vec<(Target, String)>> {
    let pages: Vec<_> = targets.iter().filter_map(|target| if let Target::Branch(id) = target { Some(*id) } else { None }).collect();
    let topics: Vec<_> = targets.iter().filter_map(|target| if let Target::Category(id) = target { Some(*id) } else { None }).collect();
    let pages: Vec<(super::EntryId, String)> =
        entries::table.filter(entries::id.eq_any(pages)).order(entries::path).select((entries::id, entries::title)).load(conn)?;
    let topics: Vec<(super::CategoryId, String)> = categories::table
        .filter(categories::id.eq_any(topics))
        .order(categories::path)
        .select((categories::id, categories::name))
        .load(conn)?;
    let pages = pages.into_iter().map(|(id, title)| (Target::Branch(id), format!("“{title}” and the pages below it")));
    Ok(pages.chain(topics.into_iter().map(|(id, name)| (Target::Category(id), format!("Posts in {name}, or below it")))).collect())
}
