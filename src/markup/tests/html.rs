//! What stays of raw HTML, and that the result is valid.

use super::{count, holds, html, lacks};

#[test]
fn safe_elements_of_raw_html_stay() {
    for kept in [
        "<kbd>a</kbd>",
        "<sub>a</sub>",
        "<sup>a</sup>",
        "<mark>a</mark>",
        "<abbr title=\"b\">a</abbr>",
        "<span>a</span>",
        "<ruby>a<rt>b</rt></ruby>",
        "<span lang=\"pt-BR\" dir=\"rtl\">a</span>",
    ] {
        holds(&format!("x {kept} y"), kept);
    }
    for kept in [
        "<details><summary>a</summary>b</details>",
        "<figure>a<figcaption>b</figcaption></figure>",
        "<dl><dt>a</dt><dd>b</dd></dl>",
        "<div class=\"markdown-alert\">a</div>",
    ] {
        holds(kept, kept);
    }
}

#[test]
fn a_text_cannot_restyle_the_page() {
    holds("<p class=\"site-head is-num button\">a</p>", "<p class=\"is-num\">a</p>");
    holds("<p class=\"lockbar\" style=\"color:red\">a</p>", "<p>a</p>");
    holds("<span class=\"hl-keyword anchor\">a</span>", "<span class=\"hl-keyword\">a</span>");
}

#[test]
fn obsolete_markup_is_unwrapped() {
    holds("<center><font color=red>a</font> <tt>b</tt></center>", "a b");
    lacks("<center><font color=red>a</font> <tt>b</tt></center>", "<");
    holds("x <a name=\"old\"></a> y", "<span id=\"old\"></span>");
    lacks("<td width=3>a</td><p align=center>b</p>", "align");
}

#[test]
fn links_to_other_hosts_do_not_hand_over_the_window() {
    holds("[a](https://o.example/)", "<a href=\"https://o.example/\" rel=\"noopener\">a</a>");
    holds("[a](//o.example/)", "rel=\"noopener\"");
    holds("<a href=\"https://o.example/\" target=_blank rel=opener>a</a>", "<a href=\"https://o.example/\" rel=\"noopener\">a</a>");
    holds("[a](/b)", "<a href=\"/b\">a</a>");
    holds("https://o.example/x", "<a href=\"https://o.example/x\" rel=\"noopener\">https://o.example/x</a>");
}

#[test]
fn nothing_is_asked_of_another_host() {
    holds("![A cat](https://i.example/c.png)", "<a href=\"https://i.example/c.png\" rel=\"noopener\">Picture: A cat (i.example)</a>");
    holds("![](//i.example/c.png)", ">Picture (i.example)</a>");
    holds("[![Build](https://i.example/b.svg)](/ci)", "<a href=\"/ci\"><span>Picture: Build (i.example)</span></a>");
    holds("<video src=\"https://v.example/a.mp4\"></video>", "<a href=\"https://v.example/a.mp4\" rel=\"noopener\">Video (v.example)</a>");
    holds("<audio><source src=\"https://v.example/a.mp3\"></audio>", ">Sound (v.example)</a>");
    holds("<iframe src=\"https://v.example/e\" title=\"Talk\"></iframe>", ">Embedded page: Talk (v.example)</a>");
    holds("<img src=\"/a.png\" srcset=\"https://i.example/b.png 2x, /c.png 3x\">", "srcset=\"/c.png 3x\"");
    holds(
        "<picture><source srcset=\"//i.example/a.webp\"><source srcset=\"/b.webp\" type=\"image/webp\"><img src=\"/b.png\" alt=\"b\"></picture>",
        "<picture><source type=\"image/webp\" srcset=\"/b.webp 1x\"><img",
    );
    for remote in
        ["<img src=\"/\\i.example/a\">", "<img src=\"ht&#10;tps://i.example/a\">", "<video poster=\"//i.example/p\" src=\"/v\"></video>"]
    {
        assert_eq!(count(remote, "[src*='i.example'], [poster]"), 0, "{remote}");
    }
}

#[test]
fn films_and_sound_of_the_site_have_controls() {
    let html = html(
        "<video src=\"/v.mp4\" autoplay poster=\"/p.png\"><track src=\"/t.vtt\" kind=\"captions\" srclang=\"en\" label=\"English\"></video>",
    );
    assert!(html.contains("controls") && html.contains("poster=\"/p.png\"") && html.contains("<track src=\"/t.vtt\""), "{html}");
    assert!(!html.contains("autoplay"));
}

#[test]
fn pictures_load_late_and_always_have_alt() {
    holds("x ![](/a.png)", "<img src=\"/a.png\" alt=\"\" loading=\"lazy\" decoding=\"async\">");
    holds("<img src=/a.png width=3 height=4>", "width=\"3\" height=\"4\" alt=\"\"");
    holds("x ![](/a.png \"b\")", "alt=\"b\" title=\"b\"");
    lacks("<img src=/a.png width=50%>", "width");
    holds("[![](/a.png)](/b)", "alt=\"/b\"");
}

#[test]
fn a_picture_alone_with_a_title_becomes_a_figure() {
    let figure = "<figure><img src=\"/a.png\" alt=\"b\" loading=\"lazy\" decoding=\"async\"><figcaption>c</figcaption></figure>";
    holds("![b](/a.png \"c\")", figure);
    holds("![b](https://i.example/a.png \"c\")", "(i.example)</a><figcaption>c</figcaption></figure>");
    lacks("x ![b](/a.png \"c\")", "figure");
    lacks("![b](/a.png)", "figure");
}

#[test]
fn blocks_stand_where_blocks_may() {
    assert_eq!(count("<p>a<div>b</div>c</p>", "p p, p div"), 0);
    assert_eq!(count("<h2><div>a</div><ul><li>b</ul></h2>", "h2 div, h2 ul, h2 li"), 0);
    assert_eq!(count("<h2><table><tr><td>a</table></h2>", "table"), 0);
    assert_eq!(count("<span><div>a</div></span>", "span"), 0);
    assert_eq!(count("<a href=/x><h2>a</h2></a>", "a a"), 0);
    assert_eq!(count("<a href=/x><details>a</details></a>", "a details"), 0);
    assert_eq!(count("<ul>a<p>b</p><li>c</ul>", "ul > :not(li)"), 0);
    assert_eq!(count("<li>a</li><dt>b</dt><figcaption>c</figcaption><summary>d</summary>", "li, dt, figcaption, summary"), 0);
    assert_eq!(count("<dl><dd>a</dd><p>b</p></dl>", "dl, dd"), 0);
    assert_eq!(count("<p></p>\n\n<ul></ul>\n\n<table></table>", "p, ul, table"), 0);
    assert_eq!(count("<details>a<summary>b</summary></details>", "details > summary:first-child"), 1);
}

#[test]
fn links_without_words_are_no_links() {
    assert_eq!(count("[](/a) <a href=/b> </a> <a>c</a>", "a"), 0);
}

#[test]
fn values_that_are_not_valid_are_dropped() {
    lacks("<ol start=x><li value=y>a</ol>", "start");
    lacks("<p lang=\"not a language\" dir=up id=\"a b\" title=\" \">a</p>", "p ");
    holds("<a href=\"/a b|c\">x</a>", "href=\"/a%20b%7Cc\"");
    assert!(!html("a\u{1}b&#2;c\u{fffe}").contains(['\u{1}', '\u{2}', '\u{fffe}']));
}

#[test]
fn a_mentioned_tag_does_not_swallow_the_text() {
    for tag in ["title", "textarea", "xmp", "noembed", "plaintext", "script", "style", "select"] {
        let html = html(&format!("Use <{tag}> here.\n\nAnd *more*."));
        assert!(html.contains("<em>more</em>"), "{tag}: {html}");
    }
}
