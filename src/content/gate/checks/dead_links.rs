//! Whether links lead to something that is there.

use super::super::{
    super::model::address::Former,
    Check, Fault, Passage, Subject,
    subject::{called, named},
};

/// Every link to this site leads to a page or a file.
pub struct DeadLinks;

impl Check for DeadLinks {
    fn key(&self) -> &'static str {
        "dead_links"
    }

    fn name(&self) -> &'static str {
        "Links that lead nowhere"
    }

    fn explanation(&self) -> &'static str {
        "A link to an address of this site at which there is no page, or to a file that was not kept."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (link, path) in subject.inside() {
            let passage = || Passage::Body(link.place.clone());
            if !path.starts_with('/') {
                let mend = "Write the whole path, beginning with a slash, such as /posts/my-first-post.";
                let what = format!("{} leads to {}, a path without a beginning", called(link), shown(path));
                faults.push(Fault::at(passage(), what, mend));
            } else if !subject.known.standing.contains_key(path) && path != subject.path && !path.starts_with("/static/") {
                match subject.known.former.get(path) {
                    // A redirect leads on; what lies in the trash is told by a check of its own.
                    Some(Former::Moved | Former::Trashed(_)) => {}
                    None => {
                        let what = format!("{} leads to {}, where there is no page", called(link), shown(path));
                        faults.push(Fault::at(passage(), what, "Choose another page, or take the link out."));
                    }
                }
            }
        }
        for (text, address, passage) in subject.files() {
            if !subject.known.files.contains_key(address) {
                let what = if text.is_empty() {
                    format!("The file {} is not there", shown(address))
                } else {
                    format!("{} names {}, which is not there", named(text), shown(address))
                };
                faults.push(Fault::at(passage, what, "Choose another file, or take it out."));
            }
        }
        faults
    }
}

fn shown(address: &str) -> String {
    address.chars().take(100).collect()
}
