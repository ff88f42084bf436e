//! WebP (RFC 9649): its size and frames, and the same picture without EXIF and XMP.

use super::{Measured, bytes::Reader, orientation};

const EXIF: u8 = 0x08;
const XMP: u8 = 0x04;

/// Walks over the chunks; unknown ones, and what stands behind the last, are left behind. `None`: it is damaged, or breaks off.
pub(super) fn read(bytes: &[u8]) -> Option<Measured> {
    let mut reader = Reader::new(bytes);
    reader.take(4)?;
    let length = reader.little(4)? as usize;
    let mut reader = Reader::new(bytes.get(8..)?.get(..length)?);
    reader.take(4)?;
    let mut found = Measured::default();
    let mut kept = b"RIFF\0\0\0\0WEBP".to_vec();
    while !reader.is_done() {
        let name = reader.take(4)?;
        let length = reader.little(4)? as usize;
        let body = reader.take(length)?;
        if length % 2 == 1 && !reader.is_done() {
            reader.byte()?;
        }
        if found.width == 0 {
            (found.width, found.height) = size(name, body)?;
        }
        match name {
            b"EXIF" => found.orientation = orientation(body.strip_prefix(b"Exif\0\0").unwrap_or(body)),
            b"ANMF" | b"VP8 " | b"VP8L" => found.frames = found.frames.checked_add(1)?,
            _ => {}
        }
        keep(&mut kept, name, body);
    }
    let length = u32::try_from(kept.len() - 8).ok()?;
    kept[4..8].copy_from_slice(&length.to_le_bytes());
    (found.frames > 0).then_some(Measured { bytes: Some(kept), ..found })
}

/// The size that the first chunk says.
fn size(name: &[u8], body: &[u8]) -> Option<(u32, u32)> {
    let mut reader = Reader::new(body);
    let (width, height) = match name {
        b"VP8X" => {
            reader.take(4)?;
            (reader.little(3)? + 1, reader.little(3)? + 1)
        }
        b"VP8 " => {
            reader.take(3)?;
            (reader.take(3)? == b"\x9d\x01\x2a").then_some(())?;
            (reader.little(2)? & 0x3fff, reader.little(2)? & 0x3fff)
        }
        b"VP8L" => {
            (reader.byte()? == 0x2f).then_some(())?;
            let bits = reader.little(4)?;
            ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
        }
        _ => return None,
    };
    (width > 0 && height > 0).then_some((width as u32, height as u32))
}

fn keep(kept: &mut Vec<u8>, name: &[u8], body: &[u8]) {
    if ![&b"VP8X"[..], b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"].contains(&name) {
        return;
    }
    kept.extend(name);
    kept.extend((body.len() as u32).to_le_bytes());
    let start = kept.len();
    kept.extend(body);
    if name == b"VP8X" {
        kept[start] &= !(EXIF | XMP);
    }
    if body.len() % 2 == 1 {
        kept.push(0);
    }
}
