//! What is learned from a source, and how its addresses are changed.

use super::super::{SafeHtml, first_paragraph, plain_text, render, rewrite_links};

fn rewritten(markdown: &str) -> String {
    rewrite_links(markdown, |address| Some(format!("/n{}", address.trim_start_matches('/'))))
}

fn addresses(markdown: &str) -> Vec<String> {
    render(markdown).links.into_iter().map(|link| link.address).collect()
}

#[test]
fn links_are_listed_in_order_with_their_words() {
    let links = render("[a *b*](/1 \"t\") ![c](d.png) <a href=\"/2?x&amp;y\">e <b>f</b></a> [g][h] [i](#j)\n\n[h]: /3").links;
    let found: Vec<_> = links.iter().map(|link| (link.address.as_str(), link.text.as_str(), link.image)).collect();
    assert_eq!(found, [("/1", "a b", false), ("d.png", "c", true), ("/2?x&y", "e f", false), ("/3", "g", false)]);
}

#[test]
fn pictures_of_raw_html_and_within_links_are_listed() {
    let markdown = "<img src=\"/a.png\" srcset=\"/b.png 1x, /c.png 2x\" alt=\"d\">\n\n[![e](/f.png)](/g)\n\n<video poster=\"/h\"><source src=\"/i\"></video>";
    assert_eq!(addresses(markdown), ["/a.png", "/b.png", "/c.png", "/g", "/f.png", "/h", "/i"]);
    assert_eq!(addresses("`[a](/b)`\n\n    [a](/b)\n\n<https://o.example> \\[a](/b)"), ["https://o.example"]);
}

#[test]
fn destinations_are_rewritten_and_nothing_else() {
    assert_eq!(rewritten("[a](/b) and ![c](/d \"e (f)\")\n"), "[a](/nb) and ![c](/nd \"e (f)\")\n");
    assert_eq!(rewritten("[a](</b c> 't') [d](/e_(f))"), "[a](</nb c> 't') [d](/ne_(f))");
    assert_eq!(rewritten("[![a](/b)](/c)\r\n> - [d\n>   e](/f)"), "[![a](/nb)](/nc)\r\n> - [d\n>   e](/nf)");
    assert_eq!(rewritten("[a](/b\n  \"t\")"), "[a](/nb\n  \"t\")");
    assert_eq!(rewritten("| [a\\|b](/c) |\n|---|\n| [d](/e) |"), "| [a\\|b](/nc) |\n|---|\n| [d](/ne) |");
}

#[test]
fn definitions_are_rewritten_with_their_titles_kept() {
    assert_eq!(rewritten("[a]\n\n[a]: /b \"c\"\n[d]: </e>\n"), "[a]\n\n[a]: /nb \"c\"\n[d]: </ne>\n");
    assert_eq!(rewritten("> [a]:\n> /b\n\ntext\n[c]: /d\n"), "> [a]:\n> /nb\n\ntext\n[c]: /d\n");
    assert_eq!(rewritten("- [a]:\n  - [b](/c)\n\n[^1]: /d\n\n[^1]"), "- [a]:\n  - [b](/nc)\n\n[^1]: /d\n\n[^1]");
}

#[test]
fn raw_html_is_rewritten() {
    assert_eq!(
        rewritten("<img src='/a' srcset=\"/b 1x, /c 2x\">\n\nx <a class=y href=/d>z</a>"),
        "<img src='/na' srcset=\"/nb 1x, /nc 2x\">\n\nx <a class=y href=\"/nd\">z</a>"
    );
    assert_eq!(rewrite_links("<a href=\"/a?b&amp;c\">d</a>", |a| (a == "/a?b&c").then(|| "/e&f".into())), "<a href=\"/e&amp;f\">d</a>");
}

#[test]
fn code_and_autolinks_are_left_alone() {
    for same in [
        "`[a](/b)`",
        "``` `[a](/b)` ```",
        "    [a](/b)",
        "```\n[a]: /b\n[a](/b) <img src=/c>\n```",
        "<https://o.example/a>",
        "https://o.example/a",
        "\\[a](/b)",
        "<!-- <a href=\"/b\"> -->",
    ] {
        assert_eq!(rewritten(same), same);
    }
}

#[test]
fn new_addresses_are_written_so_that_they_are_read() {
    for new in ["/a b", "/a(b", "/a)b", "/a|b", "/a<b>c", "", "/a\\b"] {
        let markdown = rewrite_links("| a |\n|---|\n| [x](/y \"z\") |", |_| Some(new.to_owned()));
        let html = render(&markdown).html.to_string();
        assert!(!html.contains("[x]") && html.contains("<table") && (new.is_empty() || html.contains("title=\"z\"")), "{markdown}\n{html}");
    }
    assert_eq!(rewrite_links("[x](/y)", |_| None), "[x](/y)");
}

#[test]
fn plain_text_has_the_words_alone() {
    let markdown = "# A *b*\n\nC [d](/e) `f` ![g](/h)\ni[^1]\n\n- j\n- k\n\n```\nno\n```\n\n<div>l <b>m</b></div>\n\n[^1]: no";
    assert_eq!(plain_text(markdown), "A b\nC d f g i\nj\nk\nl m");
}

#[test]
fn the_first_paragraph_is_cut_after_a_word() {
    let markdown = "# Title\n\n> quote\n\nOne two, three *four* five.\n\nSix.";
    assert_eq!(first_paragraph(markdown, 100), "One two, three four five.");
    assert_eq!(first_paragraph(markdown, 9), "One two…");
    assert_eq!(first_paragraph(markdown, 8), "One two…");
    assert_eq!(first_paragraph("> only *this*", 100), "only this");
    assert_eq!(first_paragraph("日本語のテキスト", 4), "日本語…");
    assert_eq!(first_paragraph("", 10), "");
    assert_eq!(first_paragraph("abc", 0), "…");
}

#[test]
fn stored_html_comes_back_as_it_was() {
    let html = render("*a*").html;
    assert_eq!(SafeHtml::from_store(html.as_str().to_owned()), html);
    assert_eq!(format!("{html}"), "<p><em>a</em></p>\n");
}
