//! `mainstay sample load`: puts the sample site into an empty database.

use super::{host::Host, import::bar};
use crate::{error::AnyResult, exchange::sample, settings::Settings};
use clap::{Args, Subcommand};
use std::io;

/// Arguments of the command.
#[derive(Debug, Args)]
pub struct Sample {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Load articles, pages, authors, menus and settings into an empty database
    Load,
}

impl Sample {
    /// Runs the command.
    pub fn run(self, settings: &Settings) -> AnyResult<()> {
        let What::Load = self.what;
        let host = Host::join(settings)?;
        let loaded = sample::load(&host.state, &bar());
        host.close()?;
        loaded?.write(&mut io::stdout().lock(), false)?;
        Ok(())
    }
}
