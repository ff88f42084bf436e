//! What pages show of files, by the names that the page cache knows.
//!
//! | Tag | A page has it that shows … |
//! |---|---|
//! | `file:ID` | a picture by its row: above an entry's text, or in a list. What stands in a text is written into it when the file changes |

use super::model::file::FileId;

/// A picture, by its row.
pub fn file(id: FileId) -> String {
    format!("file:{id}")
}
