//! Links of live entries to other sites, and what was there when we last looked.
//!
//! Tables `outside_targets` and `outside_links`. They follow each change of an entry at once ([`recheck`], which `broken::recheck`
//! calls along with its own); other sites are asked by a job ([`super::super::super::jobs::CheckOutside`]), a few at a time: what
//! was there again after a week, what was not after a day. An address counts as broken only when it was not there [`TRIES`] times
//! in a row, since servers rest now and then.

use crate::{
    content::model::entry::{EntryId, EntryState},
    db::{Conn, statement::kept_for},
    schema::{entries, links, outside_links, outside_targets},
    text_enum, typed_id,
    web::outgoing::{Fault, Fetched},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use reqwest::Url;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

typed_id!(
    /// Names an address of another site.
    OutsideId
);

text_enum!(
    /// What was there.
    OutsideState {
        /// Not looked at yet, or not there for the first time.
        New = "new",
        /// A page.
        Well = "well",
        /// A page, somewhere else for good.
        Moved = "moved",
        /// Nothing: the server says so.
        Gone = "gone",
        /// Nobody: the server does not answer, or says that it cannot.
        Silent = "silent",
        /// A page that is not for programs, or not for everybody.
        Closed = "closed",
        /// An address that we do not ask: a private one, another port.
        Unasked = "unasked",
    }
);

/// How often in a row an address must not be there to count as broken.
pub const TRIES: i32 = 2;

/// Days after which it is looked at again: what is there, and what is not.
const DAYS: [i64; 2] = [7, 1];

/// Links of one entry that are looked at.
const OF_ONE: usize = 500;

/// An address that is due.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = outside_targets)]
pub struct Due {
    /// Key.
    pub id: OutsideId,
    /// The whole address.
    pub address: String,
    /// Its host.
    pub host: String,
    /// How often in a row it was not there.
    pub failures: i32,
}

/// Makes the tables say of these entries what their live texts link to.
pub fn recheck(conn: &mut Conn, sources: &[EntryId]) -> QueryResult<()> {
    let wanted = wanted(conn, sources)?;
    let known = outside_links::table.inner_join(outside_targets::table).filter(outside_links::entry_id.eq_any(sources)).select((
        outside_links::id,
        outside_links::entry_id,
        outside_targets::address_hash,
    ));
    let known: Vec<(i64, EntryId, Vec<u8>)> = kept_for(sources.len(), known).load(conn)?;
    let gone: Vec<i64> =
        known.iter().filter(|(_, entry, hash)| !wanted.contains_key(&(*entry, hash.clone()))).map(|(id, ..)| *id).collect();
    if !gone.is_empty() {
        diesel::delete(outside_links::table.filter(outside_links::id.eq_any(gone))).execute(conn)?;
    }
    let known: HashSet<(EntryId, &Vec<u8>)> = known.iter().map(|(_, entry, hash)| (*entry, hash)).collect();
    let fresh: Vec<(EntryId, &Vec<u8>, &Url)> = wanted
        .iter()
        .filter(|((entry, hash), _)| !known.contains(&(*entry, hash)))
        .map(|((entry, hash), url)| (*entry, hash, url))
        .collect();
    if fresh.is_empty() { Ok(()) } else { add(conn, &fresh) }
}

/// What the live texts of these entries link to on other sites, by entry and hash of the address.
fn wanted(conn: &mut Conn, sources: &[EntryId]) -> QueryResult<BTreeMap<(EntryId, Vec<u8>), Url>> {
    let found = links::table
        .inner_join(entries::table.on(entries::id.eq(links::entry_id)))
        .filter(links::entry_id.eq_any(sources))
        .filter(links::kind.eq("outside"))
        .filter(entries::live_revision_id.eq(links::revision_id.nullable()))
        .filter(entries::state.eq(EntryState::Published))
        .select((links::entry_id, links::address));
    let rows: Vec<(EntryId, String)> = kept_for(sources.len(), found).load(conn)?;
    let mut of: HashMap<EntryId, usize> = HashMap::new();
    let mut wanted = BTreeMap::new();
    for (entry, address) in rows {
        let many = of.entry(entry).or_default();
        *many += 1;
        if let Some(url) = asked(&address).filter(|_| *many <= OF_ONE) {
            wanted.insert((entry, hash(&url)), url);
        }
    }
    Ok(wanted)
}

/// What the live text of an entry links to on other sites; nothing where it is not live.
pub fn of_entry(conn: &mut Conn, entry: EntryId) -> QueryResult<Vec<Url>> {
    Ok(wanted(conn, &[entry])?.into_values().collect())
}

/// The address as a browser would ask for it; `None`: it has no host, or is too long.
fn asked(address: &str) -> Option<Url> {
    let whole = if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() };
    let mut url = Url::parse(&whole).ok()?;
    url.set_fragment(None);
    (url.as_str().len() <= 2000 && url.host_str().is_some_and(|host| host.len() <= 255)).then_some(url)
}

fn hash(url: &Url) -> Vec<u8> {
    Sha256::digest(url.as_str()).to_vec()
}

fn add(conn: &mut Conn, fresh: &[(EntryId, &Vec<u8>, &Url)]) -> QueryResult<()> {
    let by_hash: BTreeMap<&Vec<u8>, &Url> = fresh.iter().map(|(_, hash, url)| (*hash, *url)).collect();
    let row = |(hash, url): (&&Vec<u8>, &&Url)| {
        (
            outside_targets::address_hash.eq((*hash).clone()),
            outside_targets::address.eq(url.as_str().to_owned()),
            outside_targets::host.eq(url.host_str().unwrap_or("").to_owned()),
            outside_targets::state.eq(OutsideState::New),
            outside_targets::due_at.eq(NaiveDateTime::default()), // long ago: at the next opportunity
        )
    };
    let rows: Vec<_> = by_hash.iter().map(row).collect();
    for some in rows.chunks(200) {
        diesel::insert_or_ignore_into(outside_targets::table).values(some.to_vec()).execute(conn)?;
    }
    // Read under lock, as it is now: somebody else may have added one since this transaction began.
    let ids: HashMap<Vec<u8>, OutsideId> = outside_targets::table
        .filter(outside_targets::address_hash.eq_any(by_hash.keys().copied()))
        .select((outside_targets::address_hash, outside_targets::id))
        .for_update()
        .load::<(Vec<u8>, OutsideId)>(conn)?
        .into_iter()
        .collect();
    let pairs: Vec<(OutsideId, EntryId)> = fresh.iter().filter_map(|(entry, hash, _)| Some((*ids.get(*hash)?, *entry))).collect();
    for some in pairs.chunks(500) {
        let row = |(target, entry): &(OutsideId, EntryId)| (outside_links::target_id.eq(*target), outside_links::entry_id.eq(*entry));
        diesel::insert_or_ignore_into(outside_links::table).values(some.iter().map(row).collect::<Vec<_>>()).execute(conn)?;
    }
    Ok(())
}

/// The next that are due, one of each host, so that nobody is asked by many at once.
pub fn due(conn: &mut Conn, now: NaiveDateTime, most: usize) -> QueryResult<Vec<Due>> {
    let next = Due::query().filter(outside_targets::due_at.le(now)).order((outside_targets::due_at, outside_targets::id)).limit(500);
    let mut hosts = BTreeSet::new();
    let rows: Vec<Due> = next.load(conn)?;
    Ok(rows.into_iter().filter(|one| hosts.insert(one.host.clone())).take(most).collect())
}

/// Writes down what was there.
pub fn note(conn: &mut Conn, one: &Due, found: &Result<Fetched, Fault>, now: NaiveDateTime) -> QueryResult<()> {
    let (state, told) = verdict(found);
    let is_there = matches!(state, OutsideState::Well | OutsideState::Moved | OutsideState::Closed | OutsideState::Unasked);
    let failures = if is_there { 0 } else { one.failures + 1 };
    let state = if !is_there && failures < TRIES { OutsideState::New } else { state };
    let set = (
        outside_targets::state.eq(state),
        outside_targets::told.eq(told.chars().take(2000).collect::<String>()),
        outside_targets::failures.eq(failures),
        outside_targets::checked_at.eq(now),
        outside_targets::due_at.eq(now + TimeDelta::days(DAYS[usize::from(!is_there)])),
    );
    diesel::update(outside_targets::table.find(one.id)).set(set).execute(conn).map(drop)
}

/// What an answer means, and what to say of it.
fn verdict(found: &Result<Fetched, Fault>) -> (OutsideState, String) {
    match found {
        Ok(found) => match found.status {
            200..=399 if found.is_moved => (OutsideState::Moved, found.url.clone()),
            200..=399 => (OutsideState::Well, String::new()),
            404 | 410 => (OutsideState::Gone, format!("The server says that nothing is there ({}).", found.status)),
            // Many turn programs away, or ask for a log-in; to people the page may well be there.
            401 | 403 | 407 | 429 | 451 | 999 => (OutsideState::Closed, format!("The server shows it to people only ({}).", found.status)),
            status => (OutsideState::Silent, format!("The server cannot show it ({status}).")),
        },
        Err(fault @ (Fault::NotAsked | Fault::Private)) => (OutsideState::Unasked, sentence(fault)),
        Err(fault) => (OutsideState::Silent, sentence(fault)),
    }
}

fn sentence(fault: &Fault) -> String {
    let text = fault.to_string();
    let mut signs = text.chars();
    let first = signs.next().map(|sign| sign.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", signs.as_str().trim_end_matches('.'))
}

/// Whether nobody at all was reached, of several servers: then it is this machine that has no way out, and nothing was learned.
pub fn is_cut_off(found: &[Result<Fetched, Fault>]) -> bool {
    found.len() >= 5 && found.iter().all(|one| matches!(one, Err(Fault::NoSuchName | Fault::Unreachable(_) | Fault::TooSlow)))
}

/// Lets everything be due at once: somebody wants to know now.
pub fn let_all_be_due(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    diesel::update(outside_targets::table.filter(outside_targets::due_at.gt(now))).set(outside_targets::due_at.eq(now)).execute(conn)
}

/// Forgets links of entries that are not live, and addresses to which nobody links any more; some at a time.
pub fn sweep(conn: &mut Conn) -> QueryResult<usize> {
    let dead: Vec<i64> = outside_links::table
        .inner_join(entries::table)
        .filter(entries::state.ne(EntryState::Published))
        .select(outside_links::id)
        .limit(500)
        .load(conn)?;
    let gone = diesel::delete(outside_links::table.filter(outside_links::id.eq_any(dead))).execute(conn)?;
    let lone: Vec<OutsideId> = outside_targets::table
        .left_join(outside_links::table)
        .filter(outside_links::id.is_null())
        .select(outside_targets::id)
        .limit(500)
        .load(conn)?;
    Ok(gone + diesel::delete(outside_targets::table.filter(outside_targets::id.eq_any(lone))).execute(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(status: u16, is_moved: bool) -> Result<Fetched, Fault> {
        Ok(Fetched { status, url: "https://new.example/".to_owned(), is_moved, body: Vec::new() })
    }

    #[test]
    fn answers_are_told_apart() {
        for (found, state) in [
            (fetched(200, false), OutsideState::Well),
            (fetched(204, true), OutsideState::Moved),
            (fetched(404, false), OutsideState::Gone),
            (fetched(404, true), OutsideState::Gone),
            (fetched(410, false), OutsideState::Gone),
            (fetched(403, false), OutsideState::Closed),
            (fetched(500, false), OutsideState::Silent),
            (Err(Fault::NoSuchName), OutsideState::Silent),
            (Err(Fault::Private), OutsideState::Unasked),
        ] {
            assert_eq!(verdict(&found).0, state, "{found:?}");
        }
        assert_eq!(verdict(&Err(Fault::TooSlow)).1, "The server took too long.");
        assert_eq!(verdict(&fetched(301, true)).1, "https://new.example/");
    }

    #[test]
    fn an_address_is_one_however_it_is_written() {
        let of = |text: &str| asked(text).map(|url| url.to_string());
        assert_eq!(of("//Example.ORG/a#b"), Some("https://example.org/a".to_owned()));
        assert_eq!(of("https://example.org"), Some("https://example.org/".to_owned()));
        assert_eq!(of("https://exämple.org/ü"), Some("https://xn--exmple-cua.org/%C3%BC".to_owned()));
        assert_eq!([of("https://"), of(&format!("https://a/{}", "x".repeat(2000)))], [None, None]);
    }

    #[test]
    fn where_nobody_is_reached_nothing_is_learned() {
        let silent = || Err(Fault::NoSuchName);
        assert!(is_cut_off(&[silent(), silent(), silent(), silent(), Err(Fault::TooSlow)]));
        assert!(!is_cut_off(&[silent(), silent(), silent(), silent(), fetched(404, false)]));
        assert!(!is_cut_off(&[silent(), silent()]));
    }
}
