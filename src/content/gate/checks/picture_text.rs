//! Whether every picture has words that stand for it.

use super::super::{Check, Fault, Passage, Subject};

/// Every picture is described.
pub struct PictureText;

impl Check for PictureText {
    fn key(&self) -> &'static str {
        "picture_text"
    }

    fn name(&self) -> &'static str {
        "Pictures without a description"
    }

    fn explanation(&self) -> &'static str {
        "Who does not see a picture is told its description, written here or in the media library. One that only decorates is written in HTML, with alt=\"\"."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let silent = subject.pictures().filter(|picture| picture.alt.is_none() && !subject.is_described(picture.address));
        silent
            .map(|picture| match picture.passage {
                Passage::Field(_) => {
                    let mend = "Say in a sentence what it shows, in the field below it.";
                    Fault::at(Passage::Field("image_alt"), "The picture above the text has no description", mend)
                }
                passage => {
                    let name = picture.address.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("A picture");
                    let what = format!("{} has no description", name.chars().take(60).collect::<String>());
                    Fault::at(passage, what, "Say between the brackets what it shows: ![A cat on a chair](…).")
                }
            })
            .collect()
    }
}
