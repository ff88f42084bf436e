//! Decisions of moderators.

use crate::{
    community::{
        forms::comment,
        model::{comment::CommentId, moderation::Verdict, openness::Mode},
    },
    web::form::FormErrors,
};
use serde::Deserialize;

/// Comments that are decided about at once.
pub const MOST: usize = 100;

/// Chosen comments, and what is done with them.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// Keys.
    pub id: Vec<String>,
    /// A verdict, or `delete`.
    pub verdict: String,
    /// The address of the list that it came from.
    pub back: String,
}

impl Chosen {
    /// The keys.
    pub fn ids(&self) -> Vec<CommentId> {
        self.id.iter().filter_map(|id| id.parse().ok()).take(MOST).collect()
    }

    /// The verdict, if it is one.
    pub fn verdict(&self) -> Option<Verdict> {
        Verdict::from_word(&self.verdict)
    }
}

/// Other words for a comment.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct EditForm {
    /// A guest's name.
    pub name: String,
    /// Markdown.
    pub comment_body: String,
}

impl EditForm {
    /// Name and words, or what to mend. Who has an account has a name already.
    pub fn check(&self, is_guest: bool) -> Result<(String, String), FormErrors> {
        let mut errors = comment::body(&self.comment_body);
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        if is_guest && !(1..=80).contains(&name.chars().count()) {
            errors.add("name", "Give a name of at most 80 characters.");
        }
        errors.unless_any((name, self.comment_body.clone()))
    }
}

/// The switch of an entry.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct SwitchForm {
    /// A word of [`Mode`].
    pub mode: String,
}

impl SwitchForm {
    /// What is wanted.
    pub fn check(&self) -> Result<Mode, FormErrors> {
        Mode::from_word(&self.mode).ok_or_else(|| FormErrors::one("mode", "Choose one of these."))
    }
}
