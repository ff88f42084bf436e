//! The outbox in the admin: what was sent, to whom, with which answer; addresses to be spared; the sender.

pub mod letter;
pub mod letters;
pub mod sender;
pub mod suppressed;
pub mod test;

use super::model::letter::LetterState;

impl LetterState {
    /// Class and words, for `span.state`.
    fn shown(self) -> (&'static str, &'static str) {
        match self {
            LetterState::Waiting => ("is-ahead", "Waiting"),
            LetterState::Sent => ("is-live", "Sent"),
            LetterState::Failed => ("is-bad", "Given up"),
            LetterState::Suppressed => ("is-draft", "Spared"),
            LetterState::Cancelled => ("is-draft", "Called off"),
        }
    }
}

/// What was typed into a filter: trimmed, no longer than an address may be.
fn typed(text: &str) -> Option<String> {
    let text: String = text.trim().chars().take(320).collect();
    (!text.is_empty()).then_some(text)
}
