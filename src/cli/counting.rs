//! Writes what was counted once a second while the program serves, and once more when it ends.

use crate::app::State;
use actix_web::rt;
use std::time::Duration;

/// How often.
const EACH: Duration = Duration::from_secs(1);

/// Begins to write beside the requests.
pub fn start(state: &State) {
    let state = state.clone();
    rt::spawn(async move {
        loop {
            rt::time::sleep(EACH).await;
            write(&state).await;
        }
    });
}

/// Writes what was counted so far.
pub async fn write(state: &State) {
    if let Err(error) = state.visits.write(&state.db).await {
        log::warn!("visits cannot be counted: {error}");
    }
}
