//! Files that entries show: which entries these are, and making them anew when a file has changed.

use super::{
    entry::{EntryId, EntryState, Listed},
    reach::Mine,
    rendering,
};
use crate::{
    content::{jobs::Renew, paths},
    db::Conn,
    error::AppResult,
    jobs::Job,
    media::model::{
        file::{File, FileId},
        uses::{Place, Shows},
    },
    schema::links,
    web::person::Person,
};
use chrono::NaiveDateTime;
use diesel::{dsl::count, prelude::*};

/// Entries that are made anew in the transaction of the change; the rest by jobs.
const AT_ONCE: usize = 20;
/// Entries that one job makes anew.
const BATCH: usize = 100;

/// The entries of this site.
pub struct Entries;

impl Shows for Entries {
    fn places(&self, conn: &mut Conn, file: &File, limit: i64, by: &Person) -> QueryResult<(Vec<Place>, i64)> {
        let showing = links::table.filter(links::target_file_id.eq(file.id));
        let ids: Vec<EntryId> = showing.select(links::entry_id).distinct().order(links::entry_id).limit(limit).load(conn)?;
        let many = showing.select(count(links::entry_id).aggregate_distinct()).first(conn)?;
        let rows = Listed::by_title(conn, &ids)?;
        let mine = Mine::among(conn, by, &rows.iter().map(|entry| entry.id).collect::<Vec<_>>())?;
        Ok((rows.into_iter().map(|entry| place(entry, &mine)).collect(), many))
    }

    fn showing(&self, conn: &mut Conn, file: FileId) -> QueryResult<Vec<i64>> {
        links::table.filter(links::target_file_id.eq(file)).select(links::entry_id).distinct().order(links::entry_id).load(conn)
    }

    fn renew(&self, conn: &mut Conn, keys: &[i64], now: NaiveDateTime) -> AppResult<Vec<String>> {
        let ids: Vec<EntryId> = keys.iter().copied().map(EntryId::from).collect();
        let (first, rest) = ids.split_at(ids.len().min(AT_ONCE));
        let jobs: Vec<Renew> = rest.chunks(BATCH).map(|some| Renew { entries: some.to_vec() }).collect();
        if !jobs.is_empty() {
            Renew::enqueue_all(&jobs, conn, now)?;
        }
        Ok(rendering::renew(conn, first, now)?.1)
    }
}

fn place(entry: Listed, mine: &Mine) -> Place {
    let state = match entry.state {
        EntryState::Published => "on the site",
        EntryState::Draft => "a draft",
        EntryState::Trashed => "in the trash",
    };
    Place { opens: mine.has(&entry.id), title: entry.title, url: paths::edit(entry.id), state: state.to_owned() }
}
