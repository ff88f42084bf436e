//! Pages that many read are made anew before a change drops them, so that their readers do not wait.
//!
//! Between COMMIT and the answer to whoever made a change, the old pages may still be sent. In this time those that are read
//! much are made of what is true now. The change is told to the pages when they are there, or when [`PATIENCE`] is at an end:
//! what is not made by then is made when somebody asks. A page made while one change waits and the next one comes carries the
//! number at which its making began, so it never counts as newer than it is ([`super::changes`]).
//!
//! [`Renewals`] asks; what makes the pages needs the whole application, and is `cli::renewing`.

use super::{PageCache, changes::Announced, page::CachedPage};
use std::{
    sync::{
        Arc, OnceLock, RwLock,
        mpsc::{self, SyncSender},
    },
    time::Duration,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long whoever made a change waits for pages at most, where the program serves.
pub const PATIENCE: Duration = Duration::from_millis(50);

/// Pages that are made anew, at most.
const MOST: usize = 100;

/// A page read less often than once in so many reads is left to its next reader.
const SELDOM: u64 = 1000;

/// Who makes pages anew, and which.
#[derive(Default)]
pub struct Renewals {
    asks: OnceLock<(UnboundedSender<Ask>, Duration)>,
    much_read: RwLock<Arc<[String]>>,
}

/// The pages that a change touches and many read.
pub struct Ask {
    /// The number of the change.
    pub number: u64,
    /// Each with whether it shows what has changed; otherwise it is only in doubt.
    pub pages: Vec<(String, Arc<CachedPage>, bool)>,
    /// Whoever waits goes on when this is dropped.
    pub waiting: Waiting,
}

/// Somebody who waits for pages.
pub struct Waiting {
    _until_dropped: SyncSender<()>,
}

impl Renewals {
    /// From now on pages are made anew by whoever listens there, and changes wait so long for them; `None`: somebody does already.
    pub fn listen(&self, patience: Duration) -> Option<UnboundedReceiver<Ask>> {
        let (asks, asked) = unbounded_channel();
        self.asks.set((asks, patience)).is_ok().then_some(asked)
    }
}

impl PageCache {
    /// Says anew which pages are read much.
    pub fn look_what_is_read(&self) {
        let mut read = self.read();
        let seldom = read.iter().map(|(_, reads)| u64::from(*reads)).sum::<u64>() / SELDOM;
        read.truncate(MOST);
        read.retain(|(_, reads)| u64::from(*reads) > seldom);
        let much_read = read.into_iter().map(|(address, _)| address).collect();
        *self.renewals.much_read.write().expect("nothing panics while it holds the list") = much_read;
    }

    /// Whether a page is there whose making began after that change.
    pub fn is_made_since(&self, address: &str, number: u64) -> bool {
        self.standing(address).is_some_and(|page| page.stamp.begun() >= number)
    }

    /// Lets the pages be made anew that a change touches and many read, and waits for that. Not for one that touches everything.
    pub(super) fn renew(&self, change: &Announced) {
        let Some((asks, patience)) = self.renewals.asks.get() else { return };
        let much_read = self.renewals.much_read.read().expect("nothing panics while it holds the list").clone();
        let touched = |key: &String| {
            let page = self.standing(key)?;
            let shows = page.stamp.shows(change);
            let concerned = shows || page.doubt.as_ref().is_some_and(|(stamp, _)| stamp.shows(change));
            concerned.then(|| (key.clone(), page, shows))
        };
        let pages: Vec<_> = much_read.iter().filter_map(touched).collect();
        let (until_dropped, made) = mpsc::sync_channel(0);
        if !pages.is_empty() && asks.send(Ask { number: change.number, pages, waiting: Waiting { _until_dropped: until_dropped } }).is_ok()
        {
            // An error is what is waited for: the other end is dropped when the pages are there. So is one after too long a time.
            let _ = made.recv_timeout(*patience);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Clock, web::page_cache::CacheTags};
    use actix_web::{http::header::HeaderMap, web::Bytes};
    use std::thread;

    fn keep(cache: &PageCache, key: &str, tag: &str) {
        let tags = CacheTags::from(vec![tag.to_owned()]);
        cache.put(key.to_owned(), &HeaderMap::new(), Bytes::from_static(b"page"), &tags, cache.number());
    }

    /// A cache in which `/often` and `/other` are read a thousand times as often as `/seldom`.
    fn read(patience: Duration) -> (PageCache, UnboundedReceiver<Ask>) {
        let cache = PageCache::new(1, Clock::default());
        for (key, tag, times) in [("/often", "entry:1", 16_000), ("/other", "entry:2", 16_000), ("/seldom", "entry:1", 16)] {
            keep(&cache, key, tag);
            let page = cache.get(key, 0).expect("kept").0;
            (0..times).for_each(|_| cache.count_hit(&page));
        }
        cache.look_what_is_read();
        let asked = cache.renewals.listen(patience).expect("nobody listens yet");
        (cache, asked)
    }

    fn there(cache: &PageCache) -> [bool; 3] {
        ["/often", "/other", "/seldom"].map(|key| cache.get(key, 0).is_some())
    }

    #[test]
    fn a_change_waits_until_what_many_read_of_it_is_there_anew() {
        let (cache, mut asked) = read(Duration::from_secs(20));
        thread::scope(|scope| {
            let maker = scope.spawn(|| {
                let ask = asked.blocking_recv().expect("a change asks");
                assert_eq!(there(&cache), [true; 3], "the old pages are sent until then");
                assert!(!cache.is_made_since("/often", ask.number));
                keep(&cache, "/often", "entry:1");
                assert!(cache.is_made_since("/often", ask.number));
                ask.pages.iter().map(|(key, _, shows)| (key.clone(), *shows)).collect::<Vec<_>>()
            });
            cache.tell(&["entry:1".to_owned()]);
            assert_eq!(there(&cache), [true, true, false], "who reads what nearly nobody reads waits for it");
            assert_eq!(maker.join().expect("it does not panic"), [("/often".to_owned(), true)]);
        });
    }

    #[test]
    fn a_change_waits_no_longer_than_it_may_and_not_at_all_for_what_is_not_read() {
        let (cache, mut asked) = read(Duration::from_millis(1));
        cache.tell(&["entry:1".to_owned()]);
        assert_eq!(there(&cache), [false, true, false]);
        cache.tell(&["entry:3".to_owned()]);
        assert!(asked.try_recv().is_ok() && asked.try_recv().is_err(), "one of both has asked");
        drop(asked);
        cache.tell(&["entry:2".to_owned()]);
        assert_eq!(there(&cache), [false; 3], "nobody listens any more");
    }
}
