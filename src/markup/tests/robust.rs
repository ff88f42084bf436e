//! Texts that are made to hurt: none may panic or take long.

use super::super::{first_paragraph, plain_text, render, rewrite_links};
use std::time::{Duration, Instant};

/// Far more than each takes without optimization, far less than quadratic time would.
const PATIENCE: Duration = Duration::from_secs(10);

#[track_caller]
fn endure(name: &str, markdown: &str) {
    let start = Instant::now();
    let html = render(markdown).html;
    assert_eq!(rewrite_links(markdown, |_| None), markdown, "{name}");
    assert!(start.elapsed() < PATIENCE, "{name} took {:?}", start.elapsed());
    assert!(html.as_str().len() < 40 * markdown.len() + 1000, "{name} grew to {}", html.as_str().len());
}

#[test]
fn deep_nesting_is_cut() {
    for piece in
        [">", "[", "*", "![", "<b>", "<div>\n", "<p><b>", "<ul><li>", "<table><tr><td>", "- ", "> - ", "*a ", "~a", "<details>", "<em>"]
    {
        endure(piece, &piece.repeat(100_000 / piece.len()));
    }
    let list: String = (0..440).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect();
    endure("list", &list);
    endure("quotes and blank lines", &format!("{}x\n{}", ">".repeat(30_000), "a\n".repeat(30_000)));
}

#[test]
fn text_below_the_deepest_level_is_kept() {
    let html = render(&format!("{}deep *words* [x](/y)", "> ".repeat(90))).html.to_string();
    assert!(html.contains("deep words x"), "{html}");
    let html = render(&format!("{}words{}", "*a ".repeat(90), "*".repeat(90))).html.to_string();
    assert!(html.contains("words"), "{html}");
}

#[test]
fn long_runs_of_anything_are_endured() {
    for piece in
        ["&amp;", "a@", "www.a.b ", "<!-- ", "<script>\n\n", "[a]: x\n", "|a", "<a href=x>", "`a``", ":", "_a__b", "<", "\\", "😀", "\0"]
    {
        endure(piece, &piece.repeat(50_000 / piece.len()));
    }
    endure("attributes", &format!("<a {}>", "a1 ".repeat(30_000)));
    endure("code", &format!("```js\n{}\n```", "(`${".repeat(10_000)));
    endure("blocks of code", &"```rust\nfn a() {}\n```\n".repeat(300));
}

#[test]
fn odd_characters_are_endured() {
    for text in [
        "\0",
        "\u{feff}# a",
        "a\0b [c\0](d\0)",
        "𝔘𝔫𝔦 [😀](/😀 \"😀\")",
        "# مرحبا\n\n[ש](/ל)",
        "\u{202e}abc\u{202c}",
        "\r\r\n[a](/b)\r",
        "é[é](/é)",
    ] {
        endure(text, text);
        let _ = (plain_text(text), first_paragraph(text, 3));
    }
    assert_eq!(render("# مرحبا").headings[0].id, "مرحبا");
    assert_eq!(render("").html.as_str(), "");
}
