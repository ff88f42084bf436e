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
        let end = after.find(['=', ' ', '>']).unwrap_or(after.len());
        let (name, behind) = after.split_at(end);
        // Attributes that need no value are written without one.
        let Some(value) = behind.strip_prefix("=\"") else {
            attrs.push((name.to_owned(), String::new()));
            rest = behind;
            continue;
        };
        let end = value.find('"').unwrap_or(value.len());
        attrs.push((name.to_owned(), decode(&value[..end])));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_with_and_without_a_value() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let attrs = vec![pair("type", "checkbox"), pair("disabled", ""), pair("aria-label", "a > b"), pair("checked", "")];
        let read = start_tag("input type=\"checkbox\" disabled aria-label=\"a &gt; b\" checked><p id=\"x\">");
        assert_eq!(read, ("input".to_owned(), attrs, "<p id=\"x\">"));
        assert_eq!(start_tag("br>x"), ("br".to_owned(), Vec::new(), "x"));
        assert_eq!(start_tag("p class"), ("p".to_owned(), vec![pair("class", "")], ""));
        assert_eq!(start_tag("p class=x>y").2, "y");
    }
}
