//! The form of a category.

use crate::{
    content::model::{category::Category, category_changes::NewCategory},
    web::form::FormErrors,
};
use serde::Deserialize;
use validator::Validate;

/// What somebody types into the form of a category.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct CategoryForm {
    /// Name shown.
    #[validate(length(min = 1, max = 120, message = "Give the category a name of at most 120 characters."))]
    pub name: String,
    /// Last part of the address, or empty.
    pub slug: String,
    /// Key of the category above, or empty.
    pub parent: String,
    /// A sentence.
    #[validate(length(max = 500, message = "Shorten the description to 500 characters."))]
    pub description: String,
    /// A number, or empty.
    pub position: String,
}

impl CategoryForm {
    /// The form filled with what is stored.
    pub fn of(category: &Category) -> CategoryForm {
        CategoryForm {
            name: category.name.clone(),
            slug: category.slug.clone(),
            parent: category.parent_id.map(|id| id.to_string()).unwrap_or_default(),
            description: category.description.clone(),
            position: category.position.to_string(),
        }
    }

    /// Turns what was typed into a category, or says what to mend.
    pub fn check(&self) -> Result<NewCategory, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        let parent = match self.parent.as_str() {
            "" => None,
            typed => typed.parse().map(Some).unwrap_or_else(|_| {
                errors.add("parent", "Choose a category from the list.");
                None
            }),
        };
        let position = match self.position.as_str() {
            "" => 0,
            typed => typed.parse().ok().filter(|place| (0..=9999).contains(place)).unwrap_or_else(|| {
                errors.add("position", "Give a whole number from 0 to 9999.");
                0
            }),
        };
        errors.unless_any(NewCategory {
            name: self.name.clone(),
            slug: self.slug.clone(),
            parent,
            description: self.description.clone(),
            position,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told_at_its_field() {
        let form = CategoryForm {
            description: "x".repeat(501),
            parent: "above".to_owned(),
            position: "first".to_owned(),
            ..CategoryForm::default()
        };
        let errors = form.check().expect_err("all wrong");
        assert_eq!(errors.fields().map(|(field, _)| field).collect::<Vec<_>>(), ["description", "name", "parent", "position"]);
    }

    #[test]
    fn what_may_be_left_out_may_be_left_out() {
        let form = CategoryForm { name: "Tools".to_owned(), ..CategoryForm::default() };
        let wanted = form.check().expect("enough");
        assert_eq!((wanted.parent, wanted.position, wanted.slug.as_str()), (None, 0, ""));
    }
}
