//! The tables: keys, names, migrations, and the Rust description of them.

use super::assert_none;
use crate::support::database::Database;
use diesel::{prelude::*, sql_types::Text};
use diesel_migrations::MigrationHarness;
use mainstay::db::{self, Conn, MIGRATIONS};
use std::{collections::BTreeSet, fs, sync::LazyLock};

/// The tables as they are; nobody changes them.
static TABLES: LazyLock<Database> = LazyLock::new(Database::fresh);

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The one column `line` of each row.
fn lines(conn: &mut Conn, query: &str) -> Vec<String> {
    diesel::sql_query(query).load::<Line>(conn).unwrap().into_iter().map(|row| row.line).collect()
}

#[test]
fn every_id_of_another_row_is_a_foreign_key() {
    let loose = lines(
        &mut TABLES.conn(),
        "SELECT CONCAT(c.table_name, '.', c.column_name) AS line
           FROM information_schema.columns c
      LEFT JOIN information_schema.key_column_usage k
             ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name
            AND k.referenced_table_name IS NOT NULL
          WHERE c.table_schema = DATABASE() AND c.column_name LIKE '%\\_id' AND k.column_name IS NULL",
    );
    assert_none("no foreign key", &loose);
}

#[test]
fn every_foreign_key_leads_an_index_of_ours() {
    let slow = lines(
        &mut TABLES.conn(),
        "SELECT CONCAT(k.table_name, '.', k.column_name) AS line
           FROM information_schema.key_column_usage k
      LEFT JOIN information_schema.statistics s
             ON s.table_schema = k.table_schema AND s.table_name = k.table_name AND s.column_name = k.column_name
            AND s.seq_in_index = 1 AND s.index_name NOT LIKE '%\\_fk'
          WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL AND s.column_name IS NULL",
    );
    assert_none("no index begins with it, or only one that the server made", &slow);
}

#[test]
fn every_key_has_a_name_that_begins_with_its_table() {
    let unnamed = lines(
        &mut TABLES.conn(),
        "SELECT DISTINCT CONCAT(t.table_name, ': ', t.name) AS line
           FROM (SELECT table_name, index_name AS name FROM information_schema.statistics WHERE table_schema = DATABASE()
                  UNION
                 SELECT table_name, constraint_name FROM information_schema.table_constraints
                  WHERE constraint_schema = DATABASE()) t
          WHERE t.table_name NOT LIKE '\\_\\_%' AND t.name <> 'PRIMARY'
            AND (LEFT(t.name, CHAR_LENGTH(t.table_name) + 1) <> CONCAT(t.table_name, '_') OR t.name LIKE '%\\_ibfk\\_%')",
    );
    assert_none("a key that MariaDB named", &unnamed);
}

#[test]
fn every_table_says_what_it_holds_in_utf8() {
    let odd = lines(
        &mut TABLES.conn(),
        "SELECT table_name AS line FROM information_schema.tables
          WHERE table_schema = DATABASE() AND table_name NOT LIKE '\\_\\_%'
            AND (table_comment = '' OR engine <> 'InnoDB' OR table_collation NOT LIKE 'utf8mb4%')",
    );
    assert_none("without comment, not InnoDB or not utf8mb4", &odd);
}

#[test]
fn every_migration_has_a_version_of_its_own_and_a_way_back() {
    let mut versions = BTreeSet::new();
    let mut wrong = Vec::new();
    for folder in fs::read_dir("migrations").unwrap().map(|item| item.unwrap().path()) {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let (version, _) = name.split_once('_').unwrap();
        // Diesel keeps them by version: of two with the same one it runs one.
        if !versions.insert(version.to_owned()) {
            wrong.push(format!("{name}: another has this version"));
        }
        if !["up.sql", "down.sql"].iter().all(|file| fs::read_to_string(folder.join(file)).is_ok_and(|sql| !sql.trim().is_empty())) {
            wrong.push(format!("{name}: up.sql or down.sql is missing or empty"));
        }
    }
    assert_none("migrations", &wrong);
}

#[test]
fn migrations_go_up_down_and_up_again() {
    let database = Database::empty();
    let tables = "SELECT table_name AS line FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name";
    let columns = "SELECT CONCAT_WS(' ', table_name, column_name, column_type, is_nullable) AS line FROM information_schema.columns
                    WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position";
    let conn = &mut database.conn();
    let steps = db::migrate(&database.url()).unwrap();
    let before = lines(conn, columns);
    assert_eq!(conn.revert_all_migrations(MIGRATIONS).unwrap().len(), steps);
    assert_eq!(lines(conn, tables), ["__diesel_schema_migrations"]);
    assert_eq!(db::migrate(&database.url()).unwrap(), steps);
    assert_eq!(lines(conn, columns), before);
    assert_eq!(db::migrate(&database.url()).unwrap(), 0);
}

#[test]
fn the_rust_description_of_the_tables_is_current() {
    let described = described(&fs::read_to_string("src/schema.rs").unwrap());
    let built = lines(
        &mut TABLES.conn(),
        "SELECT CONCAT_WS(' ', c.table_name, c.column_name, c.is_nullable,
                          IF(c.column_type = 'tinyint(1)', 'bool', IF(c.data_type = 'int', 'integer', c.data_type)),
                          IF(c.data_type IN ('varchar', 'char', 'binary', 'varbinary'), c.character_maximum_length, '')) AS line
           FROM information_schema.columns c
          WHERE c.table_schema = DATABASE() AND c.table_name NOT LIKE '\\_\\_%'
       ORDER BY BINARY c.table_name, c.ordinal_position",
    );
    let built: Vec<String> = built.into_iter().map(|line| line.trim_end().to_owned()).collect();
    let (one, other): (BTreeSet<_>, BTreeSet<_>) = (described.iter().collect(), built.iter().collect());
    let differ: Vec<_> = one.symmetric_difference(&other).collect();
    assert!(differ.is_empty(), "run diesel print-schema > src/schema.rs: {differ:?}");
    assert_eq!(described, built, "the order of columns");
}

/// The `table!` blocks as lines: table, column, nullable, type, length.
fn described(schema: &str) -> Vec<String> {
    let (mut columns, mut table, mut length) = (Vec::new(), String::new(), String::new());
    for line in schema.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("#[max_length = ") {
            length = format!(" {}", rest.trim_end_matches(']'));
        } else if let Some((name, _)) = line.strip_suffix(" {").and_then(|line| line.split_once(" (")) {
            name.clone_into(&mut table);
        } else if let Some((name, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            let (kind, null) = match kind.strip_prefix("Nullable<") {
                Some(kind) => (kind.trim_end_matches('>'), "YES"),
                None => (kind, "NO"),
            };
            columns.push(format!("{table} {name} {null} {}{length}", kind.to_lowercase()));
            length.clear();
        }
    }
    columns
}
