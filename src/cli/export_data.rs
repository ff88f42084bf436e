//! `mainstay admin export-data`: what is kept of somebody as a file, where no page can be reached.

use super::{admin, host::Host};
use crate::{
    accounts::model::user::User,
    app::State,
    error::{AnyError, AnyResult},
    journal::Actor,
    privacy::model::archive,
    settings::Settings,
};
use clap::Args;
use std::{fs::File, path::PathBuf};

/// Flags of `admin export-data`.
#[derive(Debug, Args)]
pub struct ExportData {
    /// Address that the person logs in with
    #[arg(long, value_name = "ADDRESS", value_parser = admin::address)]
    email: String,
    /// The ZIP file to write; it must not be there yet
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

impl ExportData {
    /// Runs the command.
    pub fn run(&self, settings: &Settings) -> AnyResult<()> {
        let host = Host::join(settings)?;
        let written = self.write(&host.state);
        host.close()?;
        log::info!("wrote what is kept of {} to {}", written?, self.to.display());
        Ok(())
    }

    /// Writes the file, and says whose data it is.
    fn write(&self, state: &State) -> AnyResult<String> {
        let now = state.clock.now();
        let user = state.db.write_here(|conn| {
            let user = User::by_email(conn, &self.email)?;
            if let Some(user) = &user {
                archive::record(conn, user.id, &Actor::default(), now)?;
            }
            Ok(user)
        })?;
        let user = user.ok_or_else(|| AnyError::from(format!("There is no account with the address {}.", self.email)))?;
        let file = private(&self.to).map_err(|error| format!("The file {} cannot be made: {error}.", self.to.display()))?;
        state.db.read_here(|conn| archive::write(conn, &state.storage, user.id, file))?;
        Ok(user.name)
    }
}

/// A new file that nobody else on this machine reads.
fn private(path: &std::path::Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
