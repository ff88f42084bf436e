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
use std::{collections::HashMap, fs, path::Path};

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
    let size = size_of(bytes);
    let row = (
        files::address.eq(&address),
        files::name.eq(name.chars().take(255).collect::<String>()),
        files::content_type.eq(served),
        files::bytes.eq(bytes.len() as i64),
        files::sha256.eq(hash.to_vec()),
        files::width.eq(size.map(|(width, _)| width)),
        files::height.eq(size.map(|(_, height)| height)),
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

/// Width and height in pixels of those of these addresses that are pictures.
pub fn sizes(conn: &mut Conn, addresses: &[&str]) -> QueryResult<HashMap<String, (i32, i32)>> {
    let ours: Vec<&str> = addresses.iter().copied().filter(|address| address.starts_with("/files/") && address.is_ascii()).collect();
    if ours.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, Option<i32>, Option<i32>)> =
        files::table.filter(files::address.eq_any(ours)).select((files::address, files::width, files::height)).load(conn)?;
    Ok(rows.into_iter().filter_map(|(address, width, height)| Some((address, (width?, height?)))).collect())
}

/// The size that a picture says it has; nothing for other files, and for sizes that make no sense.
fn size_of(bytes: &[u8]) -> Option<(i32, i32)> {
    let (width, height) = match imagesize::blob_size(bytes) {
        Ok(size) => (size.width as f64, size.height as f64),
        Err(_) => drawing_size(std::str::from_utf8(bytes).ok()?)?,
    };
    let fits = |side: f64| (1.0..=100_000.0).contains(&side).then_some(side.round() as i32);
    Some((fits(width)?, fits(height)?))
}

/// Of an SVG: its width and height, or those of its viewBox (SVG 2, 8.2).
fn drawing_size(text: &str) -> Option<(f64, f64)> {
    let start = text.find("<svg")?;
    let tag = text[start..].split('>').next()?;
    let value = |name: &str| {
        let place = tag.find(&format!(" {name}="))? + name.len() + 3;
        tag.get(place..)?.split(['"', '\'']).next()
    };
    let length = |name: &str| value(name)?.trim_end_matches("px").parse::<f64>().ok();
    let sides = || {
        let view: Vec<f64> = value("viewBox")?.split([' ', ',']).filter_map(|number| number.parse().ok()).collect();
        Some((*view.get(2)?, *view.get(3)?))
    };
    length("width").zip(length("height")).or_else(sides)
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
    fn pictures_tell_their_size() {
        assert_eq!(size_of(b"GIF89a\x40\x01\xf0\x00\x00\x00\x00"), Some((320, 240)));
        assert_eq!(size_of(b"<?xml?><svg xmlns='x' width=\"96px\" height='54'>"), Some((96, 54)));
        assert_eq!(size_of(b"<svg viewBox=\"0 10 960 539.6\">"), Some((960, 540)));
        assert_eq!(
            [size_of(b""), size_of(b"%PDF"), size_of(b"<svg width='100%' height='5'>"), size_of(b"<svg viewBox='0 0 0 0'>")],
            [None; 4]
        );
    }

    #[test]
    fn names_are_made_harmless() {
        assert_eq!(safe_name("../Über uns (2).PNG"), "uber-uns-2.png");
    }
}
