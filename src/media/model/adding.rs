//! A file comes into the library: by an upload or by an import.
//!
//! The bytes are in the store before the row is committed, so a row never points to half a file; what a killed process leaves
//! without a row is swept ([`super::sweep`]).

use super::{
    file::{File, hex},
    folder::{self, FolderId},
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    markup::slugify,
    media::{inspect::Inspected, jobs},
    schema::files,
    storage::Storage,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError},
};
use serde_json::json;
use sha2::{Digest, Sha256};

/// A file that was looked at and may come in.
#[derive(Debug)]
pub struct Upload<'a> {
    /// Its name, as it came.
    pub name: &'a str,
    /// What it is.
    pub found: &'a Inspected<'a>,
    /// SHA-256 of what is kept of it.
    pub sha256: [u8; 32],
    /// Where it goes.
    pub folder: FolderId,
}

impl<'a> Upload<'a> {
    /// For the root folder.
    pub fn new(name: &'a str, found: &'a Inspected<'a>) -> Upload<'a> {
        Upload { name, found, sha256: Sha256::digest(&found.bytes).into(), folder: folder::Folder::root() }
    }

    /// The address that it gets where that is free: it begins with the hash, so that the same file comes to the same place.
    pub fn address(&self) -> String {
        format!("/files/{}/{}", hex(&self.sha256[..8]), safe_name(self.name, &self.found.ending))
    }

    /// Where its bytes lie.
    pub fn storage_key(&self) -> String {
        storage_key(&self.sha256)
    }
}

/// Where bytes with this hash lie: of the same content there is one copy.
pub fn storage_key(sha256: &[u8]) -> String {
    let name = hex(sha256);
    format!("originals/{}/{name}", &name[..2])
}

/// What became of an upload.
#[derive(Debug)]
pub struct Added {
    /// The file.
    pub file: File,
    /// Whether it is new; otherwise the same content under the same name was there already.
    pub fresh: bool,
}

/// Brings a file in, unless the same content is there under the same name.
///
/// Write large bytes to [`Upload::storage_key`] beforehand: what is there is not written again inside the transaction.
pub fn add(conn: &mut Conn, storage: &Storage, upload: &Upload<'_>, actor: &Actor, now: NaiveDateTime) -> AppResult<Added> {
    let mut address = upload.address();
    match File::at(conn, &address).optional()? {
        Some(file) if file.sha256 == upload.sha256 => return Ok(Added { file, fresh: false }),
        // Its content was replaced since.
        Some(_) => address = address.replacen(&hex(&upload.sha256[..8]), &format!("{:016x}", rand::random::<u64>()), 1),
        None => {}
    }
    match insert(conn, upload, &address, actor, now) {
        Ok(()) => {}
        Err(DatabaseError(UniqueViolation, _)) => {
            let file = File::query().filter(files::address.eq(&address)).for_update().first(conn)?; // as it is, not as it was when we began
            return Ok(Added { file, fresh: false });
        }
        Err(other) => return Err(other.into()),
    }
    // After the row, whose key the sweep asks for under a lock: it can delete these bytes no more.
    storage.keep(&upload.storage_key(), &upload.found.bytes).map_err(AppError::Internal)?;
    let file = File::at(conn, &address)?;
    let detail = json!({ "address": file.address, "bytes": file.bytes, "type": file.content_type });
    let change =
        Change { kind: "file.uploaded", subject: "file", key: file.id.number(), label: &file.name, detail, cache_tags: Vec::new() };
    change.record(conn, actor, now)?;
    folder::tally(conn, upload.folder, 1, file.bytes)?;
    jobs::render(conn, file.id, now)?;
    Ok(Added { file, fresh: true })
}

fn insert(conn: &mut Conn, upload: &Upload<'_>, address: &str, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    let found = upload.found;
    let row = (
        files::address.eq(address),
        files::name.eq(shown_name(&upload.found.name)),
        files::content_type.eq(found.served_as),
        files::bytes.eq(found.bytes.len() as i64),
        files::sha256.eq(upload.sha256.as_slice()),
        files::width.eq(found.width),
        files::height.eq(found.height),
        files::created_at.eq(now),
        files::storage_key.eq(upload.storage_key()),
        files::kind.eq(found.kind),
        files::frames.eq(found.frames),
        files::folder_id.eq(upload.folder),
        files::uploaded_by_id.eq(actor.user),
    );
    diesel::insert_into(files::table).values(row).execute(conn).map(drop)
}

/// The name as lists show it: without folders, without signs that show nothing, at most 255 characters.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let kept: String = last.chars().filter(|sign| !sign.is_control()).take(255).collect();
    let kept = kept.trim();
    if kept.is_empty() { "untitled".to_owned() } else { kept.to_owned() }
}

/// The name with nothing in it that an address might mind, and with the ending that its content has.
fn safe_name(name: &str, ending: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    format!("{}.{ending}", slugify(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_harmless() {
        assert_eq!(safe_name("../Über uns (2).PNG", "png"), "uber-uns-2.png");
        assert_eq!(safe_name("a.php.jpg", "pdf"), "a-php.pdf");
        assert_eq!(
            [safe_name("", "txt"), safe_name(".htaccess", "txt"), safe_name("🦀", "gif")],
            ["untitled.txt", "untitled.txt", "crab.gif"]
        );
        assert_eq!(
            [shown_name("C:\\x\\a\u{1}.png"), shown_name(" /"), shown_name("𝕏".repeat(300).as_str())],
            ["a.png".to_owned(), "untitled".to_owned(), "𝕏".repeat(255)]
        );
    }
}
