//! What the process knows of itself, as far as the security centre has something to say about it; gathered at the start.

use crate::settings::Settings;
use std::{fs, net::IpAddr, path::Path};

/// Flags whose values are secrets. As a flag everybody on the machine can read them in the list of processes.
const SECRET_FLAGS: [&str; 3] = ["--database-url", "--smtp-url", "--media-secret"];

/// What was set, and how.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Where it listens.
    pub listens_on: Option<IpAddr>,
    /// Whether it serves HTTPS itself.
    pub has_tls: bool,
    /// Whether letters go to a mail server.
    pub has_mail: bool,
    /// Whether it was built without optimisation, with all its checks.
    pub is_debug: bool,
    /// Whether any host is let in.
    pub takes_any_host: bool,
    /// Whether proxies are named.
    pub has_proxies: bool,
    /// Secrets that were given as flags.
    pub shown_flags: Vec<&'static str>,
    /// Files with secrets, and the state folder, where others than their owner can read them.
    pub open_files: Vec<String>,
    /// Private networks that may be asked.
    pub asks_private: bool,
}

impl Facts {
    /// Looks at the settings and at the files that they name.
    pub fn gather(settings: &Settings, arguments: impl Iterator<Item = String>) -> Facts {
        let files = settings.secret_files.iter().chain([&settings.state_dir]);
        Facts {
            listens_on: Some(settings.listen.ip()),
            has_tls: settings.tls.is_some(),
            has_mail: settings.smtp_url.is_some(),
            is_debug: cfg!(unoptimized),
            takes_any_host: settings.entrance.hosts.are_any(),
            has_proxies: settings.entrance.proxies.are_named(),
            shown_flags: shown(arguments),
            open_files: files.filter(|file| is_open(file)).map(|file| file.display().to_string()).collect(),
            asks_private: settings.outgoing.are_any(),
        }
    }
}

fn shown(arguments: impl Iterator<Item = String>) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = arguments
        .filter_map(|argument| SECRET_FLAGS.into_iter().find(|flag| argument == *flag || argument.starts_with(&format!("{flag}="))))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether others than the owner and his group can read it.
#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_on_the_command_line_are_found() {
        let arguments = ["mainstay", "serve", "--database-url", "mysql://x", "--smtp-url=smtps://x", "--database-url=y", "--listen", "x"];
        assert_eq!(shown(arguments.map(str::to_owned).into_iter()), ["--database-url", "--smtp-url"]);
    }

    #[test]
    #[cfg(unix)]
    fn a_file_that_others_read_is_open() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("mainstay-facts-{}", std::process::id()));
        fs::write(&path, "secret").expect("written");
        for (mode, open) in [(0o600, false), (0o640, false), (0o644, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("set");
            assert_eq!(is_open(&path), open, "{mode:o}");
        }
        fs::remove_file(&path).expect("removed");
    }
}
