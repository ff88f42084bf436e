//! Searches and clicks: gathered in memory, and written once a second, so that no visitor waits for a count and a flood costs one
//! statement.

use super::model::log::{self, Tally};
use crate::{db::Db, error::AppResult};
use chrono::NaiveDateTime;
use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, MutexGuard},
};

/// Different queries that are gathered between two writings; of more, the rest is not counted.
const MOST: usize = 500;

/// What was searched for since the last writing.
#[derive(Debug, Default)]
pub struct Searches(Mutex<HashMap<String, Tally>>);

impl Searches {
    fn gathered(&self) -> MutexGuard<'_, HashMap<String, Tally>> {
        self.0.lock().expect("nothing panics while it holds the counts")
    }

    fn count(&self, typed: &str, add: impl FnOnce(&mut Tally)) {
        let Some(query) = log::kept(typed) else { return };
        let mut gathered = self.gathered();
        if gathered.len() < MOST || gathered.contains_key(&query) {
            add(gathered.entry(query).or_default());
        }
    }

    /// Somebody searched for this, and so many were found.
    pub fn searched(&self, typed: &str, found: usize) {
        self.count(typed, |tally| (tally.searches, tally.found) = (tally.searches + 1, Some(found as i64)));
    }

    /// Somebody followed a result of this.
    pub fn clicked(&self, typed: &str) {
        self.count(typed, |tally| tally.clicks += 1);
    }

    /// Writes what was gathered. What cannot be written now is dropped: a count that is a little low tells the same.
    pub async fn write(&self, db: &Db, now: NaiveDateTime) -> AppResult<()> {
        let taken = mem::take(&mut *self.gathered());
        if taken.is_empty() {
            return Ok(());
        }
        // In the order of their keys, so that two nodes wait for each other rather than deadlock.
        let mut taken: Vec<(String, Tally)> = taken.into_iter().collect();
        taken.sort_by(|one, other| one.0.cmp(&other.0));
        db.write(move |conn| Ok(log::add(conn, now.date(), &taken)?)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_different_queries_does_not_fill_the_memory() {
        let searches = Searches::default();
        for number in 0..2 * MOST {
            searches.searched(&format!("word{number}"), 0);
        }
        searches.searched("word1", 3);
        searches.clicked("Word1");
        searches.clicked("ada@example.org");
        let gathered = searches.gathered();
        assert_eq!(gathered.len(), MOST);
        assert_eq!(gathered["word1"], Tally { searches: 2, found: Some(3), clicks: 1 });
    }
}
