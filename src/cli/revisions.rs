//! `mainstay revisions`: old revisions of entries.

use super::host::Host;
use crate::{content::model::revision, error::AnyResult, settings::Settings};
use chrono::TimeDelta;
use clap::{Args, Subcommand};
use std::io::{self, Write};

/// What there is to do.
#[derive(Debug, Subcommand)]
pub enum Revisions {
    /// Delete old revisions that nothing keeps
    #[command(
        after_help = "Never deleted are the newest revision of an entry, what is live or ever was, what goes live at a set time, what has a name or a note, and what \
                      somebody is writing over."
    )]
    Prune(Prune),
}

/// Flags of `revisions prune`.
#[derive(Debug, Args)]
pub struct Prune {
    /// How old: a number of days or weeks, such as 90d or 12w
    #[arg(long, value_name = "AGE", value_parser = age)]
    older_than: TimeDelta,
    /// How many of the newest revisions of each entry stay, however old
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    keep: i64,
    /// Say what would be deleted, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Revisions {
    /// Runs the command.
    pub fn run(&self, settings: &Settings) -> AnyResult<()> {
        let Revisions::Prune(prune) = self;
        prune.run(settings)
    }
}

impl Prune {
    fn run(&self, settings: &Settings) -> AnyResult<()> {
        let host = Host::join(settings)?;
        let (mut next, mut deleted, mut kept) = (Some(0.into()), 0, 0);
        while let Some(from) = next {
            let now = host.state.clock.now();
            let batch = host.state.db.write_here(|conn| Ok(revision::prune(conn, from, self.older_than, self.keep, self.dry_run, now)?))?;
            (next, deleted, kept) = (batch.next, deleted + batch.deleted, kept + batch.kept);
        }
        host.close()?;
        let verb = if self.dry_run { "Would delete" } else { "Deleted" };
        let days = self.older_than.num_days();
        writeln!(io::stdout(), "{verb} {deleted} revisions older than {days} days; kept {kept} of that age for a reason.")?;
        Ok(())
    }
}

fn age(text: &str) -> Result<TimeDelta, String> {
    let wrong = || "Give a number of days or weeks, such as 90d or 12w.".to_owned();
    let (number, days) = match text.strip_suffix('d') {
        Some(number) => (number, 1),
        None => (text.strip_suffix('w').ok_or_else(wrong)?, 7),
    };
    let number: u32 = number.parse().map_err(|_| wrong())?;
    let days = i64::from(number) * days;
    if (1..=36_500).contains(&days) { Ok(TimeDelta::days(days)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::age;
    use chrono::TimeDelta;

    #[test]
    fn an_age_is_days_or_weeks() {
        assert_eq!((age("90d"), age("2w")), (Ok(TimeDelta::days(90)), Ok(TimeDelta::days(14))));
        for wrong in ["", "d", "90", "-1d", "0d", "1y", "9999999w", "1.5d"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }
}
