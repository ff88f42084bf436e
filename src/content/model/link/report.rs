//! The report of broken links, in the admin.

use super::broken::{Reason, TargetId};
use crate::{
    content::model::entry::EntryId,
    db::{
        Conn,
        cursor::{Cursor, Slice, newest_first},
        statement::Statement,
    },
    schema::{broken_links, broken_targets, entries},
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Varchar},
};
use std::collections::HashMap;

/// An address to which links lead although nothing live stands there.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = broken_targets)]
pub struct Broken {
    /// Key.
    pub id: TargetId,
    /// The address.
    pub path: String,
    /// What is wrong with it.
    pub reason: Reason,
    /// How many live entries link to it.
    pub sources: i64,
}

/// An entry that holds such a link: key and title.
pub type Source = (EntryId, String);

/// Entries that are named beside an address.
const NAMED: i64 = 3;

impl Broken {
    /// The address with this key.
    pub fn find(conn: &mut Conn, id: TargetId) -> QueryResult<Broken> {
        Broken::query().find(id).first(conn)
    }

    /// One page of them, those that most entries link to first; of one reason, if given.
    pub fn page(conn: &mut Conn, reason: Option<Reason>, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Broken>> {
        let mut query = Broken::query().limit(limit as i64 + 1).into_boxed();
        if let Some(reason) = reason {
            query = query.filter(broken_targets::reason.eq(reason));
        }
        let place = cursor.and_then(|cursor| Some((cursor.way, cursor.value.parse::<i64>().ok()?, TargetId::from(cursor.id))));
        query = newest_first!(query, place, broken_targets::sources, broken_targets::id);
        let cursor = cursor.filter(|_| place.is_some());
        Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &Broken| Cursor::of_text(&one.sources.to_string(), one.id.number())))
    }

    /// One page of the entries that link to it, in the order of their keys.
    pub fn sources(&self, conn: &mut Conn, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Source>> {
        let all = broken_links::table.inner_join(entries::table).filter(broken_links::target_id.eq(self.id));
        let mut query = all.select((entries::id, entries::title)).limit(limit as i64 + 1).into_boxed();
        let place = cursor.map(|cursor| (cursor.way, EntryId::from(cursor.id), EntryId::from(cursor.id)));
        query = newest_first!(query, place, broken_links::entry_id, broken_links::entry_id);
        Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &Source| Cursor::of_text("", one.0.number())))
    }
}

/// The first entries that link to each of these.
pub fn named(conn: &mut Conn, targets: &[Broken]) -> QueryResult<HashMap<TargetId, Vec<Source>>> {
    if targets.is_empty() {
        return Ok(HashMap::new());
    }
    const ONE: &str = "(SELECT links.target_id, entries.id, entries.title FROM broken_links AS links \
        JOIN entries ON entries.id = links.entry_id WHERE links.target_id = ? ORDER BY links.entry_id DESC LIMIT ?)";
    let text = vec![ONE; targets.len()].join(" UNION ALL ");
    let statement: Statement<(), (BigInt, BigInt, Varchar)> = Statement::new(text, ());
    let statement = targets.iter().fold(statement, |statement, target| statement.number(target.id.number()).number(NAMED));
    let mut named: HashMap<TargetId, Vec<Source>> = HashMap::new();
    for (target, entry, title) in statement.load::<(TargetId, EntryId, String)>(conn)? {
        named.entry(target).or_default().push((entry, title));
    }
    Ok(named)
}

/// How many addresses there are of each reason.
pub fn counts(conn: &mut Conn) -> QueryResult<Vec<(Reason, i64)>> {
    broken_targets::table.group_by(broken_targets::reason).select((broken_targets::reason, diesel::dsl::count_star())).load(conn)
}
