//! Counters that threads do not contend for: each thread adds in a place of its own, and whoever reads adds the places up.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Places; threads beyond share them, which costs time but no count.
const PLACES: usize = 32;

/// How many things are counted.
pub const KINDS: usize = 4;

/// As long as a line of the processor's cache and its neighbour, so that no two threads write to one.
#[repr(align(128))]
#[derive(Default)]
struct Place([AtomicU64; KINDS]);

/// Sums since the start.
#[derive(Default)]
pub struct Counters([Place; PLACES]);

static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static MINE: usize = THREADS.fetch_add(1, Ordering::Relaxed) % PLACES;
}

impl Counters {
    /// Counts one more, and says how many this thread's place had before.
    pub fn add(&self, kind: usize) -> u64 {
        self.0[MINE.with(|mine| *mine)].0[kind].fetch_add(1, Ordering::Relaxed)
    }

    /// What all threads have counted.
    pub fn sums(&self) -> [u64; KINDS] {
        std::array::from_fn(|kind| self.0.iter().map(|place| place.0[kind].load(Ordering::Relaxed)).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_between_threads() {
        let counters = Counters::default();
        std::thread::scope(|scope| {
            for _ in 0..40 {
                scope.spawn(|| (0..100).map(|_| counters.add(1)).max());
            }
        });
        assert_eq!(counters.sums(), [0, 4000, 0, 0]);
    }
}
