//! Keys that are taken off empty tables and put back when these are full.
//!
//! Sorting all rows at once takes a fraction of the work of finding the place of each in every index, and the larger the site, the
//! smaller the fraction. What is taken off stands in a file of the database's folder until it is back, so that a generation that was broken off leaves
//! nothing undone: [`put_back`] runs at its end and at every start on that folder.

use crate::{
    db::{Conn, Db, unhurried},
    error::{AnyError, AnyResult},
};
use diesel::{connection::SimpleConnection, prelude::*, sql_types::Text};
use std::{fs, io, path::Path, thread};

/// Tables with many rows, the one with most keys first.
const TABLES: [&str; 8] = ["entries", "revisions", "listings", "links", "entry_tags", "entry_categories", "comments", "search_documents"];

/// Has the statements that put keys back, one to a line.
const FILE: &str = "keys-to-put-back.sql";

#[derive(QueryableByName)]
struct Created {
    #[diesel(sql_type = Text, column_name = "Create Table")]
    text: String,
}

/// Takes the secondary keys off these tables, which are empty. Only MariaDB puts back without complaint what is there already.
pub fn take_off(conn: &mut Conn, folder: &Path) -> AnyResult<()> {
    let version: String = diesel::select(diesel::dsl::sql::<Text>("VERSION()")).get_result(conn)?;
    if !version.contains("MariaDB") {
        return Ok(());
    }
    let (mut back, mut off) = (String::new(), Vec::new());
    for table in TABLES {
        let created: Created = diesel::sql_query(format!("SHOW CREATE TABLE {table}")).get_result(conn)?;
        let keys: Vec<Key<'_>> = created.text.lines().filter_map(Key::of).collect();
        let (text, others): (Vec<&Key<'_>>, Vec<&Key<'_>>) = keys.iter().partition(|key| key.kind.starts_with("FULLTEXT"));
        // An index of words is made by a statement of its own.
        for keys in [others, text].into_iter().filter(|keys| !keys.is_empty()) {
            let adds: Vec<String> = keys.iter().map(|key| key.add()).collect();
            back += &format!("ALTER TABLE {table} {}\n", adds.join(", "));
        }
        let drops: Vec<String> = keys.iter().map(|key| format!("DROP KEY {}", key.name)).collect();
        off.push(format!("ALTER TABLE {table} {}", drops.join(", ")));
    }
    fs::write(folder.join(FILE), back)?;
    conn.batch_execute("SET foreign_key_checks = 0")?;
    let taken = off.iter().try_for_each(|statement| conn.batch_execute(statement));
    conn.batch_execute("SET foreign_key_checks = 1")?;
    Ok(taken?)
}

/// Puts back what was taken off; nothing to do is the rule. Those of the largest table are made beside the others.
pub fn put_back(db: &Db, folder: &Path) -> AnyResult<()> {
    let file = folder.join(FILE);
    let statements = match fs::read_to_string(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        read => read?,
    };
    let (entries, others): (Vec<&str>, Vec<&str>) =
        statements.lines().partition(|statement| statement.starts_with(&format!("ALTER TABLE {} ", TABLES[0])));
    let run = |statements: Vec<&str>| {
        db.read_here(|conn| {
            conn.batch_execute("SET foreign_key_checks = 0")?;
            let run = unhurried(conn, |conn| statements.iter().try_for_each(|statement| conn.batch_execute(statement)));
            conn.batch_execute("SET foreign_key_checks = 1")?;
            Ok(run?)
        })
    };
    thread::scope(|scope| {
        let beside = scope.spawn(|| run(others));
        let own = run(entries);
        own.and(beside.join().unwrap_or(Err(crate::error::AppError::Unavailable)))
    })
    .map_err(AnyError::from)?;
    Ok(fs::remove_file(&file)?)
}

/// A line of `SHOW CREATE TABLE` that describes a secondary key.
struct Key<'a> {
    /// `KEY`, with what stands before it.
    kind: &'a str,
    /// In backquotes.
    name: &'a str,
    columns: &'a str,
}

impl Key<'_> {
    fn of(line: &str) -> Option<Key<'_>> {
        let line = line.trim().trim_end_matches(',');
        let kind = ["KEY", "UNIQUE KEY", "FULLTEXT KEY"].into_iter().find(|kind| line.starts_with(&format!("{kind} `")))?;
        let (name, columns) = line[kind.len() + 1..].split_once(' ')?;
        Some(Key { kind: &line[..kind.len()], name, columns })
    }

    fn add(&self) -> String {
        format!("ADD {} IF NOT EXISTS {} {}", self.kind, self.name, self.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_columns_and_constraints() {
        let add = |line: &str| Key::of(line).map(|key| key.add());
        assert_eq!(
            add("  UNIQUE KEY `entries_path_unique` (`path`),").as_deref(),
            Some("ADD UNIQUE KEY IF NOT EXISTS `entries_path_unique` (`path`)")
        );
        assert_eq!(add("  KEY `by_time` (`at`,`id`)").as_deref(), Some("ADD KEY IF NOT EXISTS `by_time` (`at`,`id`)"));
        assert_eq!(add("  FULLTEXT KEY `words` (`title`),").as_deref(), Some("ADD FULLTEXT KEY IF NOT EXISTS `words` (`title`)"));
        for other in ["  PRIMARY KEY (`id`),", "  `key` int(11) NOT NULL,", "  CONSTRAINT `a_fk` FOREIGN KEY (`a`) REFERENCES `b` (`id`),"]
        {
            assert_eq!(add(other), None, "{other}");
        }
    }
}
