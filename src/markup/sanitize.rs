//! What of HTML a text may use. Everything else is dropped, by the crate `ammonia`.
//!
//! The list holds only HTML elements (neither SVG nor `MathML`), no element whose content is not
//! parsed as HTML, no `style` and no event handler. Later passes only remove, rename, or add
//! elements that they make themselves, and write every text and value escaped.

use ammonia::Builder;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(policy);

/// Drops whatever the policy does not name; the result is well-formed HTML.
pub(super) fn clean(html: &str) -> String {
    POLICY.clean(html).to_string()
}

const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "track",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Dropped with all that is in them; of other unknown elements the content stays.
const WITH_CONTENT: &[&str] =
    &["script", "style", "template", "noscript", "svg", "math", "object", "embed", "applet", "head", "canvas", "frameset"];

const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "name"]),
    ("audio", &["src", "loop", "muted"]),
    ("bdo", &["dir"]),
    ("code", &["data-meta"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("details", &["open"]),
    ("img", &["src", "srcset", "sizes", "alt", "width", "height"]),
    ("input", &["type", "checked", "disabled"]),
    ("li", &["value"]),
    ("ol", &["start", "reversed"]),
    ("source", &["src", "srcset", "sizes", "type", "media", "width", "height"]),
    ("td", &["colspan", "rowspan", "align"]),
    ("th", &["colspan", "rowspan", "align", "abbr"]),
    ("track", &["src", "kind", "srclang", "label", "default"]),
    ("video", &["src", "poster", "width", "height", "loop", "muted"]),
];

fn policy() -> Builder<'static> {
    let attributes: HashMap<&str, HashSet<&str>> = ATTRIBUTES.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect();
    let mut policy = Builder::default();
    policy
        .tags(ELEMENTS.iter().copied().collect())
        .clean_content_tags(WITH_CONTENT.iter().copied().collect())
        .generic_attributes(["id", "class", "lang", "dir", "title"].into_iter().collect())
        .tag_attributes(attributes)
        .url_schemes(["http", "https", "mailto", "tel"].into_iter().collect())
        .link_rel(None);
    policy
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn handlers_styles_and_foreign_content_are_dropped() {
        assert_eq!(clean(r#"<p onclick="x()" style="top:0">a<script>b</script><svg><style>c</style></svg></p>"#), "<p>a</p>");
        assert_eq!(clean(r#"<a href="java&#9;script:x()">a</a>"#), "<a>a</a>");
        assert_eq!(clean("<font color=red>a</font><center>b</center><tt>c</tt>"), "abc");
        assert_eq!(clean(r#"<img src="data:image/png;base64,AAAA">"#), "<img>");
    }

    #[test]
    fn safe_elements_stay() {
        let html = "<details><summary>a</summary><kbd>b</kbd> <abbr title=\"c\">d</abbr></details>";
        assert_eq!(clean(html), html);
    }
}
