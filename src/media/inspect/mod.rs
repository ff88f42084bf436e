//! What a file is, by its bytes and not by its name.

use crate::media::model::file::Kind;
use std::borrow::Cow;

/// How large a file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub bytes: u64,
    /// Pixels of all frames of a picture together.
    pub pixels: u64,
}

/// What was found, and what is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected<'a> {
    /// Picture, film, sound or document.
    pub kind: Kind,
    /// What it is served as.
    pub served_as: &'static str,
    /// The ending that its name has in an address, without the dot.
    pub ending: String,
    /// Pixels, of a picture.
    pub width: Option<i32>,
    /// Pixels, of a picture.
    pub height: Option<i32>,
    /// Of a picture; more than one: it moves.
    pub frames: Option<i32>,
    /// What is kept: the bytes as they came, or made harmless.
    pub bytes: Cow<'a, [u8]>,
}

/// Why a file is not kept: a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

/// What is taken, in words.
pub const TAKEN: &str = "JPEG, PNG, GIF, WebP, AVIF, SVG, PDF, MP3, MP4, WebM, ZIP, CSV and plain text are taken";

/// Tells what a file is; `name` decides only between kinds that look alike, such as CSV and plain text.
pub fn inspect<'a>(bytes: &'a [u8], name: &str, limits: Limits) -> Result<Inspected<'a>, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal("It is empty.".to_owned()));
    }
    if bytes.len() as u64 > limits.bytes {
        return Err(Refusal(format!("It is larger than {} MB.", limits.bytes / 1_000_000)));
    }
    let own = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let Some((kind, served_as, endings)) = sniff(bytes, &own) else {
        return Err(Refusal(format!("It is of a kind that is not taken. {TAKEN}.")));
    };
    let size = (kind == Kind::Picture).then(|| size_of(bytes)).flatten();
    if let Some((width, height)) = size
        && i64::from(width) * i64::from(height) > limits.pixels as i64
    {
        return Err(Refusal(format!("It has more than {} megapixels.", limits.pixels / 1_000_000)));
    }
    let ending = if endings.contains(&own.as_str()) { own } else { endings[0].to_owned() };
    let (width, height) = size.unzip();
    let frames = (kind == Kind::Picture).then_some(1);
    Ok(Inspected { kind, served_as, ending, width, height, frames, bytes: Cow::Borrowed(bytes) })
}

type Sniffed = (Kind, &'static str, &'static [&'static str]);

fn sniff(bytes: &[u8], ending: &str) -> Option<Sniffed> {
    let at = |place: usize, sign: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(sign));
    Some(match () {
        () if at(0, b"\xff\xd8\xff") => (Kind::Picture, "image/jpeg", &["jpg", "jpeg"]),
        () if at(0, b"\x89PNG\r\n\x1a\n") => (Kind::Picture, "image/png", &["png"]),
        () if at(0, b"GIF87a") || at(0, b"GIF89a") => (Kind::Picture, "image/gif", &["gif"]),
        () if at(0, b"RIFF") && at(8, b"WEBP") => (Kind::Picture, "image/webp", &["webp"]),
        () if at(4, b"ftypavif") || at(4, b"ftypavis") => (Kind::Picture, "image/avif", &["avif"]),
        () if at(4, b"ftyp") => (Kind::Video, "video/mp4", &["mp4"]),
        () if at(0, b"\x1a\x45\xdf\xa3") => (Kind::Video, "video/webm", &["webm"]),
        () if at(0, b"ID3") || at(0, b"\xff\xfb") || at(0, b"\xff\xf3") => (Kind::Audio, "audio/mpeg", &["mp3"]),
        () if at(0, b"%PDF-") => (Kind::Document, "application/pdf", &["pdf"]),
        () if at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06") => (Kind::Document, "application/zip", &["zip"]),
        () => text(std::str::from_utf8(bytes).ok()?, ending)?,
    })
}

fn text(text: &str, ending: &str) -> Option<Sniffed> {
    if text.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t' | '\u{c}')) {
        return None;
    }
    let is_drawing = ending == "svg" && text.contains("<svg");
    Some(match ending {
        _ if is_drawing => (Kind::Picture, "image/svg+xml", &["svg"]),
        "csv" => (Kind::Document, "text/csv; charset=utf-8", &["csv"]),
        _ => (Kind::Document, "text/plain; charset=utf-8", &["txt"]),
    })
}

/// The size that a picture says it has; nothing for sizes that make no sense.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(bytes: &[u8], name: &str) -> Result<(&'static str, String), String> {
        let limits = Limits { bytes: 1000, pixels: 1_000_000 };
        inspect(bytes, name, limits).map(|found| (found.served_as, found.ending)).map_err(|refusal| refusal.0)
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(looked(b"%PDF-1.7", "a.png"), Ok(("application/pdf", "pdf".to_owned())));
        assert_eq!(looked(b"\xff\xd8\xff\xe0", "a.jpeg"), Ok(("image/jpeg", "jpeg".to_owned())));
        assert_eq!(looked(b"a;b\n", "a.csv"), Ok(("text/csv; charset=utf-8", "csv".to_owned())));
        assert_eq!(looked(b"<script>", "a.html"), Ok(("text/plain; charset=utf-8", "txt".to_owned())));
        assert!(looked(b"\x7fELF\0", "a.png").is_err_and(|why| why.contains("JPEG")));
        assert!(looked(b"", "a.png").is_err() && looked(&[b'x'; 1001], "a.txt").is_err());
        assert!(looked(b"<svg width='2000' height='2000'>", "a.svg").is_err_and(|why| why.contains("1 megapixels")));
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
}
