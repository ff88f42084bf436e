//! One line of Markdown, for places that have room for nothing else: links, stress, code, line breaks.

use super::{SafeHtml, render::document_html};
use ammonia::Builder;
use std::{collections::HashSet, sync::LazyLock};

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(["a", "br", "code", "del", "em", "strong"]))
        .generic_attributes(HashSet::new())
        .add_tag_attributes("a", ["href"])
        .clean_content_tags(HashSet::from(["script", "style", "template", "iframe"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(None);
    builder
});

/// Renders a text as part of a line: paragraphs are parted by a line break, whatever else makes blocks leaves only its words.
pub fn render_line(markdown: &str) -> SafeHtml {
    let html = POLICY.clean(&document_html(markdown).replace("</p>", "<br>")).to_string();
    let mut line = html.trim();
    while let Some(shorter) = line.strip_suffix("<br>") {
        line = shorter.trim_end();
    }
    SafeHtml(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(markdown: &str) -> String {
        render_line(markdown).as_str().to_owned()
    }

    #[test]
    fn links_and_stress_stay_and_blocks_leave_their_words() {
        assert_eq!(
            line("**CC BY** [4.0](https://example.org/by \"x\"), `x`"),
            "<strong>CC BY</strong> <a href=\"https://example.org/by\">4.0</a>, <code>x</code>"
        );
        assert_eq!(line("One\n\nTwo"), "One<br>\nTwo");
        assert_eq!((line("# Loud"), line("- a"), line("")), ("Loud".to_owned(), "a".to_owned(), String::new()));
    }

    #[test]
    fn nothing_runs_and_nothing_is_fetched() {
        for bad in ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<style>a{}</style>", "</footer><iframe src=//x></iframe>"]
        {
            assert_eq!(line(bad), "", "{bad}");
        }
        assert_eq!(line("[x](javascript:alert(1))"), "<a>x</a>");
        assert_eq!(line("<b onclick=x>bold</b>"), "bold");
    }
}
