//! The forms of a tag.

use crate::{content::model::tag::Tag, web::form::FormErrors};
use serde::Deserialize;
use validator::Validate;

/// What somebody types to rename a tag.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct TagForm {
    /// Name shown.
    #[validate(
        length(min = 1, max = 80, message = "Give the tag a name of at most 80 characters."),
        custom(function = "without_comma", message = "Leave out the comma: it parts tags from each other.")
    )]
    pub name: String,
    /// End of the address, or empty.
    pub slug: String,
}

impl TagForm {
    /// The form filled with what is stored.
    pub fn of(tag: &Tag) -> TagForm {
        TagForm { name: tag.name.clone(), slug: tag.slug.clone() }
    }

    /// Says what to mend, if anything.
    pub fn check(&self) -> Result<(), FormErrors> {
        Ok(self.validate()?)
    }
}

fn without_comma(name: &str) -> Result<(), validator::ValidationError> {
    if name.contains(',') { Err(validator::ValidationError::new("comma")) } else { Ok(()) }
}

/// What somebody types to merge a tag into another.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct MergeForm {
    /// Name of the other tag.
    #[validate(length(min = 1, max = 120, message = "Give the name of the tag to merge into."))]
    pub into: String,
}

impl MergeForm {
    /// Says what to mend, if anything.
    pub fn check(&self) -> Result<(), FormErrors> {
        Ok(self.validate()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_needed_and_has_no_comma() {
        let check = |name: &str| TagForm { name: name.to_owned(), slug: String::new() }.check().is_ok();
        assert!(check("C++") && !check("") && !check("a, b") && !check(&"x".repeat(81)));
    }
}
