//! The pages kept, and which changes were told since.

use super::{
    ALL, CacheTags,
    cdn::Cdn,
    changes::{Changes, Step},
    counters::Counters,
    flights::Flights,
    memory::Memory,
    page::CachedPage,
    renewal::Renewals,
};
use crate::clock::Clock;
use actix_web::{http::header::HeaderMap, web::Bytes};
use foldhash::fast::RandomState;
use moka::sync::Cache;
use std::sync::{Arc, atomic::Ordering};

/// Minutes after which a page is made anew although nothing was told: the year at its foot, and whatever nobody thought of.
pub const FRESH_MINUTES: i64 = 10;

/// Seconds after which a page is tried again whose making has failed.
const RETRY_SECONDS: i64 = 10;

/// The page cache of a process.
pub struct PageCache {
    pages: Option<Cache<String, Arc<CachedPage>, RandomState>>,
    pub(super) flights: Arc<Flights>,
    pub(super) changes: Changes,
    pub(super) memory: Memory,
    /// Who makes pages anew before they are dropped.
    pub renewals: Renewals,
    clock: Clock,
    bound: u64,
    counters: Counters,
    /// What a CDN in front is told.
    pub(super) cdn: Option<Cdn>,
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
    /// Pages made before anybody asked.
    Renewed,
}

/// How a page in the cache stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It may be sent.
    Fresh,
    /// It is right as far as anybody was told, but should be made anew.
    Old,
    /// It must be looked at before it is sent.
    Doubted,
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
    /// Pages made before anybody asked.
    pub renewed: u64,
}

impl PageCache {
    /// A cache of at most so many megabytes; 0: none at all.
    pub fn new(megabytes: u64, clock: Clock) -> PageCache {
        let bound = megabytes * 1024 * 1024;
        let pages = (bound > 0).then(|| {
            Cache::builder()
                .max_capacity(bound)
                .weigher(|key: &String, page: &Arc<CachedPage>| page.weight().saturating_add(key.len() as u32))
                .build_with_hasher(RandomState::default())
        });
        PageCache {
            pages,
            flights: Arc::default(),
            changes: Changes::default(),
            memory: Memory::default(),
            renewals: Renewals::default(),
            clock,
            bound,
            counters: Counters::default(),
            cdn: None,
        }
    }

    /// The same behind a CDN.
    pub fn behind(self, cdn: Option<Cdn>) -> PageCache {
        PageCache { cdn, ..self }
    }

    /// Whether pages are kept.
    pub fn is_on(&self) -> bool {
        self.pages.is_some()
    }

    /// The page under this key, unless something that it shows has changed; `now` as [`PageCache::now`] says it.
    pub fn get(&self, key: &str, now: i64) -> Option<(Arc<CachedPage>, Standing)> {
        let page = self.pages.as_ref()?.get(key)?;
        if !self.changes.hold(&page.stamp, Step::Pages) {
            self.note_dropped(&page);
            return None;
        }
        let standing = if page.doubt.as_ref().is_some_and(|(stamp, _)| !self.changes.hold(stamp, Step::Pages)) {
            Standing::Doubted
        } else if now < page.fresh_until.load(Ordering::Relaxed) {
            Standing::Fresh
        } else {
            Standing::Old
        };
        Some((page, standing))
    }

    /// The page under this key, as long as it shows nothing that has changed.
    pub(super) fn standing(&self, key: &str) -> Option<Arc<CachedPage>> {
        self.pages.as_ref()?.get(key).filter(|page| self.changes.hold(&page.stamp, Step::Pages))
    }

    /// Counts a page that shows what has changed, once. It stays until there is a new one, which is read as much as it was.
    pub(super) fn note_dropped(&self, page: &CachedPage) {
        if !page.dropped.swap(true, Ordering::Relaxed) {
            self.count(Counter::Dropped);
        }
    }

    /// The number of the last change told, to be asked for before the making of a page begins.
    pub fn number(&self) -> u64 {
        self.changes.number()
    }

    /// Keeps a page whose making began at that number, unless a change was told meanwhile or a newer one is there. Returns it.
    pub fn put(&self, key: String, headers: &HeaderMap, bytes: Bytes, tags: &CacheTags, begun: u64) -> Arc<CachedPage> {
        let until = self.now() + FRESH_MINUTES * 60 * 1_000_000;
        let page = Arc::new(CachedPage::new(headers, bytes, tags, begun, until));
        if let Some(pages) = &self.pages {
            let there = pages.get(&key);
            let is_newer = there.as_ref().is_none_or(|old| old.stamp.begun() <= begun);
            if is_newer && self.changes.hold(&page.stamp, Step::Pages) {
                page.reads.store(there.map_or(0, |old| old.reads.load(Ordering::Relaxed)), Ordering::Relaxed);
                pages.insert(key, page.clone());
            }
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

    /// Tells a change: when this returns no page is sent any more that was begun before and shows one of these.
    pub fn tell(&self, tags: &[String]) {
        if tags.is_empty() {
            return;
        }
        let change = self.changes.announce(tags, ALL);
        // Whoever hears of it reads anew, and must not find here what was true before.
        self.memory.tell(tags);
        if !change.everything {
            self.renew(&change);
            self.changes.conclude(&change);
        } else if let Some(pages) = &self.pages {
            pages.invalidate_all();
        }
    }

    /// Counts.
    pub fn count(&self, what: Counter) {
        self.counters.add(what as usize);
    }

    /// Counts an answer out of the cache; one in 16 is one for the page as well, which is enough to tell which are read most. Which
    /// one follows the golden ratio (Knuth, The Art of Computer Programming 3, 6.4): readers who walk through pages in step would
    /// otherwise count for the same pages again and again.
    pub fn count_hit(&self, page: &CachedPage) {
        if self.counters.add(Counter::Hits as usize).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 60 == 0 {
            page.reads.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The addresses read most, with a measure of how often; each time it is asked, what was read before weighs a little less.
    pub fn most_read(&self, most: usize) -> Vec<(String, i32)> {
        let mut read = self.read();
        for (_, page) in self.pages.iter().flatten() {
            let reads = page.reads.load(Ordering::Relaxed);
            page.reads.fetch_sub(reads / 64, Ordering::Relaxed);
        }
        read.truncate(most);
        read.into_iter().map(|(address, reads)| (address, i32::try_from(reads).unwrap_or(i32::MAX))).collect()
    }

    /// The addresses that are read, with a measure of how often, the most read first.
    pub(super) fn read(&self) -> Vec<(String, u32)> {
        let reads = |(address, page): (Arc<String>, Arc<CachedPage>)| (address.as_ref().clone(), page.reads.load(Ordering::Relaxed));
        let mut read: Vec<_> = self.pages.iter().flatten().map(reads).filter(|(_, reads)| *reads > 0).collect();
        read.sort_unstable_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        read
    }

    /// Makes the coding of a page that browsers prefer, and lets it count as read so often. Says whether it is there.
    pub fn warmed(&self, address: &str, reads: i32) -> bool {
        let Some(page) = self.pages.as_ref().and_then(|pages| pages.get(address)) else { return false };
        page.prepare();
        page.reads.fetch_add(u32::try_from(reads).unwrap_or(0), Ordering::Relaxed);
        true
    }

    /// Makes the codings of a page in which the one before it has been asked for.
    pub fn prepare_like(&self, address: &str, before: &CachedPage) {
        if let Some(page) = self.standing(address) {
            page.prepare_like(before);
        }
    }

    /// The figures since the start.
    pub fn figures(&self) -> Figures {
        let (mut entries, mut bytes) = (0, 0);
        if let Some(pages) = &self.pages {
            pages.run_pending_tasks();
            (entries, bytes) = (pages.entry_count(), pages.weighted_size());
        }
        let [hits, misses, dropped, renewed] = self.counters.sums();
        Figures { entries, bytes, bound: self.bound, hits, misses, changes: self.number(), dropped, renewed }
    }

    /// The present moment, in microseconds since 1970.
    pub fn now(&self) -> i64 {
        self.clock.micros()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::memory::Listens, *};
    use std::sync::{Mutex, OnceLock, Weak};

    fn tags(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn keep(cache: &PageCache, key: &str, names: &[&str], begun: u64) {
        cache.put(key.to_owned(), &HeaderMap::new(), Bytes::from_static(b"page"), &tags(names).into(), begun);
    }

    #[test]
    fn a_change_drops_what_shows_it_and_nothing_else() {
        let cache = PageCache::new(1, Clock::default());
        keep(&cache, "/a", &["site", "entry:1"], cache.number());
        keep(&cache, "/b", &["site", "entry:2"], cache.number());
        cache.tell(&tags(&["entry:1", "list:all"]));
        assert_eq!([cache.get("/a", 0).is_some(), cache.get("/b", 0).is_some()], [false, true]);
        keep(&cache, "/a", &["site", "entry:1"], cache.number());
        assert!(cache.get("/a", 0).is_some(), "made after the change");
        cache.tell(&tags(&["site"]));
        assert_eq!([cache.get("/a", 0).is_some(), cache.get("/b", 0).is_some()], [false, false]);
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
        assert_eq!([cache.get("/a", 0).is_some(), cache.get("/b", 0).is_some()], [false, true]);
    }

    #[test]
    fn one_tag_empties_it() {
        let cache = PageCache::new(1, Clock::default());
        let begun = cache.number();
        keep(&cache, "/a", &["entry:1"], begun);
        cache.tell(&tags(&[ALL]));
        keep(&cache, "/b", &["entry:2"], begun);
        assert!(cache.get("/a", 0).is_none() && cache.get("/b", 0).is_none());
        let figures = cache.figures();
        assert_eq!((figures.entries, figures.changes), (0, 1));
    }

    /// Looks, when it hears of a change, whether what the change touches is still in memory.
    #[derive(Default)]
    struct Listener {
        cache: OnceLock<Weak<PageCache>>,
        saw: Mutex<Vec<bool>>,
    }

    impl Listens for Listener {
        fn hear(&self, _: &[String]) {
            let cache = self.cache.get().and_then(Weak::upgrade);
            self.saw.lock().expect("no test panics while it holds it").extend(cache.map(|cache| cache.recall::<&str>(7).is_some()));
        }
    }

    #[test]
    fn whoever_hears_of_a_change_finds_nothing_that_it_touches() {
        let cache = Arc::new(PageCache::new(1, Clock::default()));
        let listener: Arc<Listener> = cache.listener().expect("the cache is on");
        assert!(listener.cache.set(Arc::downgrade(&cache)).is_ok());
        cache.remember(7, "old", 1, &tags(&["entry:7"]), cache.number());
        cache.tell(&tags(&["entry:8"]));
        cache.tell(&tags(&["entry:7"]));
        assert_eq!(*listener.saw.lock().expect("nobody else holds it"), [true, false]);
        assert!(PageCache::new(0, Clock::default()).listener::<Listener>().is_none(), "nobody tells of changes there");
    }

    #[test]
    fn readers_in_step_count_for_every_page_and_go_on_to_when_it_is_made_anew() {
        let cache = PageCache::new(1, Clock::default());
        let keys: Vec<String> = (0..8).map(|number| format!("/{number}")).collect();
        keys.iter().for_each(|key| keep(&cache, key, &["entry:1"], 0));
        for key in keys.iter().cycle().take(8 * 400) {
            cache.count_hit(&cache.get(key, 0).expect("kept").0);
        }
        let reads = cache.most_read(10);
        assert!(reads.len() == 8 && reads.iter().all(|(_, reads)| (20..30).contains(reads)), "{reads:?}");
        cache.tell(&tags(&["entry:1"]));
        assert!(cache.get("/0", 0).is_none());
        keep(&cache, "/0", &["entry:1"], cache.number());
        assert_eq!(cache.most_read(10), reads, "it is read as before");
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
        assert!(!cache.is_on() && cache.get("/a", 0).is_none());
    }
}
