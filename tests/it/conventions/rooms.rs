//! Who may call whom: plumbing knows no room, and a room only those below it.

use super::{Source, assert_none, files};
use std::sync::LazyLock;

/// What stands under every room. Among themselves they are free.
const PLUMBING: &[&str] =
    &["background", "clock", "db", "error", "jobs", "journal", "mail", "markup", "schema", "settings", "storage", "web"];

/// The rooms, from the lowest to the highest. `site` is below `accounts`, since log-in and people are pages too, and a page
/// begins with `site::Page`; the site itself knows people only as `web::person` does.
const ROOMS: &[&str] =
    &["site", "accounts", "media", "content", "community", "contact", "search", "reach", "appearance", "exchange", "privacy", "security"];

/// Files that may import what their place would not allow: where, what (`""`: everything), why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("src/app.rs", "", "puts all rooms together"),
    ("src/cli/", "", "a command may use any room"),
    ("src/main.rs", "cli", "starts the command line"),
    ("src/journal/admin.rs", "site::Page", "the one piece of plumbing with a screen"),
    ("src/journal/admin.rs", "site::page::number", "the same"),
    ("src/mail/admin/", "site::Page", "the outbox has screens, as the journal has"),
    ("src/mail/admin/", "site::page::number", "the same"),
    ("src/mail/admin/test.rs", "site::", "a letter of the outbox itself, framed as those of the rooms are"),
    ("src/", "app::State", "what the application shares with its handlers and middleware"),
    ("src/", "app::repeat", "how a room writes down a job that repeats"),
    ("src/", "app::CHECKS", "every room's checks, which the publish gate asks"),
    ("src/", "app::SHOWS_FILES", "every room that shows files, which the library asks"),
    ("src/", "app::BELOW_ENTRIES", "every room that puts something below an entry, which its page asks"),
    ("src/", "app::TOLD_OF_ENTRIES", "every room that follows entries, which the model of entries tells"),
    ("src/db/mod.rs", "app::FOLLOWERS", "everything that is kept as the rows are, which each transaction asks"),
    ("src/", "app::LARGEST_BODY", "a limit of the application, which forms tell"),
    ("src/", "app::IDLE_HOURS", "a limit of the application, which the session store keeps"),
];

/// The crate's macros, which all stand at its root wherever they are written.
static MACROS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let name = |line: &str| Some(line.trim().strip_prefix("macro_rules! ")?.split([' ', '(', '{']).next()?.to_owned());
    files("src/db", "rs").iter().flat_map(|source| source.text.lines().filter_map(name).collect::<Vec<_>>()).collect()
});

#[test]
fn plumbing_knows_no_room_and_rooms_only_those_below() {
    let mut wrong = Vec::new();
    for source in files("src", "rs") {
        let here = source.path["src/".len()..].split(['/', '.']).next().unwrap().to_owned();
        for path in imports(&source) {
            let there = path.split("::").next().unwrap();
            let allowed = here == there
                || (ROOMS.contains(&here.as_str()) || PLUMBING.contains(&here.as_str())) && PLUMBING.contains(&there)
                || matches!((level(&here), level(there)), (Some(here), Some(there)) if there < here)
                || EXCEPTIONS.iter().any(|(place, what, _)| source.path.starts_with(place) && path.starts_with(what));
            if !allowed {
                wrong.push(format!("{} imports {path}", source.path));
            }
        }
    }
    assert_none("a module imports what stands above or beside it", &wrong);
}

#[test]
fn every_module_has_its_place() {
    let placed = |name: &&str| PLUMBING.contains(name) || ROOMS.contains(name) || ["app", "cli", "lib", "main"].contains(name);
    let all = files("src", "rs");
    let names = all.iter().map(|source| source.path["src/".len()..].split(['/', '.']).next().unwrap());
    let strangers: Vec<String> = names.filter(|name| !placed(name)).map(str::to_owned).collect();
    assert_none("neither in ROOMS nor in PLUMBING", &strangers);
}

fn level(name: &str) -> Option<usize> {
    ROOMS.iter().position(|room| *room == name)
}

/// Every path from the crate's root that the code names, the crate's macros left out. Tests may import what they like.
fn imports(source: &Source) -> Vec<String> {
    if source.path.contains("/tests/") {
        return Vec::new();
    }
    let code = source.text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = code.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut paths = Vec::new();
    for (at, begin) in code.match_indices("crate::") {
        if !code[..at].ends_with('$') {
            branch(&code[at + begin.len()..], "", &mut paths);
        }
    }
    paths.retain(|path| !MACROS.iter().any(|name| name == path));
    // From a file's top, as many `super` as it is deep lead to the root as well.
    let depth = source.path.matches('/').count() - usize::from(source.path.ends_with("mod.rs"));
    let climb = "super::".repeat(depth);
    paths.extend(code.lines().filter_map(|line| line.strip_prefix("use ")?.strip_prefix(&climb)).map(|rest| format!("(by super) {rest}")));
    paths
}

/// Reads `a::{b, c::D}` into `a::b` and `a::c::D`; returns what follows.
fn branch<'a>(text: &'a str, prefix: &str, paths: &mut Vec<String>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        while !rest.trim_start().starts_with('}') {
            rest = branch(rest, prefix, paths).trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        return &rest.trim_start()[1..];
    }
    let end = text.find(|sign: char| !sign.is_alphanumeric() && sign != '_' && sign != '*').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    match rest.strip_prefix("::") {
        Some(below) => branch(below, &format!("{prefix}{name}::"), paths),
        None => {
            paths.push(format!("{prefix}{name}"));
            match rest.strip_prefix(" as ") {
                Some(alias) => alias.trim_start_matches(|sign: char| sign.is_alphanumeric() || sign == '_'),
                None => rest,
            }
        }
    }
}

#[test]
fn a_tree_of_imports_is_read() {
    let text = "use crate::{a::{B, c::{self, D}}, e::f as g, h};\n// crate::no\nfn x() { crate::i::j() }\n#[cfg(test)]\nmod tests {\nuse crate::k;";
    let source = Source { path: "src/x/y.rs".to_owned(), text: text.to_owned() };
    assert_eq!(imports(&source), ["a::B", "a::c::self", "a::c::D", "e::f", "h", "i::j"]);
    let source = Source { path: "src/x/y.rs".to_owned(), text: "use super::super::accounts;\nuse super::z;".to_owned() };
    assert_eq!(imports(&source), ["(by super) accounts;"]);
}
