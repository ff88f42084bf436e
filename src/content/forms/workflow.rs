//! The form of a workflow. Steps are added, moved and taken away by buttons of the form itself, which store nothing.

use crate::{
    content::model::{
        entry::Kind,
        workflow::{MOST_STEPS, Step, Target, Workflow, changes::NewWorkflow},
    },
    web::{
        form::FormErrors,
        person::{Right, Role},
    },
};
use serde::Deserialize;
use validator::Validate;

/// Ids of the name of each step, for its mistakes.
pub const STEP_NAMES: [&str; MOST_STEPS] =
    ["step-1", "step-2", "step-3", "step-4", "step-5", "step-6", "step-7", "step-8", "step-9", "step-10"];
/// Ids of those who approve each step.
pub const STEP_ASKED: [&str; MOST_STEPS] =
    ["asked-1", "asked-2", "asked-3", "asked-4", "asked-5", "asked-6", "asked-7", "asked-8", "asked-9", "asked-10"];

/// What an admin types.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct WorkflowForm {
    /// Which button: `save`, `add`, `include`, or `up`, `down`, `remove` with the number of a step from 0, as in `up-1`.
    pub r#do: String,
    /// Name shown.
    #[validate(length(min = 1, max = 120, message = "Give the workflow a name of at most 120 characters."))]
    pub name: String,
    /// Whether an edit after an approval asks again.
    pub asks_again: bool,
    /// Names of the steps, in order.
    pub step_names: Vec<String>,
    /// Who approves: number of the step from 0, `role` or `person`, word or key; as in `0-role-editor`.
    pub asked: Vec<String>,
    /// What is covered: `kind-post`, `branch-12`, `category-3`.
    pub covers: Vec<String>,
    /// One more branch, by key, or empty.
    pub add_branch: String,
    /// One more category, by key, or empty.
    pub add_category: String,
}

impl WorkflowForm {
    /// The form of a new workflow: one step, which editors approve.
    pub fn empty() -> WorkflowForm {
        let step = Step { name: String::new(), roles: vec![Role::Editor.word().to_owned()], people: Vec::new() };
        WorkflowForm { asks_again: true, ..WorkflowForm::default() }.with_steps(&[step])
    }

    /// The form filled with what is stored.
    pub fn of(workflow: &Workflow, steps: &[Step], covers: &[Target]) -> WorkflowForm {
        let covers = covers.iter().map(|target| value_of(*target)).collect();
        WorkflowForm { name: workflow.name.clone(), asks_again: workflow.asks_again, covers, ..WorkflowForm::default() }.with_steps(steps)
    }

    fn with_steps(self, steps: &[Step]) -> WorkflowForm {
        let asked = |(number, step): (usize, &Step)| {
            let roles = step.roles.iter().map(move |role| format!("{number}-role-{role}"));
            roles.chain(step.people.iter().map(move |person| format!("{number}-person-{person}"))).collect::<Vec<_>>()
        };
        WorkflowForm {
            step_names: steps.iter().map(|step| step.name.clone()).collect(),
            asked: steps.iter().enumerate().flat_map(asked).collect(),
            ..self
        }
    }

    /// The steps as they are ticked; roles that approve nothing and nonsense are left out.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> =
            self.step_names.iter().take(MOST_STEPS).map(|name| Step { name: name.clone(), ..Step::default() }).collect();
        for asked in &self.asked {
            let mut parts = asked.splitn(3, '-');
            let number = parts.next().and_then(|number| number.parse::<usize>().ok());
            let (Some(step), Some(what), Some(key)) = (number.and_then(|number| steps.get_mut(number)), parts.next(), parts.next()) else {
                continue;
            };
            match what {
                "role" if Role::from_word(key).is_some_and(|role| role.may(Right::Publish)) && !step.roles.iter().any(|it| it == key) => {
                    step.roles.push(key.to_owned());
                }
                "person" => step.people.extend(key.parse().ok().filter(|key| !step.people.contains(key))),
                _ => {}
            }
        }
        steps
    }

    /// What is covered, with what was just chosen.
    pub fn targets(&self) -> Vec<Target> {
        let added = [format!("branch-{}", self.add_branch), format!("category-{}", self.add_category)];
        let mut targets: Vec<Target> = Vec::new();
        for target in self.covers.iter().chain(&added).filter_map(|value| target_of(value)) {
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        targets
    }

    /// The form after a button that only arranges it; `None` when it is to be saved.
    pub fn arranged(&self) -> Option<WorkflowForm> {
        let mut steps = self.steps();
        let (verb, number) = self.r#do.split_once('-').unwrap_or((&self.r#do, ""));
        let number = number.parse::<usize>().ok().filter(|number| *number < steps.len());
        match (verb, number) {
            ("add", _) if steps.len() < MOST_STEPS => steps.push(Step::default()),
            ("add" | "include", _) => {}
            ("up", Some(number)) if number > 0 => steps.swap(number, number - 1),
            ("down", Some(number)) if number + 1 < steps.len() => steps.swap(number, number + 1),
            ("remove", Some(number)) if steps.len() > 1 => drop(steps.remove(number)),
            ("up" | "down" | "remove", _) => {}
            _ => return None,
        }
        let covers = self.targets().into_iter().map(value_of).collect();
        Some(WorkflowForm { covers, add_branch: String::new(), add_category: String::new(), ..self.clone() }.with_steps(&steps))
    }

    /// Turns what was typed into a workflow, or says what to mend.
    pub fn check(&self) -> Result<NewWorkflow, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        let steps = self.steps();
        if steps.is_empty() || self.step_names.len() > MOST_STEPS {
            errors.add("steps", "A workflow has from one to ten steps.");
        }
        for (number, step) in steps.iter().enumerate() {
            if step.name.is_empty() || step.name.chars().count() > 120 {
                errors.add(STEP_NAMES[number], format!("Give step {} a name of at most 120 characters.", number + 1));
            }
            if step.roles.is_empty() && step.people.is_empty() {
                errors.add(STEP_ASKED[number], format!("Choose at least one role or person for step {}.", number + 1));
            }
        }
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        errors.unless_any(NewWorkflow { name, asks_again: self.asks_again, steps, covers: self.targets() })
    }
}

/// As it stands in the form.
pub fn value_of(target: Target) -> String {
    match target {
        Target::Kind(kind) => format!("kind-{kind}"),
        Target::Branch(page) => format!("branch-{page}"),
        Target::Category(category) => format!("category-{category}"),
    }
}

fn target_of(value: &str) -> Option<Target> {
    let (what, key) = value.split_once('-')?;
    match what {
        "kind" => Kind::from_word(key).map(Target::Kind),
        "branch" => key.parse().ok().map(Target::Branch),
        "category" => key.parse().ok().map(Target::Category),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> WorkflowForm {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        WorkflowForm {
            name: "Legal".to_owned(),
            step_names: words(&["First", "Second"]),
            asked: words(&["0-role-editor", "1-person-7", "1-person-7", "9-role-owner", "0-role-king", "x"]),
            covers: words(&["kind-post", "branch-12", "branch-x", "kind-post"]),
            add_category: "3".to_owned(),
            ..WorkflowForm::default()
        }
    }

    #[test]
    fn steps_and_what_is_covered_are_read_and_nonsense_is_left_out() {
        let wanted = form().check().expect("right");
        let step = |name: &str, roles: &[&str], people: &[i64]| Step {
            name: name.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            people: people.iter().map(|key| (*key).into()).collect(),
        };
        assert_eq!(wanted.steps, [step("First", &["editor"], &[]), step("Second", &[], &[7])]);
        assert_eq!(wanted.covers, [Target::Kind(Kind::Post), Target::Branch(12.into()), Target::Category(3.into())]);
    }

    #[test]
    fn buttons_arrange_steps_with_those_who_approve_them() {
        let pressed = |button: &str| WorkflowForm { r#do: button.to_owned(), ..form() }.arranged().expect("only arranged").steps();
        let names = |button: &str| pressed(button).into_iter().map(|step| step.name).collect::<Vec<_>>();
        assert_eq!(names("add"), ["First", "Second", ""]);
        assert_eq!(names("up-1"), ["Second", "First"]);
        assert_eq!(pressed("up-1")[0].people, [7.into()]);
        assert_eq!((names("down-0"), names("down-1")), (vec!["Second".into(), "First".into()], vec!["First".to_owned(), "Second".into()]));
        assert_eq!(names("remove-0"), ["Second"]);
        assert_eq!((names("up-0"), names("remove-99")), (names("include"), names("include")));
        assert!(WorkflowForm { r#do: "save".to_owned(), ..form() }.arranged().is_none());
    }

    #[test]
    fn every_mistake_is_told_at_its_field() {
        let wrong = WorkflowForm { name: String::new(), step_names: vec![String::new(), "x".repeat(121)], ..WorkflowForm::default() };
        let errors = wrong.check().expect_err("all wrong");
        let fields: Vec<&str> = errors.fields().map(|(field, _)| field).collect();
        assert_eq!(fields, ["asked-1", "asked-2", "name", "step-1", "step-2"]);
        assert!(!WorkflowForm { name: "x".to_owned(), ..WorkflowForm::default() }.check().expect_err("no step").on("steps").is_empty());
    }
}
