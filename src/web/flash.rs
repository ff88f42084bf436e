//! Sentences that wait in the session for the next page.

use serde::{Deserialize, Serialize};

/// How a notice looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// It was done.
    Ok,
    /// It was done, but look at this.
    Warn,
}

/// A sentence for the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// How it looks.
    pub tone: Tone,
    /// What happened.
    pub text: String,
}

impl Flash {
    /// The class of its notice.
    pub fn class(&self) -> &'static str {
        match self.tone {
            Tone::Ok => "is-ok",
            Tone::Warn => "is-warn",
        }
    }

    /// Its picture.
    pub fn icon(&self) -> &'static str {
        match self.tone {
            Tone::Ok => "check",
            Tone::Warn => "triangle-alert",
        }
    }
}
