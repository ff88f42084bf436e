//! The forms of notes and of share links.

use super::super::model::{
    anchor::Selector,
    note::{NewNote, NoteId},
    revision::RevisionId,
    share::NewLink,
};
use super::nonce;
use crate::web::form::FormErrors;
use serde::Deserialize;
use validator::Validate;

/// What somebody types to leave a note.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct NoteForm {
    /// Guests only: who it is from.
    #[validate(length(max = 80, message = "Shorten the name to 80 characters."))]
    pub name: String,
    /// The passage, or empty.
    #[validate(length(max = 1000, message = "Choose a shorter passage; 1,000 characters are the most."))]
    pub quote: String,
    /// What stands before it, where a script knows that.
    pub prefix: String,
    /// What stands after it.
    pub suffix: String,
    /// Where it begins, in characters.
    pub position: String,
    /// What it says.
    #[validate(length(min = 1, max = 5000, message = "Write a note of at most 5,000 characters."))]
    pub body: String,
    /// The note that it replies to, or empty.
    pub parent: String,
    /// Tells the form from others.
    pub nonce: String,
}

impl NoteForm {
    /// An empty form.
    pub fn empty() -> NoteForm {
        NoteForm { nonce: nonce::fresh(), ..NoteForm::default() }
    }

    /// What is to be noted, or what to mend. A guest gives a name.
    pub fn check(&self, is_guest: bool) -> Result<NewNote, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        if is_guest && self.name.is_empty() {
            errors.add("name", "Give your name, so that the author knows who this is from.");
        }
        let parent = if self.parent.is_empty() { None } else { Some(self.parent.parse::<NoteId>()) };
        if parent.as_ref().is_some_and(Result::is_err) {
            errors.merge(FormErrors::whole("The note that this replies to is not there any more."));
        }
        let near = |text: &str| text.chars().take(64).collect::<String>();
        let passage = Selector {
            quote: self.quote.clone(),
            prefix: near(&self.prefix),
            suffix: near(&self.suffix),
            position: self.position.parse().unwrap_or(0),
        };
        errors.unless_any(NewNote { passage, body: self.body.clone(), parent: parent.and_then(Result::ok), nonce: known(&self.nonce) })
    }

    /// Whether this is the reply to that note.
    pub fn replies_to(&self, note: &NoteId) -> bool {
        self.parent == note.to_string()
    }
}

/// A button that settles a note or opens it again.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct SettleForm {
    /// Whether it is to be settled.
    pub done: bool,
}

/// For how long a link may work: days and words.
pub const LIVES: &[(i64, &str)] = &[(1, "One day"), (7, "A week"), (30, "30 days"), (90, "90 days")];

/// What somebody chooses for a share link.
#[derive(Debug, Default, Clone, Deserialize, Validate)]
#[serde(default)]
pub struct ShareForm {
    /// Whom it is for.
    #[validate(length(min = 1, max = 120, message = "Say whom the link is for, in at most 120 characters."))]
    pub label: String,
    /// `newest`, or `this` for the revision that was the newest when the form was drawn.
    pub shows: String,
    /// That revision.
    pub revision: String,
    /// Whether guests may leave notes.
    pub allows_notes: bool,
    /// Days.
    pub days: String,
    /// Tells the form from others.
    pub nonce: String,
}

impl ShareForm {
    /// What most want.
    pub fn empty() -> ShareForm {
        ShareForm { shows: "newest".to_owned(), allows_notes: true, days: "7".to_owned(), nonce: nonce::fresh(), ..ShareForm::default() }
    }

    /// What is to be shared, or what to mend.
    pub fn check(&self) -> Result<NewLink, FormErrors> {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        let days = LIVES.iter().map(|(days, _)| *days).find(|days| self.days == days.to_string());
        if days.is_none() {
            errors.add("days", "Choose how long the link works.");
        }
        let revision = match (self.shows.as_str(), self.revision.parse::<RevisionId>()) {
            ("newest", _) => None,
            ("this", Ok(revision)) => Some(revision),
            _ => {
                errors.add("shows", "Choose what the link shows.");
                None
            }
        };
        let label = self.label.split_whitespace().collect::<Vec<_>>().join(" ");
        errors.unless_any(NewLink { label, revision, allows_notes: self.allows_notes, days: days.unwrap_or(1), nonce: known(&self.nonce) })
    }
}

/// The one that was sent, if it is one of ours; else a fresh one.
fn known(sent: &str) -> String {
    nonce::ours(sent).map_or_else(nonce::fresh, str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_gives_a_name_and_everybody_words() {
        let fields = |form: &NoteForm, guest: bool| -> Vec<String> {
            form.check(guest).err().map(|errors| errors.fields().map(|(field, _)| field.to_owned()).collect()).unwrap_or_default()
        };
        let good = NoteForm { body: "Good.".to_owned(), ..NoteForm::empty() };
        assert_eq!(fields(&good, false), Vec::<String>::new());
        assert_eq!(fields(&good, true), ["name"]);
        let long = NoteForm { name: "n".repeat(81), quote: "q".repeat(1001), body: "b".repeat(5001), ..NoteForm::empty() };
        assert_eq!(fields(&long, true), ["body", "name", "quote"]);
        let lost = NoteForm { parent: "x".to_owned(), ..good };
        assert!(lost.check(false).is_err_and(|errors| !errors.general().is_empty()));
    }

    #[test]
    fn a_link_says_whom_it_is_for_what_it_shows_and_how_long() {
        let form = ShareForm { label: " The  board ".to_owned(), ..ShareForm::empty() };
        let link = form.check().expect("right");
        assert_eq!((link.label.as_str(), link.revision, link.days, link.allows_notes), ("The board", None, 7, true));
        let this = ShareForm { shows: "this".to_owned(), revision: "12".to_owned(), ..form.clone() };
        assert_eq!(this.check().expect("right").revision, Some(12.into()));
        let wrong = ShareForm { shows: "this".to_owned(), days: "9999".to_owned(), ..ShareForm::default() };
        let errors = wrong.check().expect_err("all wrong");
        assert_eq!(errors.fields().map(|(field, _)| field).collect::<Vec<_>>(), ["days", "label", "shows"]);
    }

    #[test]
    fn a_made_up_nonce_is_replaced() {
        assert_eq!(known("0123456789abcdef0123456789abcdef"), "0123456789abcdef0123456789abcdef");
        assert!(known("x").len() == 32 && known("") != known(""));
    }
}
