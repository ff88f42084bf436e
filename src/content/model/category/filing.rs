//! Which entry is filed under which categories.
//!
//! A row of `entry_categories` says once more of what kind the entry is, in which state, and when it was changed last. So the index
//! `entry_categories_in_order` has the entries of one category in the order of the admin's list, however many others there are. Whoever
//! writes one of the three into `entries` ends in [`follow`], or where that is a whole branch in [`follow_branch`].

use super::CategoryId;
use crate::{
    content::model::entry::{Entry, EntryId},
    db::{Conn, statement::Statement},
    schema::{categories, entry_categories},
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer},
};

/// Puts an entry that is changed at this moment into these categories and no others; those that are gone meanwhile are left out.
pub fn put(conn: &mut Conn, entry: &Entry, wanted: &[CategoryId], now: NaiveDateTime) -> QueryResult<()> {
    let places = wanted.iter().zip(0..).map(|(id, position)| (*id, position));
    if standing(conn, entry.id)?.into_iter().eq(places) {
        return Ok(());
    }
    diesel::delete(entry_categories::table.filter(entry_categories::entry_id.eq(entry.id))).execute(conn)?;
    let known: Vec<CategoryId> = categories::table.filter(categories::id.eq_any(wanted)).select(categories::id).load(conn)?;
    let mut unique = Vec::new();
    for id in wanted.iter().filter(|id| known.contains(id)) {
        if !unique.contains(id) {
            unique.push(*id);
        }
    }
    let row = |(id, position): (CategoryId, i32)| {
        (
            entry_categories::entry_id.eq(entry.id),
            entry_categories::category_id.eq(id),
            entry_categories::position.eq(position),
            entry_categories::kind.eq(entry.kind),
            entry_categories::state.eq(entry.state),
            entry_categories::changed_at.eq(now),
        )
    };
    let rows: Vec<_> = unique.into_iter().zip(0..).map(row).collect();
    diesel::insert_into(entry_categories::table).values(rows).execute(conn).map(drop)
}

/// The categories of an entry with their places: as they are now, and kept so until the transaction ends.
fn standing(conn: &mut Conn, entry: EntryId) -> QueryResult<Vec<(CategoryId, i32)>> {
    let text = "SELECT category_id, position FROM entry_categories WHERE entry_id = ? ORDER BY position, category_id LOCK IN SHARE MODE";
    let statement: Statement<(), (BigInt, Integer)> = Statement::new(text, ());
    statement.number(entry.number()).load(conn)
}

/// Says again what has become of an entry's row since it was `before`.
pub fn follow(conn: &mut Conn, before: &Entry, after: &Entry) -> QueryResult<()> {
    if (before.state, before.changed_at) == (after.state, after.changed_at) {
        return Ok(());
    }
    let say = Statement::change("UPDATE entry_categories SET state = ?, changed_at = ? WHERE entry_id = ?");
    say.text(after.state.word()).time(after.changed_at).number(after.id.number()).execute(conn).map(drop)
}

const BRANCH: &str = "
    UPDATE entries AS page
    JOIN   entry_categories AS filed ON filed.entry_id = page.id
    SET    filed.state = page.state, filed.changed_at = page.changed_at
    WHERE  page.trashed_with_id = ?";

/// The same of everything that goes to the trash, or comes back, with this page.
pub fn follow_branch(conn: &mut Conn, with: EntryId) -> QueryResult<()> {
    Statement::change(BRANCH).number(with.number()).execute(conn).map(drop)
}
