//! The destination of a link in Markdown: found, read and written.
//!
//! Follows `CommonMark` ("link destination", "link reference definitions").

use super::tags::decode_references;
use std::ops::Range;

/// A destination in the source.
#[derive(Debug)]
pub(super) struct Destination {
    /// With its angle brackets.
    pub whole: Range<usize>,
    pub angled: bool,
}

/// A destination that begins at `from`: in angle brackets, or with balanced parentheses.
pub(super) fn destination(text: &str, from: usize) -> Option<Destination> {
    let bytes = text.as_bytes();
    let angled = bytes.get(from) == Some(&b'<');
    let mut at = from + usize::from(angled);
    let mut depth = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 1,
            b'>' if angled => return Some(Destination { whole: from..at + 1, angled }),
            b'<' | b'\n' | b'\r' if angled => return None,
            b'(' if !angled => depth += 1,
            b')' if !angled && depth == 0 => break,
            b')' if !angled => depth -= 1,
            b if !angled && (b.is_ascii_whitespace() || b.is_ascii_control()) => break,
            _ => {}
        }
        at += 1;
    }
    (!angled && depth == 0).then_some(Destination { whole: from..at, angled })
}

/// Whether the source of a destination means this address.
pub(super) fn reads_as(source: &str, url: &str) -> bool {
    source.contains('&') || unescaped(source) == url || unescaped(&source.replace("\\|", "|")) == url
}

/// Without angle brackets and backslash escapes.
pub(super) fn unescaped(source: &str) -> String {
    let inner = source.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(source);
    let mut out = String::with_capacity(inner.len());
    let mut chars = decode_references(inner).chars().collect::<Vec<_>>().into_iter().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out.trim().to_owned()
}

/// A new destination as it must be written.
pub(super) fn written(address: &str, angled: bool) -> String {
    let mut out = String::with_capacity(address.len());
    let mut depth = 0_i32;
    let mut balanced = true;
    for c in address.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        balanced &= depth >= 0;
        match c {
            '|' => out.push_str("%7C"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\n' | '\r' => {}
            '\\' => out.push_str("\\\\"),
            _ => out.push(c),
        }
    }
    let plain = balanced && depth == 0 && !out.is_empty() && !out.contains(|c: char| c.is_whitespace() || c.is_control());
    if plain && !angled { out } else { format!("<{out}>") }
}

/// The place after `]:`, for a label that begins at `from`.
pub(super) fn label_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    let mut blank = true;
    while at < from + 1000 {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'[' => return None,
            b']' => return (!blank && bytes.get(at + 1) == Some(&b':')).then_some(at + 2),
            b if !b.is_ascii_whitespace() => blank = false,
            _ => {}
        }
        at += 1;
    }
    None
}
