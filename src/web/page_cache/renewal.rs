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

    /// Lets the pages be made anew that a change touches and many read, and waits for that.
    pub(super) fn renew(&self, change: &Announced) {
        let Some((asks, patience)) = self.renewals.asks.get().filter(|_| !change.everything) else { return };
        let much_read = self.renewals.much_read.read().expect("nothing panics while it holds the list").clone();
        let touched = |key: &String| {
            let page = self.standing(key)?;
            let shows = page.stamp.shows(change);
            let concerned = shows || page.doubt.as_ref().is_some_and(|(stamp, _)| stamp.shows(change));
            concerned.then(|| (key.clone(), page, shows))
        };
        let pages: Vec<_> = much_read.iter().filter_map(touched).collect();
        let (until_dropped, made) = mpsc::sync_channel(0);
        if !pages.is_empty() && asks.send(Ask { pages, waiting: Waiting { _until_dropped: until_dropped } }).is_ok() {
            // An error is what is waited for: the other end is dropped when the pages are there. So is one after too long a time.
            let _ = made.recv_timeout(*patience);
        }
    }
}
