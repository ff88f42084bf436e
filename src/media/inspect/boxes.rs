//! Boxes of ISO base media files (ISO/IEC 14496-12, 4.2): AVIF pictures, and MP4 films.

use super::bytes::Reader;
use std::ops::Range;

/// A box: its type, and where its body lies.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub kind: [u8; 4],
    pub body: Range<usize>,
}

/// The boxes that stand one behind another in this range; `None` where one does not fit.
pub(super) fn parts(bytes: &[u8], within: Range<usize>) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut at = within.start;
    while at + 8 <= within.end {
        let mut reader = Reader::new(bytes.get(at..within.end)?);
        let short = reader.big(4)?;
        let kind = reader.take(4)?.try_into().ok()?;
        let length = match short {
            0 => within.end - at,
            1 => usize::try_from(reader.big(8)?).ok()?,
            _ => short as usize,
        };
        let end = at.checked_add(length)?;
        if length < reader.at() || end > within.end {
            return None;
        }
        parts.push(Part { kind, body: at + reader.at()..end });
        at = end;
    }
    Some(parts)
}

/// The first box of this kind among others.
pub(super) fn first<'a>(parts: &'a [Part], kind: &[u8; 4]) -> Option<&'a Part> {
    parts.iter().find(|part| part.kind == *kind)
}
