//! Rooms above that follow entries, told in the transaction of each change.

use super::entry::Entry;
use crate::{db::Conn, error::AppResult};
use chrono::NaiveDateTime;

/// A room that wants to know when an entry was saved, published, moved or taken off; `app::TOLD_OF_ENTRIES` lists them.
pub trait Told: Sync {
    /// Is given the entry's row as it was and as it is. What takes long is enqueued.
    fn entry_changed(&self, conn: &mut Conn, before: &Entry, after: &Entry, now: NaiveDateTime) -> AppResult<()>;
}
