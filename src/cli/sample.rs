//! `mainstay sample`: puts the sample site, or a made-up one of any size, into an empty database.

use super::{host::Host, import::bar};
use crate::{
    error::AnyResult,
    exchange::{generate, sample},
    settings::Settings,
};
use clap::{Args, Subcommand};
use std::{io, time::Instant};

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
    /// Make up a site of any size, to measure with: posts, pages, drafts, revisions, topics, tags, links
    Generate(Generate),
}

#[derive(Debug, Args)]
struct Generate {
    /// How many entries
    #[arg(long, default_value = "10000", value_name = "NUMBER")]
    entries: usize,
    /// Which of all possible sites: the same number makes the same site
    #[arg(long, default_value = "1", value_name = "NUMBER")]
    seed: u64,
    /// Length of the texts: half of them have fewer words
    #[arg(long, default_value = "300", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(20..=3000))]
    words: u32,
    /// Put them beside the entries that are there already
    #[arg(long)]
    force: bool,
}

impl Sample {
    /// Runs the command.
    pub fn run(self, settings: &Settings) -> AnyResult<()> {
        let host = Host::join(settings)?;
        match self.what {
            What::Load => {
                let loaded = sample::load(&host.state, &bar());
                host.close()?;
                loaded?.write(&mut io::stdout().lock(), false)?;
            }
            What::Generate(Generate { entries, seed, words, force }) => {
                let begun = Instant::now();
                let options = generate::Options { entries, seed, words, force, folder: host.own_folder(settings) };
                let made = generate::generate(&host.state.db, &options, host.state.clock.now(), &bar());
                let took = begun.elapsed().as_secs_f64();
                host.close()?;
                made?;
                log::info!("made {entries} entries in {took:.1} s, {:.0} a second", entries as f64 / took.max(0.001));
            }
        }
        Ok(())
    }
}
