//! Remarks of strangers: the part of Markdown that a few lines of talk need.
//!
//! Stress, code, quotes, lists and links. Whatever HTML somebody types is shown as it was typed; a picture becomes a link to it, a
//! heading a paragraph; a line break is one. Links tell search engines that nobody here vouches for them (`nofollow ugc`).

use super::{
    SafeHtml,
    render::{flatten, shallow},
};
use ammonia::Builder;
use comrak::{
    Arena, Options,
    nodes::{Node, NodeValue},
};
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// The version of the output. Raise it when the output changes: stored remarks are made again.
pub const REMARK_RENDERER: i32 = 1;

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(["a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"]))
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .clean_content_tags(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("nofollow ugc noopener"));
    builder
});

/// Renders a remark, and counts its links to elsewhere.
pub fn render_remark(markdown: &str) -> (SafeHtml, usize) {
    let (arena, options) = (Arena::new(), options());
    let root = comrak::parse_document(&arena, &shallow(markdown), &options);
    let links = settle(root);
    flatten(&arena, root);
    let mut html = String::new();
    if comrak::format_html(root, &options, &mut html).is_err() {
        html.clear();
    }
    (SafeHtml(POLICY.clean(&html).to_string().trim().to_owned()), links)
}

/// Makes paragraphs of headings and links of pictures. Says how many links there are.
fn settle(root: Node<'_>) -> usize {
    let mut links = 0;
    for node in root.descendants() {
        let value = &mut node.data_mut().value;
        match value {
            NodeValue::Heading(_) => *value = NodeValue::Paragraph,
            NodeValue::Image(link) => {
                links += 1;
                *value = NodeValue::Link(link.clone());
            }
            NodeValue::Link(_) => links += 1,
            _ => {}
        }
    }
    links
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.render.hardbreaks = true;
    options.render.escape = true;
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markdown: &str) -> String {
        render_remark(markdown).0.as_str().to_owned()
    }

    #[test]
    fn talk_is_rendered() {
        assert_eq!(html("**Yes**, *but*\nsee `x`"), "<p><strong>Yes</strong>, <em>but</em><br>\nsee <code>x</code></p>");
        assert_eq!(html("> a\n\n- b"), "<blockquote>\n<p>a</p>\n</blockquote>\n<ul>\n<li>b</li>\n</ul>");
        assert_eq!(html("# Loud"), "<p>Loud</p>");
        assert_eq!(html(""), "");
    }

    #[test]
    fn links_are_vouched_for_by_nobody_and_counted() {
        let (shown, links) = render_remark("[a](https://example.net/) https://example.org ![p](https://example.com/p.png)");
        assert_eq!(links, 3);
        assert_eq!(shown.as_str().matches("rel=\"nofollow ugc noopener\"").count(), 3, "{}", shown.as_str());
        assert!(!shown.as_str().contains("<img"), "{}", shown.as_str());
        assert!(!html("[x](javascript:alert(1))").contains("javascript"));
    }

    #[test]
    fn html_is_shown_as_it_was_typed() {
        let shown = html("<script>alert(1)</script>\n\nA <b onclick=x>b</b> <img src=x onerror=alert(1)>");
        assert!(!shown.contains("<script") && !shown.contains("<img") && !shown.contains("<b "), "{shown}");
        assert!(shown.contains("&lt;script&gt;") && shown.contains("&lt;img src=x"), "{shown}");
    }

    #[test]
    fn what_is_nested_absurdly_deep_is_rendered_too() {
        assert!(html(&">".repeat(4000)).len() < 20_000);
        assert!(html(&format!("{}x", "- ".repeat(2000))).contains('x'));
    }
}
