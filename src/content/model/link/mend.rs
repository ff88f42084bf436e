//! Links that a redirect leads on, rewritten where they stand to lead there at once.
//!
//! A rewritten text is a revision of its own. What is live is changed live where the person may do that, and a newer draft behind
//! it is rewritten as well and stays the newest. An entry in review or due at a set time is left alone: what was approved, or set,
//! is what goes out, and its links still work. Publishing, however many entries: few at once, more by a job.

use super::{
    Target,
    broken::{is_about, sources},
    target, trimmed,
};
use crate::{
    content::{
        jobs::MendLinks,
        model::{
            address::{self, Standing},
            entry::{Entry, EntryId, EntryState},
            publishing, reach,
            redirect::{self, Asked, BELOW, Status},
            revision::{self, Draft, Revision},
            saving,
            workflow::{cover, submission::Submission},
        },
    },
    db::Conn,
    error::AppResult,
    jobs::Job,
    journal::Actor,
    markup::rewrite_links,
    site::page::count,
    web::person::{Person, Right},
};
use chrono::NaiveDateTime;
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// So many entries are rewritten in the transaction of the change; more of them by a job.
const AT_ONCE: i64 = 10;

/// What was done to entries.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Mended {
    /// Visitors see the new links.
    pub live: usize,
    /// A draft has them.
    pub drafts: usize,
    /// Left alone: somebody else's, in review, or due at a set time.
    pub left: usize,
}

impl Mended {
    /// In a sentence or two; empty where there was nothing to do.
    pub fn told(&self) -> String {
        let mut told = Vec::new();
        if self.live > 0 {
            told.push(format!("Rewrote the links in {}.", count(self.live as i64, "live entry", "live entries")));
        }
        if self.drafts > 0 {
            told.push(format!("Rewrote them in {}; publish to show that.", count(self.drafts as i64, "draft", "drafts")));
        }
        if self.left > 0 {
            let left = count(self.left as i64, "entry was", "entries were");
            told.push(format!("{left} left alone: somebody else’s, in review, or due at a set time. Their links are led on."));
        }
        told.join(" ")
    }

    fn add(&mut self, other: Mended) {
        self.live += other.live;
        self.drafts += other.drafts;
        self.left += other.left;
    }
}

/// The addresses that an entry has left, for [`links_to`]: its own and, of a page, all below it.
pub fn left(before: &Entry) -> Vec<String> {
    let path = before.path.as_deref().unwrap_or("");
    if path.is_empty() { Vec::new() } else { vec![format!("{path}{BELOW}")] }
}

/// Rewrites the links to these addresses wherever they stand, as this person; `/*` at the end of one means everything below it.
/// Says what was done, or that it will be.
pub fn links_to(conn: &mut Conn, addresses: &[String], person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    let few = sources(conn, addresses, AT_ONCE + 1)?;
    if few.len() as i64 > AT_ONCE {
        MendLinks { addresses: addresses.to_vec(), by: person.id }.enqueue(conn, now)?;
        return Ok("The links that lead here are rewritten in the background.".to_owned());
    }
    let mut mended = Mended::default();
    for id in few {
        mended.add(entry(conn, id, addresses, person, actor, now)?);
    }
    Ok(mended.told())
}

/// Entries that link to these addresses, for the job.
pub fn all_sources(conn: &mut Conn, addresses: &[String]) -> AppResult<Vec<EntryId>> {
    Ok(sources(conn, addresses, i64::MAX)?)
}

/// Rewrites the links to these addresses in one entry.
pub fn entry(conn: &mut Conn, id: EntryId, addresses: &[String], person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<Mended> {
    let before = Entry::lock(conn, id)?;
    let Some(newest) = before.latest_revision_id.filter(|_| before.state != EntryState::Trashed) else { return Ok(Mended::default()) };
    let newest = Revision::find(conn, newest)?;
    let live = before.live_revision_id.filter(|live| *live != newest.id).map(|live| Revision::find(conn, live)).transpose()?;
    let newer = rewritten(conn, &newest.draft(), addresses)?;
    let older = live.as_ref().map(|live| rewritten(conn, &live.draft(), addresses)).transpose()?.flatten();
    if newer.is_none() && older.is_none() {
        return Ok(Mended::default());
    }
    if !reach::may_change(conn, &before, person)? || before.publish_at.is_some() || Submission::current(conn, id)?.is_some() {
        return Ok(Mended { left: 1, ..Mended::default() });
    }
    let goes_live = before.is_live() && may_show(conn, &before, &newest.draft(), person)?;
    let told = |conn: &mut Conn, revision| revision::describe(conn, revision, None, Some("Links rewritten to where they lead now."));
    let ahead = live.is_some();
    if goes_live && let Some(draft) = if ahead { older } else { newer.clone() } {
        let revision = saving::add_revision(conn, &before, &draft, None, actor, now)?;
        told(conn, revision)?;
        publishing::show_text(conn, id, revision, &draft, now)?;
        if ahead {
            // Somebody's newer draft stays the newest, whether it had such a link or not.
            let between = Entry::find(conn, id)?;
            let kept = newer.unwrap_or_else(|| newest.draft());
            let revision = saving::add_revision(conn, &between, &kept, None, actor, now)?;
            told(conn, revision)?;
        }
        saving::record_with(conn, "entry.relinked", &before, Vec::new(), json!({ "addresses": addresses }), actor, now)?;
        return Ok(Mended { live: 1, ..Mended::default() });
    }
    let Some(draft) = newer else { return Ok(Mended { left: 1, ..Mended::default() }) };
    let revision = saving::add_revision(conn, &before, &draft, None, actor, now)?;
    told(conn, revision)?;
    saving::record_with(conn, "entry.saved", &before, Vec::new(), json!({ "addresses": addresses }), actor, now)?;
    Ok(Mended { drafts: 1, ..Mended::default() })
}

/// Whether this person may change what visitors see of it without somebody's approval.
fn may_show(conn: &mut Conn, entry: &Entry, draft: &Draft, person: &Person) -> AppResult<bool> {
    if person.may_any(Right::Write) {
        return Ok(true);
    }
    Ok(person.may(Right::Publish) && cover::of(conn, entry.kind, draft, Some(entry), person)?.is_none())
}

/// The draft with its links to these addresses led where redirects lead them for good; `None`: there are none.
fn rewritten(conn: &mut Conn, draft: &Draft, addresses: &[String]) -> AppResult<Option<Draft>> {
    let ends = ends(conn, &draft.body, addresses)?;
    if ends.is_empty() {
        return Ok(None);
    }
    let mut changed = false;
    let body = rewrite_links(&draft.body, |address| {
        let Target::Inside(path) = target(address) else { return None };
        let new = with_tail(ends.get(path)?, address);
        changed |= new != address;
        Some(new)
    });
    Ok(changed.then(|| Draft { body, ..draft.clone() }))
}

/// Where each of the links to these addresses ends, by its path.
fn ends(conn: &mut Conn, body: &str, addresses: &[String]) -> AppResult<HashMap<String, String>> {
    let mut paths: BTreeSet<String> = BTreeSet::new();
    rewrite_links(body, |address| {
        if let Target::Inside(path) = target(address)
            && addresses.iter().any(|pattern| is_about(path, pattern))
        {
            paths.insert(path.to_owned());
        }
        None
    });
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let standing = address::standing(conn, &paths)?;
    let gone: Vec<&str> = paths.into_iter().filter(|path| matches!(standing.get(*path), None | Some(Standing::Draft { .. }))).collect();
    let found = redirect::resolve(conn, &gone.iter().map(|path| Asked { path, query: "" }).collect::<Vec<_>>())?;
    let for_good = |status: Status| matches!(status, Status::Moved | Status::Permanent);
    let ends = gone.into_iter().zip(found).filter_map(|(path, found)| {
        let found = found.filter(|found| for_good(found.status))?;
        Some((path.to_owned(), found.to?))
    });
    Ok(ends.collect())
}

/// The new address with the query and the fragment that the link had, unless it has its own.
fn with_tail(new: &str, old: &str) -> String {
    let path = old.split(['?', '#']).next().unwrap_or("");
    let tail = &old[path.len()..];
    let (new, tail) = (if new == "/" { new } else { trimmed(new) }, tail);
    if new.contains(['?', '#']) { new.to_owned() } else { format!("{new}{tail}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_path_stays() {
        assert_eq!(with_tail("/new", "/old?x=1#y"), "/new?x=1#y");
        assert_eq!(with_tail("/new", "/old/#y"), "/new#y");
        assert_eq!(with_tail("/new?z#end", "/old#y"), "/new?z#end");
    }

    #[test]
    fn what_was_done_is_told() {
        let all = Mended { live: 1, drafts: 2, left: 1 };
        assert!(all.told().starts_with("Rewrote the links in 1 live entry. Rewrote them in 2 drafts;"));
        assert_eq!(Mended::default().told(), "");
    }

    #[test]
    fn a_branch_is_all_that_stands_below_it() {
        assert!(is_about("/a", "/a/*") && is_about("/a/b/", "/a/*") && is_about("/a", "/a"));
        assert!(!is_about("/ab", "/a/*") && !is_about("/a/b", "/a"));
    }
}
