//! Markdown to safe HTML.
//!
//! Authors write Markdown ([CommonMark](https://spec.commonmark.org/) with the extensions of
//! [GFM](https://github.github.com/gfm/)) and raw HTML in it. What comes out is valid, free of
//! scripts, asks no other host for anything, and has the markup that the stylesheet knows.
//!
//! Start at [`render()`]; [`SafeHtml`] is the only type that templates print unescaped, and only
//! this module makes one. The steps are told in `render.rs`.

mod address;
mod attributes;
mod code;
mod destination;
mod elsewhere;
mod embeds;
mod footnotes;
mod foreign;
mod guard;
mod line;
mod links;
mod lists;
mod media;
mod outline;
mod passages;
mod pictures;
mod questions;
mod remark;
mod render;
mod rewrite;
mod sanitize;
mod slug;
mod snippets;
mod structure;
mod survey;
mod syntax;
mod table;
mod tags;
#[cfg(test)]
mod tests;
mod text;
mod tree;

pub use address::{own_path, percent_decoded};
pub use elsewhere::for_readers;
pub use embeds::{Card, CardKind, CardPicture, embed_address};
pub use foreign::words_and_links;
pub use line::render_line;
pub use links::Link;
pub use passages::{Passage, mark, text_of};
pub use pictures::{IN_TEXT, Picture, Source};
pub use questions::questions;
pub use remark::{REMARK_RENDERER, render_remark};
pub use render::{render, render_with};
pub use rewrite::rewrite_links;
pub use slug::{is_slug, slugify};
pub use snippets::{LONGEST_NAME as LONGEST_SNIPPET_NAME, Snippets, has_footnotes, snippet_names};
pub use survey::{Place, Survey, WrittenHeading, WrittenLink, WrittenPicture, WrittenSnippet, ids, survey};
pub use text::{first_paragraph, plain_text};

use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of the output. Raise it when the output changes: stored pages are made again.
pub const RENDERER: i32 = 3;

/// HTML that a page may hold as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes back what was rendered before and kept in the database.
    pub fn from_store(html: String) -> SafeHtml {
        SafeHtml(html)
    }

    /// The HTML, to be stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for SafeHtml {}

/// A heading of a text, for its table of contents.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Heading {
    /// 2 to 4.
    pub level: u8,
    /// Unique within the text.
    pub id: String,
    /// Without markup.
    pub text: String,
}

/// A rendered text and what was learned from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rendered {
    /// What a page shows.
    pub html: SafeHtml,
    /// Headings from `h2` to `h4`, in document order.
    pub headings: Vec<Heading>,
    /// Words to read; code blocks do not count.
    pub words: u32,
    /// Every link and picture, in document order.
    pub links: Vec<Link>,
    /// Names of the snippets that it calls for, each once, whether there are such or not.
    pub snippets: Vec<String>,
    /// Addresses that stand alone in a paragraph, each once, as [`embed_address`] writes them.
    pub embeds: Vec<String>,
}

/// Minutes to read so many words: 200 a minute, at least one.
pub fn reading_minutes(words: u32) -> u32 {
    words.div_ceil(200).max(1)
}
