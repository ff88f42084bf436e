//! Reads what other nodes have changed, twice a second, so that pages kept here follow.
//!
//! Rows are found by their number, not by their time: clocks differ. A number is given before COMMIT, so a row may appear after
//! one with a higher number; numbers passed over are looked for again during a minute. A node hears of its own changes once
//! more, which costs no more than making those pages again.

use super::model;
use crate::db::{Db, Hook};
use crate::error::AppResult;
use std::{
    sync::{Arc, Condvar, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// How long a number that was passed over is looked for: no transaction takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Numbers that are looked for at once, at most.
const MOST_LATE: usize = 2000;

/// Rows before the beginning that may not be committed yet.
const BEFORE: i64 = 200;

/// Rows that are read at once; with more, everything is dropped.
const MOST: i64 = 5000;

/// Where the reading stands.
pub struct Tail {
    db: Db,
    hook: Hook,
    last: Option<i64>,
    late: Vec<(i64, Instant)>,
}

impl Tail {
    /// Reads from this database, and tells that.
    pub fn new(db: Db, hook: Hook) -> Tail {
        Tail { db, hook, last: None, late: Vec::new() }
    }

    /// Reads what is new, and tells it; says how many rows that were.
    pub fn look(&mut self) -> AppResult<usize> {
        let (last, late) = (self.last, self.late.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        let (last, rows) = self.db.read_here(|conn| {
            let last = match last {
                Some(last) => last,
                None => (model::newest(conn)? - BEFORE).max(0),
            };
            Ok((last, model::touched_since(conn, last, &late, MOST)?))
        })?;
        self.late.retain(|(id, since)| since.elapsed() < PATIENCE && !rows.iter().any(|(found, _)| found == id));
        let newest = rows.iter().map(|(id, _)| *id).fold(last, i64::max);
        let missing = (last + 1..newest).filter(|id| !rows.iter().any(|(found, _)| found == id));
        self.late.extend(missing.map(|id| (id, Instant::now())));
        self.late.drain(..self.late.len().saturating_sub(MOST_LATE));
        self.last = Some(newest);
        let tags: Vec<String> = rows.iter().flat_map(|(_, tags)| tags.split_whitespace().map(str::to_owned)).collect();
        if !tags.is_empty() {
            (self.hook)(&tags);
        }
        Ok(rows.len())
    }
}

/// The thread that looks; stop it with [`Follower::stop`].
pub struct Follower {
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: JoinHandle<()>,
}

impl Follower {
    /// Begins to look.
    pub fn start(mut tail: Tail) -> Follower {
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let stopped = stop.clone();
        let run = move || {
            let mut flag = stopped.0.lock().expect("nothing panics while it holds the flag");
            while !*flag {
                drop(flag);
                if let Err(error) = tail.look() {
                    log::warn!("the journal cannot be read: {error}");
                }
                flag = stopped.0.lock().expect("nothing panics while it holds the flag");
                if !*flag {
                    flag = stopped.1.wait_timeout(flag, PAUSE).expect("the flag is never poisoned").0;
                }
            }
        };
        let thread = thread::Builder::new().name("journal".to_owned()).spawn(run).expect("the system gives us a thread");
        Follower { stop, thread }
    }

    /// Ends it, and waits for that.
    pub fn stop(self) {
        *self.stop.0.lock().expect("nothing panics while it holds the flag") = true;
        self.stop.1.notify_all();
        if self.thread.join().is_err() {
            log::error!("the thread that reads the journal broke off");
        }
    }
}
