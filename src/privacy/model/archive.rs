//! What is kept of somebody as one file: a ZIP archive with a JSON list for each kind of thing, and the files that the person has
//! brought.

use super::kept::{self, KEPT};
use crate::{
    accounts::model::user::User,
    db::Conn,
    error::{AnyResult, AppError, AppResult},
    journal::{Actor, Change},
    schema::files,
    storage::Storage,
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;
use std::{
    fs::{self, File},
    io::{self, Seek, Write},
    ops::Range,
    path::Path,
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Bytes of a file that are in memory at once.
const PIECE: u64 = 1 << 20;

/// What stands beside the lists.
const README: &str = "Everything that the site keeps of you.\n\n\
    Each .json file is a list of one kind of thing, in the words of the program: entries you are named as author of, every text you \
    have saved (revisions), notes, log-ins, what you have changed (journal), and so on. In the folder “files” lies what you have \
    brought into the library. Passwords and other secrets are left out.\n";

/// A file that somebody has brought: its number, its name, where it lies, its size.
type Brought = (i64, String, String, i64);

/// Holds the row of the person until the transaction ends.
pub fn lock(conn: &mut Conn, id: UserId) -> QueryResult<()> {
    User::locked(conn, id).map(drop)
}

/// Writes down that it was asked for.
pub fn record(conn: &mut Conn, id: UserId, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    let user = User::find(conn, id)?;
    let change = Change {
        kind: "account.exported",
        subject: "account",
        key: id.number(),
        label: &user.name,
        detail: json!({}),
        cache_tags: Vec::new(),
    };
    change.record(conn, actor, now)
}

/// Writes the archive.
pub fn write<W: Write + Seek>(conn: &mut Conn, storage: &Storage, id: UserId, to: W) -> AppResult<W> {
    let mut zip = ZipWriter::new(to);
    begin(&mut zip, "README.txt")?;
    zip.write_all(README.as_bytes()).map_err(failed)?;
    list(&mut zip, "profile", |each| {
        let columns = ["id", "email", "name", "slug", "bio", "role", "scheme", "reach", "created_at", "disabled_at"];
        kept::objects(conn, "users", &columns, &format!("id = {}", id.number()), each)
    })?;
    for kept in KEPT.iter().filter(|kept| !kept.told.is_empty()) {
        list(&mut zip, kept.table, |each| kept.each(conn, id, each))?;
    }
    list(&mut zip, "journal_about_you", |each| {
        let columns = ["at", "kind", "subject_label", "detail", "address", "agent"];
        kept::objects(conn, "journal", &columns, &format!("subject_kind = 'account' AND subject_key = {}", id.number()), each)
    })?;
    // By the address, which is what visitors and readers of letters are known by. What letters say may open an account, so it stays out.
    let own = format!("(SELECT u.email FROM users AS u WHERE u.id = {})", id.number());
    list(&mut zip, "letters_to_you", |each| {
        let columns = ["kind", "recipient", "subject", "state", "created_at", "ended_at"];
        kept::objects(conn, "letters", &columns, &format!("recipient = {own}"), each)
    })?;
    list(&mut zip, "messages_by_you", |each| {
        let columns = ["page_title", "name", "email", "subject", "body", "agent", "state", "created_at"];
        kept::objects(conn, "contact_messages", &columns, &format!("email = {own}"), each)
    })?;
    for file in brought(conn, id)? {
        add(&mut zip, storage, &file).map_err(AppError::Internal)?;
    }
    zip.finish().map_err(failed)
}

fn failed(error: impl Into<crate::error::AnyError>) -> AppError {
    AppError::Internal(error.into())
}

fn begin<W: Write + Seek>(zip: &mut ZipWriter<W>, name: &str) -> AppResult<()> {
    zip.start_file(name, SimpleFileOptions::default().large_file(true)).map_err(failed)
}

/// Writes a list of JSON objects, one a line.
fn list<W: Write + Seek>(
    zip: &mut ZipWriter<W>,
    name: &str,
    read: impl FnOnce(&mut dyn FnMut(&str) -> io::Result<()>) -> QueryResult<()>,
) -> AppResult<()> {
    begin(zip, &format!("{name}.json"))?;
    let mut sign = "[\n";
    read(&mut |object| {
        zip.write_all(sign.as_bytes())?;
        sign = ",\n";
        zip.write_all(object.as_bytes())
    })?;
    zip.write_all(if sign == "[\n" { b"[]\n" } else { b"\n]\n" }).map_err(failed)
}

fn brought(conn: &mut Conn, id: UserId) -> QueryResult<Vec<Brought>> {
    let own = files::table.filter(files::uploaded_by_id.eq(id)).order(files::id);
    own.select((files::id, files::name, files::storage_key, files::bytes)).load(conn)
}

/// Adds a file under its number, so that no two have one name. What is gone from the store is left out.
fn add<W: Write + Seek>(zip: &mut ZipWriter<W>, storage: &Storage, (number, name, key, bytes): &Brought) -> AnyResult<()> {
    let size = u64::try_from(*bytes).unwrap_or(0);
    let plain: String = name.chars().map(|sign| if sign.is_alphanumeric() || ".-_ ".contains(sign) { sign } else { '_' }).collect();
    // Pictures and films are packed already.
    let options = SimpleFileOptions::default().large_file(true).compression_method(CompressionMethod::Stored);
    zip.start_file(format!("files/{number}-{plain}"), options)?;
    let mut from = 0;
    while from < size {
        let piece: Range<u64> = from..(from + PIECE).min(size);
        let Some(reading) = storage.read(key, piece.clone())? else { return Ok(()) };
        zip.write_all(&reading.whole()?)?;
        from = piece.end;
    }
    Ok(())
}

/// A file without a name, to write the archive into: it ends with the last that reads it.
pub fn scratch(folder: &Path) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{:032x}", rand::random::<u128>()));
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}
