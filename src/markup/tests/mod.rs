//! What the output looks like, rule by rule.

mod html;
mod robust;
mod source;
mod xss;

use super::{Heading, reading_minutes, render};
use scraper::{Html, Selector};

/// The output for a text.
fn html(markdown: &str) -> String {
    render(markdown).html.to_string()
}

/// How many elements of the output a selector finds.
fn count(markdown: &str, selector: &str) -> usize {
    let selector = Selector::parse(selector).expect("a selector");
    Html::parse_fragment(&html(markdown)).select(&selector).count()
}

/// Fails unless the output holds the piece.
#[track_caller]
fn holds(markdown: &str, piece: &str) {
    let html = html(markdown);
    assert!(html.contains(piece), "{piece}\nis not in\n{html}");
}

/// Fails if the output holds the piece.
#[track_caller]
fn lacks(markdown: &str, piece: &str) {
    let html = html(markdown);
    assert!(!html.contains(piece), "{piece}\nis in\n{html}");
}

fn outline(markdown: &str) -> Vec<(u8, String)> {
    render(markdown).headings.into_iter().map(|Heading { level, id, .. }| (level, id)).collect()
}

fn levels(markdown: &str) -> Vec<u8> {
    render(markdown).headings.iter().map(|heading| heading.level).collect()
}

#[test]
fn the_highest_heading_is_h2_and_no_level_is_skipped() {
    assert_eq!(levels("# A\n\n## B\n\n# C"), [2, 3, 2]);
    assert_eq!(levels("## A\n\n#### B\n\n#### C\n\n## D"), [2, 3, 3, 2]);
    assert_eq!(levels("#### A\n\n### B"), [2, 2]);
    assert_eq!(count("# A\n\n<h1>B</h1>\n\n<div><h1>C</h1></div>", "h1"), 0);
    assert_eq!(count("# A\n\n<h1>B</h1>", "h2"), 2);
}

#[test]
fn headings_have_the_ids_of_github_and_a_link_of_their_own() {
    let ids = ["what-s_in-größe", "a", "a-1", "section", "a-1-1"];
    let found = outline("# What-s_in Größe!\n\n# A\n\n# A\n\n# !!!\n\n# A-1");
    assert_eq!(found.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>(), ids);
    holds("## One *two*", r##"<a class="anchor" href="#one-two" aria-label="Link to section: One two">#</a></h2>"##);
    holds("# A\n\n# A", r#"aria-label="Link to section: A (2)""#);
}

#[test]
fn headings_without_words_are_dropped() {
    assert_eq!(count("#\n\n<h2> </h2>\n\n## A", "h1, h2, h3"), 1);
}

#[test]
fn a_footnote_is_no_part_of_its_heading() {
    let rendered = render("## A[^1]\n\n[^1]: Note.");
    assert_eq!(rendered.headings, [Heading { level: 2, id: "a".into(), text: "A".into() }]);
}

#[test]
fn ids_of_the_layout_are_renamed_and_links_to_them_follow() {
    let markdown = "## Comments\n\n[down](#comments)\n\n<p id=\"main\">a</p>\n\n<p id=\"c-12\">b</p>\n\n<p id=\"mine\">c</p>";
    holds(markdown, r#"<h2 id="user-comments">"#);
    holds(markdown, r##"<a href="#user-comments">down</a>"##);
    holds(markdown, r#"<p id="user-main">"#);
    holds(markdown, r#"<p id="user-c-12">"#);
    holds(markdown, r#"<p id="mine">"#);
}

#[test]
fn no_id_is_given_twice() {
    let markdown = "<a name=\"a\"></a>\n\n## A\n\n<p id=\"x\">1</p>\n\n<p id=\"x\">2</p>\n\n<p id=\"fn-1\">3</p>\n\n[^1]\n\n[^1]: n";
    assert_eq!(count(markdown, "#a"), 1);
    assert_eq!(count(markdown, "h2#a"), 1);
    assert_eq!(count(markdown, "#x"), 1);
    assert_eq!(count(markdown, "#fn-1"), 1);
}

#[test]
fn code_has_a_title_a_language_and_colors() {
    let markdown = "```rust title=\"src/db/pool.rs\"\nfn main() { let n = 1; } // end\n```";
    holds(
        markdown,
        "<figure class=\"code\"><figcaption>src/db/pool.rs<span>Rust</span></figcaption><pre tabindex=\"0\" role=\"group\" aria-label=\"Code: src/db/pool.rs\"><code>",
    );
    holds(markdown, r#"<span class="hl-entity">main</span>"#);
    holds(markdown, r#"<span class="hl-constant">1</span>"#);
    holds(markdown, r#"<span class="hl-comment">// end</span></code></pre></figure>"#);
}

#[test]
fn only_classes_that_the_stylesheet_colors_are_written() {
    let known = ["hl-comment", "hl-string", "hl-constant", "hl-keyword", "hl-entity", "hl-function", "hl-support"];
    for code in
        ["rust\npub fn a<'b>(c: &'b str) -> Option<u8> { None }", "sql\nSELECT a FROM b WHERE c = 'd' -- e", "html\n<a href=\"x\">y</a>"]
    {
        let html = html(&format!("```{code}\n```"));
        assert!(html.contains("hl-"), "{html}");
        for class in html.split("class=\"hl-").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(known.contains(&format!("hl-{class}").as_str()), "{class}");
        }
    }
}

#[test]
fn words_of_rustdoc_do_not_hide_the_language() {
    for info in ["rust,ignore", "rust,no_run", "rust,edition2018", "ignore", "rs", "edition2021", "rust {1,2}"] {
        let html = html(&format!("```{info}\nfn a() {{}}\n```"));
        assert!(html.contains("<figcaption><span>Rust</span></figcaption>") && html.contains("hl-keyword"), "{info}: {html}");
        assert!(html.contains("aria-label=\"Code, Rust\""), "{info}: {html}");
    }
    holds("```console\n$ ls\n```", "<span>Shell</span>");
    holds("```nonesuch\nx\n```", "<span>nonesuch</span>");
}

#[test]
fn code_without_a_language_has_no_caption() {
    for markdown in ["```\na < b\n```", "    a < b", "```text\na < b\n```", "<pre>a &lt; b</pre>"] {
        holds(markdown, "<figure class=\"code\"><pre tabindex=\"0\" role=\"group\" aria-label=\"Code\">");
        holds(markdown, "a &lt; b");
        lacks(markdown, "figcaption");
    }
}

#[test]
fn large_code_is_not_colored_but_kept() {
    let markdown = format!("```rust\n{}\n```", "let a = 1;\n".repeat(6000));
    let html = html(&markdown);
    assert!(!html.contains("hl-"));
    assert_eq!(html.matches("let a = 1;").count(), 6000);
}

#[test]
fn a_table_has_a_frame_with_a_name_and_scopes() {
    let markdown = "| Name | Size |\n|---|--:|\n| a | 1 |";
    holds(
        markdown,
        "<div class=\"wide\"><section class=\"table-wrap\" tabindex=\"0\" aria-label=\"Table: Name, Size\"><table class=\"table\">",
    );
    holds(markdown, "<th scope=\"col\">Name</th>");
    holds(markdown, "<th class=\"is-num\" scope=\"col\">Size</th>");
    holds(markdown, "<td class=\"is-num\">1</td>");
    lacks(markdown, "align=");
    lacks(markdown, "style=");
    holds(&format!("{markdown}\n\nx\n\n{markdown}"), "aria-label=\"Table: Name, Size (2)\"");
}

#[test]
fn a_table_of_raw_html_has_the_same_frame() {
    let markdown = "<table border=1 width=100%><tr><th>A<th>B<tr><th>c<td align=right>1</table>";
    holds(markdown, "aria-label=\"Table: A, B\"><table class=\"table\"><tbody><tr><th scope=\"col\">A</th>");
    holds(markdown, "<th scope=\"row\">c</th><td class=\"is-num\">1</td>");
    lacks(markdown, "border");
    assert_eq!(count("<table><tr><td><table><tr><td>x</table></table>", ".table-wrap"), 1);
}

#[test]
fn footnotes_are_named_both_ways() {
    let markdown = "A[^n] b[^n].\n\n[^n]: Note.";
    holds(markdown, r##"<sup class="footnote-ref"><a id="fnref-n" href="#fn-n" aria-label="Footnote 1">1</a></sup>"##);
    holds(markdown, r#"<section class="footnotes" aria-label="Footnotes">"#);
    holds(markdown, r##"href="#fnref-n" aria-label="Back to the text, footnote 1">Back</a>"##);
    holds(markdown, r##"href="#fnref-n-2" aria-label="Back 2 to the text, footnote 1">Back 2</a>"##);
    assert_eq!(count(markdown, "section.footnotes > ol > li#fn-n"), 1);
}

#[test]
fn tasks_have_boxes_with_names() {
    let markdown = "- [ ] todo `x`\n- [x] done";
    holds(markdown, "<ul>\n<li class=\"task-list-item\"><input type=\"checkbox\" disabled aria-label=\"Not done\"><div>");
    holds(markdown, "<input type=\"checkbox\" disabled aria-label=\"Done\" checked>");
    assert_eq!(count("<input type=checkbox> <input type=text>\n\n- <input type=checkbox> a", "input"), 0);
}

#[test]
fn alerts_have_their_title_paragraph() {
    let alert = "<div class=\"markdown-alert markdown-alert-tip\">\n<p class=\"markdown-alert-title\">Tip</p>\n<p>Do.</p>\n</div>";
    holds("> [!TIP]\n> Do.", alert);
    holds("> [!NOTE] Own title\n> Do.", "<p class=\"markdown-alert-title\">Own title</p>");
}

#[test]
fn quotes_are_not_made_smart() {
    holds("\"a\" -- 'b'...", "<p>\"a\" -- 'b'...</p>");
}

#[test]
fn words_and_minutes_are_counted_without_code() {
    assert_eq!(render("One two *three*.\n\n```\nfour five\n```\n\n- six\n- 日本").words, 6);
    assert_eq!([0, 1, 200, 201, 1500].map(reading_minutes), [1, 1, 1, 2, 8]);
}
