//! The time, which a test may set.
//!
//! Everything that depends on the time takes a `NaiveDateTime` in UTC; handlers get it from `Ctx::now`, jobs from `JobEnv::now`.

use chrono::{DateTime, NaiveDateTime};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// No test has set it.
const RUNS: i64 = i64::MIN;

/// Tells the time in UTC, to the microsecond, as the database keeps it.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Default for Clock {
    fn default() -> Self {
        Clock(Arc::new(AtomicI64::new(RUNS)))
    }
}

impl Clock {
    /// Returns the present moment, or the one that a test has set.
    pub fn now(&self) -> NaiveDateTime {
        DateTime::from_timestamp_micros(self.micros()).unwrap_or_default().naive_utc()
    }

    /// The same in microseconds since 1970.
    pub fn micros(&self) -> i64 {
        match self.0.load(Ordering::Relaxed) {
            RUNS => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| i64::try_from(passed.as_micros()).unwrap_or(i64::MAX)),
            set => set,
        }
    }

    /// Stops the clock at `to`.
    pub fn set(&self, to: NaiveDateTime) {
        self.0.store(to.and_utc().timestamp_micros(), Ordering::Relaxed);
    }
}
