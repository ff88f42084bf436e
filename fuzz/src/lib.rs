//! What all targets share: no step may ask for more than 256 MB of memory.
//!
//! libFuzzer itself ends with a crash, or with a step that takes longer than `-timeout` says.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering},
};

/// Bytes that may be in use beyond what was when a step began.
pub const MOST: usize = 256 << 20;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Counts what is in use.
pub struct Counting;

// SAFETY: all is forwarded to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if IN_USE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size() > LIMIT.load(Ordering::Relaxed) {
            LIMIT.store(usize::MAX, Ordering::Relaxed); // the message itself needs a little
            panic!("more than {MOST} bytes are in use");
        }
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs a step, which may ask for [`MOST`] at most.
pub fn bounded<T>(step: impl FnOnce() -> T) -> T {
    LIMIT.store(IN_USE.load(Ordering::Relaxed).saturating_add(MOST), Ordering::Relaxed);
    let done = step();
    LIMIT.store(usize::MAX, Ordering::Relaxed);
    done
}
