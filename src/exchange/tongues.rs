//! The languages of imported entries, and which of them say the same: files of one `translationKey` are translations of each other.

use super::front_matter::FrontMatter;
use crate::{
    content::model::{
        entry::EntryId,
        translation::{self, Wanted},
    },
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
};
use chrono::NaiveDateTime;
use std::{cell::RefCell, collections::HashMap};

/// What an import knows of it so far.
#[derive(Default)]
pub struct Tongues {
    /// The first entry of each key.
    first: RefCell<HashMap<String, EntryId>>,
}

impl Tongues {
    /// An entry was brought in, or is there already.
    pub fn note(&self, front: &FrontMatter, id: EntryId) {
        if let Some(key) = &front.translation {
            self.first.borrow_mut().entry(key.clone()).or_insert(id);
        }
    }

    /// Says of an entry what its file says. A language that its group has already leaves it without a translation.
    pub fn settle(&self, conn: &mut Conn, front: &FrontMatter, id: EntryId, now: NaiveDateTime) -> AppResult<()> {
        let first = front.translation.as_ref().and_then(|key| self.first.borrow().get(key).copied());
        let of = match first.filter(|first| *first != id) {
            // The first of its key, brought in again: the others came to it.
            None if front.translation.is_some() => translation::siblings(conn, id)?.first().map(|(one, _)| one.id),
            other => other,
        };
        let wanted = Wanted { language: front.language.clone().unwrap_or_default(), of };
        if wanted.of.is_none() && front.language.is_none() {
            return Ok(());
        }
        let alone = Wanted { of: None, ..wanted.clone() };
        match translation::set(conn, id, &wanted, None, &Actor::default(), now) {
            Err(AppError::Invalid(_)) => translation::set(conn, id, &alone, None, &Actor::default(), now).map(drop),
            set => set.map(drop),
        }
    }
}
