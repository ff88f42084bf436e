//! Workflows: who approves before something goes out.
//!
//! Tables `workflows`, `workflow_steps`, `workflow_step_approvers`, `workflow_assignments` say what is asked; `submissions`,
//! `submission_asked`, `submission_decisions` what became of each thing handed in. A submission carries the steps as they were when it
//! was handed in, so that changing or deleting a workflow changes nothing about what is in review. At most one submission of an
//! entry is the current one, which a unique key holds. Start at [`review`]; what is covered is told by [`cover`], what follows an
//! edit or a publishing by [`follow`].

pub mod changes;
pub mod cover;
pub mod follow;
pub mod letters;
pub mod lists;
pub mod review;
pub mod submission;

use super::{category::CategoryId, entry::EntryId, entry::Kind};
use crate::{
    db::Conn,
    schema::{categories, entries, workflow_assignments, workflow_step_approvers, workflow_steps, workflows},
    typed_id,
    web::person::{Person, Role, UserId},
};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

typed_id!(
    /// Names a workflow.
    WorkflowId
);
typed_id!(
    /// Names a step of a workflow.
    StepId
);

/// Steps that a workflow may have.
pub const MOST_STEPS: usize = 10;
/// Workflows that a site may have; the list and the rules load them all.
pub const MOST: i64 = 200;

/// A step: its name, and who may approve it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Shown to everybody.
    pub name: String,
    /// Everybody with one of these roles, by their words.
    pub roles: Vec<String>,
    /// And these people.
    pub people: Vec<UserId>,
}

impl Step {
    /// Whether this person is among those asked.
    pub fn asks(&self, person: &Person) -> bool {
        self.people.contains(&person.id) || self.roles.iter().any(|role| role == person.role.word())
    }

    /// The roles asked.
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        self.roles.iter().filter_map(|word| Role::from_word(word))
    }
}

/// What a workflow covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// All posts, or all pages.
    Kind(Kind),
    /// A page and everything below it.
    Branch(EntryId),
    /// Posts with this main category, or one below it.
    Category(CategoryId),
}

/// A workflow without its steps.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = workflows)]
pub struct Workflow {
    /// Key.
    pub id: WorkflowId,
    /// Name shown.
    pub name: String,
    /// Whether an edit after an approval asks again from the first step.
    pub asks_again: bool,
}

impl Workflow {
    /// The workflow with this key.
    pub fn find(conn: &mut Conn, id: WorkflowId) -> QueryResult<Workflow> {
        Workflow::query().find(id).first(conn)
    }

    /// All of them, by name.
    pub fn all(conn: &mut Conn) -> QueryResult<Vec<Workflow>> {
        Workflow::query().order((workflows::name, workflows::id)).limit(MOST).load(conn)
    }
}

/// The steps of these workflows, in order: two queries.
pub fn steps(conn: &mut Conn, of: &[WorkflowId]) -> QueryResult<HashMap<WorkflowId, Vec<Step>>> {
    let rows: Vec<(StepId, WorkflowId, String)> = workflow_steps::table
        .filter(workflow_steps::workflow_id.eq_any(of))
        .order((workflow_steps::workflow_id, workflow_steps::position))
        .select((workflow_steps::id, workflow_steps::workflow_id, workflow_steps::name))
        .load(conn)?;
    let ids: Vec<StepId> = rows.iter().map(|(id, ..)| *id).collect();
    let asked: Vec<(StepId, Option<String>, Option<UserId>)> = workflow_step_approvers::table
        .filter(workflow_step_approvers::step_id.eq_any(ids))
        .order(workflow_step_approvers::id)
        .select((workflow_step_approvers::step_id, workflow_step_approvers::role, workflow_step_approvers::user_id))
        .load(conn)?;
    let mut steps: HashMap<WorkflowId, Vec<Step>> = HashMap::new();
    for (id, workflow, name) in rows {
        let own = || asked.iter().filter(|(step, ..)| *step == id);
        let roles = own().filter_map(|(_, role, _)| role.clone()).collect();
        let people = own().filter_map(|(.., person)| *person).collect();
        steps.entry(workflow).or_default().push(Step { name, roles, people });
    }
    Ok(steps)
}

/// What each of these workflows covers, with the name shown.
pub fn assignments(conn: &mut Conn) -> QueryResult<Vec<(WorkflowId, Target, String)>> {
    type Row = (WorkflowId, Option<Kind>, Option<EntryId>, Option<CategoryId>, Option<String>, Option<String>);
    let rows: Vec<Row> = workflow_assignments::table
        .left_join(entries::table.on(entries::id.nullable().eq(workflow_assignments::page_id)))
        .left_join(categories::table.on(categories::id.nullable().eq(workflow_assignments::category_id)))
        .order(workflow_assignments::id)
        .select((
            workflow_assignments::workflow_id,
            workflow_assignments::kind,
            workflow_assignments::page_id,
            workflow_assignments::category_id,
            entries::title.nullable(),
            categories::name.nullable(),
        ))
        .limit(10_000)
        .load(conn)?;
    let read = |(workflow, kind, page, category, title, name): Row| match (kind, page, category) {
        (Some(kind), ..) => Some((workflow, Target::Kind(kind), format!("All {kind}s"))),
        (_, Some(page), _) => Some((workflow, Target::Branch(page), format!("“{}” and the pages below it", title.unwrap_or_default()))),
        (.., Some(category)) => Some((workflow, Target::Category(category), format!("Posts in {}", name.unwrap_or_default()))),
        _ => None,
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::rights::Reach;

    #[test]
    fn a_step_asks_a_role_exactly_and_a_person_by_key() {
        let person = |id: i64, role| Person {
            id: id.into(),
            name: String::new(),
            email: String::new(),
            role,
            scheme: "system".to_owned(),
            reach: Reach::Everything,
        };
        let step = Step { name: "Legal".to_owned(), roles: vec!["editor".to_owned()], people: vec![7.into()] };
        assert!(step.asks(&person(1, Role::Editor)) && step.asks(&person(7, Role::Author)));
        assert!(!step.asks(&person(2, Role::Author)) && !step.asks(&person(3, Role::Admin)), "an admin was not asked");
    }
}
