//! Whether every picture is on this site.

use super::super::{
    super::model::link::{Target, target},
    Check, Fault, Subject,
};

/// No picture is taken from another host.
pub struct PicturesElsewhere;

impl Check for PicturesElsewhere {
    fn key(&self) -> &'static str {
        "pictures_elsewhere"
    }

    fn name(&self) -> &'static str {
        "Pictures of other sites"
    }

    fn explanation(&self) -> &'static str {
        "Pages ask no other host for anything, so visitors find a link where such a picture is named."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let elsewhere = subject.pictures().filter(|picture| target(picture.address) == Target::Outside);
        elsewhere
            .map(|picture| {
                let host = picture.address.split("//").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or("");
                let what = format!("A picture of {} is shown as a link", host.chars().take(80).collect::<String>());
                Fault::at(picture.passage, what, "Keep a copy on this site, if you may, and name that.")
            })
            .collect()
    }
}
