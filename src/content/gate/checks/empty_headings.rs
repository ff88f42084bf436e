//! Whether every heading says something.

use super::super::{Check, Fault, Passage, Subject};

/// No heading is empty.
pub struct EmptyHeadings;

impl Check for EmptyHeadings {
    fn key(&self) -> &'static str {
        "empty_headings"
    }

    fn name(&self) -> &'static str {
        "Empty headings"
    }

    fn explanation(&self) -> &'static str {
        "A heading without words is left out of the page; somebody meant to write one."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let empty = subject.survey.headings.iter().filter(|heading| !heading.text.chars().any(|sign| !sign.is_whitespace()));
        empty
            .map(|heading| {
                let mend = "Write what the section is about, or take the line out.";
                Fault::at(Passage::Body(heading.place.clone()), "A heading has no words", mend)
            })
            .collect()
    }
}
