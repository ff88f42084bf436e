//! `mainstay work`: jobs only, until SIGINT or SIGTERM.

use super::host::Host;
use crate::{app::JOBS, error::AnyResult, jobs::worker::Workers, settings::Settings};
use actix_web::rt::{System, signal::unix};

/// Runs the command.
pub fn run(settings: &Settings) -> AnyResult<()> {
    let host = Host::join(settings)?;
    let workers = Workers::start(settings.workers.max(1), &host.state.job_env(), JOBS);
    log::info!("running jobs on {} threads; stop with Ctrl-C", settings.workers.max(1));
    System::new().block_on(until_told_to_stop())?;
    workers.stop();
    host.close()
}

/// Waits for SIGINT or SIGTERM.
async fn until_told_to_stop() -> std::io::Result<()> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    let mut stopped = std::pin::pin!(async move {
        std::future::poll_fn(|context| {
            if terminate.poll_recv(context).is_ready() || interrupt.poll_recv(context).is_ready() {
                return std::task::Poll::Ready(());
            }
            std::task::Poll::Pending
        })
        .await;
    });
    stopped.as_mut().await;
    Ok(())
}
