//! MP4: films without the place where they were taken.

use super::boxes::{Part, first, parts};

/// Blanks the notes of the film and of its tracks (`udta` and `meta`, where phones write the place), without moving anything:
/// they become free space. `None`: it is damaged, or has no film in it.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<u8>> {
    let top = parts(bytes, 0..bytes.len())?;
    let film = parts(bytes, first(&top, b"moov")?.body.clone())?;
    let mut notes: Vec<Part> = film.iter().filter(|part| is_note(part)).cloned().collect();
    for track in film.iter().filter(|part| part.kind == *b"trak") {
        notes.extend(parts(bytes, track.body.clone())?.into_iter().filter(is_note));
    }
    let mut cleaned = bytes.to_vec();
    for note in notes {
        cleaned[note.body.start - 4..note.body.start].copy_from_slice(b"free");
        cleaned[note.body].fill(0);
    }
    Some(cleaned)
}

fn is_note(part: &Part) -> bool {
    matches!(&part.kind, b"udta" | b"meta")
}
