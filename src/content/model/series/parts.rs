//! The parts of a series as editors arrange them: which posts, in which order. All of it counts at once, for visitors too.
//!
//! Adding and removing one is a revision of the post, in the place of the newest ([`amend`](super::super::amend)); the order is of
//! the series alone.

use super::{MOST_PARTS, Series, SeriesId, changes::record, key_of, may_join, moved, put, seen_in};
use crate::{
    content::model::{
        amend::amend,
        entry::{Entry, EntryId, EntryState, Kind, Listed},
        reach,
        saving::record as record_entry,
        shown,
        workflow::follow,
    },
    db::{
        Conn,
        cursor::{Cursor, Slice},
    },
    error::{AppError, AppResult},
    journal::Actor,
    schema::{entries, series_parts},
    text_enum,
    web::person::{Person, Right},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

text_enum!(
    /// Which way a part goes.
    Way {
        /// One up.
        Up = "up",
        /// One down.
        Down = "down",
    }
);

/// One page of the parts of a series in their order, drafts and what lies in the trash too; with the number of the first, from 1.
pub fn page(conn: &mut Conn, id: SeriesId, cursor: Option<&Cursor>, limit: usize) -> QueryResult<(usize, Slice<Listed>)> {
    let all = super::Parts(in_order(conn, id)?);
    let (first, slice) = all.page(cursor, limit);
    let rows = Listed::in_order(conn, &slice.rows)?;
    Ok((first + 1, Slice { rows, newer: slice.newer, older: slice.older }))
}

fn in_order(conn: &mut Conn, id: SeriesId) -> QueryResult<Vec<(i32, EntryId)>> {
    series_parts::table
        .filter(series_parts::series_id.eq(id))
        .order((series_parts::position, series_parts::entry_id))
        .select((series_parts::position, series_parts::entry_id))
        .limit(MOST_PARTS)
        .load(conn)
}

/// Makes a post the last part of a series; it leaves the one that it was part of. Says which post, or `None` where it is one already.
pub fn add(conn: &mut Conn, id: SeriesId, entry: EntryId, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<Option<Entry>> {
    let about = Series::find(conn, id)?;
    join(conn, entry, Some(id), &format!("Part of “{}”.", about.title), person, actor, now)
}

/// Takes a post out of a series; nothing where it is no part of it any more.
pub fn remove(
    conn: &mut Conn,
    id: SeriesId,
    entry: EntryId,
    person: &Person,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Option<Entry>> {
    let about = Series::find(conn, id)?;
    if key_of(conn, entry)? != Some(id) {
        return Ok(None);
    }
    join(conn, entry, None, &format!("No longer part of “{}”.", about.title), person, actor, now)
}

/// Puts what visitors read, what is scheduled and the newest draft into a series, or into none. The rights are those of topics.
fn join(
    conn: &mut Conn,
    entry: EntryId,
    wanted: Option<SeriesId>,
    note: &str,
    person: &Person,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Option<Entry>> {
    let entry = Entry::lock(conn, entry)?;
    if !person.may_on(Right::Write, entry.author_id == person.id) {
        return Err(AppError::Forbidden("This entry is somebody else's. Ask an editor to change it, or to make you its author."));
    }
    reach::within(conn, &entry, person)?;
    if entry.kind != Kind::Post {
        return Err(AppError::invalid("entry", "Pages have an order in their tree. Choose a post."));
    }
    follow::may_amend(conn, &entry, person, |_| {})?;
    may_join(conn, wanted, Some(entry.id)).map_err(|error| match error {
        AppError::Invalid(errors) => {
            errors.fields().next().map_or(AppError::NotFound, |(_, sentence)| AppError::invalid("entry", sentence))
        }
        other => other,
    })?;
    let seen = seen_in(conn, &entry)?;
    let Some(drawn) = amend(conn, &entry, note, |draft| draft.series = wanted, actor, now)? else { return Ok(None) };
    put(conn, entry.id, drawn.series)?;
    let now_seen = seen_in(conn, &entry)?;
    let mut tags = moved(conn, seen, now_seen)?;
    if seen != now_seen {
        tags.push(shown::own_page(entry.id));
    }
    record_entry(conn, if wanted.is_some() { "entry.put_into_series" } else { "entry.taken_out_of_series" }, &entry, tags, actor, now)?;
    Ok(Some(entry))
}

/// Lets a part change places with the one before or after it. At the ends there is no further; that is no error.
pub fn sort(conn: &mut Conn, id: SeriesId, entry: EntryId, way: Way, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let about = Series::query().find(id).for_update().first(conn)?;
    let before = in_order(conn, id)?;
    let Some(place) = before.iter().position(|(_, part)| *part == entry) else {
        return Err(AppError::Conflict("This post is no part of the series any more. Load the page again."));
    };
    let other = match way {
        Way::Up => place.checked_sub(1),
        Way::Down => Some(place + 1).filter(|next| *next < before.len()),
    };
    let Some(other) = other else { return Ok(()) };
    for (part, position) in swapped(&before, place, other) {
        diesel::update(series_parts::table.find(part)).set(series_parts::position.eq(position)).execute(conn)?;
    }
    let both = [entry, before[other].1];
    let live: i64 =
        entries::table.filter(entries::id.eq_any(both)).filter(entries::state.eq(EntryState::Published)).count().get_result(conn)?;
    // Visitors see only live parts, so a live one that passes a draft is where it was.
    let tags = if live == 2 { vec![shown::parts(id)] } else { Vec::new() };
    record(conn, "series.sorted", &about, json!({ "slug": about.slug, "entry": entry }), tags, actor, now)
}

/// Gives a part the place that the file says from which it was made; smaller ones stand first. Nothing where it is no part.
pub fn weigh(conn: &mut Conn, entry: EntryId, weight: i32, now: NaiveDateTime) -> AppResult<()> {
    let part = series_parts::table.find(entry).select((series_parts::series_id, series_parts::position));
    let Some((id, position)) = part.first::<(SeriesId, i32)>(conn).optional()? else { return Ok(()) };
    if position == weight {
        return Ok(());
    }
    let about = Series::query().find(id).for_update().first(conn)?;
    diesel::update(series_parts::table.find(entry)).set(series_parts::position.eq(weight)).execute(conn)?;
    let tags = if Entry::find(conn, entry)?.is_live() { vec![shown::parts(id)] } else { Vec::new() };
    record(conn, "series.sorted", &about, json!({ "slug": about.slug, "entry": entry }), tags, &Actor::default(), now)
}

/// Which parts get which place when two neighbours change theirs: these two, unless places are taken twice.
fn swapped(before: &[(i32, EntryId)], one: usize, other: usize) -> Vec<(EntryId, i32)> {
    let mut order: Vec<EntryId> = before.iter().map(|(_, id)| *id).collect();
    order.swap(one, other);
    let mut last = i32::MIN;
    let places = before.iter().map(|(position, _)| {
        last = (*position).max(last.saturating_add(1));
        last
    });
    let places: Vec<i32> = places.collect();
    order.into_iter().zip(places).zip(before).filter(|((id, place), was)| (*place, *id) != **was).map(|(change, _)| change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[(i32, i64)]) -> Vec<(i32, EntryId)> {
        rows.iter().map(|(position, id)| (*position, (*id).into())).collect()
    }

    #[test]
    fn two_neighbours_change_places_and_gaps_stay() {
        let before = rows(&[(1, 10), (4, 20), (9, 30)]);
        assert_eq!(swapped(&before, 1, 2), [(30.into(), 4), (20.into(), 9)]);
    }

    #[test]
    fn a_place_that_is_taken_twice_is_cleared_up() {
        let before = rows(&[(1, 10), (1, 20), (1, 30)]);
        assert_eq!(swapped(&before, 0, 1), [(20.into(), 1), (10.into(), 2), (30.into(), 3)]);
    }
}
