//! JPEG (ITU-T T.81): its size, and the same picture without what cameras write beside it.

use super::{Measured, bytes::Reader, orientation};

/// Walks over the segments. Kept are those that the picture needs, and its colour profile; EXIF, XMP, IPTC, comments, previews and
/// whatever stands behind the end are left behind. `None`: it is damaged, or breaks off.
pub(super) fn read(bytes: &[u8]) -> Option<Measured> {
    let mut reader = Reader::new(bytes);
    let mut found = Measured { frames: 1, ..Measured::default() };
    let mut kept = reader.take(2)?.to_vec();
    let mut scans = 0;
    loop {
        let marker = marker(&mut reader)?;
        if marker == 0xd9 {
            kept.extend([0xff, 0xd9]);
            let is_whole = scans > 0 && found.width > 0 && found.height > 0;
            return is_whole.then_some(Measured { bytes: Some(kept), ..found });
        }
        if matches!(marker, 0x01 | 0xd0..=0xd7) {
            continue;
        }
        let length = reader.big(2)? as usize;
        let body = reader.take(length.checked_sub(2)?)?;
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let mut frame = Reader::new(body.get(1..)?);
                (found.height, found.width) = (frame.big(2)? as u32, frame.big(2)? as u32);
            }
            0xe1 if body.starts_with(b"Exif\0\0") => found.orientation = orientation(&body[6..]),
            _ => {}
        }
        if is_needed(marker, body) {
            kept.extend([0xff, marker]);
            kept.extend((length as u16).to_be_bytes());
            kept.extend(body);
        }
        if marker == 0xda {
            scans += 1;
            let length = scan_length(reader.rest());
            kept.extend(reader.take(length)?);
        }
    }
}

/// The next marker, behind any fill bytes.
fn marker(reader: &mut Reader<'_>) -> Option<u8> {
    if reader.byte()? != 0xff {
        return None;
    }
    loop {
        match reader.byte()? {
            0xff => {}
            0x00 => return None,
            marker => return Some(marker),
        }
    }
}

/// JFIF, the colour profile and Adobe's note on colours stay of all application segments.
fn is_needed(marker: u8, body: &[u8]) -> bool {
    match marker {
        0xe0 => body.starts_with(b"JFIF\0"),
        0xe2 => body.starts_with(b"ICC_PROFILE\0"),
        0xee => body.starts_with(b"Adobe"),
        0xe1..=0xef | 0xfe => false,
        _ => true,
    }
}

/// How far the coded picture goes: up to a marker that is neither a stuffed byte nor a restart.
fn scan_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == 0xff) {
        at += next;
        match bytes.get(at + 1) {
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            Some(0xff) => at += 1,
            Some(_) => return at,
            None => break,
        }
    }
    bytes.len()
}
