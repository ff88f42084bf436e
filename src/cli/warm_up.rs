//! Warming up: after a start the pages read most before it are made, so that their next readers need not wait.

use crate::{
    app::{self, State},
    error::AppResult,
    web::page_cache::warm::{self, PAGES, WarmUp},
};
use actix_web::{
    HttpMessage,
    dev::Service,
    http::header::HOST,
    rt,
    test::{self, TestRequest},
};
use std::time::Duration;

/// How often the pages read most are noted.
const NOTED_EACH: Duration = Duration::from_secs(60);

/// Makes the pages noted last, one after the other, through an application without a socket. Says how many were made.
pub async fn warm_up(state: &State) -> AppResult<usize> {
    if !state.pages.is_on() {
        return Ok(0);
    }
    let noted = state.db.read(|conn| Ok(warm::noted(conn)?)).await?;
    let application = test::init_service(app::build(state.clone())).await;
    let mut made = 0;
    for (address, reads) in noted {
        let request = TestRequest::get().uri(&address).insert_header((HOST, state.entrance.hosts.own())).to_request();
        request.extensions_mut().insert(WarmUp);
        // A page that cannot be made now is made when somebody asks for it.
        let answered = application.call(request).await.is_ok_and(|answer| answer.status().is_success());
        made += usize::from(answered && state.pages.warmed(&address, reads));
    }
    Ok(made)
}

/// Warms up beside the first requests, and notes each minute which pages are read most.
pub fn start(state: &State) {
    let (warming, noting) = (state.clone(), state.clone());
    rt::spawn(async move {
        match warm_up(&warming).await {
            Ok(made) => log::debug!("made the {made} pages that were read most"),
            Err(error) => log::warn!("the pages read most cannot be made: {error}"),
        }
    });
    rt::spawn(async move {
        loop {
            rt::time::sleep(NOTED_EACH).await;
            note(&noting).await;
        }
    });
}

/// Notes which pages are read most.
pub async fn note(state: &State) {
    let most_read = state.pages.most_read(PAGES);
    if let Err(error) = state.db.write(move |conn| Ok(warm::note(conn, &most_read)?)).await {
        log::warn!("the pages read most cannot be noted: {error}");
    }
}
