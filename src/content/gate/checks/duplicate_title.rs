//! Whether another entry has the same title.

use super::super::{Check, Fault, Passage, Subject, subject::named};

/// No other live entry is called the same.
pub struct DuplicateTitle;

impl Check for DuplicateTitle {
    fn key(&self) -> &'static str {
        "duplicate_title"
    }

    fn name(&self) -> &'static str {
        "Title used twice"
    }

    fn explanation(&self) -> &'static str {
        "Two live entries with one title cannot be told apart in lists, searches and tabs."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let Some((address, title)) = &subject.known.twin else { return Vec::new() };
        let mend = format!("{address} has it too. Say in the title what makes this one different.");
        vec![Fault::at(Passage::Field("title"), format!("Another entry is called {}", named(title)), mend)]
    }
}
