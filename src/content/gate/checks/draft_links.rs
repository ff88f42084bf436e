//! Whether links lead to what visitors do not see yet.

use super::super::{
    super::model::address::Standing,
    Check, Fault, Passage, Subject,
    subject::{called, named},
};

/// No link leads to a draft.
pub struct DraftLinks;

impl Check for DraftLinks {
    fn key(&self) -> &'static str {
        "draft_links"
    }

    fn name(&self) -> &'static str {
        "Links to drafts"
    }

    fn explanation(&self) -> &'static str {
        "A link to an entry that is not live: until it is, visitors are told that there is nothing."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let drafts = subject.inside().filter_map(|(link, path)| match subject.known.standing.get(path) {
            Some(Standing::Draft { id, title }) if Some(*id) != subject.own => Some((link, title)),
            _ => None,
        });
        drafts
            .map(|(link, title)| {
                let what = format!("{} leads to {}, which is a draft", called(link), named(title));
                Fault::at(Passage::Body(link.place.clone()), what, "Publish that first, or take the link out.")
            })
            .collect()
    }
}
