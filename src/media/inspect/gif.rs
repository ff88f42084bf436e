//! GIF (version 89a): its size and frames, and the same picture without comments.

use super::{Measured, bytes::Reader};

/// Walks over the blocks up to the trailer; what stands behind is left behind. Frames are counted, and none of them is decoded.
/// `None`: it is damaged, or breaks off within a frame.
pub(super) fn read(bytes: &[u8]) -> Option<Measured> {
    let mut reader = Reader::new(bytes);
    reader.take(6)?;
    let (width, height) = (reader.little(2)? as u32, reader.little(2)? as u32);
    let flags = reader.byte()?;
    reader.take(2)?;
    colours(&mut reader, flags)?;
    let mut found = Measured { width, height, ..Measured::default() };
    let mut kept = bytes[..reader.at()].to_vec();
    loop {
        let start = reader.at();
        // Some programs leave the trailer out.
        let is_needed = match reader.byte().unwrap_or(0x3b) {
            0x3b => {
                kept.push(0x3b);
                let is_whole = found.frames > 0 && width > 0 && height > 0;
                return is_whole.then_some(Measured { bytes: Some(kept), ..found });
            }
            0x21 => extension(&mut reader)?,
            0x2c => {
                found.area += frame(&mut reader)?;
                found.frames = found.frames.checked_add(1)?;
                true
            }
            _ => return None,
        };
        if is_needed {
            kept.extend(&bytes[start..reader.at()]);
        }
    }
}

fn colours(reader: &mut Reader<'_>, flags: u8) -> Option<()> {
    if flags & 0x80 != 0 {
        reader.take(3 << ((flags & 7) + 1))?;
    }
    Some(())
}

/// Passes over a frame and says how many pixels it has.
fn frame(reader: &mut Reader<'_>) -> Option<u64> {
    reader.take(4)?;
    let (width, height) = (reader.little(2)?, reader.little(2)?);
    let flags = reader.byte()?;
    colours(reader, flags)?;
    reader.byte()?; // the size of the first codes
    blocks(reader)?;
    Some(width * height)
}

/// Passes over an extension and says whether it is needed: how frames follow each other, how often, and the colour profile.
fn extension(reader: &mut Reader<'_>) -> Option<bool> {
    let label = reader.byte()?;
    let first = blocks(reader)?;
    Some(match label {
        0xf9 | 0x01 => true,
        0xff => [&b"NETSCAPE2.0"[..], b"ANIMEXTS1.0", b"ICCRGBG1012"].contains(&first),
        _ => false,
    })
}

/// Passes over blocks up to the empty one, and gives the first of them.
fn blocks<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let mut first = None;
    loop {
        let length = reader.byte()?;
        let block = reader.take(usize::from(length))?;
        if length == 0 {
            return Some(first.unwrap_or(block));
        }
        first.get_or_insert(block);
    }
}
