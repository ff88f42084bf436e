//! The forms of a file.

use crate::{
    media::model::{
        changes::Details,
        file::{File, FileId},
    },
    web::form::FormErrors,
};
use serde::Deserialize;
use validator::Validate;

/// What somebody types about a file.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct FileForm {
    /// Shown in the library, and the name it is saved under.
    #[validate(length(min = 1, max = 255, message = "Give the file a name of at most 255 characters."))]
    pub name: String,
    /// What a picture shows.
    #[validate(length(max = 500, message = "Shorten the description to 500 characters. What needs more belongs into the text."))]
    pub alt: String,
    /// What stands below it.
    #[validate(length(max = 1000, message = "Shorten the caption to 1,000 characters."))]
    pub caption: String,
    /// Whose work it is.
    #[validate(length(max = 300, message = "Shorten the credit to 300 characters."))]
    pub credit: String,
    /// Per cent of the width, from the left.
    pub focal_x: String,
    /// Per cent of the height, from the top.
    pub focal_y: String,
    /// Key of a folder.
    pub folder: String,
}

impl FileForm {
    /// The form filled with what is stored.
    pub fn of(file: &File) -> FileForm {
        let percent = |thousandths: i32| format!("{}", f64::from(thousandths) / 10.0);
        FileForm {
            name: file.name.clone(),
            alt: file.alt.clone(),
            caption: file.caption.clone(),
            credit: file.credit.clone(),
            focal_x: percent(file.focal_x),
            focal_y: percent(file.focal_y),
            folder: file.folder_id.to_string(),
        }
    }

    /// Turns what was typed into details, or says what to mend.
    pub fn check(&self) -> Result<Details, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        let mut focal = |name: &'static str, text: &str| {
            thousandths(text).unwrap_or_else(|| {
                errors.add(name, "Give a number from 0 to 100, such as 50 for the middle.");
                500
            })
        };
        let focal = (focal("focal_x", &self.focal_x), focal("focal_y", &self.focal_y));
        let folder = self.folder.parse().unwrap_or_else(|_| {
            errors.add("folder", "Choose a folder from the list.");
            0.into()
        });
        let one_line = |text: &str| text.replace('\n', " ");
        errors.unless_any(Details {
            name: one_line(&self.name),
            alt: one_line(&self.alt),
            caption: self.caption.clone(),
            credit: one_line(&self.credit),
            focal,
            folder,
        })
    }
}

/// Per cent as typed, with a point or a comma; empty is the middle.
fn thousandths(text: &str) -> Option<i32> {
    if text.is_empty() {
        return Some(500);
    }
    let percent: f64 = text.replace(',', ".").parse().ok()?;
    (0.0..=100.0).contains(&percent).then_some((percent * 10.0).round() as i32)
}

/// Files that somebody has ticked in a list.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct ChosenForm {
    /// Their keys.
    pub id: Vec<String>,
    /// Whether those that are shown somewhere are meant too.
    pub used: bool,
    /// `unused`: instead of them all files that nothing shows.
    pub all: String,
    /// Key of the folder to move them into.
    pub folder: String,
    /// The list to go back to: what stands behind the question mark of its address.
    pub back: String,
}

impl ChosenForm {
    /// The keys; what is none is left out.
    pub fn ids(&self) -> Vec<FileId> {
        let mut ids: Vec<FileId> = self.id.iter().filter_map(|id| id.parse().ok()).take(200).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> FileForm {
        FileForm { name: "a.png".to_owned(), folder: "1".to_owned(), ..FileForm::default() }
    }

    #[test]
    fn a_focal_point_is_typed_in_per_cent() {
        let focal = |x: &str| FileForm { focal_x: x.to_owned(), ..form() }.check().map(|details| details.focal.0);
        assert_eq!([focal("12.5"), focal("12,5"), focal(""), focal("0"), focal("100")], [Ok(125), Ok(125), Ok(500), Ok(0), Ok(1000)]);
        assert!(["-1", "101", "left", "NaN", "inf"].iter().all(|wrong| focal(wrong).is_err()));
    }

    #[test]
    fn every_mistake_is_told_at_its_field() {
        let wrong = FileForm { alt: "x".repeat(501), focal_y: "x".to_owned(), ..FileForm::default() };
        let errors = wrong.check().expect_err("all wrong");
        assert_eq!(errors.fields().map(|(field, _)| field).collect::<Vec<_>>(), ["alt", "focal_y", "folder", "name"]);
    }

    #[test]
    fn chosen_files_are_told_once_and_nonsense_is_left_out() {
        let chosen = ChosenForm { id: ["3", "x", "1", "3"].map(str::to_owned).to_vec(), ..ChosenForm::default() };
        assert_eq!(chosen.ids(), [FileId::from(1), FileId::from(3)]);
    }
}
