//! What the running transaction of this thread touches: noted by the journal, told to whoever keeps copies after COMMIT.

use std::cell::RefCell;

thread_local! {
    static TAGS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Forgets what was noted: a transaction begins, or begins again.
pub(super) fn begin() {
    TAGS.with_borrow_mut(Vec::clear);
}

/// Notes what a change touches.
pub fn note(tags: &[String]) {
    TAGS.with_borrow_mut(|noted| noted.extend_from_slice(tags));
}

/// What was noted so far.
pub(super) fn so_far() -> Vec<String> {
    TAGS.with_borrow(Clone::clone)
}

/// Hands over what was noted.
pub(super) fn take() -> Vec<String> {
    TAGS.take()
}
