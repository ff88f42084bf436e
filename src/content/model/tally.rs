//! How many entries there are of each kind and state: counted with each change, so that no page reads the whole index for it.
//!
//! Table `entry_counts`. Whoever makes, deletes or changes an entry's state passes [`change`].

use super::entry::{EntryState, Kind};
use crate::{db::Conn, schema::entry_counts};
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};

/// What an entry is counted as; `None`: it is not there.
pub(super) type Counted = Option<(Kind, EntryState)>;

/// Takes an entry from one count to another.
pub(super) fn change(conn: &mut Conn, from: Counted, to: Counted) -> QueryResult<()> {
    change_many(conn, from, to, 1)
}

/// Takes so many entries from one count to another.
pub(super) fn change_many(conn: &mut Conn, from: Counted, to: Counted, many: i64) -> QueryResult<()> {
    if from == to || many == 0 {
        return Ok(());
    }
    // Always in the same order, so that two changes wait for each other rather than deadlock.
    let mut steps: Vec<((Kind, EntryState), i64)> = from.map(|key| (key, -many)).into_iter().chain(to.map(|key| (key, many))).collect();
    steps.sort_by_key(|((kind, state), _)| (kind.word(), state.word()));
    for ((kind, state), by) in steps {
        let row = (entry_counts::kind.eq(kind), entry_counts::state.eq(state), entry_counts::entries.eq(by.max(0)));
        diesel::insert_into(entry_counts::table)
            .values(row)
            .on_conflict(diesel::dsl::DuplicatedKeys)
            .do_update()
            .set(entry_counts::entries.eq(sql::<BigInt>("GREATEST(entries + ").bind::<BigInt, _>(by).sql(", 0)")))
            .execute(conn)?;
    }
    Ok(())
}

/// The counts of every kind and state that has occurred.
#[derive(Debug)]
pub struct Tally(Vec<(Kind, EntryState, i64)>);

impl Tally {
    /// Reads the few rows that there are.
    pub fn load(conn: &mut Conn) -> QueryResult<Tally> {
        entry_counts::table.select((entry_counts::kind, entry_counts::state, entry_counts::entries)).load(conn).map(Tally)
    }

    /// How many there are in this state, of one kind or of all.
    pub fn of(&self, kind: Option<Kind>, state: EntryState) -> i64 {
        let counted = self.0.iter().filter(|(known, at, _)| *at == state && kind.is_none_or(|kind| kind == *known));
        counted.map(|(_, _, entries)| entries).sum()
    }
}
