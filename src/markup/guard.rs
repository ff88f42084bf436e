//! Disarms raw HTML that would harm the page as a whole, before the sanitizer sees it.
//!
//! An HTML parser keeps a stack of open elements that it searches again and again, so thousands
//! of unclosed ones take quadratic time. Other elements swallow everything up to their end tag,
//! which a writer who mentions `<title>` never writes. Such tags become visible text, as in
//! GFM's "disallowed raw HTML". Safety does not depend on this step: the sanitizer comes after.

use super::syntax::escape;
use super::tags::{Tag, next_tag};
use std::collections::HashMap;

/// Start tags beyond so many open elements become text.
const DEEPEST: usize = 200;
/// Longer tags become text; it bounds the work for a tag of thousands of attributes.
const LONGEST_TAG: usize = 8 * 1024;

/// Returns the HTML with dangerous tags made text and embedded pages made links.
pub(super) fn disarm(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + 64);
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut depth = 0;
    let mut unclosed: Option<String> = None;
    let mut copied = 0;
    let mut at = 0;
    while let Some(tag) = next_tag(html, at) {
        at = tag.place.end;
        out.push_str(&html[copied..tag.place.start]);
        copied = tag.place.end;
        let source = &html[tag.place.clone()];
        if is_swallowing(&tag) || source.len() > LONGEST_TAG || depth >= DEEPEST && !tag.closing && nests(&tag.name) {
            escape(source, false, &mut out);
        } else if tag.name == "iframe" {
            if !tag.closing {
                link_instead(&tag, html, &mut out);
            }
        } else if matches!(tag.name.as_str(), "script" | "style") && !tag.closing {
            let end = if unclosed.as_ref() == Some(&tag.name) { None } else { end_of(html, at, &tag.name) };
            if let Some(end) = end {
                at = end;
                copied = end;
            } else {
                escape(source, false, &mut out);
                unclosed = Some(tag.name);
            }
        } else {
            if nests(&tag.name) {
                let count = open.entry(tag.name).or_default();
                if !tag.closing {
                    *count += 1;
                    depth += 1;
                } else if *count > 0 {
                    *count -= 1;
                    depth -= 1;
                }
            }
            out.push_str(source);
        }
    }
    out.push_str(&html[copied..]);
    out
}

/// Whether an element can hold another of its kind; the others are void or close themselves.
fn nests(name: &str) -> bool {
    !matches!(
        name,
        "p" | "li"
            | "dt"
            | "dd"
            | "tr"
            | "td"
            | "th"
            | "tbody"
            | "thead"
            | "tfoot"
            | "caption"
            | "colgroup"
            | "col"
            | "br"
            | "hr"
            | "img"
            | "input"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements whose content is text up to their end tag, or that close the open ones.
fn is_swallowing(tag: &Tag) -> bool {
    matches!(tag.name.as_str(), "title" | "textarea" | "xmp" | "noembed" | "noframes" | "plaintext" | "select")
}

fn end_of(html: &str, from: usize, name: &str) -> Option<usize> {
    let mut at = from;
    loop {
        at += html[at..].find("</")? + 2;
        let rest = &html[at..];
        if rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return Some(at + rest.find('>')? + 1);
        }
    }
}

fn link_instead(tag: &Tag, html: &str, out: &mut String) {
    let Some(address) = tag.value(html, "src").filter(|src| !src.trim().is_empty()) else { return };
    let title = tag.value(html, "title").unwrap_or_default();
    out.push_str("<a href=\"");
    escape(&address, true, out);
    out.push_str("\">Embedded page");
    if !title.trim().is_empty() {
        out.push_str(": ");
        escape(title.trim(), false, out);
    }
    out.push_str(" (");
    escape(&super::address::host(&address), false, out);
    out.push_str(")</a>");
}

#[cfg(test)]
mod tests {
    use super::disarm;

    #[test]
    fn a_mentioned_tag_does_not_swallow_the_rest() {
        assert_eq!(disarm("<p>Use <title> and <i>more</i></p>"), "<p>Use &lt;title&gt; and <i>more</i></p>");
        assert_eq!(disarm("a <script> b"), "a &lt;script&gt; b");
        assert_eq!(disarm("a <script>alert('<b>')</SCRIPT > b"), "a  b");
    }

    #[test]
    fn an_embedded_page_becomes_a_link() {
        let html = disarm(r#"<iframe src="https://v.example/1?a&amp;b" title="A talk" allowfullscreen></iframe>"#);
        assert_eq!(html, r#"<a href="https://v.example/1?a&amp;b">Embedded page: A talk (v.example)</a>"#);
    }

    #[test]
    fn only_so_many_elements_stay_open() {
        let html = disarm(&"<div>".repeat(5000));
        assert_eq!(html.matches("<div>").count(), super::DEEPEST);
        let closed = "<div></div>".repeat(5000);
        assert_eq!(disarm(&closed), closed);
    }
}
