//! Whether every snippet that a text calls for is there.

use super::super::{Check, Fault, Passage, Subject, subject::named};

/// No sign of a snippet leaves a gap.
pub struct UnknownSnippets;

impl Check for UnknownSnippets {
    fn key(&self) -> &'static str {
        "unknown_snippets"
    }

    fn name(&self) -> &'static str {
        "Snippets that are not there"
    }

    fn explanation(&self) -> &'static str {
        "A snippet that nothing is known by: visitors see nothing in its place."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let unknown = subject.survey.snippets.iter().filter(|it| !subject.known.snippets.contains_key(&it.name));
        let fault = |it: &crate::markup::WrittenSnippet| {
            let what = format!("There is no snippet called {}", named(&it.name));
            Fault::at(Passage::Body(it.place.clone()), what, "Choose another name, or ask an editor to make it.")
        };
        unknown.map(fault).collect()
    }
}
