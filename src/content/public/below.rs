//! What other rooms put below the text of an entry: content knows neither what it is nor who makes it (`app::BELOW_ENTRIES`).

use crate::{content::model::entry::Entry, db::Conn, error::AppResult, site::Page};
use askama::Template;
use std::fmt;

/// A room that puts something below the text of entries.
pub trait Below: Sync {
    /// What stands below that live entry on its page, with the tags of what it shows. One query at most.
    fn piece(&self, conn: &mut Conn, page: &Page, entry: &Entry) -> AppResult<Piece>;
}

/// A drawn piece of a page.
#[derive(Default)]
pub struct Piece {
    html: String,
    /// What it shows, for the page cache.
    pub tags: Vec<String>,
}

impl Piece {
    /// A template, drawn: everything in it is escaped.
    pub fn of(view: &impl Template, tags: Vec<String>) -> AppResult<Piece> {
        Ok(Piece { html: view.render()?, tags })
    }

    /// Nothing yet; it changes when one of the tags is told.
    pub fn nothing(tags: Vec<String>) -> Piece {
        Piece { html: String::new(), tags }
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.html)
    }
}

impl askama::filters::HtmlSafe for Piece {}

/// All of them.
pub fn pieces(conn: &mut Conn, page: &Page, entry: &Entry) -> AppResult<Vec<Piece>> {
    crate::app::BELOW_ENTRIES.iter().map(|room| room.piece(conn, page, entry)).collect()
}
