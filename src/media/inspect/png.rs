//! PNG (W3C, third edition): its size and frames, and the same picture without notes.

use super::{Measured, bytes::Reader, orientation};

const SIGNATURE: usize = 8;

/// Chunks that change what is seen. Text, times, EXIF and private chunks are left behind.
const NEEDED: &[&[u8]] = &[
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST",
    b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

/// Walks over the chunks up to `IEND`; what stands behind is left behind. `None`: it is damaged, or breaks off.
pub(super) fn read(bytes: &[u8]) -> Option<Measured> {
    let mut reader = Reader::new(bytes);
    let mut found = Measured { frames: 1, ..Measured::default() };
    let mut kept = reader.take(SIGNATURE)?.to_vec();
    let mut has_data = false;
    loop {
        let start = reader.at();
        let length = reader.big(4)? as usize;
        let name = reader.take(4)?;
        let body = reader.take(length)?;
        reader.take(4)?; // the check sum
        match name {
            b"IHDR" => {
                let mut head = Reader::new(body);
                (found.width, found.height) = (head.big(4)? as u32, head.big(4)? as u32);
            }
            b"acTL" => found.frames = Reader::new(body).big(4)?.try_into().ok()?,
            b"IDAT" => has_data = true,
            b"eXIf" => found.orientation = orientation(body),
            _ if found.width == 0 => return None, // the header comes first
            _ => {}
        }
        if NEEDED.contains(&name) {
            kept.extend(&bytes[start..reader.at()]);
        }
        if name == b"IEND" {
            let is_whole = has_data && found.height > 0 && found.frames > 0;
            return is_whole.then_some(Measured { bytes: Some(kept), ..found });
        }
    }
}
