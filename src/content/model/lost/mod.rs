//! Addresses that lead nowhere: where they led once, how they should be written, and what lies near.
//!
//! They are counted in [`counted`], but for what probes ask for ([`rules`]).

pub mod counted;
pub mod rules;

use super::{
    address::{self, Standing},
    entry::EntryState,
    redirect::{self, Asked, RedirectId, Status},
};
use crate::{db::Conn, schema::entries};
use diesel::prelude::*;

/// What there is instead of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// What is answered instead, if something is.
    pub led: Option<Led>,
    /// What might be meant, as words for a search.
    pub words: String,
    /// Live pages with a similar address: address and title.
    pub near: Vec<(String, String)>,
}

/// Where an address leads instead.
#[derive(Debug, PartialEq, Eq)]
pub struct Led {
    /// A path of the site or a full address; `None`: what was there is gone.
    pub to: Option<String>,
    /// What is answered.
    pub status: Status,
    /// The redirect that did it; `None`: the address was only written in another form.
    pub by: Option<RedirectId>,
}

/// Pages that are compared, and how many are shown.
const LOOKED_AT: i64 = 60;
const SHOWN: usize = 3;

/// Below this similarity, from 0 to 1, an address is not what was meant.
const SIMILAR: f64 = 0.45;

/// Looks an address up among the redirects, then in the one form that addresses have: without a slash at the end and in lower
/// case. Queries go along.
pub fn find(conn: &mut Conn, asked: &str, query: &str) -> QueryResult<Lost> {
    if let Some(found) = redirect::find(conn, Asked { path: asked, query })? {
        let led = Led { to: found.to, status: found.status, by: Some(found.id) };
        return Ok(Lost { led: Some(led), ..Lost::default() });
    }
    let plain = normal_form(asked);
    if plain != asked && exists(conn, &plain)? {
        let to = if query.is_empty() { plain } else { format!("{plain}?{query}") };
        return Ok(Lost { led: Some(Led { to: Some(to), status: Status::Moved, by: None }), ..Lost::default() });
    }
    Ok(Lost { led: None, words: words(asked), near: near(conn, &plain)? })
}

/// One slash at the beginning, none at the end, none doubled, letters small.
pub(super) fn normal_form(asked: &str) -> String {
    let parts: Vec<&str> = asked.split('/').filter(|part| !part.is_empty()).collect();
    format!("/{}", parts.join("/")).to_ascii_lowercase()
}

/// Whether visitors are answered there.
fn exists(conn: &mut Conn, path: &str) -> QueryResult<bool> {
    let standing = address::standing(conn, &[path])?;
    Ok(standing.get(path).is_some_and(|standing| !matches!(standing, Standing::Draft { .. })))
}

/// `/posts/conection-pools.html` → `conection pools`.
fn words(asked: &str) -> String {
    let last = asked.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let text: String = stem.chars().map(|sign| if sign.is_alphanumeric() { sign } else { ' ' }).take(100).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The live page that was most likely meant: address and title.
pub fn nearest(conn: &mut Conn, asked: &str) -> QueryResult<Option<(String, String)>> {
    Ok(near(conn, &normal_form(asked))?.into_iter().next())
}

/// Live entries whose address is similar. Only those are compared that begin alike, by the index on paths.
fn near(conn: &mut Conn, plain: &str) -> QueryResult<Vec<(String, String)>> {
    if !plain.is_ascii() || plain.len() > 200 {
        return Ok(Vec::new());
    }
    let last = plain.rsplit('/').next().unwrap_or("");
    let start: String = last.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-').take(2).collect();
    let mut found: Vec<(f64, String, String)> = Vec::new();
    for begins in [format!("/posts/{start}%"), format!("/{start}%"), format!("{}%", &plain[..plain.len() - last.len()])] {
        let rows: Vec<(String, String)> = entries::table
            .filter(entries::path.like(begins))
            .filter(entries::state.eq(EntryState::Published))
            .order(entries::path)
            .select((entries::path.assume_not_null(), entries::title))
            .limit(LOOKED_AT)
            .load(conn)?;
        for (path, title) in rows {
            let likeness = strsim::normalized_damerau_levenshtein(last, path.rsplit('/').next().unwrap_or(""));
            if likeness >= SIMILAR && !found.iter().any(|(_, known, _)| *known == path) {
                found.push((likeness, path, title));
            }
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    Ok(found.into_iter().take(SHOWN).map(|(_, path, title)| (path, title)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_form() {
        assert_eq!(["/Posts//A/", "/", "//", "/a/b"].map(normal_form), ["/posts/a", "/", "/", "/a/b"]);
    }

    #[test]
    fn an_address_is_read_as_words() {
        assert_eq!(words("/articles/conection-pools.html"), "conection pools");
        assert_eq!(words("/"), "");
    }
}
