//! On which lists a post stands: written in the transaction of each change of it.

use super::{List, neighbours};
use crate::{
    content::model::{
        category,
        entry::{Entry, EntryId, EntryState, Kind},
        shown, tag,
    },
    db::Conn,
    schema::{list_counts, listings},
    site::SiteSettings,
};
use chrono::{Datelike, NaiveDateTime, TimeZone};
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use std::collections::BTreeSet;

/// Puts a post on the lists where it belongs, and takes it off the others; counts follow. Says which cached pages show it.
pub fn sync(conn: &mut Conn, id: EntryId) -> QueryResult<Vec<String>> {
    let entry = Entry::find(conn, id)?;
    sync_as(conn, &entry)
}

/// The same of an entry whose row is this.
pub(in crate::content::model) fn sync_as(conn: &mut Conn, entry: &Entry) -> QueryResult<Vec<String>> {
    let id = entry.id;
    let at = entry.published_at.unwrap_or(entry.changed_at);
    let wanted = if entry.kind == Kind::Post && entry.state == EntryState::Published { belongs(conn, entry, at)? } else { BTreeSet::new() };
    let rows = listings::table.filter(listings::entry_id.eq(id));
    let rows: Vec<(String, i64, NaiveDateTime)> = rows.select((listings::kind, listings::list_key, listings::published_at)).load(conn)?;
    let standing: BTreeSet<List> = rows.iter().filter_map(|(kind, key, _)| List::from_key(kind, *key)).collect();
    let stood_at = rows.first().map(|(.., at)| *at);
    if standing == wanted && rows.len() == wanted.len() && rows.iter().all(|(.., stood_at)| *stood_at == at) {
        return Ok(Vec::new());
    }
    let moved = stood_at.is_some_and(|stood_at| stood_at != at);
    let changed: BTreeSet<List> = if moved { &standing | &wanted } else { &standing ^ &wanted };
    let mut tags = Vec::new();
    if changed.contains(&List::All) {
        tags.extend(pages_beside(conn, id, stood_at)?);
    }
    diesel::delete(listings::table.filter(listings::entry_id.eq(id))).execute(conn)?;
    let rows: Vec<_> = wanted
        .iter()
        .map(|list| {
            let (kind, key) = list.key();
            (listings::kind.eq(kind), listings::list_key.eq(key), listings::published_at.eq(at), listings::entry_id.eq(id))
        })
        .collect();
    diesel::insert_into(listings::table).values(rows).execute(conn)?;
    if changed.contains(&List::All) && !wanted.is_empty() {
        tags.extend(pages_beside(conn, id, Some(at))?);
    }
    for list in wanted.difference(&standing) {
        change_count(conn, *list, 1)?;
    }
    for list in standing.difference(&wanted) {
        change_count(conn, *list, -1)?;
    }
    let kinds: BTreeSet<&str> = standing.symmetric_difference(&wanted).map(|list| list.key().0).filter(|kind| *kind != "all").collect();
    tags.extend(kinds.into_iter().map(shown::counts));
    tags.extend(changed.into_iter().map(List::cache_tag));
    Ok(tags)
}

/// The pages of the posts beside this one: they lead to it.
fn pages_beside(conn: &mut Conn, id: EntryId, at: Option<NaiveDateTime>) -> QueryResult<Vec<String>> {
    let (older, newer) = neighbours(conn, id, at)?;
    Ok([older, newer].into_iter().flatten().map(|(id, _)| shown::own_page(id)).collect())
}

fn belongs(conn: &mut Conn, entry: &Entry, at: NaiveDateTime) -> QueryResult<BTreeSet<List>> {
    let zone = SiteSettings::load(conn)?.time_zone;
    let local = zone.from_utc_datetime(&at);
    let mut lists =
        BTreeSet::from([List::All, List::Author(entry.author_id), List::Month(i64::from(local.year()) * 100 + i64::from(local.month()))]);
    lists.extend(category::of_entry_and_above(conn, entry.id)?.into_iter().map(List::Category));
    lists.extend(tag::keys_now(conn, entry.id)?.into_iter().map(List::Tag));
    Ok(lists)
}

/// Corrects how many posts a list has.
pub(in crate::content::model) fn change_count(conn: &mut Conn, list: List, by: i64) -> QueryResult<()> {
    let (kind, key) = list.key();
    change_count_of(conn, kind, key, by)
}

/// The same for what is counted beside the lists: the live parts of a series.
pub(in crate::content::model) fn change_count_of(conn: &mut Conn, kind: &str, key: i64, by: i64) -> QueryResult<()> {
    let row = (list_counts::kind.eq(kind), list_counts::list_key.eq(key), list_counts::entries.eq(by.max(0)));
    diesel::insert_into(list_counts::table)
        .values(row)
        .on_conflict(diesel::dsl::DuplicatedKeys)
        .do_update()
        .set(list_counts::entries.eq(sql::<BigInt>("GREATEST(entries + ").bind::<BigInt, _>(by).sql(", 0)")))
        .execute(conn)
        .map(drop)
}
