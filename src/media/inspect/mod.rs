//! Looks into the bytes of a file before they are kept: what they are, how large the picture is, and what must not stay in them.
//!
//! A pure function, [`inspect`]: no database, no files. The format is told by the content, never by the name. Sizes are read from
//! headers, frames are counted without decoding, so that a decompression bomb costs no more than a refusal. What comes out is
//! what is stored and served: pictures without EXIF, XMP, GPS, comments and anything behind their end, turned upright; drawings
//! sanitised; films without their notes. Colour profiles stay. Only a picture that lies on its side is decoded and coded anew.
//!
//! Must always hold: [`Inspected::format`] is what the bytes are, and the name ends as that asks.

mod avif;
mod boxes;
mod bytes;
pub mod format;
mod gif;
mod jpeg;
mod mp4;
mod name;
mod png;
mod sniff;
mod svg;
#[cfg(test)]
mod tests;
mod upright;
mod webp;

pub use format::Format;

use crate::{media::model::file::Kind, site::page::number};
use image::metadata::Orientation;
use std::borrow::Cow;
use upright::Unturned;

/// What a file may be at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Its size.
    pub bytes: u64,
    /// Of a picture: width × height × frames.
    pub pixels: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 20_000_000, pixels: 100_000_000 }
    }
}

/// A file that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected<'a> {
    /// What it is.
    pub format: Format,
    /// The same as people tell files apart.
    pub kind: Kind,
    /// The same for browsers.
    pub served_as: &'static str,
    /// The name as it came, without tricks, ending as the format asks.
    pub name: String,
    /// That ending, without the dot.
    pub ending: String,
    /// Pixels, of a picture that tells.
    pub width: Option<i32>,
    /// Pixels, of a picture that tells.
    pub height: Option<i32>,
    /// Of a picture; more than one: it moves.
    pub frames: Option<i32>,
    /// What is to be stored: the bytes as they came, or made harmless.
    pub bytes: Cow<'a, [u8]>,
}

/// A sentence that says why a file is not taken and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

/// What a walk over a picture has found.
#[derive(Debug, Default)]
struct Measured {
    width: u32,
    height: u32,
    frames: u32,
    /// Pixels of all frames, where a frame may be larger than the picture.
    area: u64,
    orientation: Option<Orientation>,
    /// The file without its notes, where it differs.
    bytes: Option<Vec<u8>>,
}

/// Which way the camera was held (EXIF 2.32, 4.6.4).
fn orientation(exif: &[u8]) -> Option<Orientation> {
    Orientation::from_exif_chunk(exif).filter(|orientation| *orientation != Orientation::NoTransforms)
}

/// Looks into a file: takes it, or says why not. `name` decides only between kinds that look alike: CSV and plain text.
pub fn inspect<'a>(bytes: &'a [u8], name: &str, limits: Limits) -> Result<Inspected<'a>, Refusal> {
    if bytes.is_empty() {
        return refused("It is empty: it has 0 bytes. Choose it again.");
    }
    if bytes.len() as u64 > limits.bytes {
        let (has, most) = (megabytes(bytes.len() as u64), megabytes(limits.bytes));
        return refused(format!("It has {has}; files of up to {most} are taken. Make it smaller and upload it again."));
    }
    let Some(format) = sniff::sniff(bytes) else { return refused(unknown(bytes)) };
    let format = if format == Format::Text && ends(name, "csv") { Format::Csv } else { format };
    if format == Format::Zip && ZIPPED.iter().any(|ending| ends(name, ending)) {
        return refused("It is a document of another program. Save it as PDF, or put it into a ZIP archive.");
    }
    let Some(found) = read(bytes, format) else {
        return refused(format!("It begins as {} does, but is damaged or breaks off. Save it anew and upload that.", format.label()));
    };
    if let Some(why) = too_many_pixels(&found, limits) {
        return refused(why);
    }
    match upright::turned(found, format) {
        Ok(found) => Ok(taken(name, format, bytes, found)),
        Err(Unturned::Damaged) => refused("It lies on its side and cannot be turned, because it is damaged. Save it anew and upload that."),
        Err(Unturned::Bomb) => {
            refused("It lies on its side, and has very many pixels for so few bytes. Turn it upright in a picture program and upload that.")
        }
    }
}

fn refused<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(why.into()))
}

fn taken<'a>(name: &str, format: Format, bytes: &'a [u8], found: Measured) -> Inspected<'a> {
    let name = name::corrected(name, format);
    let number = |side: u32| i32::try_from(side).ok().filter(|side| *side > 0);
    Inspected {
        format,
        kind: format.kind(),
        served_as: format.content_type(),
        ending: name::ending(&name).unwrap_or_default().to_ascii_lowercase(),
        name,
        width: number(found.width),
        height: number(found.height),
        frames: number(found.frames),
        bytes: found.bytes.map_or(Cow::Borrowed(bytes), Cow::Owned),
    }
}

/// Endings of ZIP archives that are documents of other programs, or programs.
const ZIPPED: &[&str] = &["docx", "xlsx", "pptx", "odt", "ods", "odp", "odg", "epub", "pages", "key", "jar", "apk", "xpi"];

/// Reads what has a form of its own; `None`: it is damaged.
fn read(bytes: &[u8], format: Format) -> Option<Measured> {
    match format {
        Format::Jpeg => jpeg::read(bytes),
        Format::Png => png::read(bytes),
        Format::Gif => gif::read(bytes),
        Format::WebP => webp::read(bytes),
        Format::Avif => avif::read(bytes),
        Format::Svg => svg::read(bytes),
        Format::Mp4 => mp4::read(bytes).map(|bytes| Measured { bytes: Some(bytes), ..Measured::default() }),
        _ => Some(Measured::default()),
    }
}

fn too_many_pixels(found: &Measured, limits: Limits) -> Option<String> {
    let one = u64::from(found.width) * u64::from(found.height);
    let all = one.saturating_mul(u64::from(found.frames)).max(found.area);
    let frames = if found.frames > 1 { format!(" in {} frames", number(i64::from(found.frames))) } else { String::new() };
    let size = format!("{} × {} pixels{frames}", number(found.width.into()), number(found.height.into()));
    (all > limits.pixels).then(|| {
        format!(
            "It has {size}, {} megapixels in all; up to {} are taken. Make it smaller and upload it again.",
            number(i64::try_from(all / 1_000_000).unwrap_or(i64::MAX)),
            limits.pixels / 1_000_000
        )
    })
}

fn unknown(bytes: &[u8]) -> String {
    let is_text = !bytes.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace());
    if is_text {
        return "It is text, but not in UTF-8. Save it as UTF-8 and upload that.".to_owned();
    }
    format!("It is of no kind that is taken. Taken are {}.", format::TAKEN)
}

fn ends(name: &str, with: &str) -> bool {
    name::ending(name.trim()).is_some_and(|ending| ending.eq_ignore_ascii_case(with))
}

/// `20 MB`, `21.4 MB`.
fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    if tenths.is_multiple_of(10) { format!("{} MB", tenths / 10) } else { format!("{}.{} MB", tenths / 10, tenths % 10) }
}
