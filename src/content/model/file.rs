//! Files that entries show: kept under the state folder, named by their content, so that an address never changes its bytes.

use crate::{
    db::{Conn, last_insert_id},
    error::AnyResult,
    schema::files,
    typed_id,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::{fs, path::Path};

typed_id!(
    /// Names a file.
    FileId
);

/// The largest file that is kept, in bytes.
pub const LARGEST: usize = 50 * 1024 * 1024;

/// File name endings that are kept, and what they are served as.
pub const TYPES: &[(&str, &str)] = &[
    ("avif", "image/avif"),
    ("csv", "text/csv; charset=utf-8"),
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("zip", "application/zip"),
];

/// What a file is served as, by the ending of its name; `None`: it is not kept.
pub fn content_type(name: &str) -> Option<&'static str> {
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    TYPES.iter().find(|(known, _)| *known == ending).map(|(_, served)| *served)
}

/// Keeps a file and returns its address; the same content under the same name is kept once.
///
/// The bytes are written first, under a name that nobody else writes, so that a row never points to half a file.
pub fn keep(conn: &mut Conn, folder: &Path, name: &str, bytes: &[u8], now: NaiveDateTime) -> AnyResult<(FileId, String)> {
    let served = content_type(name).ok_or_else(|| format!("files such as {name} are not kept"))?;
    if bytes.len() > LARGEST {
        return Err(format!("{name} is larger than 50 MB").into());
    }
    let hash = Sha256::digest(bytes);
    let address = address_of(name, &hash);
    let path = folder.join(address.trim_start_matches("/files/"));
    if !path.exists() {
        let parent = path.parent().ok_or("a file has a folder")?;
        fs::create_dir_all(parent)?;
        let half = parent.join(format!(".half-{}", std::process::id()));
        fs::write(&half, bytes)?;
        fs::rename(&half, &path)?;
    }
    let row = (
        files::address.eq(&address),
        files::name.eq(name.chars().take(255).collect::<String>()),
        files::content_type.eq(served),
        files::bytes.eq(bytes.len() as i64),
        files::sha256.eq(hash.to_vec()),
        files::created_at.eq(now),
    );
    if diesel::insert_or_ignore_into(files::table).values(row).execute(conn)? == 1 {
        return Ok((diesel::select(last_insert_id()).get_result(conn)?, address));
    }
    let id = files::table.filter(files::address.eq(&address)).select(files::id).first(conn)?;
    Ok((id, address))
}

/// The address that a file has when it is kept.
pub fn address(name: &str, bytes: &[u8]) -> String {
    address_of(name, &Sha256::digest(bytes))
}

fn address_of(name: &str, hash: &[u8]) -> String {
    let hex: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("/files/{hex}/{}", safe_name(name))
}

/// The name with nothing in it that an address or a file system might mind.
fn safe_name(name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("{}.{}", crate::markup::slugify(stem), ending.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_kinds_are_kept() {
        assert_eq!(content_type("a/b.PNG"), Some("image/png"));
        assert_eq!([content_type("x.html"), content_type("x.js"), content_type("png"), content_type("x.svg.exe")], [None; 4]);
    }

    #[test]
    fn names_are_made_harmless() {
        assert_eq!(safe_name("../Über uns (2).PNG"), "uber-uns-2.png");
    }
}
