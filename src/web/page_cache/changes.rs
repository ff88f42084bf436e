//! Which changes were told, and whether something made before still holds.
//!
//! Nothing is searched for when a change is told: its tags only get a number, and what was made is good while none of its own
//! tags has a number above the one at which its making began.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// Tags of which is remembered when they were told last; with more, everything is made anew.
const MOST_TAGS: usize = 100_000;

/// The changes told, numbered.
#[derive(Default)]
pub struct Changes {
    told: RwLock<Told>,
    /// The number of the last change told; written while `told` is locked.
    number: AtomicU64,
}

#[derive(Default)]
struct Told {
    /// The number of the last change with this tag.
    last: HashMap<u64, u64>,
    /// What was begun before this change does not hold any more, whatever it shows.
    floor: u64,
}

/// When something was made, and from what.
#[derive(Debug)]
pub struct Stamp {
    tags: Box<[u64]>,
    /// The number of the last change told when its making began, or when it was found to be still right.
    begun: AtomicU64,
    /// The number of the last change of which is known that it does not concern it.
    checked: AtomicU64,
}

impl Stamp {
    /// For something that shows these, and whose making began at that number.
    pub fn new<T: AsRef<str>>(tags: &[T], begun: u64) -> Stamp {
        Stamp { tags: tags.iter().map(|tag| hash(tag.as_ref())).collect(), begun: AtomicU64::new(begun), checked: AtomicU64::new(begun) }
    }

    /// Says that it was found right by a look that began at that number.
    pub fn renew(&self, begun: u64) {
        self.begun.fetch_max(begun, Ordering::Relaxed);
    }

    /// How many tags it has.
    pub fn len(&self) -> usize {
        self.tags.len()
    }
}

impl Changes {
    /// The number of the last change told, to be asked for before the making of something begins.
    pub fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// Whether nothing that it shows was told since its making began. Two atomic reads unless something was told.
    pub fn hold(&self, stamp: &Stamp) -> bool {
        let number = self.number();
        if stamp.checked.load(Ordering::Relaxed) >= number {
            return true;
        }
        let begun = stamp.begun.load(Ordering::Relaxed);
        let told = self.told.read().expect("nothing panics while it holds the list");
        let changed = told.floor > begun || stamp.tags.iter().any(|tag| told.last.get(tag).is_some_and(|last| *last > begun));
        drop(told);
        if !changed {
            stamp.checked.store(number, Ordering::Relaxed);
        }
        !changed
    }

    /// Tells a change. Says whether it is one that touches everything: `all`, or one too many.
    pub fn tell(&self, tags: &[String], all: &str) -> bool {
        let mut told = self.told.write().expect("nothing panics while it holds the list");
        let number = self.number.load(Ordering::Relaxed) + 1;
        told.last.extend(tags.iter().map(|tag| (hash(tag), number)));
        let everything = told.last.len() > MOST_TAGS || tags.iter().any(|tag| tag == all);
        if everything {
            told.last.clear();
            told.floor = number;
        }
        self.number.store(number, Ordering::Release);
        everything
    }
}

fn hash(tag: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    tag.hash(&mut hasher);
    hasher.finish()
}
