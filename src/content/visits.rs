//! Visits that are counted: of redirects, and of addresses that lead nowhere.
//!
//! They are gathered in memory and written once a second, so that no visitor waits for a count and a flood costs one statement. What
//! was gathered last is lost when the machine dies. Of people nothing is kept but how many there were.

use super::model::{
    lost::counted::{self, Asked},
    redirect::{RedirectId, hits},
};
use crate::{db::Db, error::AppResult, markup::percent_decoded, web::access_log::without_token};
use chrono::NaiveDateTime;
use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, MutexGuard},
};

/// Different addresses that are gathered between two writings; of more, the rest is not counted.
const MOST: usize = 2000;

/// What was gathered.
#[derive(Default)]
struct Gathered {
    moved: HashMap<RedirectId, hits::Count>,
    lost: HashMap<String, Asked>,
}

/// The counter that all threads share.
#[derive(Default)]
pub struct Visits(Mutex<Gathered>);

/// A request, as far as it is counted.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Whether a program has sent it.
    pub by_bot: bool,
    /// The page of this site that led there, or empty.
    pub referrer: String,
    /// When, UTC.
    pub at: NaiveDateTime,
}

impl Visits {
    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.0.lock().expect("nothing panics while it holds the counts")
    }

    /// Somebody was led on.
    pub fn moved(&self, id: RedirectId, visit: &Visit) {
        let mut gathered = self.gathered();
        if gathered.moved.len() < MOST || gathered.moved.contains_key(&id) {
            let one = hits::Count { people: i64::from(!visit.by_bot), bots: i64::from(visit.by_bot), last: visit.at.date() };
            gathered.moved.entry(id).or_default().add(one);
        }
    }

    /// Somebody asked for an address that leads nowhere.
    pub fn lost(&self, path: &str, visit: &Visit) {
        let path = percent_decoded(path);
        if !may_be_counted(&path) {
            return;
        }
        let mut gathered = self.gathered();
        if gathered.lost.len() >= MOST && !gathered.lost.contains_key(&path) {
            return;
        }
        let asked = gathered.lost.entry(path.clone()).or_insert(Asked { path, people: 0, bots: 0, at: visit.at, referrer: String::new() });
        asked.people += i64::from(!visit.by_bot);
        asked.bots += i64::from(visit.by_bot);
        asked.at = asked.at.max(visit.at);
        if !visit.referrer.is_empty() {
            asked.referrer.clone_from(&visit.referrer);
        }
    }

    /// Writes what was gathered; what cannot be written now is kept for the next time.
    pub async fn write(&self, db: &Db) -> AppResult<()> {
        let taken = mem::take(&mut *self.gathered());
        if taken.moved.is_empty() && taken.lost.is_empty() {
            return Ok(());
        }
        // In the order of their keys, so that two nodes wait for each other rather than deadlock.
        let mut moved: Vec<(RedirectId, hits::Count)> = taken.moved.iter().map(|(id, count)| (*id, *count)).collect();
        moved.sort_by_key(|(id, _)| *id);
        let mut lost: Vec<Asked> = taken.lost.values().cloned().collect();
        lost.sort_by(|one, other| one.path.cmp(&other.path));
        let written = db.write(move |conn| {
            hits::add(conn, &moved)?;
            Ok(counted::add(conn, &lost)?)
        });
        let written = written.await;
        if written.is_err() {
            let mut gathered = self.gathered();
            for (id, count) in taken.moved {
                gathered.moved.entry(id).or_default().add(count);
            }
            for (path, asked) in taken.lost {
                gathered
                    .lost
                    .entry(path)
                    .and_modify(|kept| (kept.people, kept.bots) = (kept.people + asked.people, kept.bots + asked.bots))
                    .or_insert(asked);
            }
        }
        written
    }
}

/// Addresses that hold a token, or that only those who write come to, are nobody's list.
fn may_be_counted(path: &str) -> bool {
    path.len() <= counted::LONGEST
        && !path.chars().any(char::is_control)
        && without_token(path).1.is_empty()
        && !["/review/", "/admin/", "/invitation/", "/setup/"].iter().any(|start| path.starts_with(start))
}

/// The path of this site that a browser came from, without its query; empty if it came from elsewhere, or from the admin.
pub fn referrer(header: Option<&str>, base_url: &str) -> String {
    let path = header.and_then(|header| header.strip_prefix(base_url)).filter(|rest| rest.starts_with('/')).unwrap_or("");
    let path = percent_decoded(path.split(['?', '#']).next().unwrap_or(""));
    if may_be_counted(&path) && path != "/admin" { path } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_site_are_kept_as_referrers() {
        let of = |header: &str| referrer(Some(header), "https://example.org");
        assert_eq!(of("https://example.org/posts/a?q=me#x"), "/posts/a");
        assert_eq!(of("https://example.org/"), "/");
        for other in [
            "https://example.org.evil.example/a",
            "https://example.net/a",
            "https://example.org/admin/entries",
            "https://example.org/review/abc",
            "",
        ] {
            assert_eq!(of(other), "", "{other}");
        }
        assert_eq!(referrer(None, "https://example.org"), "");
    }
}
