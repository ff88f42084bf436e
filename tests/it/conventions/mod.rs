//! What the house agreed on and no compiler holds. A rule has its exceptions beside it, each with its reason.

mod rooms;
mod settings;
mod sources;
mod tables;
mod templates;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of the repository: its path from the top, and what it says.
struct Source {
    path: String,
    text: String,
}

/// Every file below a folder with that ending, by path.
fn files(folder: &str, ending: &str) -> Vec<Source> {
    let (mut found, mut folders) = (Vec::new(), vec![PathBuf::from(folder)]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|item| item.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(read(&path));
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty());
    found
}

fn read(path: &Path) -> Source {
    Source { path: path.to_str().unwrap().to_owned(), text: fs::read_to_string(path).unwrap() }
}

/// Fails with all findings, one a line.
#[track_caller]
fn assert_none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n  {}", findings.join("\n  "));
}
