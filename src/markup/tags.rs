//! Finds tags and their attributes in raw HTML, with their places.
//!
//! Used where the text of the author matters as it was written: to list and to rewrite
//! addresses, and to disarm what would swallow the rest of a page. What is safe is decided by
//! the sanitizer alone.

use std::ops::Range;

/// An attribute as written.
#[derive(Debug, PartialEq)]
pub(super) struct Attr {
    /// In small letters.
    pub name: String,
    /// Where the value lies, without its quotes.
    pub value: Range<usize>,
}

/// A start or end tag as written.
#[derive(Debug, PartialEq)]
pub(super) struct Tag {
    /// In small letters.
    pub name: String,
    pub closing: bool,
    pub place: Range<usize>,
    pub attrs: Vec<Attr>,
}

impl Tag {
    /// The value of an attribute, its character references decoded.
    pub fn value(&self, html: &str, name: &str) -> Option<String> {
        let attr = self.attrs.iter().find(|attr| attr.name == name)?;
        Some(decode_references(&html[attr.value.clone()]))
    }
}

/// The next tag at or after `from`; comments and declarations are passed over.
pub(super) fn next_tag(html: &str, mut from: usize) -> Option<Tag> {
    let bytes = html.as_bytes();
    loop {
        let start = from + html.get(from..)?.find('<')?;
        let rest = &html[start + 1..];
        if rest.starts_with("!--") {
            from = start + 4 + html[start + 4..].find("-->")?;
            continue;
        }
        let closing = rest.starts_with('/');
        let name_start = start + 1 + usize::from(closing);
        if !bytes.get(name_start).is_some_and(u8::is_ascii_alphabetic) {
            from = start + 1;
            continue;
        }
        let name_end = bytes[name_start..].iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))? + name_start;
        let (attrs, end) = attributes(html, name_end)?;
        let name = html[name_start..name_end].to_ascii_lowercase();
        return Some(Tag { name, closing, place: start..end, attrs });
    }
}

fn attributes(html: &str, mut at: usize) -> Option<(Vec<Attr>, usize)> {
    let bytes = html.as_bytes();
    let mut attrs = Vec::new();
    loop {
        while bytes.get(at)?.is_ascii_whitespace() || bytes[at] == b'/' {
            at += 1;
        }
        if bytes[at] == b'>' {
            return Some((attrs, at + 1));
        }
        let name_start = at;
        at += 1;
        while !(bytes.get(at)?.is_ascii_whitespace() || matches!(bytes[at], b'/' | b'>' | b'=')) {
            at += 1;
        }
        let name = html[name_start..at].to_ascii_lowercase();
        let mut after = at;
        while bytes.get(after)?.is_ascii_whitespace() {
            after += 1;
        }
        if bytes[after] != b'=' {
            attrs.push(Attr { name, value: at..at });
            continue;
        }
        after += 1;
        while bytes.get(after)?.is_ascii_whitespace() {
            after += 1;
        }
        let value = match bytes[after] {
            quote @ (b'"' | b'\'') => {
                let end = after + 1 + bytes[after + 1..].iter().position(|b| *b == quote)?;
                at = end + 1;
                after + 1..end
            }
            _ => {
                at = after + bytes[after..].iter().position(|b| b.is_ascii_whitespace() || *b == b'>')?;
                after..at
            }
        };
        attrs.push(Attr { name, value });
    }
}

/// Decodes numeric character references and the five that addresses need; others stay.
pub(super) fn decode_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|b| b == b';');
        match end.and_then(|end| Some((reference(&rest[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_with_the_places_of_their_values() {
        let html = r#"a < b <!-- <i> --> <IMG src="/a.png" alt='x > y' hidden width=3/><br/></p>"#;
        let tag = next_tag(html, 0).expect("a tag");
        assert_eq!((tag.name.as_str(), tag.closing), ("img", false));
        assert_eq!(tag.value(html, "src").as_deref(), Some("/a.png"));
        assert_eq!(tag.value(html, "alt").as_deref(), Some("x > y"));
        assert_eq!(tag.value(html, "hidden").as_deref(), Some(""));
        assert_eq!(tag.value(html, "width").as_deref(), Some("3/"));
        let next = next_tag(html, tag.place.end).expect("another");
        assert_eq!(next.name, "br");
        let last = next_tag(html, next.place.end).expect("a third");
        assert!(last.closing && last.name == "p");
        assert_eq!(next_tag(html, last.place.end), None);
    }

    #[test]
    fn unfinished_tags_are_none() {
        for html in ["<", "<a", "<a href", "<a href=", "<a href=\"x", "<!-- <a>", "</", "< a>"] {
            assert_eq!(next_tag(html, 0), None, "{html}");
        }
    }

    #[test]
    fn references_are_decoded_once() {
        assert_eq!(decode_references("a&amp;b&#x26;c&#38;d&copy;&amp;lt;&"), "a&b&c&d&copy;&lt;&");
    }
}
