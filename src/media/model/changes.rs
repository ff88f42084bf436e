//! Changing files: described anew, moved, replaced, deleted. The address stays through all of it.

use super::{
    adding::Upload,
    file::{File, FileId, Renditions},
    folder::{self, Folder, FolderId},
    library,
    uses::{self, Showing},
};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Way},
    },
    error::{AppError, AppResult},
    journal::{Actor, Change},
    media::{jobs, shown},
    schema::files,
    storage::Storage,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What people say about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Shown in the library, and the name it is saved under.
    pub name: String,
    /// What a picture shows.
    pub alt: String,
    /// What stands below it.
    pub caption: String,
    /// Whose work it is.
    pub credit: String,
    /// What crops keep, in thousandths of width and height.
    pub focal: (i32, i32),
    /// Where it lies.
    pub folder: FolderId,
}

impl Details {
    /// What is said about this file now.
    pub fn of(file: &File) -> Details {
        Details {
            name: file.name.clone(),
            alt: file.alt.clone(),
            caption: file.caption.clone(),
            credit: file.credit.clone(),
            focal: (file.focal_x, file.focal_y),
            folder: file.folder_id,
        }
    }
}

/// Describes a file anew, and moves it into another folder where that differs. Nothing changed is no change.
pub fn describe(conn: &mut Conn, id: FileId, new: &Details, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let file = File::lock(conn, id)?;
    let old = Details::of(&file);
    if *new == old {
        return Ok(());
    }
    find_folder(conn, new.folder)?;
    let words = |details: &Details| (details.alt.clone(), details.caption.clone(), details.credit.clone());
    let showing = if words(new) == words(&old) { None } else { Some(Showing::of(conn, id)?) };
    let set = (
        files::name.eq(&new.name),
        files::alt.eq(&new.alt),
        files::caption.eq(&new.caption),
        files::credit.eq(&new.credit),
        files::focal_x.eq(new.focal.0),
        files::focal_y.eq(new.focal.1),
        files::folder_id.eq(new.folder),
    );
    diesel::update(files::table.find(id)).set(set).execute(conn)?;
    let mut tags = Vec::new();
    if let Some(showing) = showing {
        tags = showing.renew(conn, now)?;
        tags.push(shown::about_file(id));
    }
    if new.focal != old.focal {
        jobs::render(conn, id, now)?; // pages show the new crops when they are there
    }
    record(conn, "file.changed", &File { name: new.name.clone(), ..file.clone() }, json!({ "was": old.name }), tags, actor, now)?;
    moved(conn, &[file], new.folder)
}

fn find_folder(conn: &mut Conn, id: FolderId) -> AppResult<Folder> {
    Folder::find(conn, id).optional()?.ok_or_else(|| AppError::invalid("folder", "That folder is gone. Choose another one."))
}

/// Counts files in their new folder. In the order of the keys, so that two moves the other way round do not wait for each other.
fn moved(conn: &mut Conn, files: &[File], to: FolderId) -> AppResult<()> {
    let mut steps: BTreeMap<FolderId, (i64, i64)> = BTreeMap::new();
    for file in files.iter().filter(|file| file.folder_id != to) {
        for (folder, sign) in [(file.folder_id, -1), (to, 1)] {
            let step = steps.entry(folder).or_default();
            *step = (step.0 + sign, step.1 + sign * file.bytes);
        }
    }
    steps.into_iter().try_for_each(|(folder, (files, bytes))| Ok(folder::tally(conn, folder, files, bytes)?))
}

/// Moves files into a folder and says how many have moved; those that lie there already are left alone.
pub fn move_into(conn: &mut Conn, ids: &[FileId], folder: FolderId, actor: &Actor, now: NaiveDateTime) -> AppResult<usize> {
    let folder = find_folder(conn, folder)?;
    let moving: Vec<File> =
        File::query().filter(files::id.eq_any(ids)).filter(files::folder_id.ne(folder.id)).order(files::id).for_update().load(conn)?;
    let keys: Vec<FileId> = moving.iter().map(|file| file.id).collect();
    diesel::update(files::table.filter(files::id.eq_any(&keys))).set(files::folder_id.eq(folder.id)).execute(conn)?;
    for file in &moving {
        record(conn, "file.moved", file, json!({ "folder": folder.path }), Vec::new(), actor, now)?;
    }
    moved(conn, &moving, folder.id)?;
    Ok(moving.len())
}

/// Puts other content at the address of a file: of the same type, so that the address stays true.
pub fn replace(conn: &mut Conn, storage: &Storage, id: FileId, upload: &Upload<'_>, actor: &Actor, now: NaiveDateTime) -> AppResult<File> {
    let file = File::lock(conn, id)?;
    let found = upload.found;
    if found.served_as != file.content_type {
        return Err(AppError::invalid("file", wrong_type(&file)));
    }
    if upload.sha256.as_slice() == file.sha256 {
        return Err(AppError::invalid("file", "This is what the file holds already. Choose the new version of it."));
    }
    let showing = Showing::of(conn, id)?;
    let set = (
        files::sha256.eq(upload.sha256.as_slice()),
        files::storage_key.eq(upload.storage_key()),
        files::bytes.eq(found.bytes.len() as i64),
        files::width.eq(found.width),
        files::height.eq(found.height),
        files::frames.eq(found.frames),
        files::renditions.eq(Renditions::None),
        files::replaced_at.eq(now),
        files::missing_since.eq(None::<NaiveDateTime>),
    );
    diesel::update(files::table.find(id)).set(set).execute(conn)?;
    storage.keep(&upload.storage_key(), &found.bytes).map_err(AppError::Internal)?;
    let mut tags = showing.renew(conn, now)?;
    tags.push(shown::file(id));
    jobs::render(conn, id, now)?;
    let new = File::find(conn, id)?;
    let detail = json!({ "was": { "bytes": file.bytes, "version": file.version() }, "version": new.version(), "file": upload.name });
    record(conn, "file.replaced", &new, detail, tags, actor, now)?;
    folder::tally(conn, file.folder_id, 0, new.bytes - file.bytes)?;
    Ok(new)
}

/// Why another type is not taken in place of this file.
fn wrong_type(file: &File) -> String {
    let ending = file.address.rsplit('.').next().unwrap_or("").to_uppercase();
    format!("The address of this file ends in .{}, so another {ending} is needed. Upload other kinds as new files.", ending.to_lowercase())
}

/// Deletes a file; one that is shown somewhere only if `though_used`. Its bytes are swept later, if no other file has them.
pub fn delete(conn: &mut Conn, id: FileId, though_used: bool, actor: &Actor, now: NaiveDateTime) -> AppResult<File> {
    let file = File::lock(conn, id)?;
    if !though_used && (file.used || library::in_settings(conn, &file)?) {
        return Err(AppError::invalid("used", "This file is shown on the site. Tick the box to delete it all the same."));
    }
    let showing = Showing::of(conn, id)?;
    diesel::delete(files::table.find(id)).execute(conn)?; // links to it lose their target
    let mut tags = showing.renew(conn, now)?;
    tags.push(shown::file(id));
    record(conn, "file.deleted", &file, json!({ "address": file.address, "bytes": file.bytes }), tags, actor, now)?;
    folder::tally(conn, file.folder_id, -1, -file.bytes)?;
    Ok(file)
}

/// Deletes up to `limit` files that nothing shows and that were there by then, and says how many. Each is looked at again.
pub fn delete_unused(conn: &mut Conn, by: NaiveDateTime, limit: usize, actor: &Actor, now: NaiveDateTime) -> AppResult<usize> {
    let filter = library::Filter { place: library::Place::Unused, ..library::Filter::default() };
    let place = Cursor { way: Way::Down, value: by.and_utc().timestamp_micros().to_string(), id: i64::MAX };
    let some = library::page(conn, &filter, Some(&place), limit)?.rows;
    for file in &some {
        uses::recount(conn, &[file.id])?;
        match delete(conn, file.id, false, actor, now) {
            Ok(_) | Err(AppError::NotFound | AppError::Invalid(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(some.len())
}

fn record(
    conn: &mut Conn,
    kind: &'static str,
    file: &File,
    detail: Value,
    cache_tags: Vec<String>,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    let change = Change { kind, subject: "file", key: file.id.number(), label: &file.name, detail, cache_tags };
    Ok(change.record(conn, actor, now)?)
}
