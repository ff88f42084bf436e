//! The form of a folder.

use crate::{
    media::model::folder::{Folder, FolderId},
    web::form::FormErrors,
};
use serde::Deserialize;
use validator::{Validate, ValidationError};

/// What somebody types about a folder.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct FolderForm {
    /// Name shown.
    #[validate(
        length(min = 1, max = 80, message = "Give the folder a name of at most 80 characters."),
        custom(function = "without_slash", message = "Leave out the slash: it parts folders from each other.")
    )]
    pub name: String,
    /// Key of the folder that it lies in.
    pub parent: String,
}

impl FolderForm {
    /// The form filled with what is stored.
    pub fn of(folder: &Folder) -> FolderForm {
        FolderForm { name: folder.name.clone(), parent: folder.parent_id.unwrap_or(Folder::root()).to_string() }
    }

    /// The key of the folder that it lies in; or what to mend.
    pub fn check(&self) -> Result<FolderId, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        let parent = self.parent.parse().unwrap_or_else(|_| {
            errors.add("parent", "Choose a folder from the list.");
            Folder::root()
        });
        errors.unless_any(parent)
    }
}

fn without_slash(name: &str) -> Result<(), ValidationError> {
    if name.contains(['/', '\n']) { Err(ValidationError::new("slash")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_needed_and_has_no_slash() {
        let check = |name: &str| FolderForm { name: name.to_owned(), parent: "1".to_owned() }.check().is_ok();
        assert!(check("Covers 2026") && !check("") && !check("a/b") && !check(&"x".repeat(81)));
    }
}
