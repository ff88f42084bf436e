//! `mainstay migrate`: brings the database up to date and ends.

use super::host::Host;
use crate::{error::AnyResult, settings::Settings};

/// Runs the command.
pub fn run(settings: &Settings) -> AnyResult<()> {
    Host::open(settings)?.close()?;
    log::info!("the database is up to date");
    Ok(())
}
