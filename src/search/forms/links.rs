//! The form of the links below a post.

use super::{super::model::related::MOST_CHOSEN, promotion::live_at};
use crate::{
    content::model::entry::{EntryId, Listed},
    db::Conn,
    error::AppResult,
    web::form::FormErrors,
};
use serde::Deserialize;

/// What somebody types.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct LinksForm {
    /// Addresses, one a line.
    pub links: String,
}

impl LinksForm {
    /// The form with what is stored.
    pub fn of(chosen: &[Listed]) -> LinksForm {
        LinksForm { links: chosen.iter().map(Listed::address).collect::<Vec<_>>().join("\n") }
    }

    /// The entries in their order, or what to mend.
    pub fn check(&self, conn: &mut Conn, own: EntryId, base_url: &str) -> AppResult<Vec<EntryId>> {
        let mut errors = FormErrors::none();
        let mut ids: Vec<EntryId> = Vec::new();
        let lines: Vec<&str> = self.links.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.len() > MOST_CHOSEN {
            return Err(FormErrors::one("links", format!("Choose {MOST_CHOSEN} at most; readers follow few.")).into());
        }
        for line in lines {
            match live_at(conn, line, base_url)? {
                Some(id) if id == own => errors.add("links", "A post does not lead to itself. Take its own address off."),
                Some(id) if !ids.contains(&id) => ids.push(id),
                Some(_) => {}
                None => errors.add("links", format!("There is no live entry at {line}. Copy its address from its page.")),
            }
        }
        errors.unless_any(())?;
        Ok(ids)
    }
}
