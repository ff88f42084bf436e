//! The written form of sanitized HTML: tags, escapes, void elements.
//!
//! Follows "serializing HTML fragments" of the HTML Standard, in both directions.

/// An element's name and attributes.
pub(super) type Head<'a> = (String, Vec<(String, String)>, &'a str);

/// Reads what follows the `<` of a start tag; returns the rest of the source as well.
pub(super) fn start_tag(source: &str) -> Head<'_> {
    let name_end = source.find([' ', '>']).unwrap_or(source.len());
    let mut attrs = Vec::new();
    let mut rest = &source[name_end..];
    while let Some(after) = rest.strip_prefix(' ') {
        let Some(equals) = after.find("=\"") else { break };
        let value = &after[equals + 2..];
        let end = value.find('"').unwrap_or(value.len());
        attrs.push((after[..equals].to_owned(), decode(&value[..end])));
        rest = value.get(end + 1..).unwrap_or("");
    }
    let rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
    (source[..name_end].to_owned(), attrs, rest)
}

/// Elements without an end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(name, "br" | "col" | "hr" | "img" | "input" | "source" | "track" | "wbr")
}

/// Attributes that need no value.
pub(super) fn is_boolean(name: &str) -> bool {
    matches!(name, "checked" | "controls" | "disabled" | "loop" | "muted" | "open" | "reversed" | "default")
}

/// Undoes what the sanitizer's serializer escapes.
pub(super) fn decode(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

/// Escapes a text or an attribute's value and leaves out the characters that no HTML document
/// may hold (controls and noncharacters).
pub(super) fn escape(text: &str, in_attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => {}
            _ if u32::from(c) & 0xfffe == 0xfffe => {}
            _ => out.push(c),
        }
    }
}
