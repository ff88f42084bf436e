//! Which workflow an entry falls under.
//!
//! Of a page: that of the nearest branch above it or of itself, else that of all pages. Of a post: that of its main category or the
//! nearest above that, else that of all posts. What counts is where the newest draft stands; nobody slips out by a draft that moves:
//! while a live entry still stands elsewhere, that place counts too.

use super::{
    super::{
        category::{self, CategoryId},
        entry::{Entry, EntryId, Kind},
        revision::Draft,
    },
    Step, Workflow, WorkflowId, steps,
};
use crate::{
    db::Conn,
    schema::{categories, entries, workflow_assignments},
    web::person::{Person, Right, Role},
};
use diesel::prelude::*;

/// What is asked of a submission: the workflow as it is now, or the built-in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// `None` is the built-in one.
    pub workflow: Option<WorkflowId>,
    /// Name shown.
    pub name: String,
    /// Whether an edit after an approval asks again.
    pub asks_again: bool,
    /// In order, at least one.
    pub steps: Vec<Step>,
}

/// The workflow that covers an entry for this person: who may not publish is always covered, by one step at least.
pub fn of(conn: &mut Conn, kind: Kind, draft: &Draft, entry: Option<&Entry>, person: &Person) -> QueryResult<Option<Cover>> {
    let Some(id) = find(conn, kind, draft, entry)? else { return Ok((!person.may(Right::Publish)).then(built_in)) };
    let workflow = Workflow::find(conn, id)?;
    let steps = steps(conn, &[id])?.remove(&id).unwrap_or_default();
    Ok(Some(Cover { workflow: Some(id), name: workflow.name, asks_again: workflow.asks_again, steps }))
}

/// Where nothing else covers what somebody hands in who may not publish.
fn built_in() -> Cover {
    let roles = [Role::Editor, Role::Admin, Role::Owner].map(|role| role.word().to_owned()).to_vec();
    let step = Step { name: "An editor approves".to_owned(), roles, people: Vec::new() };
    Cover { workflow: None, name: "Built-in review".to_owned(), asks_again: true, steps: vec![step] }
}

fn find(conn: &mut Conn, kind: Kind, draft: &Draft, entry: Option<&Entry>) -> QueryResult<Option<WorkflowId>> {
    // Most sites have no workflow of their own.
    let any: Option<WorkflowId> = workflow_assignments::table.select(workflow_assignments::workflow_id).first(conn).optional()?;
    if any.is_none() {
        return Ok(None);
    }
    if let (Kind::Page, Some(entry)) = (kind, entry)
        && let Some(own) = of_page(conn, entry.id)?
    {
        return Ok(Some(own));
    }
    if let Some(found) = nearest(conn, kind, draft)? {
        return Ok(Some(found));
    }
    if let Some(live) = entry.filter(|entry| entry.is_live())
        && let Some(found) = nearest_to_row(conn, live)?
    {
        return Ok(Some(found));
    }
    let all = workflow_assignments::table.filter(workflow_assignments::kind.eq(kind));
    all.select(workflow_assignments::workflow_id).first(conn).optional()
}

fn of_page(conn: &mut Conn, page: EntryId) -> QueryResult<Option<WorkflowId>> {
    let own = workflow_assignments::table.filter(workflow_assignments::page_id.eq(page));
    own.select(workflow_assignments::workflow_id).first(conn).optional()
}

fn nearest(conn: &mut Conn, kind: Kind, draft: &Draft) -> QueryResult<Option<WorkflowId>> {
    match (kind, draft.parent, draft.categories.first()) {
        (Kind::Page, Some(parent), _) => {
            let path: Option<Option<String>> = entries::table.find(parent).select(entries::path).first(conn).optional()?;
            of_branch(conn, path.flatten().as_deref())
        }
        (Kind::Post, _, Some(main)) => of_category(conn, *main),
        _ => Ok(None),
    }
}

/// The same by where the entry stands now.
fn nearest_to_row(conn: &mut Conn, entry: &Entry) -> QueryResult<Option<WorkflowId>> {
    match entry.kind {
        Kind::Page => of_branch(conn, entry.path.as_deref()),
        Kind::Post => match category::of_entry(conn, entry.id)?.first() {
            Some(main) => of_category(conn, *main),
            None => Ok(None),
        },
    }
}

fn of_branch(conn: &mut Conn, path: Option<&str>) -> QueryResult<Option<WorkflowId>> {
    let Some(path) = path else { return Ok(None) };
    let above: Vec<String> = category::ancestors(path.trim_start_matches('/')).into_iter().map(|path| format!("/{path}")).collect();
    workflow_assignments::table
        .inner_join(entries::table.on(entries::id.nullable().eq(workflow_assignments::page_id)))
        .filter(entries::path.eq_any(above.into_iter().map(Some)))
        .order((diesel::dsl::sql::<diesel::sql_types::Integer>("LENGTH(entries.path)").desc(), workflow_assignments::id))
        .select(workflow_assignments::workflow_id)
        .first(conn)
        .optional()
}

fn of_category(conn: &mut Conn, main: CategoryId) -> QueryResult<Option<WorkflowId>> {
    let path: Option<String> = categories::table.find(main).select(categories::path).first(conn).optional()?;
    let Some(path) = path else { return Ok(None) };
    workflow_assignments::table
        .inner_join(categories::table)
        .filter(categories::path.eq_any(category::ancestors(&path)))
        .order((diesel::dsl::sql::<diesel::sql_types::Integer>("LENGTH(categories.path)").desc(), workflow_assignments::id))
        .select(workflow_assignments::workflow_id)
        .first(conn)
        .optional()
}
