//! The pages kept, and which changes were told since.

use super::{ALL, CacheTags, counters::Counters, flights::Flights, page::CachedPage};
use crate::clock::Clock;
use actix_web::{http::header::HeaderMap, web::Bytes};
use moka::sync::Cache;
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// Minutes after which a page is made anew although nothing was told: the year at its foot, and whatever nobody thought of.
pub const FRESH_MINUTES: i64 = 10;

/// Seconds after which a page is tried again whose making has failed.
const RETRY_SECONDS: i64 = 10;

/// Tags of which is remembered when they were told last; with more, every page is made anew.
const MOST_TAGS: usize = 100_000;

/// The changes told, numbered.
#[derive(Default)]
struct Told {
    /// The number of the last change with this tag.
    last: HashMap<u64, u64>,
    /// Pages begun before this change are not sent any more, whatever they show.
    floor: u64,
}

/// The page cache of a process.
pub struct PageCache {
    pages: Option<Cache<String, Arc<CachedPage>>>,
    pub(super) flights: Arc<Flights>,
    told: RwLock<Told>,
    /// The number of the last change told; written while `told` is locked.
    number: AtomicU64,
    clock: Clock,
    bound: u64,
    counters: Counters,
}

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub enum Counter {
    /// Answers out of the cache.
    Hits,
    /// Pages that had to be made.
    Misses,
    /// Pages found to show what has changed.
    Dropped,
}

/// Figures for the admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Pages kept.
    pub entries: u64,
    /// Bytes that they take.
    pub bytes: u64,
    /// Bytes that they may take.
    pub bound: u64,
    /// Answers out of the cache since the start.
    pub hits: u64,
    /// Pages that had to be made.
    pub misses: u64,
    /// Changes told.
    pub changes: u64,
    /// Pages dropped because of them.
    pub dropped: u64,
}

impl PageCache {
    /// A cache of at most so many megabytes; 0: none at all.
    pub fn new(megabytes: u64, clock: Clock) -> PageCache {
        let bound = megabytes * 1024 * 1024;
        let pages = (bound > 0).then(|| {
            Cache::builder()
                .max_capacity(bound)
                .weigher(|key: &String, page: &Arc<CachedPage>| page.weight().saturating_add(key.len() as u32))
                .build()
        });
        PageCache {
            pages,
            flights: Arc::default(),
            told: RwLock::default(),
            number: AtomicU64::new(0),
            clock,
            bound,
            counters: Counters::default(),
        }
    }

    /// Whether pages are kept.
    pub fn is_on(&self) -> bool {
        self.pages.is_some()
    }

    /// The page under this key, unless something that it shows has changed; and whether it is fresh.
    pub fn get(&self, key: &str) -> Option<(Arc<CachedPage>, bool)> {
        let pages = self.pages.as_ref()?;
        let page = pages.get(key)?;
        let number = self.number.load(Ordering::Acquire);
        if page.checked.load(Ordering::Relaxed) < number {
            if self.has_changed(&page) {
                pages.invalidate(key);
                self.count(Counter::Dropped);
                return None;
            }
            page.checked.store(number, Ordering::Relaxed);
        }
        let fresh = self.now() < page.fresh_until.load(Ordering::Relaxed);
        Some((page, fresh))
    }

    fn has_changed(&self, page: &CachedPage) -> bool {
        let told = self.told.read().expect("nothing panics while it holds the list");
        told.floor > page.begun || page.tags.iter().any(|tag| told.last.get(tag).is_some_and(|number| *number > page.begun))
    }

    /// The number of the last change told, to be asked for before the making of a page begins.
    pub fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// Keeps a page whose making began at that number. If a change was told meanwhile, it is kept in vain.
    pub fn put(&self, key: String, headers: &HeaderMap, bytes: Bytes, tags: &CacheTags, begun: u64) -> Arc<CachedPage> {
        let tags = tags.0.iter().map(|tag| hash(tag)).collect();
        let until = self.now() + FRESH_MINUTES * 60 * 1_000_000;
        let page = Arc::new(CachedPage::new(headers, bytes, tags, begun, until));
        if let Some(pages) = &self.pages {
            pages.insert(key, page.clone());
        }
        page
    }

    /// Takes a page out.
    pub fn remove(&self, key: &str) {
        if let Some(pages) = &self.pages {
            pages.invalidate(key);
        }
    }

    /// Does without a newer form of a page for a while.
    pub fn put_off(&self, page: &CachedPage) {
        page.fresh_until.store(self.now() + RETRY_SECONDS * 1_000_000, Ordering::Relaxed);
    }

    /// Tells a change: from now on no page is sent that was begun before and shows one of these.
    pub fn tell(&self, tags: &[String]) {
        if tags.is_empty() {
            return;
        }
        let mut told = self.told.write().expect("nothing panics while it holds the list");
        let number = self.number.load(Ordering::Relaxed) + 1;
        told.last.extend(tags.iter().map(|tag| (hash(tag), number)));
        if told.last.len() > MOST_TAGS || tags.iter().any(|tag| tag == ALL) {
            told.last.clear();
            told.floor = number;
            if let Some(pages) = &self.pages {
                pages.invalidate_all();
            }
        }
        self.number.store(number, Ordering::Release);
    }

    /// Counts.
    pub fn count(&self, what: Counter) {
        self.counters.add(what as usize);
    }

    /// The figures since the start.
    pub fn figures(&self) -> Figures {
        let (mut entries, mut bytes) = (0, 0);
        if let Some(pages) = &self.pages {
            pages.run_pending_tasks();
            (entries, bytes) = (pages.entry_count(), pages.weighted_size());
        }
        let [hits, misses, dropped] = self.counters.sums();
        Figures { entries, bytes, bound: self.bound, hits, misses, changes: self.number(), dropped }
    }

    fn now(&self) -> i64 {
        self.clock.micros()
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

    fn tags(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn keep(cache: &PageCache, key: &str, names: &[&str], begun: u64) {
        cache.put(key.to_owned(), &HeaderMap::new(), Bytes::from_static(b"page"), &CacheTags(tags(names)), begun);
    }

    #[test]
    fn a_change_drops_what_shows_it_and_nothing_else() {
        let cache = PageCache::new(1, Clock::default());
        keep(&cache, "/a", &["site", "entry:1"], cache.number());
        keep(&cache, "/b", &["site", "entry:2"], cache.number());
        cache.tell(&tags(&["entry:1", "list:all"]));
        assert_eq!([cache.get("/a").is_some(), cache.get("/b").is_some()], [false, true]);
        keep(&cache, "/a", &["site", "entry:1"], cache.number());
        assert!(cache.get("/a").is_some(), "made after the change");
        cache.tell(&tags(&["site"]));
        assert_eq!([cache.get("/a").is_some(), cache.get("/b").is_some()], [false, false]);
        assert_eq!(cache.figures().dropped, 3);
    }

    #[test]
    fn a_page_begun_before_a_change_is_not_sent_after_it() {
        let cache = PageCache::new(1, Clock::default());
        let begun = cache.number();
        cache.tell(&tags(&["entry:1"]));
        cache.tell(&tags(&["entry:9"]));
        keep(&cache, "/a", &["entry:1"], begun); // it has read the old text
        keep(&cache, "/b", &["entry:2"], begun);
        assert_eq!([cache.get("/a").is_some(), cache.get("/b").is_some()], [false, true]);
    }

    #[test]
    fn one_tag_empties_it() {
        let cache = PageCache::new(1, Clock::default());
        let begun = cache.number();
        keep(&cache, "/a", &["entry:1"], begun);
        cache.tell(&tags(&[ALL]));
        keep(&cache, "/b", &["entry:2"], begun);
        assert!(cache.get("/a").is_none() && cache.get("/b").is_none());
        assert_eq!((cache.figures().entries, cache.figures().changes), (0, 1));
    }

    #[test]
    fn it_stays_within_its_bound() {
        let cache = PageCache::new(1, Clock::default());
        for number in 0..200 {
            let page = Bytes::from(vec![b'x'; 20_000]);
            cache.put(format!("/{number}"), &HeaderMap::new(), page, &CacheTags::default(), 0);
        }
        let figures = cache.figures();
        assert!(figures.bytes <= figures.bound && figures.entries > 10 && figures.entries < 50, "{figures:?}");
    }

    #[test]
    fn without_memory_nothing_is_kept() {
        let cache = PageCache::new(0, Clock::default());
        keep(&cache, "/a", &[], 0);
        assert!(!cache.is_on() && cache.get("/a").is_none());
    }
}
