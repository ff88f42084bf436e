//! What a search of a large site needs at once, kept in memory: its newest documents by their words, and the titles of all.
//!
//! Both are read when a search first needs them, and brought up to date by the next one when it was told that entries have changed. Where
//! a change touches more documents than its transaction makes anew ([`super::index`]), jobs do the rest after it was told: so the newest
//! are looked at again after [`LONGEST`], and after a change of many all titles once more. Start at [`Memory::of`].

use super::{
    finding::{Hit, Setting},
    index::{AT_ONCE, Told},
    known::{self, Facts, LONGEST},
    planning::{Filters, Group, MOST},
    recent::Recent,
    titles::{self, Titles},
};
use crate::{
    content::model::entry::{EntryId, Kind},
    db::{Conn, statement::Statement},
    schema::search_documents,
    search::query::Query,
    web::{
        page_cache::{self, memory::Listens},
        person::UserId,
    },
};
use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use diesel::{prelude::*, sql_types::BigInt};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError},
};

/// So many choices of newest documents are kept; each takes a few megabytes.
const CHOICES: usize = 8;
/// Titles that one statement reads.
const BATCH: i64 = 5000;
/// Entries of which is remembered that they were told; with more, all titles are read anew.
const MOST_TOLD: usize = 5000;

/// What is kept for searches.
#[derive(Default)]
pub struct Memory {
    heard: Mutex<Heard>,
    recent: Mutex<Vec<Chosen>>,
    titles: RwLock<Option<Titles>>,
    /// Held by whoever brings the titles up to date: when they are to be read once more.
    again_at: Mutex<Option<NaiveDateTime>>,
}

/// What was told since the titles were last brought up to date.
#[derive(Default)]
struct Heard {
    /// How often entries were told.
    times: u64,
    entries: HashSet<EntryId>,
    /// More than could be named.
    many: bool,
}

/// What an index can narrow the newest documents to.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Narrow {
    author: Option<UserId>,
    kind: Option<Kind>,
    year: Option<i32>,
    zone: Tz,
}

/// The newest documents of a choice.
struct Chosen {
    narrow: Narrow,
    recent: Arc<Recent>,
    /// [`Heard::times`] from before they were read.
    times: u64,
    read_at: NaiveDateTime,
}

impl Listens for Memory {
    fn hear(&self, tags: &[String]) {
        let told = Told::of(tags);
        let many = told.many || told.entries.len() > AT_ONCE || tags.iter().any(|tag| tag == page_cache::ALL);
        if !many && told.entries.is_empty() && told.keys.is_empty() {
            return;
        }
        let mut heard = locked(&self.heard);
        heard.times += 1;
        heard.many |= many || heard.entries.len() > MOST_TOLD;
        heard.entries.extend(told.entries);
        if heard.many {
            heard.entries.clear();
        }
    }
}

fn locked<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    /// The one of this process; where nobody tells of changes, an empty one, in which nothing is kept.
    pub fn of(setting: &Setting<'_>) -> Arc<Memory> {
        setting.pages.listener().unwrap_or_default()
    }

    /// The newest documents, of what an index can narrow them to.
    pub fn recent(&self, conn: &mut Conn, filters: &Filters, setting: &Setting<'_>) -> QueryResult<Arc<Recent>> {
        let narrow = Narrow { author: filters.author, kind: filters.kind, year: filters.year, zone: setting.zone };
        // Held until they are read: whoever waits wants the same.
        let mut kept = locked(&self.recent);
        let times = locked(&self.heard).times;
        let known = kept.iter().position(|one| one.narrow == narrow).map(|at| kept.remove(at));
        let is_fresh = |one: &Chosen| one.times == times && (setting.now - one.read_at).abs() < LONGEST;
        let chosen = match known {
            Some(one) if is_fresh(&one) => one,
            known => {
                let ids = newest(conn, &narrow)?;
                let documents = known::documents(conn, setting.pages, &ids, setting.now)?;
                let same = known.map(|one| one.recent).filter(|recent| recent.is_of(&documents));
                let recent = same.unwrap_or_else(|| Arc::new(Recent::of(documents)));
                Chosen { narrow, recent, times, read_at: setting.now }
            }
        };
        let recent = chosen.recent.clone();
        kept.insert(0, chosen);
        kept.truncate(CHOICES);
        Ok(recent)
    }

    /// The `most` best entries with every word in the title, of those that pass; `None`: titles are not kept here, or just being read for
    /// somebody else.
    pub fn titled(
        &self,
        conn: &mut Conn,
        query: &Query,
        groups: &[Group],
        passes: impl Fn(&Facts) -> bool,
        most: usize,
        setting: &Setting<'_>,
    ) -> QueryResult<Option<Vec<Hit>>> {
        if !setting.pages.is_on() || !self.bring_up_to_date(conn, setting.now)? {
            return Ok(None);
        }
        let titles = self.titles.read().unwrap_or_else(PoisonError::into_inner);
        Ok(titles.as_ref().map(|titles| titles.with(query, groups, passes, most, setting.now)))
    }

    /// Has the titles be what they are now; `false`: somebody else is at it.
    fn bring_up_to_date(&self, conn: &mut Conn, now: NaiveDateTime) -> QueryResult<bool> {
        let mut again_at = match self.again_at.try_lock() {
            Ok(again_at) => again_at,
            Err(TryLockError::Poisoned(again_at)) => again_at.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(false),
        };
        let (entries, many) = {
            let mut heard = locked(&self.heard);
            (std::mem::take(&mut heard.entries), std::mem::take(&mut heard.many))
        };
        let done = self.follow(conn, &entries, many || again_at.is_some_and(|due| due <= now));
        if done.is_err() {
            locked(&self.heard).many = true;
        } else if many {
            *again_at = Some(now + LONGEST);
        } else if again_at.is_some_and(|due| due <= now) {
            *again_at = None;
        }
        done.map(|()| true)
    }

    fn follow(&self, conn: &mut Conn, entries: &HashSet<EntryId>, many: bool) -> QueryResult<()> {
        let is_whole = |titles: &Option<Titles>| titles.as_ref().is_some_and(|titles| !titles.is_wasteful());
        if many || !is_whole(&self.titles.read().unwrap_or_else(PoisonError::into_inner)) {
            let all = all_titles(conn)?;
            *self.titles.write().unwrap_or_else(PoisonError::into_inner) = Some(all);
        } else if !entries.is_empty() {
            let ids: Vec<EntryId> = entries.iter().copied().collect();
            let rows = rows().filter(search_documents::entry_id.eq_any(&ids)).load::<Row>(conn)?;
            let mut titles = self.titles.write().unwrap_or_else(PoisonError::into_inner);
            if let Some(titles) = titles.as_mut() {
                ids.into_iter().for_each(|id| titles.remove(id));
                rows.into_iter().for_each(|row| put(titles, row));
            }
        }
        Ok(())
    }
}

/// What a title is made of.
type Row = (EntryId, Kind, UserId, NaiveDateTime, String, String);

#[diesel::dsl::auto_type]
fn rows() -> _ {
    search_documents::table.select((
        search_documents::entry_id,
        search_documents::kind,
        search_documents::author_id,
        search_documents::published_at,
        search_documents::topics,
        search_documents::head,
    ))
}

/// The titles of the entries made last.
fn all_titles(conn: &mut Conn) -> QueryResult<Titles> {
    let mut all = Titles::default();
    let mut last = EntryId::from(i64::MAX);
    while all.places() < titles::MOST {
        let rows = rows().filter(search_documents::entry_id.lt(last)).order(search_documents::entry_id.desc()).limit(BATCH);
        let rows: Vec<Row> = rows.load(conn)?;
        let Some((oldest, ..)) = rows.last() else { break };
        last = *oldest;
        rows.into_iter().for_each(|row| put(&mut all, row));
    }
    Ok(all)
}

fn put(titles: &mut Titles, (id, kind, author, published_at, topics, head): Row) {
    titles.put(Facts::new(id, kind, author, published_at, &topics), &head);
}

/// The newest documents of a choice: their keys.
fn newest(conn: &mut Conn, narrow: &Narrow) -> QueryResult<Vec<EntryId>> {
    let index = match (narrow.author, narrow.kind) {
        (Some(_), _) => "search_documents_by_author",
        (None, Some(_)) => "search_documents_by_kind",
        (None, None) => "search_documents_by_time",
    };
    let years = narrow.year.and_then(|year| Some((beginning_of(year, narrow.zone)?, beginning_of(year + 1, narrow.zone)?)));
    let conditions =
        [narrow.author.map(|_| "author_id = ?"), narrow.kind.map(|_| "kind = ?"), years.map(|_| "published_at >= ? AND published_at < ?")];
    let conditions: Vec<&str> = conditions.into_iter().flatten().collect();
    let conditions = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
    let text = format!(
        "SELECT entry_id FROM search_documents FORCE INDEX ({index}) {conditions} ORDER BY published_at DESC, entry_id DESC LIMIT ?"
    );
    let mut statement: Statement<(), BigInt> = Statement::new(text, ());
    statement = narrow.author.into_iter().fold(statement, |statement, id| statement.number(id.number()));
    statement = narrow.kind.into_iter().fold(statement, |statement, kind| statement.text(kind.word()));
    statement = years.into_iter().fold(statement, |statement, (from, to)| statement.time(from).time(to));
    statement.number(MOST).load(conn)
}

/// The first moment of a year in a time zone, as UTC.
fn beginning_of(year: i32, zone: Tz) -> Option<NaiveDateTime> {
    let midnight = chrono::NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0)?;
    Some(zone.from_local_datetime(&midnight).earliest()?.naive_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_begins_at_the_site() {
        let utc = |text: &str| text.parse::<NaiveDateTime>().ok();
        assert_eq!(beginning_of(2026, Tz::UTC), utc("2026-01-01T00:00:00"));
        assert_eq!(beginning_of(2026, Tz::Europe__Zurich), utc("2025-12-31T23:00:00"));
    }

    #[test]
    fn it_hears_which_entries_have_changed_and_of_nothing_else() {
        let memory = Memory::default();
        let hear = |tags: &[&str]| {
            memory.hear(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>());
            let heard = locked(&memory.heard);
            (heard.times, heard.entries.len(), heard.many)
        };
        assert_eq!(hear(&["menu", "site"]), (0, 0, false));
        assert_eq!(hear(&["entry:4", "page:4", "list:all"]), (1, 1, false));
        assert_eq!(hear(&["category:2"]), (2, 1, false), "its name stands in documents");
        assert_eq!(hear(&["page:5"]), (3, 2, false));
        assert_eq!(hear(&["entries"]), (4, 0, true));
        assert_eq!(hear(&["entry:6"]), (5, 0, true));
    }
}
