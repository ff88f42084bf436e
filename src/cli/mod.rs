//! The command line: one file for each command.
//!
//! `mainstay` alone is `mainstay serve`. Settings are flags or environment variables of every command ([`crate::settings`]).
//! Exit status: 0 done, 1 it went wrong, 2 a setting or an argument is wrong.

mod admin;
mod counting;
mod export_data;
mod host;
mod import;
mod logging;
mod migrate;
mod revisions;
mod sample;
mod search;
mod secrets;
mod serve;
mod spam;
pub mod warm_up;
mod work;

use crate::settings::{Given, Settings};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The whole back end of a website in one program.
#[derive(Debug, Parser)]
#[command(name = "mainstay", version, about, long_about = None)]
pub struct Cli {
    /// Settings of the process.
    #[command(flatten)]
    pub given: Given,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the site and run its jobs (this is what `mainstay` alone does)
    Serve(serve::Serve),
    /// Run jobs only, beside other machines that serve
    Work,
    /// Bring the database up to date and end
    Migrate,
    /// Make accounts and reset passwords
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Bring content in from elsewhere
    Import(import::Import),
    /// Look after old revisions
    #[command(subcommand)]
    Revisions(revisions::Revisions),
    /// The sample site
    Sample(sample::Sample),
    /// The index that visitors search
    #[command(subcommand)]
    Search(search::Search),
    /// Keys that the program has made for itself
    #[command(subcommand)]
    Secrets(secrets::Secrets),
    /// The spam filter
    #[command(subcommand)]
    Spam(spam::Spam),
}

/// Reads the command line, runs the command, and returns its exit status.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    logging::start();
    let settings = match cli.given.check() {
        Ok(settings) => settings,
        Err(problems) => {
            for problem in problems {
                log::error!("{}: {}", problem.name, problem.remedy);
            }
            return ExitCode::from(2);
        }
    };
    match run(&settings, cli.command.unwrap_or(Command::Serve(serve::Serve::default()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(settings: &Settings, command: Command) -> crate::error::AnyResult<()> {
    match command {
        Command::Serve(serve) => serve.run(settings),
        Command::Work => work::run(settings),
        Command::Migrate => migrate::run(settings),
        Command::Admin(admin) => admin.run(settings),
        Command::Import(import) => import.run(settings),
        Command::Revisions(revisions) => revisions.run(settings),
        Command::Sample(sample) => sample.run(settings),
        Command::Search(search) => search.run(settings),
        Command::Secrets(secrets) => secrets.run(settings),
        Command::Spam(spam) => spam.run(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
