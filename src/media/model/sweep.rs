//! What a killed process leaves, and what no file has any more, is deleted; files whose bytes are gone are noted.

use super::file::FileId;
use crate::{
    db::{Conn, Db},
    error::{AnyError, AnyResult, AppError},
    schema::files,
    storage::{Storage, Stored},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::{
    collections::HashSet,
    fs,
    hash::{BuildHasher, RandomState},
    path::Path,
    time::SystemTime,
};

/// Bytes without a row are left alone for so long: their upload may still be under way.
const PATIENCE: TimeDelta = TimeDelta::hours(1);

/// Smaller forms of pictures lie here, pictures of cards, and archives of personal data. They have rows and sweeps of their own.
const OTHERS: [&str; 3] = ["renditions/", "embeds/", "exports/"];

/// What a sweep did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Half-written files that were deleted.
    pub halves: usize,
    /// Bytes that belonged to no file.
    pub orphans: usize,
    /// Files whose bytes are not in the store.
    pub missing: usize,
}

/// Sweeps the store and the folder of uploads. `at` is the time of the store's clock, not of the site's.
pub fn sweep(db: &Db, storage: &Storage, uploads: &Path, at: NaiveDateTime) -> AnyResult<Swept> {
    let before = at - PATIENCE;
    let halves = sweep_uploads(uploads, before)? + storage.sweep_halves(before)?;
    let mut swept = Swept { halves, ..Swept::default() };
    // Hashes instead of keys: eight bytes for each of very many.
    let (hasher, mut there) = (RandomState::new(), HashSet::new());
    storage.list("", |batch| {
        there.extend(batch.iter().map(|stored| hasher.hash_one(&stored.key)));
        swept.orphans += sweep_orphans(db, storage, batch, before)?;
        Ok(())
    })?;
    swept.missing = note_missing(db, storage, at, |key| there.contains(&hasher.hash_one(key)))?;
    Ok(swept)
}

/// Deletes what is left of uploads that were never whole.
fn sweep_uploads(folder: &Path, before: NaiveDateTime) -> AnyResult<usize> {
    let Ok(items) = fs::read_dir(folder) else { return Ok(0) };
    let (before, mut gone) = (SystemTime::from(before.and_utc()), 0);
    for item in items {
        let item = item?;
        if item.metadata()?.modified()? < before {
            fs::remove_file(item.path())?;
            gone += 1;
        }
    }
    Ok(gone)
}

fn sweep_orphans(db: &Db, storage: &Storage, batch: Vec<Stored>, before: NaiveDateTime) -> AnyResult<usize> {
    let is_ours = |key: &str| !OTHERS.iter().any(|folder| key.starts_with(folder));
    let old: Vec<String> = batch.into_iter().filter(|stored| stored.at < before && is_ours(&stored.key)).map(|stored| stored.key).collect();
    let used = db.read_here(|conn| Ok(in_use(conn, &old)?)).map_err(AnyError::from)?;
    let mut gone = 0;
    for key in old.iter().filter(|key| !used.contains(*key)) {
        gone += usize::from(db.write_here(|conn| delete_orphan(conn, storage, key)).map_err(AnyError::from)?);
    }
    Ok(gone)
}

/// Which of these keys belong to a file.
fn in_use(conn: &mut Conn, keys: &[String]) -> QueryResult<HashSet<String>> {
    Ok(files::table.filter(files::storage_key.eq_any(keys)).select(files::storage_key).load(conn)?.into_iter().collect())
}

/// Looks once more, under a lock: whoever brings the same content in at this moment waits, and then writes it anew.
fn delete_orphan(conn: &mut Conn, storage: &Storage, key: &str) -> Result<bool, AppError> {
    let known = files::table.filter(files::storage_key.eq(key)).select(files::id).for_update().first::<FileId>(conn).optional()?;
    if known.is_some() {
        return Ok(false);
    }
    storage.delete(key).map_err(AppError::Internal)?;
    Ok(true)
}

/// Notes which files have no bytes, and which have theirs again.
fn note_missing(db: &Db, storage: &Storage, at: NaiveDateTime, there: impl Fn(&str) -> bool) -> AnyResult<usize> {
    let (mut last, mut missing) = (FileId::from(0), 0);
    loop {
        let some: Vec<(FileId, String, Option<NaiveDateTime>)> = db.read_here(|conn| {
            let next = files::table.filter(files::id.gt(last)).order(files::id).limit(1000);
            Ok(next.select((files::id, files::storage_key, files::missing_since)).load(conn)?)
        })?;
        let Some((id, ..)) = some.last() else { return Ok(missing) };
        last = *id;
        for (id, key, since) in &some {
            // What came in while we looked is not on the list: the store is asked for it by name.
            let gone = !there(key) && storage.size(key)?.is_none();
            missing += usize::from(gone);
            if gone != since.is_some() {
                note(db, *id, gone.then_some(at))?;
            }
        }
    }
}

fn note(db: &Db, id: FileId, since: Option<NaiveDateTime>) -> AnyResult<()> {
    let set = files::missing_since.eq(since);
    db.write_here(|conn| Ok(diesel::update(files::table.find(id)).set(set).execute(conn)?))?;
    if since.is_some() {
        log::error!("the bytes of file {id} are not in the store; the library shows which it is");
    }
    Ok(())
}
