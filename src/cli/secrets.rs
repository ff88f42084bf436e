//! `mainstay secrets …`: the keys that the program has made for itself.

use super::host::Host;
use crate::{
    error::AnyResult,
    journal::{Actor, Change},
    settings::Settings,
    web::session_keys::{self, SETTLES_MINUTES},
};
use clap::Subcommand;
use serde_json::json;
use std::io::{self, Write};

/// What can be done with them.
#[derive(Debug, Subcommand)]
pub enum Secrets {
    /// Make a new key for the session cookie; nobody is logged out, and nothing has to be started again
    Rotate,
}

impl Secrets {
    /// Runs the command.
    pub fn run(&self, settings: &Settings) -> AnyResult<()> {
        let host = Host::join(settings)?;
        let now = host.state.clock.now();
        host.state.db.write_here(|conn| {
            session_keys::rotate(conn, now)?;
            let change = Change {
                kind: "secrets.rotated",
                subject: "secrets",
                key: 0,
                label: "session key",
                detail: json!({}),
                cache_tags: Vec::new(),
            };
            Ok(change.record(conn, &Actor::default(), now)?)
        })?;
        host.close()?;
        writeln!(
            io::stdout(),
            "Made a new key. It seals cookies in {SETTLES_MINUTES} minutes; the old one opens them for as long as a session can live."
        )?;
        Ok(())
    }
}
