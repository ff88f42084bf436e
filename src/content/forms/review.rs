//! The answers to a submission.

use super::entry::plan;
use crate::{
    content::model::{
        revision::RevisionId,
        workflow::review::{MOST_WORDS, Plan, Seen},
    },
    web::form::FormErrors,
};
use chrono_tz::Tz;
use serde::Deserialize;

/// What somebody answers who is asked to approve.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    /// Key of the revision that was looked at.
    pub revision: String,
    /// Number of the step, from 0.
    pub step: String,
    /// Why, or what to change.
    pub words: String,
    /// `now`, `at`, `author`; or empty, where the plan is not asked for.
    pub when: String,
    /// A day, in the site's time zone.
    pub publish_date: String,
    /// Its time.
    pub publish_time: String,
}

/// An answer that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was looked at.
    pub seen: Seen,
    /// Why, or what to change.
    pub words: String,
    /// When it is to go out.
    pub plan: Option<Plan>,
}

impl AnswerForm {
    /// An approval, or what to mend.
    pub fn check_approval(&self, zone: Tz) -> Result<Answer, FormErrors> {
        let (mut errors, seen) = self.common();
        let plan = if self.when.is_empty() { None } else { plan(&self.when, &self.publish_date, &self.publish_time, zone) };
        if !self.when.is_empty() && plan.is_none() {
            errors.add("publish_date", "Give the day and the time at which it goes out, or make another choice above.");
        }
        errors.unless_any(Answer { seen, words: self.words.clone(), plan })
    }

    /// A wish for changes, which needs words; or what to mend.
    pub fn check_changes(&self) -> Result<Answer, FormErrors> {
        let (mut errors, seen) = self.common();
        if self.words.is_empty() {
            errors.add("words", "Say what is to be changed, so that the author can do it.");
        }
        errors.unless_any(Answer { seen, words: self.words.clone(), plan: None })
    }

    fn common(&self) -> (FormErrors, Seen) {
        let mut errors = FormErrors::none();
        if self.words.chars().count() > MOST_WORDS {
            errors.add("words", "Shorten your words to 2,000 characters.");
        }
        let (revision, step) = (self.revision.parse::<RevisionId>().ok(), self.step.parse().ok());
        if revision.is_none() || step.is_none() {
            errors.merge(FormErrors::whole("This form does not say which revision you have seen. Load the page again."));
        }
        (errors, Seen { revision: revision.unwrap_or(0.into()), step: step.unwrap_or(0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> AnswerForm {
        AnswerForm { revision: "4".to_owned(), step: "1".to_owned(), ..AnswerForm::default() }
    }

    #[test]
    fn an_approval_needs_no_words_and_keeps_the_plan_of_the_author() {
        let answer = form().check_approval(Tz::UTC).expect("right");
        assert_eq!(answer, Answer { seen: Seen { revision: 4.into(), step: 1 }, words: String::new(), plan: None });
    }

    #[test]
    fn a_set_time_is_read_in_the_zone_of_the_site() {
        let at = AnswerForm { when: "at".to_owned(), publish_date: "2026-12-02".to_owned(), publish_time: "08:00".to_owned(), ..form() };
        let seven = "2026-12-02T07:00:00".parse().expect("a time");
        assert_eq!(at.check_approval(Tz::Europe__Berlin).expect("right").plan, Some(Plan::At(seven)));
        let open = AnswerForm { publish_date: String::new(), publish_time: String::new(), ..at };
        assert!(!open.check_approval(Tz::UTC).expect_err("no day").on("publish_date").is_empty());
    }

    #[test]
    fn asking_for_changes_needs_words_and_not_too_many() {
        assert!(!form().check_changes().expect_err("silent").on("words").is_empty());
        let long = AnswerForm { words: "ü".repeat(2001), ..form() };
        assert!(!long.check_changes().expect_err("too long").on("words").is_empty());
        assert!(AnswerForm { words: "ü".repeat(2000), ..form() }.check_changes().is_ok());
    }

    #[test]
    fn a_form_without_what_was_seen_is_refused() {
        assert_eq!(AnswerForm::default().check_approval(Tz::UTC).expect_err("nothing seen").general().len(), 1);
    }
}
