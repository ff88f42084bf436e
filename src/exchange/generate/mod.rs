//! A made-up site of any size, to measure with: `mainstay sample generate`.
//!
//! Entries with the lengths, topics, tags, authors, dates, links, drafts and revisions that large sites have, and everything that
//! belongs to them: lists and their counts, links, revisions, comments, search. The same seed makes the same site. [`plan`] decides what
//! each entry is, [`talk`] what is said below it, [`stock`] has the texts, [`rows`] writes the rows; each transaction leaves a site that is whole. A server of our own loads
//! them from files, and makes its [`keys`] when all are there.

mod dice;
pub mod keys;
mod model;
mod plan;
mod rows;
mod stock;
mod talk;
mod words;

use crate::{
    accounts::model::author::{self, NewAuthor},
    community::model::{comment, signed::Signer},
    content::model::{category, category::Category, source},
    db::{Conn, Db, unhurried},
    error::{AnyError, AnyResult, AppError, AppResult},
    journal::{Actor, Change},
    markup::slugify,
    search::model::rebuild,
    site::SiteSettings,
};
use chrono::NaiveDateTime;
use indicatif::ProgressBar;
use plan::{Planner, Sizes};
use rows::{Names, Rows, Writer};
use std::{
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
        mpsc,
    },
    thread,
};
use stock::Stock;
use talk::Guest;

/// Connections that write at the same time.
const WRITERS: usize = 2;
/// Entries whose documents are made in one transaction.
const FILLED: i64 = 500;
/// How large InnoDB's log is meanwhile, in bytes.
const LOG: i64 = 512 << 20;

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many entries.
    pub entries: usize,
    /// Which of all possible sites.
    pub seed: u64,
    /// Half of the texts are shorter.
    pub words: u32,
    /// Even where there are entries already.
    pub force: bool,
    /// A folder of the database server, if we have started it and it serves nobody else: files go through it, and the server is set
    /// up for much writing meanwhile.
    pub folder: Option<PathBuf>,
}

/// Makes a site; refuses where there are entries, unless forced.
pub fn generate(db: &Db, options: &Options, now: NaiveDateTime, bar: &ProgressBar) -> AnyResult<()> {
    let is_empty = !db.read_here(|conn| Ok(source::others(conn, "")?))?;
    if !options.force && !is_empty {
        return Err("There are entries already. Choose an empty database, or add --force to put the made-up ones beside them.".into());
    }
    let sizes = Sizes {
        entries: options.entries,
        authors: (options.entries / 100).clamp(3, words::names().len()),
        categories: (options.entries / 50).clamp(6, 60),
        tags: (options.entries / 20).clamp(12, 3000),
        words: options.words,
    };
    let names = db.write_here(|conn| prepare(conn, sizes, now)).map_err(AnyError::from)?;
    let next = db.read_here(|conn| Ok(model::next_keys(conn)?))?;
    bar.set_length(options.entries as u64);
    let stock = Stock::new(options.seed);
    let folder = options.folder.as_deref();
    let log = if folder.is_some() { db.read_here(|conn| Ok(model::log_size(conn)))? } else { None };
    let resize = |size: Option<i64>| db.read_here(|conn| Ok(size.and_then(|size| model::set_log_size(conn, size).ok())));
    resize(log.map(|size| size.max(LOG)))?;
    if let Some(folder) = folder.filter(|_| is_empty) {
        db.read_here(|conn| Ok(keys::take_off(conn, folder)))??;
    }
    // One thread thinks of entries while others have the database write them.
    let failed = AtomicBool::new(false);
    let write = |(first, count, rows): (i64, usize, Vec<Rows>)| {
        let written = db.write_here(|conn| {
            unhurried(conn, |conn| {
                model::write(conn, &rows, folder)?;
                record(conn, first, count, now)
            })
        });
        bar.inc(count as u64);
        failed.fetch_or(written.is_err(), Ordering::Relaxed);
        written
    };
    let (send, receive) = mpsc::sync_channel(2);
    let receive = Mutex::new(receive);
    let received = || receive.lock().ok().and_then(|receive| receive.recv().ok());
    let written: AppResult<()> = thread::scope(|scope| {
        let (stock, names, failed, seed) = (&stock, &names, &failed, options.seed);
        scope.spawn(move || {
            let mut planner = Planner::new(stock, seed, sizes, next.entry, now.and_utc().timestamp_micros());
            let mut writer = Writer::new(stock, names, next, folder.is_some());
            loop {
                let plans = planner.batch(plan::FIRST);
                let (Some(first), Ok(rows)) = (plans.first(), writer.rows(&plans, &planner.targets)) else { break };
                if failed.load(Ordering::Relaxed) || send.send((first.id, plans.len(), rows)).is_err() {
                    break;
                }
            }
        });
        let first = received().map_or(Ok(()), write);
        let writers: Vec<_> = (0..WRITERS).map(|_| scope.spawn(|| std::iter::from_fn(received).try_for_each(write))).collect();
        let rest = writers.into_iter().map(|writer| writer.join().unwrap_or(Err(AppError::Unavailable)));
        let written = rest.fold(first, AppResult::and);
        while received().is_some() {} // so that the one who thinks is not left waiting
        written
    });
    let found = written.and_then(|()| fill_search(db, next.entry, options.entries));
    if let Some(folder) = folder {
        bar.set_message("keys");
        keys::put_back(db, folder)?;
    }
    resize(log)?;
    found.map_err(AnyError::from)?;
    db.write_here(|conn| Ok(unhurried(conn, rebuild::count)?)).map_err(AnyError::from)?;
    db.read_here(|conn| Ok(unhurried(conn, model::analyze)?))?;
    bar.finish();
    Ok(())
}

/// Makes what the search finds of entries from this one on, while the index of words is not there yet. One thread thinks while the other
/// has the database write.
fn fill_search(db: &Db, first: i64, entries: usize) -> AppResult<()> {
    let next = AtomicI64::new(first);
    let end = first + entries as i64;
    let fill = || -> AppResult<()> {
        loop {
            let from = next.fetch_add(FILLED, Ordering::Relaxed);
            if from >= end {
                return Ok(());
            }
            db.write_here(|conn| Ok(unhurried(conn, |conn| rebuild::fill(conn, from..end.min(from + FILLED)))?))?;
        }
    };
    thread::scope(|scope| {
        let other = scope.spawn(fill);
        fill().and(other.join().unwrap_or(Err(AppError::Unavailable)))
    })
}

/// The people, topics and tags that entries name.
fn prepare(conn: &mut Conn, sizes: Sizes, now: NaiveDateTime) -> AppResult<Names> {
    let mut authors = Vec::new();
    for name in words::names().iter().take(sizes.authors) {
        let author = NewAuthor { name, slug: &slugify(name), email: "", bio: "Writes on a made-up site." };
        authors.push(author::ensure(conn, &author, now)?.number());
    }
    // Every third category stands at the top, the others below the one before.
    let mut above = String::new();
    for number in 0..sizes.categories {
        let name = words::topic(number * 13);
        let path = if number % 3 == 0 { slugify(&name) } else { format!("{above}/{}", slugify(&name)) };
        if number % 3 == 0 {
            above.clone_from(&path);
        }
        category::ensure(conn, &path, Some(&name), now)?;
    }
    let tree = Category::tree(conn)?;
    let with_above = |one: &Category| {
        let above = tree.iter().filter(|other| one.id != other.id && one.is_within(other));
        [one].into_iter().chain(above).map(|category| category.id.number()).collect()
    };
    let tags: Vec<(String, String)> =
        (0..sizes.tags).map(|number| words::topic(number * 7)).map(|name| (name.clone(), slugify(&name))).collect();
    Ok(Names {
        authors,
        categories: tree.iter().map(with_above).collect(),
        tags: model::ensure_tags(conn, &tags, now)?,
        guests: Guest::all(&Signer::load(conn, now)?),
        zone: SiteSettings::load(conn)?.time_zone,
    })
}

/// Every cached page may show what is new.
fn record(conn: &mut Conn, first: i64, count: usize, now: NaiveDateTime) -> AppResult<()> {
    let change = Change {
        kind: "entries.generated",
        subject: "entries",
        key: 0,
        label: "",
        detail: serde_json::json!({ "first": first, "count": count }),
        cache_tags: vec![crate::site::settings::SHOWN.to_owned(), comment::ALL.to_owned()],
    };
    Ok(change.record(conn, &Actor::default(), now)?)
}
