//! Which changes were told, and whether something made before still holds.
//!
//! Nothing is searched for when a change is told: its tags only get a number, and what was made is good while none of its own
//! tags has a number above the one at which its making began. It is told in two steps: at once to what pages are made of, and
//! a little later to the pages, so that those which many read can be made anew in between ([`super::renewal`]).

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

/// Whom a change is told, in this order.
#[derive(Clone, Copy)]
pub enum Step {
    /// What is kept in memory to make pages of.
    Memory,
    /// The pages.
    Pages,
}

/// The changes told, numbered.
#[derive(Default)]
pub struct Changes {
    told: RwLock<Told>,
    /// The number of the last change announced; written while `told` is locked.
    number: AtomicU64,
    /// How many were told to the pages as well; written while `told` is locked.
    concluded: AtomicU64,
}

#[derive(Default)]
struct Told {
    /// The numbers of the last change with this tag, by step.
    last: HashMap<u64, [u64; 2]>,
    /// What was begun before this change does not hold any more, whatever it shows.
    floor: u64,
}

/// A change that was announced.
pub struct Announced {
    /// In order.
    tags: Vec<u64>,
    /// Its number.
    pub number: u64,
    /// Whether it touches everything: `all`, or one tag too many.
    pub everything: bool,
}

/// When something was made, and from what.
#[derive(Debug)]
pub struct Stamp {
    tags: Box<[u64]>,
    /// The number of the last change announced when its making began, or when it was found to be still right.
    begun: AtomicU64,
    /// So many changes had been told to it when it was last found to hold.
    checked: AtomicU64,
}

impl Stamp {
    /// For something that shows these, and whose making began at that number.
    pub fn new<T: AsRef<str>>(tags: &[T], begun: u64) -> Stamp {
        Stamp { tags: tags.iter().map(|tag| hash(tag.as_ref())).collect(), begun: AtomicU64::new(begun), checked: AtomicU64::new(0) }
    }

    /// Says that it was found right by a look that began at that number.
    pub fn renew(&self, begun: u64) {
        self.begun.fetch_max(begun, Ordering::Relaxed);
    }

    /// The number at which its making began.
    pub fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// How many tags it has.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// Whether it shows something of this change.
    pub fn shows(&self, change: &Announced) -> bool {
        self.tags.iter().any(|tag| change.tags.binary_search(tag).is_ok())
    }
}

impl Changes {
    /// The number of the last change announced, to be asked for before the making of something begins.
    pub fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// Whether nothing that it shows was told, at this step, since its making began. Two atomic reads unless something was told.
    pub fn hold(&self, stamp: &Stamp, step: Step) -> bool {
        let so_far = match step {
            Step::Memory => self.number(),
            Step::Pages => self.concluded.load(Ordering::Acquire),
        };
        if stamp.checked.load(Ordering::Relaxed) >= so_far {
            return true;
        }
        let begun = stamp.begun();
        let told = self.told.read().expect("nothing panics while it holds the list");
        let is_later = |tag| told.last.get(tag).is_some_and(|last| last[step as usize] > begun);
        let changed = told.floor > begun || stamp.tags.iter().any(is_later);
        drop(told);
        if !changed {
            stamp.checked.store(so_far, Ordering::Relaxed);
        }
        !changed
    }

    /// Tells a change to what is kept in memory; to the pages it must be told by [`Changes::conclude`], unless it touches everything.
    pub fn announce(&self, tags: &[String], all: &str) -> Announced {
        let mut hashes: Vec<u64> = tags.iter().map(|tag| hash(tag)).collect();
        hashes.sort_unstable();
        let mut told = self.told.write().expect("nothing panics while it holds the list");
        let number = self.number.load(Ordering::Relaxed) + 1;
        for tag in &hashes {
            told.last.entry(*tag).or_default()[Step::Memory as usize] = number;
        }
        let everything = told.last.len() > MOST_TAGS || tags.iter().any(|tag| tag == all);
        if everything {
            told.last.clear();
            told.floor = number;
            self.concluded.fetch_add(1, Ordering::Release);
        }
        self.number.store(number, Ordering::Release);
        Announced { tags: hashes, number, everything }
    }

    /// Tells the pages.
    pub fn conclude(&self, change: &Announced) {
        let mut told = self.told.write().expect("nothing panics while it holds the list");
        for tag in &change.tags {
            let last = &mut told.last.entry(*tag).or_default()[Step::Pages as usize];
            *last = change.number.max(*last);
        }
        self.concluded.fetch_add(1, Ordering::Release);
    }
}

fn hash(tag: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    tag.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announce(changes: &Changes, tag: &str) -> Announced {
        changes.announce(&[tag.to_owned()], "all")
    }

    #[test]
    fn a_page_holds_until_it_is_told_itself_what_it_is_made_of_not_so_long() {
        let changes = Changes::default();
        let stamp = || Stamp::new(&["entry:1"], changes.number());
        let (page, row) = (stamp(), stamp());
        let change = announce(&changes, "entry:1");
        assert_eq!([changes.hold(&page, Step::Pages), changes.hold(&row, Step::Memory)], [true, false]);
        let made_anew = stamp();
        changes.conclude(&change);
        assert_eq!([changes.hold(&page, Step::Pages), changes.hold(&made_anew, Step::Pages)], [false, true]);
        assert!(page.shows(&change) && !Stamp::new(&["entry:2"], 0).shows(&change));
    }

    #[test]
    fn changes_that_overlap_end_in_any_order() {
        let changes = Changes::default();
        let first = announce(&changes, "entry:1");
        let between = Stamp::new(&["entry:1"], changes.number());
        let second = announce(&changes, "entry:1");
        let after = Stamp::new(&["entry:1"], changes.number());
        changes.conclude(&second);
        assert_eq!([changes.hold(&between, Step::Pages), changes.hold(&after, Step::Pages)], [false, true]);
        changes.conclude(&first);
        assert_eq!([changes.hold(&between, Step::Pages), changes.hold(&after, Step::Pages)], [false, true]);
    }

    #[test]
    fn what_touches_everything_is_told_to_all_at_once() {
        let changes = Changes::default();
        let open = announce(&changes, "entry:1");
        let page = Stamp::new(&["entry:2"], changes.number());
        assert!(announce(&changes, "all").everything && !changes.hold(&page, Step::Pages));
        let after = Stamp::new(&["entry:1"], changes.number());
        changes.conclude(&open);
        assert!(changes.hold(&after, Step::Pages), "the change that ends late was made before");
    }
}
