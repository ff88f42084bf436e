//! The time, which a test may set.
//!
//! Everything that depends on the time takes a `NaiveDateTime` in UTC; handlers get it from `Ctx::now`, jobs from `JobEnv::now`.

use chrono::{DurationRound, NaiveDateTime, TimeDelta, Utc};
use std::sync::{Arc, Mutex};

/// Tells the time in UTC, to the microsecond, as the database keeps it.
#[derive(Clone, Default)]
pub struct Clock(Arc<Mutex<Option<NaiveDateTime>>>);

impl Clock {
    /// Returns the present moment, or the one that a test has set.
    pub fn now(&self) -> NaiveDateTime {
        let set = *self.0.lock().expect("nothing panics while it holds the clock");
        set.unwrap_or_else(|| {
            let now = Utc::now().naive_utc();
            now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
        })
    }

    /// Stops the clock at `to`.
    pub fn set(&self, to: NaiveDateTime) {
        *self.0.lock().expect("nothing panics while it holds the clock") = Some(to);
    }
}
