//! Whether links lead to what was thrown away.

use super::super::{
    super::model::{address::Former, entry::Kind, gate::Level},
    Check, Fault, Passage, Subject,
    subject::{called, named},
};

/// No link leads into the trash.
pub struct TrashedLinks;

impl Check for TrashedLinks {
    fn key(&self) -> &'static str {
        "trashed_links"
    }

    fn name(&self) -> &'static str {
        "Links into the trash"
    }

    fn explanation(&self) -> &'static str {
        "A link to an entry that lies in the trash: visitors are told that there is nothing."
    }

    /// Nobody means to send readers there.
    fn proposed(&self, _kind: Kind) -> Level {
        Level::Block
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let trashed = subject.inside().filter_map(|(link, path)| match subject.known.former.get(path) {
            Some(Former::Trashed(title)) => Some((link, title)),
            _ => None,
        });
        trashed
            .map(|(link, title)| {
                let what = format!("{} leads to {}, which lies in the trash", called(link), named(title));
                Fault::at(Passage::Body(link.place.clone()), what, "Restore that, choose another page, or take the link out.")
            })
            .collect()
    }
}
