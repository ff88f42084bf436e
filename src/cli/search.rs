//! `mainstay search`: the index that visitors search.

use super::{host::Host, import::bar};
use crate::{content::model::publishing, error::AnyResult, search::model::rebuild, settings::Settings};
use clap::Subcommand;
use std::{
    io::{self, Write},
    time::Instant,
};

/// What there is to do.
#[derive(Debug, Subcommand)]
pub enum Search {
    /// Look at every document and make anew those that are not as they should be; count the vocabulary
    Rebuild,
}

impl Search {
    /// Runs the command.
    pub fn run(&self, settings: &Settings) -> AnyResult<()> {
        let Search::Rebuild = self;
        let (host, begun, bar) = (Host::join(settings)?, Instant::now(), bar());
        let changed = rebuild::all(&host.state.db, |some| bar.inc(some as u64));
        bar.finish();
        let (posts, pages, _) = host.state.db.read_here(|conn| Ok(publishing::figures(conn)?))?;
        host.close()?;
        let seconds = begun.elapsed().as_secs_f64();
        writeln!(io::stdout(), "Made {} documents anew; {} live entries can be found ({seconds:.1} s).", changed?, posts + pages)?;
        Ok(())
    }
}
