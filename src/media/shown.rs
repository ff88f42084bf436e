//! What pages show of files, by the names that the page cache knows.
//!
//! | Tag | A page has it that shows … |
//! |---|---|
//! | `file:ID` | a picture by its row: above an entry's text, or in a list |
//! | `about:file:ID` | what the library says of such a picture: above an entry's text |
//!
//! A picture within a text is written into it when the file changes ([`Showing`](super::model::uses::Showing)), so that its pages
//! are dropped by the entry.

use super::model::file::FileId;

/// A picture, by its row.
pub fn file(id: FileId) -> String {
    format!("file:{id}")
}

/// What the library says of it.
pub fn about_file(id: FileId) -> String {
    format!("about:file:{id}")
}
