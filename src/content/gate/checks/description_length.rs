//! How long the description is.

use super::super::{Check, Fault, Passage, Subject, subject::width};

/// Letters that search engines show, with some patience.
const LONGEST: usize = 170;
/// Letters below which search engines rather choose words of their own.
const SHORTEST: usize = 50;

/// There is a description, and it fits where it is shown.
pub struct DescriptionLength;

impl Check for DescriptionLength {
    fn key(&self) -> &'static str {
        "description_length"
    }

    fn name(&self) -> &'static str {
        "Length of the description"
    }

    fn explanation(&self) -> &'static str {
        "Search engines and previews of links show the description, or the summary where there is none: from 50 to about 155 letters."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let draft = &subject.draft;
        let own = !draft.meta_description.is_empty();
        let (text, what, field) =
            if own { (&draft.meta_description, "description", "meta_description") } else { (&draft.summary, "summary", "summary") };
        let fault = |what: String, mend: &str| vec![Fault::at(Passage::Field(field), what, mend)];
        match width(text) {
            0 => fault("There is neither a summary nor a description".to_owned(), "Say in one or two sentences what a reader finds here."),
            shown if shown < SHORTEST => fault(format!("The {what} has only {shown} letters"), "Use the room: about 155 are shown."),
            shown if shown > LONGEST && own => fault(format!("The {what} has {shown} letters"), "About 155 are shown. Shorten it."),
            shown if shown > LONGEST => {
                let mend = "Where links are shown it is cut after about 155. Shorten it, or write a description of its own.";
                fault(format!("The {what} has {shown} letters"), mend)
            }
            _ => Vec::new(),
        }
    }
}
