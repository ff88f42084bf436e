//! Makes pages that nobody has asked for.
//!
//! After a start those that were read most before it, so that their next readers need not wait; and what many read before a
//! change drops it ([`crate::web::page_cache::renewal`]). Start at [`start`].

use crate::{
    app::{self, State},
    error::AppResult,
    web::page_cache::{
        middleware::still_right,
        renewal::Ask,
        warm::{self, PAGES, WarmUp},
    },
};
use actix_web::{
    HttpMessage,
    dev::Service,
    http::header::HOST,
    rt,
    test::{self, TestRequest},
};
use futures_util::future::join;
use std::{collections::HashMap, time::Duration};
use tokio::{
    sync::mpsc::UnboundedReceiver,
    time::{Instant, timeout_at},
};

/// How often the pages read most are noted.
const NOTED_EACH: Duration = Duration::from_secs(60);

/// How often is looked which pages are read much.
const LOOKED_EACH: Duration = Duration::from_secs(10);

/// What makes the page at an address, through an application without a socket, and says whether it is there.
pub async fn maker(state: &State) -> impl AsyncFn(&str) -> bool {
    let application = test::init_service(app::build(state.clone())).await;
    let host = state.entrance.hosts.own().to_owned();
    async move |address: &str| {
        let request = TestRequest::get().uri(address).insert_header((HOST, &*host)).to_request();
        request.extensions_mut().insert(WarmUp);
        // A page that cannot be made now is made when somebody asks for it.
        application.call(request).await.is_ok_and(|answer| answer.status().is_success())
    }
}

/// Makes the pages noted last, one after the other. Says how many were made.
pub async fn warm_up(state: &State, make: &impl AsyncFn(&str) -> bool) -> AppResult<usize> {
    let noted = state.db.read(|conn| Ok(warm::noted(conn)?)).await?;
    let mut made = 0;
    for (address, reads) in noted {
        made += usize::from(make(&address).await && state.pages.warmed(&address, reads));
    }
    Ok(made)
}

/// Makes pages anew for changes, as long as the program runs.
async fn renew(state: &State, make: &impl AsyncFn(&str) -> bool, mut asked: UnboundedReceiver<Ask>) {
    let mut look_at = Instant::now();
    loop {
        if look_at <= Instant::now() {
            state.pages.look_what_is_read();
            look_at = Instant::now() + LOOKED_EACH;
        }
        let Ok(ask) = timeout_at(look_at, asked.recv()).await else { continue };
        let Some(ask) = ask else { return };
        let mut asks = vec![ask];
        while let Ok(one) = asked.try_recv() {
            asks.push(one);
        }
        let (mut pages, mut waiting) = (HashMap::new(), Vec::new());
        for ask in asks {
            waiting.push(ask.waiting);
            for (address, old, shows) in ask.pages {
                let due = pages.entry(address).or_insert((old, false, 0));
                (due.1, due.2) = (due.1 | shows, ask.number.max(due.2));
            }
        }
        let mut remade = Vec::new();
        // One after the other, as other processors are for the readers.
        for (address, (old, shows, number)) in pages {
            if state.pages.is_made_since(&address, number) {
                continue; // a reader did not wait
            }
            if (shows || !still_right(state, &old).await) && make(&address).await {
                remade.push((address, old));
            }
        }
        drop(waiting);
        let pages = state.pages.clone();
        rt::task::spawn_blocking(move || {
            for (address, old) in remade {
                pages.prepare_like(&address, &old);
            }
        });
    }
}

/// Makes pages beside the requests, for changes that wait so long for them, and notes each minute which are read most.
pub fn start(state: &State, patience: Duration) {
    if !state.pages.is_on() {
        return;
    }
    let (making, noting) = (state.clone(), state.clone());
    rt::spawn(async move {
        let make = maker(&making).await;
        let warm_up = async {
            match warm_up(&making, &make).await {
                Ok(made) => log::debug!("made the {made} pages that were read most"),
                Err(error) => log::warn!("the pages read most cannot be made: {error}"),
            }
            making.pages.look_what_is_read();
        };
        match making.pages.renewals.listen(patience) {
            Some(asked) => join(warm_up, renew(&making, &make, asked)).await.0,
            None => warm_up.await,
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
