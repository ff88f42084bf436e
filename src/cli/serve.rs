//! `mainstay serve`: serves the site and runs its jobs, until SIGINT or SIGTERM.

use super::{counting, host::Host, warm_up};
use crate::{
    accounts::setup,
    app::{self, JOBS, State},
    error::AnyResult,
    exchange::sample,
    jobs::worker::Workers,
    journal::tail::{Follower, Tail},
    settings::Settings,
    web::{access_log, page_cache::renewal::PATIENCE, patience, tls},
};
use actix_web::{HttpServer, rt::System};
use clap::Args;
use std::time::{Duration, Instant};

/// Seconds that open requests have to finish when the program is told to stop.
const SHUTDOWN_SECONDS: u64 = 2;
/// How long a connection stays open for its next request; nginx ships the same.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Flags of the command.
#[derive(Debug, Default, Args)]
pub struct Serve {
    /// Load the sample site first if the database is empty
    #[arg(long)]
    pub sample: bool,
}

impl Serve {
    /// Runs the command.
    pub fn run(&self, settings: &Settings) -> AnyResult<()> {
        let begun = Instant::now();
        let host = Host::open(settings)?;
        if self.sample && host.state.db.read_here(|conn| Ok(sample::may_be_loaded(conn)?))? {
            let report = sample::load(&host.state, &super::import::bar())?;
            log::info!("loaded the sample site: {} articles and pages", report.imported());
        }
        let workers = Workers::start(settings.workers, &host.state.job_env(), JOBS);
        // Other nodes change the database, and with a private one other commands do.
        let hook = State::hook_of(&host.state.pages);
        let follower = host.state.pages.is_on().then(|| Follower::start(Tail::new(host.state.db.clone(), hook)));
        let served = System::new().block_on(serve(settings, &host, begun));
        access_log::finish();
        log::info!("stopping");
        workers.stop();
        if let Some(follower) = follower {
            follower.stop();
        }
        host.close()?;
        served
    }
}

async fn serve(settings: &Settings, host: &Host, begun: Instant) -> AnyResult<()> {
    let state = host.state.clone();
    // Blocking threads are per server thread: together as many as the pool has connections, and a few to wait.
    let blocking = (settings.database_pool as usize).div_ceil(settings.threads) + 2;
    access_log::start();
    let shared = state.clone();
    let server = HttpServer::new(move || {
        access_log::hand_over_regularly();
        app::build(shared.clone())
    })
    .workers(settings.threads)
    .worker_max_blocking_threads(blocking)
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(patience::GRACE);
    let listener = patience::listen(settings.listen).map_err(|error| {
        format!("{} cannot be listened on: {error}. Stop what listens there, or choose another address with --listen.", settings.listen)
    })?;
    let server = match &settings.tls {
        Some(files) => server.listen_rustls_0_23(listener, tls::config(files)?)?,
        None => server.listen(listener)?,
    };
    log::info!("serving {} on {} after {} ms", settings.base_url, settings.listen, begun.elapsed().as_millis());
    let (base_url, now) = (settings.base_url.clone(), host.state.clock.now());
    if let Some(link) = host.state.db.write(move |conn| Ok(setup::link(conn, &base_url, now)?)).await? {
        log::warn!("No owner yet. Make the account at {link}");
    }
    warm_up::start(&state, PATIENCE);
    counting::start(&state);
    let served = server.run().await;
    counting::write(&state).await;
    warm_up::note(&state).await;
    Ok(served?)
}
