//! The README's table of settings and the code tell the same.

use clap::CommandFactory;
use mainstay::cli::Cli;
use std::collections::BTreeMap;

#[test]
fn the_table_of_settings_in_the_readme_is_that_of_the_code() {
    assert_eq!(of_the_readme(), of_the_code(), "left: README.md, right: src/settings.rs");
}

/// Each environment variable with its default.
fn of_the_code() -> BTreeMap<String, String> {
    fn gather(command: &clap::Command, all: &mut BTreeMap<String, String>) {
        for argument in command.get_arguments() {
            if let Some(name) = argument.get_env() {
                let default = argument.get_default_values().first().map_or(String::new(), |value| value.to_string_lossy().into_owned());
                all.insert(name.to_string_lossy().into_owned(), default);
            }
        }
        command.get_subcommands().for_each(|below| gather(below, all));
    }
    let mut all = BTreeMap::new();
    gather(&Cli::command(), &mut all);
    all
}

/// The first two cells of each row that begins with one of our names; a default is code, anything else says in words.
fn of_the_readme() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string("README.md").unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `MAINSTAY_") || line.starts_with("| `DATABASE_URL"));
    let cells = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    let code = |cell: &str| cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).unwrap_or("").to_owned();
    cells.map(|cells| (code(cells[0]), code(cells[1]))).collect()
}
