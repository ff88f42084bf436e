//! Tells the format by the content; a name may say anything.
//!
//! Signatures as the WHATWG's MIME Sniffing Standard has them, at the very beginning only: a format that allows junk before its
//! signature (PDF, ZIP) is not looked for behind other bytes, so that no file is two things.

use super::format::Format;

/// What these bytes are; `None` where they are nothing that is taken.
pub(super) fn sniff(bytes: &[u8]) -> Option<Format> {
    let starts = |signature: &[u8]| bytes.starts_with(signature);
    let at = |place: usize, signature: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(signature));
    Some(match () {
        () if starts(b"\xff\xd8\xff") => Format::Jpeg,
        () if starts(b"\x89PNG\r\n\x1a\n") => Format::Png,
        () if starts(b"GIF87a") || starts(b"GIF89a") => Format::Gif,
        () if starts(b"RIFF") && at(8, b"WEBP") => Format::WebP,
        () if at(4, b"ftyp") => return base_media(bytes),
        () if starts(b"%PDF-") => Format::Pdf,
        () if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") => Format::Zip,
        () if starts(b"\x1a\x45\xdf\xa3") => {
            return bytes[..bytes.len().min(64)].windows(4).any(|four| four == b"webm").then_some(Format::WebM);
        }
        () if is_mp3(bytes) => Format::Mp3,
        () => return text(bytes),
    })
}

/// The brands of an ISO base media file (ISO/IEC 14496-12, 4.3; AVIF 6).
fn base_media(bytes: &[u8]) -> Option<Format> {
    const FILMS: &[&[u8]] =
        &[b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4A ", b"dash", b"MSNV"];
    let length = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    let body = bytes.get(8..length.min(4096))?;
    let mut brands = body.chunks_exact(4).enumerate().filter(|(place, _)| *place != 1).map(|(_, brand)| brand); // the second is a version
    if brands.clone().any(|brand| brand == b"avif" || brand == b"avis") {
        return Some(Format::Avif);
    }
    brands.any(|brand| FILMS.contains(&brand)).then_some(Format::Mp4)
}

/// An ID3 tag, or two frames of layer III where the first says that they are (ISO/IEC 11172-3, 2.4.1.3).
fn is_mp3(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"ID3") {
        return bytes.len() >= 10 && bytes[3] < 0xff && bytes[6..10].iter().all(|part| *part < 0x80);
    }
    frame_length(bytes).and_then(|length| frame_length(bytes.get(length..)?)).is_some()
}

fn frame_length(bytes: &[u8]) -> Option<usize> {
    const V1: [usize; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const V2: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let head = bytes.get(..4)?;
    let (version, layer) = (head[1] >> 3 & 3, head[1] >> 1 & 3);
    if head[0] != 0xff || head[1] & 0xe0 != 0xe0 || version == 1 || layer != 1 {
        return None;
    }
    let rate = [44_100, 48_000, 32_000].get(usize::from(head[2] >> 2 & 3))? >> [2, 0, 1, 0][usize::from(version)];
    let kilobits = *(if version == 3 { V1 } else { V2 }).get(usize::from(head[2] >> 4))?;
    let slots = if version == 3 { 144_000 } else { 72_000 };
    (kilobits > 0).then(|| slots * kilobits / rate + usize::from(head[2] >> 1 & 1))
}

/// A drawing, or text: UTF-8 without control characters other than white space.
fn text(bytes: &[u8]) -> Option<Format> {
    let text = std::str::from_utf8(bytes).ok()?;
    if text.is_empty() || text.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{85}')) {
        return None;
    }
    Some(if is_drawing(text) { Format::Svg } else { Format::Text })
}

/// Whether the root element is `svg`, behind what XML allows before it.
fn is_drawing(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match () {
            () if rest.starts_with("<?") => "?>",
            () if rest.starts_with("<!--") => "-->",
            () if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!DOCTYPE")) => {
                rest = after_doctype(rest);
                continue;
            }
            () => break,
        };
        let Some(place) = rest.find(end) else { return false };
        rest = rest[place + end.len()..].trim_start();
    }
    let name = rest.strip_prefix('<').unwrap_or("").split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or("");
    name == "svg" || name.ends_with(":svg")
}

/// Behind the document type, and behind the declarations in its brackets.
fn after_doctype(text: &str) -> &str {
    let end = match (text.find('['), text.find('>')) {
        (Some(open), Some(close)) if open < close => text.find(']').and_then(|end| Some(end + text[end..].find('>')?)),
        (_, close) => close,
    };
    end.map_or("", |end| text[end + 1..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_what_a_file_is() {
        for (bytes, format) in [
            (&b"\xff\xd8\xff\xe0"[..], Some(Format::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(Format::Png)),
            (b"GIF89a", Some(Format::Gif)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(Format::WebP)),
            (b"RIFF\0\0\0\0WAVEfmt ", None),
            (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", Some(Format::Avif)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Some(Format::Avif)),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", None),
            (b"\0\0\0\x18ftypisom\0\0\x02\0isomavc1", Some(Format::Mp4)),
            (b"%PDF-1.7", Some(Format::Pdf)),
            (b"PK\x03\x04", Some(Format::Zip)),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", Some(Format::WebM)),
            (b"ID3\x04\0\0\0\0\x02\x01", Some(Format::Mp3)),
            (b"\x7fELF\x02\x01", None),
            (b"MZ\x90\0", None),
            (b"\xff\xfe<\0s\0v\0g\0", None),
            (b"", None),
        ] {
            assert_eq!(sniff(bytes), format, "{bytes:?}");
        }
    }

    #[test]
    fn text_is_utf_8_without_controls() {
        for (text, format) in [
            ("Grüße, שלום, 🚀\r\n\tpage\u{c}", Some(Format::Text)),
            ("<!DOCTYPE html><svg onload=alert(1)>", Some(Format::Svg)), // read as XML, and sanitised
            ("<html><svg></svg></html>", Some(Format::Text)),
            ("\u{feff}<?xml version='1.0'?>\n<!-- a > b --><!DOCTYPE svg [ <!ENTITY a \"b\"> ]>\n<svg xmlns='x'/>", Some(Format::Svg)),
            ("<s:svg xmlns:s='x'/>", Some(Format::Svg)),
            ("<!-- never closed <svg>", Some(Format::Text)),
            ("a\0b", None),
            ("a\u{1b}[31m", None),
        ] {
            assert_eq!(sniff(text.as_bytes()), format, "{text:?}");
        }
    }

    #[test]
    fn sound_without_a_tag_is_known_by_two_frames() {
        let mut sound = vec![0; 417 * 2];
        sound[..4].copy_from_slice(b"\xff\xfb\x90\x00"); // 128 kbit/s, 44.1 kHz: 417 bytes
        assert_eq!(sniff(&sound), None, "one frame may be chance");
        sound[417..421].copy_from_slice(b"\xff\xfb\x90\x00");
        assert_eq!(sniff(&sound), Some(Format::Mp3));
    }
}
