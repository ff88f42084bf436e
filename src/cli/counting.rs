//! Writes what was counted once a second while the program serves, and once more when it ends; reads the keys of the session cookie anew once
//! a minute.

use crate::app::State;
use actix_web::rt;
use std::time::Duration;

/// How often.
const EACH: Duration = Duration::from_secs(1);

/// How often the keys are read.
const KEYS_EACH: Duration = Duration::from_secs(60);

/// Begins to write beside the requests.
pub fn start(state: &State) {
    let (state, keyed) = (state.clone(), state.clone());
    rt::spawn(async move {
        loop {
            rt::time::sleep(KEYS_EACH).await;
            let keys = keyed.keys.clone();
            if let Err(error) = keyed.db.read(move |conn| Ok(keys.reload(conn)?)).await {
                log::warn!("the keys of the session cookie cannot be read: {error}");
            }
        }
    });
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
    if let Err(error) = state.searches.write(&state.db, state.clock.now()).await {
        log::warn!("searches cannot be counted: {error}");
    }
    if let Err(error) = state.reports.write(&state.db, state.clock.now()).await {
        log::warn!("reports of browsers cannot be written: {error}");
    }
}
