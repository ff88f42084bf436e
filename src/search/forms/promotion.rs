//! The form of a promoted result.

use super::super::model::promotion::folded;
use crate::{
    content::model::entry::{Entry, EntryId},
    db::Conn,
    error::AppResult,
    markup::own_path,
    web::form::FormErrors,
};
use diesel::OptionalExtension;
use serde::Deserialize;

/// The longest query, in signs.
const LONGEST: usize = 100;

/// What somebody types.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct PromotionForm {
    /// The words for which it is put first.
    pub query: String,
    /// The address of the entry.
    pub entry: String,
}

impl PromotionForm {
    /// The words and the entry, or what to mend.
    pub fn check(&self, conn: &mut Conn, base_url: &str) -> AppResult<(String, EntryId)> {
        let mut errors = FormErrors::none();
        if folded(&self.query).is_empty() {
            errors.add("query", "Type the words that visitors search for, such as opening hours.");
        }
        if self.query.chars().count() > LONGEST {
            errors.add("query", "These are more than 100 letters. Use the few words that people type.");
        }
        let entry = live_at(conn, &self.entry, base_url)?;
        if entry.is_none() {
            errors.add("entry", "There is no live entry at this address. Copy it from the entry's page, such as /posts/hello.");
        }
        errors.unless_any(())?;
        Ok((self.query.clone(), entry.unwrap_or_else(|| 0.into())))
    }
}

/// The live entry that an address names, with or without that of the site before it.
pub fn live_at(conn: &mut Conn, typed: &str, base_url: &str) -> AppResult<Option<EntryId>> {
    let path = own_path(typed, base_url).unwrap_or_else(|| typed.to_owned());
    let path = path.split(['?', '#']).next().unwrap_or("");
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    if !path.starts_with('/') || path.len() > 700 {
        return Ok(None);
    }
    Ok(Entry::live_at(conn, path).optional()?.map(|entry| entry.id))
}
