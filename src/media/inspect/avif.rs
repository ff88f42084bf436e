//! AVIF (AV1 Image File Format 1.1, on ISO/IEC 23008-12): its size and frames, and EXIF and XMP blanked where they lie.

use super::{
    Measured,
    boxes::{Part, first, parts},
    bytes::Reader,
};
use std::{collections::HashSet, ops::Range};

/// Reads the description of the picture. Notes are overwritten with zeros, so that nothing moves. `None`: it is damaged.
pub(super) fn read(bytes: &[u8]) -> Option<Measured> {
    let top = parts(bytes, 0..bytes.len())?;
    let meta = first(&top, b"meta")?;
    let inner = parts(bytes, meta.body.start + 4..meta.body.end)?;
    let properties = parts(bytes, first(&inner, b"iprp")?.body.clone())?;
    let properties = parts(bytes, first(&properties, b"ipco")?.body.clone())?;
    let (width, height) = size(bytes, &properties)?;
    let mut cleaned = bytes.to_vec();
    for place in notes(bytes, &inner)? {
        cleaned.get_mut(place)?.fill(0);
    }
    let frames = first(&top, b"moov").map_or(Some(1), |film| frames(bytes, film))?;
    Some(Measured { width, height, frames: frames.max(1), bytes: Some(cleaned), ..Measured::default() })
}

/// The largest picture described (tiles and thumbnails are smaller), turned as it is shown.
fn size(bytes: &[u8], properties: &[Part]) -> Option<(u32, u32)> {
    let sizes = properties.iter().filter(|part| part.kind == *b"ispe").filter_map(|part| {
        let mut reader = Reader::new(bytes.get(part.body.clone())?.get(4..)?);
        Some((reader.big(4)? as u32, reader.big(4)? as u32))
    });
    let (width, height) = sizes.max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))?;
    let turn = first(properties, b"irot").and_then(|part| bytes.get(part.body.start)).is_some_and(|angle| angle & 1 == 1);
    (width > 0 && height > 0).then_some(if turn { (height, width) } else { (width, height) })
}

/// Where EXIF and XMP lie (`iinf` names them, `iloc` has their places).
fn notes(bytes: &[u8], meta: &[Part]) -> Option<Vec<Range<usize>>> {
    let Some(info) = first(meta, b"iinf") else { return Some(Vec::new()) };
    let version = *bytes.get(info.body.start)?;
    let entries = info.body.start + if version == 0 { 6 } else { 8 };
    let mut named = HashSet::new();
    for entry in parts(bytes, entries..info.body.end)?.iter().filter(|part| part.kind == *b"infe") {
        let mut reader = Reader::new(&bytes[entry.body.clone()]);
        let version = reader.byte()?;
        reader.take(3)?;
        let id = reader.big(if version == 2 { 2 } else { 4 })?;
        reader.take(2)?;
        if version >= 2 && matches!(reader.take(4)?, b"Exif" | b"mime") {
            named.insert(id);
        }
    }
    let inside = first(meta, b"idat").map_or(0, |part| part.body.start);
    places(&bytes[first(meta, b"iloc")?.body.clone()], inside, &named)
}

/// The extents of these items (ISO/IEC 14496-12, 8.11.3), counted from the start of the file.
fn places(table: &[u8], inside: usize, wanted: &HashSet<u64>) -> Option<Vec<Range<usize>>> {
    let mut reader = Reader::new(table);
    let version = reader.byte()?;
    reader.take(3)?;
    let sizes = reader.big(2)?;
    let half = |shift: u32| (sizes >> shift & 15) as usize;
    let (offset_size, length_size, base_size) = (half(12), half(8), half(4));
    let index_size = if version == 0 { 0 } else { half(0) };
    let wide = if version < 2 { 2 } else { 4 };
    let mut found = Vec::new();
    for _ in 0..reader.big(wide)? {
        let id = reader.big(wide)?;
        let method = if version == 0 { 0 } else { reader.big(2)? & 15 };
        reader.take(2)?;
        let base = reader.big(base_size)?;
        for _ in 0..reader.big(2)? {
            reader.take(index_size)?;
            let start = usize::try_from(base.checked_add(reader.big(offset_size)?)?).ok()?;
            let length = usize::try_from(reader.big(length_size)?).ok()?;
            let start = start.checked_add(if method == 1 { inside } else { 0 })?;
            if wanted.contains(&id) {
                found.push(start..start.checked_add(length)?);
            }
        }
    }
    Some(found)
}

/// Samples of the longest track of an animation (`stsz`).
fn frames(bytes: &[u8], film: &Part) -> Option<u32> {
    let mut most = 0;
    for track in parts(bytes, film.body.clone())?.iter().filter(|part| part.kind == *b"trak") {
        let mut table = Some(track.clone());
        for kind in [b"mdia", b"minf", b"stbl", b"stsz"] {
            table = table.and_then(|part| first(&parts(bytes, part.body)?, kind).cloned());
        }
        let Some(table) = table else { continue };
        let mut reader = Reader::new(&bytes[table.body]);
        reader.take(8)?;
        most = most.max(reader.big(4)? as u32);
    }
    Some(most)
}
