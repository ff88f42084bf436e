//! The notes as they are drawn: beside a draft in the admin, and below one that is shared.

use super::{
    forms::note::NoteForm,
    model::note::{NoteId, Thread},
};
use crate::web::form::FormErrors;

/// Notes with the forms to add to them.
pub struct Board {
    /// The notes.
    pub threads: Vec<Thread>,
    /// What is being typed.
    pub form: NoteForm,
    /// What to mend in it.
    pub errors: FormErrors,
    /// Where the forms lead.
    pub address: String,
    /// Whether who looks at it has no account.
    pub is_guest: bool,
    /// Whether notes may be settled here.
    pub may_settle: bool,
}

impl Board {
    /// How many are open.
    pub fn open(&self) -> usize {
        self.threads.iter().filter(|one| one.note.resolved_at.is_none()).count()
    }

    /// Whether what is typed is the reply to that note.
    pub fn is_reply(&self, note: &NoteId) -> bool {
        self.form.replies_to(note)
    }

    /// The sentences at a field of the form for a new note.
    pub fn on(&self, field: &str) -> &[String] {
        if self.form.parent.is_empty() { self.errors.on(field) } else { &[] }
    }

    /// The same of a reply.
    pub fn on_reply(&self, note: &NoteId, field: &str) -> &[String] {
        if self.is_reply(note) { self.errors.on(field) } else { &[] }
    }

    /// What is typed in a new note.
    pub fn typed(&self) -> &str {
        if self.form.parent.is_empty() { &self.form.body } else { "" }
    }

    /// What is typed in a reply.
    pub fn typed_reply(&self, note: &NoteId) -> &str {
        if self.is_reply(note) { &self.form.body } else { "" }
    }
}
