//! How long the title is.

use super::super::{Check, Fault, Passage, Subject, subject::width};
use crate::content::model::entry::Kind;

/// Letters that search engines show, with some patience.
const LONGEST: usize = 70;
/// Letters below which a title in a list says too little. Pages may be called “About”.
const SHORTEST_OF_POST: usize = 8;

/// The title fits where it is shown.
pub struct TitleLength;

impl Check for TitleLength {
    fn key(&self) -> &'static str {
        "title_length"
    }

    fn name(&self) -> &'static str {
        "Length of the title"
    }

    fn explanation(&self) -> &'static str {
        "Search engines cut titles after about 60 letters; a post's title of one short word says little in a list."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let draft = &subject.draft;
        let (text, field) = if draft.meta_title.is_empty() { (&draft.title, "title") } else { (&draft.meta_title, "meta_title") };
        let shown = width(text);
        if shown > LONGEST {
            let mend = if field == "title" {
                "Search engines show about 60. Shorten it, or give a shorter search title."
            } else {
                "About 60 are shown. Shorten it."
            };
            let what = if field == "title" { "title" } else { "search title" };
            return vec![Fault::at(Passage::Field(field), format!("The {what} has {shown} letters"), mend)];
        }
        let title = width(&draft.title);
        if subject.kind == Kind::Post && title < SHORTEST_OF_POST {
            let what = format!("The title has only {title} letter{}", if title == 1 { "" } else { "s" });
            return vec![Fault::at(Passage::Field("title"), what, "Say in a few words what a reader finds here.")];
        }
        Vec::new()
    }
}
