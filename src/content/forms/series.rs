//! The forms of a series and its parts.

use crate::{
    content::model::series::{Series, changes::Wanted, parts::Way},
    error::{AppError, AppResult},
    web::form::FormErrors,
};
use serde::Deserialize;
use validator::Validate;

/// What somebody types into the form of a series.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct SeriesForm {
    /// Title shown.
    #[validate(length(min = 1, max = 200, message = "Give the series a title of at most 200 characters."))]
    pub title: String,
    /// End of the address, or empty.
    pub slug: String,
    /// A few sentences.
    #[validate(length(max = 1000, message = "Shorten the description to 1,000 characters."))]
    pub description: String,
}

impl SeriesForm {
    /// The form filled with what is stored.
    pub fn of(series: &Series) -> SeriesForm {
        SeriesForm { title: series.title.clone(), slug: series.slug.clone(), description: series.description.clone() }
    }

    /// Turns what was typed into a series, or says what to mend.
    pub fn check(&self) -> Result<Wanted, FormErrors> {
        let errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        errors.unless_any(Wanted { title: tidy(&self.title), slug: self.slug.clone(), description: tidy(&self.description) })
    }
}

/// A post that is to become a part.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct PartForm {
    /// Its address, or its whole title.
    pub entry: String,
}

/// Where a part goes.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct SortForm {
    /// `up` or `down`.
    pub to: String,
    /// The view to come back to.
    pub back: String,
}

impl SortForm {
    /// Which way, or what is wrong with it.
    pub fn way(&self) -> AppResult<Way> {
        Way::from_word(&self.to).ok_or(AppError::BadRequest("Choose where the part goes: up or down."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_all_that_is_needed() {
        let form = SeriesForm { title: " First   steps ".to_owned(), ..SeriesForm::default() };
        assert_eq!(form.check(), Ok(Wanted { title: "First steps".to_owned(), slug: String::new(), description: String::new() }));
    }

    #[test]
    fn every_mistake_is_told_at_its_field() {
        let form = SeriesForm { title: "x".repeat(201), description: "😀".repeat(1001), ..SeriesForm::default() };
        let errors = form.check().expect_err("both wrong");
        assert_eq!(errors.fields().map(|(field, _)| field).collect::<Vec<_>>(), ["description", "title"]);
        assert!(SeriesForm { title: "😀".repeat(200), ..SeriesForm::default() }.check().is_ok());
    }

    #[test]
    fn a_part_goes_up_or_down() {
        let way = |to: &str| SortForm { to: to.to_owned(), back: String::new() }.way();
        assert!(way("up").is_ok_and(|way| way == Way::Up) && way("down").is_ok() && way("").is_err());
    }
}
