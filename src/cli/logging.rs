//! The log: on standard error, one line a message.
//!
//! What a message repeats from outside (an address, a file name, an error of another server) may hold line ends or the codes by
//! which a terminal is told what to do. They are written as `\\n` and `\\u{1b}`, so that nobody can forge a line.

use env_logger::{Builder, Env};
use std::io::Write;

/// Starts it, as `RUST_LOG` says.
pub fn start() {
    let mut builder = Builder::from_env(Env::default().default_filter_or("info"));
    builder.format(|out, record| {
        let level = out.default_level_style(record.level());
        let (stamp, target, text) = (out.timestamp_millis(), record.target(), one_line(&record.args().to_string()));
        writeln!(out, "[{stamp} {level}{:<5}{level:#} {target}] {text}", record.level())
    });
    builder.init();
}

/// The message with its control characters spelled out.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for sign in text.chars() {
        if sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}') {
            line.extend(sign.escape_default());
        } else {
            line.push(sign);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn no_message_forges_a_line() {
        let forged = "not found: /a\n[2026-11-25T10:00:00.000Z INFO  access] owner logged in\u{1b}[2K\r\u{85}\u{2028}";
        let line = one_line(forged);
        assert!(!line.chars().any(char::is_control), "{line}");
        assert!(line.starts_with("not found: /a\\n[2026"), "{line}");
        assert_eq!(one_line("Ünï 👩‍🚀 plain"), "Ünï 👩‍🚀 plain");
    }
}
