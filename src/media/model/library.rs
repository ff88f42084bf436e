//! The list of files: filters, orders, pages.
//!
//! Each index that is named here has the files of one kind in the order shown: all of them, those of a folder, or those that are
//! used or not. A list of several kinds is put together from the first rows of each, so that a page reads a few times as many
//! rows as it shows, wherever it lies and however many files there are.

use super::{
    file::{File, FileId, Kind},
    folder::FolderId,
};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, Way},
        statement::Statement,
        words,
    },
    schema::files,
    text_enum,
};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Text},
};

text_enum!(
    /// What the list is ordered by.
    Order {
        /// The newest first.
        Newest = "newest",
        /// By name, from A to Z.
        Name = "name",
        /// The largest first.
        Largest = "largest",
    }
);

/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Everywhere.
    All,
    /// In one folder itself.
    Folder(FolderId),
    /// Among the files that nothing shows.
    Unused,
}

/// Which files are wanted.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Where to look.
    pub place: Place,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// What name, alternative text and caption hold together: every word.
    pub words: String,
    /// In which order.
    pub order: Order,
}

impl Default for Filter {
    fn default() -> Self {
        Filter { place: Place::All, kind: None, words: String::new(), order: Order::Newest }
    }
}

/// A file that the site's settings name, such as its logo or one in its style sheet, is used; the look before the last change does
/// not count.
const NOT_IN_SETTINGS: &str =
    "NOT EXISTS (SELECT 1 FROM settings WHERE settings.name <> 'look.before' AND LOCATE(files.address, settings.value) > 0)";

/// A value in place of a question mark.
#[derive(Debug, Clone)]
enum Bind {
    Number(i64),
    Text(String),
    Time(chrono::NaiveDateTime),
}

/// One page of the list.
pub fn page(conn: &mut Conn, filter: &Filter, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<File>> {
    let cursor = cursor.filter(|cursor| match filter.order {
        Order::Newest => cursor.time().is_some(),
        Order::Name => true,
        Order::Largest => cursor.value.parse::<i64>().is_ok(),
    });
    let ids = find(conn, filter, cursor, limit + 1)?;
    let mut rows: Vec<File> = File::query().filter(files::id.eq_any(&ids)).load(conn)?;
    rows.sort_by_cached_key(|file| ids.iter().position(|id| *id == file.id));
    Ok(Slice::cut(rows, limit, cursor, |file| match filter.order {
        Order::Newest => Cursor::of_time(file.created_at, file.id.number()),
        Order::Name => Cursor::of_text(&file.name, file.id.number()),
        Order::Largest => Cursor::of_text(&file.bytes.to_string(), file.id.number()),
    }))
}

/// Files that hold the words, up to which they are rather sorted than looked for among all files in order.
const FEW: i64 = 2000;

/// Whether the index of words finds a few files among which to look: not where there are no words that it knows, nor where
/// they are in very many files, of which the first in order are soon found.
fn narrows(conn: &mut Conn, query: &str) -> QueryResult<bool> {
    if query.is_empty() {
        return Ok(false);
    }
    let some = "(SELECT COUNT(*) FROM (SELECT 1 FROM files WHERE MATCH (name, alt, caption) AGAINST (";
    let many = sql::<BigInt>(some).bind::<Text, _>(query).sql(" IN BOOLEAN MODE) LIMIT 2001) AS found)");
    Ok(diesel::select(many).get_result::<i64>(conn)? <= FEW)
}

fn find(conn: &mut Conn, filter: &Filter, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Vec<FileId>> {
    let query = words::boolean(&filter.words);
    let narrow = narrows(conn, &query)?;
    let (text, binds) = statement(filter, cursor, limit, narrow.then_some(query.as_str()));
    let statement: Statement<(), BigInt> = Statement::new(text, ());
    let statement = binds.into_iter().fold(statement, |statement, bind| match bind {
        Bind::Number(number) => statement.number(number),
        Bind::Text(text) => statement.text(text),
        Bind::Time(time) => statement.time(time),
    });
    statement.load(conn)
}

/// The column that orders, and the way of the list as it is read.
fn order(filter: &Filter, cursor: Option<&Cursor>) -> (&'static str, &'static str) {
    let up = cursor.is_some_and(|cursor| cursor.way == Way::Up);
    match (filter.order, up) {
        (Order::Newest, false) => ("created_at", "DESC"),
        (Order::Newest, true) => ("created_at", "ASC"),
        (Order::Largest, false) => ("bytes", "DESC"),
        (Order::Largest, true) => ("bytes", "ASC"),
        (Order::Name, false) => ("name", "ASC"),
        (Order::Name, true) => ("name", "DESC"),
    }
}

/// The index that has one kind in the order shown. Named, since the planner goes by samples and now and then prefers another.
fn index(filter: &Filter) -> String {
    let place = match filter.place {
        Place::All => "",
        Place::Folder(_) => "_folder",
        Place::Unused => "_used",
    };
    let order = match filter.order {
        Order::Newest => "created",
        Order::Name => "name",
        Order::Largest => "bytes",
    };
    format!("files_by{place}_kind_{order}")
}

fn statement(filter: &Filter, cursor: Option<&Cursor>, limit: usize, narrow: Option<&str>) -> (String, Vec<Bind>) {
    let (column, way) = order(filter, cursor);
    let named = if narrow.is_some() { String::new() } else { format!(" FORCE INDEX ({})", index(filter)) };
    let kinds: Vec<Kind> = filter.kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
    // The index of words has no order, so it is asked once and not for each kind.
    let parts: Vec<&[Kind]> = if narrow.is_some() { vec![&kinds] } else { kinds.chunks(1).collect() };
    let (mut text, mut binds) = ("SELECT id FROM (".to_owned(), Vec::new());
    for (place, kinds) in parts.iter().enumerate() {
        text.push_str(if place > 0 { " UNION ALL " } else { "" });
        let among = kinds.iter().map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ");
        text.push_str(&format!("(SELECT id, {column} FROM files{named} WHERE kind IN ({among})"));
        conditions(filter, narrow, &mut text, &mut binds);
        if let Some(cursor) = cursor {
            let sign = if way == "DESC" { "<" } else { ">" };
            // The first condition alone bounds what the index reads.
            text.push_str(&format!(" AND {column} {sign}= ? AND ({column} {sign} ? OR id {sign} ?)"));
            let value = value(filter.order, cursor);
            binds.extend([value.clone(), value, Bind::Number(cursor.id)]);
        }
        text.push_str(&format!(" ORDER BY {column} {way}, id {way} LIMIT ?)"));
        binds.push(Bind::Number(limit as i64));
    }
    text.push_str(&format!(") AS found ORDER BY {column} {way}, id {way} LIMIT ?"));
    binds.push(Bind::Number(limit as i64));
    (text, binds)
}

fn conditions(filter: &Filter, narrow: Option<&str>, text: &mut String, binds: &mut Vec<Bind>) {
    match filter.place {
        Place::All => {}
        Place::Folder(folder) => {
            text.push_str(" AND folder_id = ?");
            binds.push(Bind::Number(folder.number()));
        }
        Place::Unused => text.push_str(&format!(" AND used = 0 AND {NOT_IN_SETTINGS}")),
    }
    for word in filter.words.split_whitespace().take(8) {
        text.push_str(" AND CONCAT_WS(' ', name, alt, caption) LIKE ?");
        binds.push(Bind::Text(format!("%{}%", words::literal(word))));
    }
    if let Some(query) = narrow {
        text.push_str(" AND MATCH (name, alt, caption) AGAINST (? IN BOOLEAN MODE)");
        binds.push(Bind::Text(query.to_owned()));
    }
}

fn value(order: Order, cursor: &Cursor) -> Bind {
    match (order, cursor.time(), cursor.value.parse()) {
        (Order::Newest, Some(time), _) => Bind::Time(time),
        (Order::Largest, _, Ok(number)) => Bind::Number(number),
        _ => Bind::Text(cursor.value.clone()),
    }
}

/// Files that nothing shows are counted no further.
pub const MOST_COUNTED: i64 = 1000;

/// How many files nothing shows; [`MOST_COUNTED`] + 1: more than are counted.
pub fn unused(conn: &mut Conn) -> QueryResult<i64> {
    let count =
        format!("(SELECT COUNT(*) FROM (SELECT 1 FROM files WHERE used = 0 AND {NOT_IN_SETTINGS} LIMIT {}) AS some)", MOST_COUNTED + 1);
    diesel::select(sql::<BigInt>(&count)).get_result(conn)
}

/// Whether a file is named by the site's settings.
pub fn in_settings(conn: &mut Conn, file: &File) -> QueryResult<bool> {
    let alone = files::table.find(file.id).filter(sql::<diesel::sql_types::Bool>(NOT_IN_SETTINGS)).select(files::id);
    Ok(alone.first::<FileId>(conn).optional()?.is_none())
}

/// Files whose bytes were not found in the store; at most 20, and how many in all.
pub fn missing(conn: &mut Conn) -> QueryResult<(Vec<File>, i64)> {
    let all = files::table.filter(files::missing_since.is_not_null());
    let some = File::query().filter(files::missing_since.is_not_null()).order(files::missing_since).limit(20).load(conn)?;
    Ok((some, all.count().get_result(conn)?))
}
