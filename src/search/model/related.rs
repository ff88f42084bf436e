//! “Interesting links”: what editors have chosen first, then what shares the most with an entry.
//!
//! Table `related_entries`; `content::model::around` reads it, and fills up with posts of the same topics. What is near is found with the
//! same index as searches: the words that set a post apart are searched for, and of what is found the posts that share the most of them
//! are kept. A job does so for posts that have changed, and for all again after a month.

use super::{
    bag::Bag,
    finding,
    known::Indexed,
    planning::{Alternative, Group},
    ranking, vocabulary,
};
use crate::{
    content::model::{
        entry::{Entry, EntryId, EntryState, Kind, Listed},
        shown,
    },
    db::{Conn, Db},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::{related_entries, search_documents},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;
use std::sync::Arc;

/// Links that are found for a post.
pub const MOST: usize = 5;
/// Links that editors may choose for one.
pub const MOST_CHOSEN: usize = 10;
/// Days after which all is looked at again.
const DAYS: i64 = 30;
/// Posts of one transaction, and transactions of one job.
const BATCH: i64 = 10;
const STEPS: usize = 200;
/// Words that set a post apart, which are searched for.
const WORDS: usize = 12;
/// A word in more documents sets nothing apart.
const COMMON: i64 = 2000;
/// Words that two posts must share.
const SHARED: usize = 3;

/// Looks what is near to posts that have changed, some thousands at most.
pub fn all(db: &Db, now: NaiveDateTime) -> AppResult<()> {
    for _ in 0..STEPS {
        if db.write_here(|conn| step(conn, now))? == 0 {
            break;
        }
    }
    Ok(())
}

/// The same for the next few, and says how many there were.
pub fn step(conn: &mut Conn, now: NaiveDateTime) -> AppResult<usize> {
    let columns = (search_documents::entry_id, search_documents::kind, search_documents::terms);
    let due = |conn: &mut Conn, never: bool| -> QueryResult<Vec<(EntryId, Kind, String)>> {
        let mut query =
            search_documents::table.select(columns).order((search_documents::related_at, search_documents::entry_id)).into_boxed();
        query = match never {
            true => query.filter(search_documents::related_at.is_null()),
            false => query.filter(search_documents::related_at.lt(now - TimeDelta::days(DAYS))),
        };
        query.limit(BATCH).load(conn)
    };
    let mut rows = due(conn, true)?;
    if rows.is_empty() {
        rows = due(conn, false)?;
    }
    let total = finding::total(conn)?;
    let mut cache_tags = Vec::new();
    for (id, kind, terms) in &rows {
        let near = if *kind == Kind::Post { near(conn, *id, terms, total)? } else { Vec::new() };
        if put(conn, *id, &near)? {
            cache_tags.push(shown::own_page(*id));
        }
    }
    let ids: Vec<EntryId> = rows.iter().map(|(id, ..)| *id).collect();
    let looked_at = search_documents::table.filter(search_documents::entry_id.eq_any(&ids));
    diesel::update(looked_at).set(search_documents::related_at.eq(now)).execute(conn)?;
    if !cache_tags.is_empty() {
        let detail = json!({ "count": cache_tags.len() });
        let change = Change { kind: "entries.related", subject: "entries", key: 0, label: "", detail, cache_tags };
        change.record(conn, &Actor::default(), now)?;
    }
    Ok(rows.len())
}

/// The posts that share the most with one that has these words.
pub fn near(conn: &mut Conn, id: EntryId, terms: &str, total: i64) -> QueryResult<Vec<EntryId>> {
    let apart = set_apart(conn, terms, total)?;
    if apart.is_empty() {
        return Ok(Vec::new());
    }
    let boolean = apart.iter().flat_map(|group| &group.any).map(|one| one.stored.clone()).collect::<Vec<_>>().join(" ");
    let shared = |post: &Indexed| apart.iter().filter(|group| group.any.iter().any(|one| post.bag.has(&one.stored))).count();
    let found = finding::with_some(conn, &boolean)?.into_iter().filter(|post| post.id != id && post.kind == Kind::Post);
    let mut near: Vec<(f64, Arc<Indexed>)> = found
        .filter(|post| shared(post) >= SHARED.min(apart.len()))
        .map(|post| (ranking::counted(&post.bag, &apart, total) * shared(&post) as f64, post))
        .collect();
    near.sort_by(|(one, post), (other, beside)| {
        other.total_cmp(one).then_with(|| (beside.published_at, beside.id).cmp(&(post.published_at, post.id)))
    });
    Ok(near.into_iter().take(MOST).map(|(_, post)| post.id).collect())
}

/// The words and tags that stand in few other documents and often in this one, the strongest.
fn set_apart(conn: &mut Conn, terms: &str, total: i64) -> QueryResult<Vec<Group>> {
    let bag = Bag::of(terms);
    let words = bag.words().filter(|word| !word.starts_with('_') || word.starts_with("_g"));
    let words: Vec<String> = words.map(str::to_owned).collect();
    let known = vocabulary::known(conn, &words)?;
    let strength = |word: &str, documents: i64| {
        let rare = (total.max(1) as f64 / documents as f64).log10();
        let times = if word.starts_with("_g") { 5.0 } else { bag.times(word) as f64 };
        times * rare * rare
    };
    let mut rare: Vec<(f64, String, i64)> = words
        .into_iter()
        .filter_map(|word| known.get(&word).map(|documents| (word, *documents)))
        .filter(|(_, documents)| (2..=COMMON).contains(documents))
        .map(|(word, documents)| (strength(&word, documents), word, documents))
        .collect();
    rare.sort_by(|(one, word, _), (other, beside, _)| other.total_cmp(one).then_with(|| word.cmp(beside)));
    let group = |(_, stored, documents): (f64, String, i64)| Group {
        any: vec![Alternative { stored, documents, quality: 1.0 }],
        documents,
        titles: 0,
        is_key: false,
    };
    Ok(rare.into_iter().take(WORDS).map(group).collect())
}

/// Keeps what was found in the place of what was found before, and says whether that is something else.
fn put(conn: &mut Conn, id: EntryId, near: &[EntryId]) -> QueryResult<bool> {
    let own = related_entries::table.filter(related_entries::entry_id.eq(id));
    let standing: Vec<(EntryId, bool)> =
        own.order(related_entries::position).select((related_entries::related_id, related_entries::chosen)).load(conn)?;
    let chosen: Vec<EntryId> = standing.iter().filter(|(_, chosen)| *chosen).map(|(id, _)| *id).collect();
    let before: Vec<EntryId> = standing.iter().filter(|(_, chosen)| !chosen).map(|(id, _)| *id).collect();
    let after: Vec<EntryId> = near.iter().copied().filter(|id| !chosen.contains(id)).collect();
    if before == after {
        return Ok(false);
    }
    diesel::delete(own.filter(related_entries::chosen.eq(false))).execute(conn)?;
    let row = |(place, related): (usize, &EntryId)| {
        (
            related_entries::entry_id.eq(id),
            related_entries::related_id.eq(*related),
            related_entries::position.eq(place as i32),
            related_entries::chosen.eq(false),
        )
    };
    let rows: Vec<_> = after.iter().enumerate().map(row).collect();
    diesel::insert_into(related_entries::table).values(rows).execute(conn)?;
    Ok(true)
}

/// The links that editors have chosen for an entry, in their order.
pub fn chosen(conn: &mut Conn, id: EntryId) -> QueryResult<Vec<Listed>> {
    let own = related_entries::table.filter(related_entries::entry_id.eq(id)).filter(related_entries::chosen.eq(true));
    let ids: Vec<EntryId> = own.order(related_entries::position).select(related_entries::related_id).load(conn)?;
    Listed::in_order(conn, &ids)
}

/// The links that were found for an entry.
pub fn found(conn: &mut Conn, id: EntryId) -> QueryResult<Vec<Listed>> {
    let own = related_entries::table.filter(related_entries::entry_id.eq(id)).filter(related_entries::chosen.eq(false));
    let ids: Vec<EntryId> = own.order(related_entries::position).select(related_entries::related_id).load(conn)?;
    Listed::in_order(conn, &ids)
}

/// Puts these links first on a post, in this order, and no others. The caller has asked whether this person may change it.
pub fn choose(conn: &mut Conn, id: EntryId, wanted: &[EntryId], actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let entry = Entry::lock(conn, id)?;
    if wanted.len() > MOST_CHOSEN {
        return Err(AppError::invalid("links", format!("Choose {MOST_CHOSEN} at most; readers follow few.")));
    }
    let before: Vec<EntryId> = chosen(conn, id)?.iter().map(|entry| entry.id).collect();
    if before == wanted {
        return Ok(false);
    }
    // What is chosen now was perhaps found before; the job finds the rest anew.
    let gone = related_entries::table.filter(related_entries::entry_id.eq(id));
    diesel::delete(gone.filter(related_entries::chosen.eq(true).or(related_entries::related_id.eq_any(wanted)))).execute(conn)?;
    let row = |(place, related): (usize, &EntryId)| {
        (
            related_entries::entry_id.eq(id),
            related_entries::related_id.eq(*related),
            related_entries::position.eq(place as i32),
            related_entries::chosen.eq(true),
        )
    };
    let rows: Vec<_> = wanted.iter().enumerate().map(row).collect();
    diesel::insert_into(related_entries::table).values(rows).execute(conn)?;
    let cache_tags = if entry.state == EntryState::Published { vec![shown::own_page(id)] } else { Vec::new() };
    let detail = json!({ "links": wanted });
    let change = Change { kind: "entry.links_chosen", subject: "entry", key: id.number(), label: &entry.title, detail, cache_tags };
    change.record(conn, actor, now)?;
    Ok(true)
}
