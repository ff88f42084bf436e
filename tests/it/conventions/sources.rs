//! Files of the code: what they begin with, how long they are, what they leave to others.

use super::{assert_none, files};

/// Where a file grows beyond this, it holds two things.
const LONGEST: usize = 400;

/// Longer ones: path, reason.
const LONGER: &[(&str, &str)] = &[
    ("src/schema.rs", "made by diesel print-schema"),
    ("src/db/private_server.rs", "one thing told from beginning to end; a third of it are its tests"),
];

#[test]
fn every_file_begins_with_what_it_is_for() {
    // schema.rs is made by a tool; its line stands in lib.rs.
    let sources = files("src", "rs").into_iter().chain(files("tests", "rs"));
    let silent = sources.filter(|source| !source.text.starts_with("//! ") && source.path != "src/schema.rs");
    assert_none("without //! at the top", &silent.map(|source| source.path).collect::<Vec<_>>());
}

#[test]
fn no_file_is_too_long_to_read() {
    let long =
        files("src", "rs").into_iter().map(|source| (source.text.lines().count(), source.path)).filter(|(lines, _)| *lines > LONGEST);
    let (listed, unlisted): (Vec<_>, Vec<_>) = long.partition(|(_, path)| LONGER.iter().any(|(known, _)| known == path));
    assert_none("too long", &unlisted.into_iter().map(|(lines, path)| format!("{path}: {lines} lines")).collect::<Vec<_>>());
    assert_eq!(listed.len(), LONGER.len(), "a file in LONGER is short now: take it off the list");
}

#[test]
fn work_is_given_to_other_threads_at_one_place() {
    let others =
        files("src", "rs").into_iter().filter(|source| source.path != "src/web/blocking.rs" && source.text.contains("web::block("));
    assert_none("calls web::block", &others.map(|source| source.path).collect::<Vec<_>>());
}

#[test]
fn models_know_nothing_of_browsers_or_the_clock() {
    let models = files("src", "rs").into_iter().filter(|source| source.path.contains("/model"));
    let named = |text: &str| {
        let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
        ["actix_web", "askama::Template", "Utc::now", "SystemTime::now"].into_iter().filter(move |word| code.contains(word))
    };
    let wrong: Vec<_> =
        models.flat_map(|source| named(&source.text).map(|word| format!("{}: {word}", source.path)).collect::<Vec<_>>()).collect();
    assert_none("in a model", &wrong);
}
