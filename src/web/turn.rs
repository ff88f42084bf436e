//! One at a time: what takes much of a processor waits for its turn, so that those who only read have one too.

use std::time::Duration;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// A kind of work that is done once at a time; stands in a `static`.
#[derive(Debug)]
pub struct Turns(Semaphore);

impl Turns {
    /// Nobody is at work.
    #[allow(clippy::new_without_default, reason = "a default is no constant")]
    pub const fn new() -> Turns {
        Turns(Semaphore::const_new(1))
    }

    /// Waits for the turn, which ends when it is dropped; `None`: it took longer than that.
    pub async fn take(&'static self, patience: Duration) -> Option<SemaphorePermit<'static>> {
        timeout(patience, self.0.acquire()).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static TURNS: Turns = Turns::new();

    #[actix_web::test]
    async fn one_is_at_work_at_a_time_and_nobody_waits_for_ever() {
        let first = TURNS.take(Duration::from_secs(5)).await;
        assert!(first.is_some() && TURNS.take(Duration::from_millis(20)).await.is_none());
        drop(first);
        assert!(TURNS.take(Duration::from_secs(5)).await.is_some());
    }
}
