//! `mainstay spam`: how well the spam filter does, and the counts that it begins with.

use crate::{community::spam::report, error::AnyResult};
use clap::{Args, Subcommand};
use std::{
    io::{self, Write},
    path::PathBuf,
};

/// What there is to do.
#[derive(Debug, Subcommand)]
pub enum Spam {
    /// Measure the filter on comments that were sorted by hand
    Report(Of),
    /// Print the counts that the program ships (src/community/spam/prior.txt)
    Prior(Of),
}

/// What both read.
#[derive(Debug, Args)]
pub struct Of {
    /// A folder of CSV files with the columns content and spam (0 or 1), one for each source
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
}

impl Spam {
    /// Runs the command.
    pub fn run(&self) -> AnyResult<()> {
        let text = match self {
            Spam::Report(of) => report::report(&report::read(&of.data)?)?,
            Spam::Prior(of) => report::prior(&report::read(&of.data)?),
        };
        Ok(io::stdout().write_all(text.as_bytes())?)
    }
}
