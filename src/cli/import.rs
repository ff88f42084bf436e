//! `mainstay import`: brings content from elsewhere.

use super::host::Host;
use crate::{
    error::AnyResult,
    exchange::{
        markdown::{self, Options},
        source::Source,
    },
    settings::Settings,
};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use std::{io, path::PathBuf};

/// Arguments of the command.
#[derive(Debug, Args)]
pub struct Import {
    #[command(subcommand)]
    from: From,
}

/// Where content can come from.
#[derive(Debug, Subcommand)]
enum From {
    /// A folder of Markdown files with YAML or TOML front matter, as Jekyll, Zola and Hugo keep them
    #[command(
        after_help = "Repeat it whenever the files change: entries are updated, not doubled. Pictures beside the texts are kept and served; links between the \
                      files lead to their new addresses; old addresses redirect there."
    )]
    Markdown(Folder),
}

#[derive(Debug, Args)]
struct Folder {
    /// The folder; everything below it is read
    dir: PathBuf,
    /// Where the files were served before, with http:// or https://; links there become links on this site
    #[arg(long, value_name = "URL")]
    old_url: Option<String>,
    /// The author of files that name nobody, by the last part of the author's page; by default the first owner
    #[arg(long, value_name = "SLUG")]
    author: Option<String>,
    /// A name for this source, so that a repeat from another folder finds the same entries; by default the folder's full path
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Say what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    /// Runs the command.
    pub fn run(self, settings: &Settings) -> AnyResult<()> {
        let From::Markdown(folder) = self.from;
        if !folder.dir.is_dir() {
            return Err(format!("{} is no folder. Name the one that holds the Markdown files.", folder.dir.display()).into());
        }
        let options = Options {
            base_url: folder.old_url,
            author: folder.author,
            source: folder.source,
            rehearse: folder.dry_run,
            publish_early: false,
        };
        let host = Host::join(settings)?;
        let state = &host.state;
        let report = markdown::import(&state.db, &state.storage, &Source::Folder(folder.dir), &options, &state.clock, &bar())?;
        host.close()?;
        report.write(&mut io::stdout().lock(), options.rehearse)?;
        match report.imported() {
            0 => Err("no file could be read as an entry".into()),
            _ => Ok(()),
        }
    }
}

/// A bar on standard error; nothing where that is no terminal.
pub fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} files, {eta} left") {
        bar.set_style(style);
    }
    bar
}
