//! Whether headings follow each other without a gap.

use super::super::{Check, Fault, Passage, Subject, subject::named};

/// Headings go down one level at a time, and none claims to be the title.
pub struct HeadingOrder;

impl Check for HeadingOrder {
    fn key(&self) -> &'static str {
        "heading_order"
    }

    fn name(&self) -> &'static str {
        "Headings in order"
    }

    fn explanation(&self) -> &'static str {
        "The title is the page's first heading; sections begin with ##, and none is skipped on the way down. Screen readers go by it."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut above = 1;
        for heading in &subject.survey.headings {
            let passage = || Passage::Body(heading.place.clone());
            let name = if heading.text.is_empty() { "A heading without words".to_owned() } else { named(&heading.text) };
            if heading.level == 1 {
                let what = format!("{name} is a heading of the first level, as the title is");
                faults.push(Fault::at(passage(), what, "Make a section of it: begin the line with ##."));
            } else if heading.level > above + 1 {
                let what = format!("{name} is a heading of level {} below one of level {above}", heading.level);
                let mend = format!("Begin the line with {}, or put the heading in between.", "#".repeat(usize::from(above) + 1));
                faults.push(Fault::at(passage(), what, mend));
            }
            above = heading.level;
        }
        faults
    }
}
