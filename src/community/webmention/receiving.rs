//! What somebody tells us: which entry it is about, and what the page says that is to link to it (Webmention, 3.2).

use super::{forms::MentionForm, reading};
use crate::{
    community::model::writing::{NewMention, receive_mention, withdraw_mention},
    content::model::{
        entry::{Entry, EntryId, Kind},
        redirect::lookup::{self, Asked},
    },
    db::Conn,
    error::{AppError, AppResult},
    markup::{own_path, percent_decoded},
    web::outgoing::{Fault, Outgoing},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use reqwest::Url;

/// Bytes of a page that are read.
const MOST: usize = 512 * 1024;

/// The post that an address of this site leads to, through redirects too; others take no mentions.
pub fn post_at(conn: &mut Conn, target: &str, base_url: &str) -> AppResult<Option<EntryId>> {
    let Some(path) = own_path(target, base_url) else { return Ok(None) };
    let (path, query) = parts(&path);
    if let Some(entry) = live_post(conn, path)? {
        return Ok(Some(entry));
    }
    let led = lookup::find(conn, Asked { path, query })?.and_then(|found| found.to);
    match led.as_deref().map(|to| parts(to).0) {
        Some(to) if to.starts_with('/') => live_post(conn, to),
        _ => Ok(None),
    }
}

/// Path and query of an address, without fragment.
fn parts(address: &str) -> (&str, &str) {
    address.split('#').next().unwrap_or("").split_once('?').unwrap_or((address.split('#').next().unwrap_or(""), ""))
}

fn live_post(conn: &mut Conn, path: &str) -> AppResult<Option<EntryId>> {
    let found = Entry::live_at(conn, &percent_decoded(path)).optional()?;
    Ok(found.filter(|entry| entry.kind == Kind::Post).map(|entry| entry.id))
}

/// What a form asks for: the page, and the entry that it is to link to.
pub fn wanted(conn: &mut Conn, form: &MentionForm, base_url: &str) -> AppResult<(EntryId, Url)> {
    let source = form.check(base_url)?;
    let entry =
        post_at(conn, &form.target, base_url)?.ok_or(AppError::BadRequest("The target is no post of this site that takes mentions."))?;
    Ok((entry, source))
}

/// What was found at the page that is to link here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It links here, and says this.
    Said(reading::Said),
    /// It does not, or is gone.
    Nothing,
    /// Nobody answered; why.
    Silent(String),
}

/// Fetches the page and reads it. Blocks; for jobs.
pub fn look(outgoing: &Outgoing, source: &str, target: &str) -> Found {
    let Ok(target) = Url::parse(target) else { return Found::Nothing };
    match outgoing.page(source, MOST) {
        Ok(page) if page.fetched.status >= 500 || page.fetched.status == 429 => {
            Found::Silent(format!("it answers {}", page.fetched.status))
        }
        Ok(page) if page.fetched.status >= 300 => Found::Nothing,
        Ok(page) => reading::read(&page, &target).map_or(Found::Nothing, Found::Said),
        Err(Fault::NotAsked | Fault::Private | Fault::Lost) => Found::Nothing,
        Err(fault) => Found::Silent(fault.to_string()),
    }
}

/// Takes in what was found: a comment that waits for a moderator, or the end of one.
pub fn take(conn: &mut Conn, entry: EntryId, source: &str, found: &Found, now: NaiveDateTime) -> AppResult<()> {
    match found {
        Found::Said(said) => {
            let new = NewMention {
                entry_id: entry,
                source_url: source.to_owned(),
                author_name: said.author_name.clone(),
                author_url: said.author_url.clone(),
                text: said.text.clone(),
            };
            receive_mention(conn, now, &new)
        }
        Found::Nothing => withdraw_mention(conn, now, entry, source),
        Found::Silent(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn an_address_is_taken_apart() {
        assert_eq!([parts("/a?b#c"), parts("/a#c?d"), parts("/a")], [("/a", "b"), ("/a", ""), ("/a", "")]);
    }
}
