//! The inbox, and the pages that carry a form.

pub mod forms;
pub mod inbox;
pub mod message;

use super::model::message::MessageState;

impl MessageState {
    /// Class and words, for `span.state`.
    fn shown(self) -> (&'static str, &'static str) {
        match self {
            MessageState::New => ("is-ahead", "New"),
            MessageState::Done => ("is-live", "Done"),
            MessageState::Spam => ("is-bad", "Spam"),
        }
    }
}
