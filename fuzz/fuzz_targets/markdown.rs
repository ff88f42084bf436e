//! Markdown → safe HTML: whatever is typed, a browser-grade parser finds nothing in what comes out that could run, and reading it,
//! writing it and reading it again changes nothing (no mutation XSS).
#![no_main]

use libfuzzer_sys::fuzz_target;
use mainstay::markup;
use mainstay_fuzz::bounded;
use scraper::{Html, Selector};

/// Elements that no text of an author has.
const NEVER: &[&str] = &[
    "script", "style", "iframe", "object", "embed", "base", "meta", "link", "form", "frame", "frameset", "noscript", "template", "textarea", "title",
    "xmp", "plaintext", "noembed", "noframes", "portal", "applet", "math",
];

/// Attributes that lead somewhere.
const ADDRESSES: &[&str] = &["href", "src", "action", "formaction", "xlink:href", "srcset", "poster", "data", "cite", "background"];

fuzz_target!(|text: &str| {
    let html = bounded(|| markup::render(text).html.as_str().to_owned());
    check(&html);
    check(&bounded(|| markup::render_line(text).as_str().to_owned()));
    // What was rendered can be typed again: still nothing.
    check(markup::render(&html).html.as_str());
    bounded(|| markup::survey(text));
    bounded(|| markup::rewrite_links(text, |_| Some("/there".to_owned())));
    markup::plain_text(text);
});

fn check(html: &str) {
    let parsed = Html::parse_fragment(html);
    for element in parsed.select(&Selector::parse("*").expect("a selector")) {
        let element = element.value();
        assert!(!NEVER.contains(&element.name()), "<{}> in {html}", element.name());
        for (name, value) in element.attrs() {
            assert!(!name.starts_with("on"), "{name} in {html}");
            assert!(name != "style" && name != "srcdoc", "{name} in {html}");
            // As browsers read addresses (WHATWG URL, 4.4): controls and blanks before them, and tabs and line ends anywhere, count for nothing.
            let text = value.trim_start_matches(|sign: char| sign <= ' ');
            let start: String = text.chars().filter(|sign| !matches!(sign, '\t' | '\n' | '\r')).take(12).collect::<String>().to_lowercase();
            let runs = ["javascript:", "vbscript:", "data:text"].iter().any(|scheme| start.starts_with(&scheme[..scheme.len().min(12)]));
            assert!(!(ADDRESSES.contains(&name) && runs), "{name}={value:?} in {html}");
        }
    }
    let once = parsed.root_element().html();
    let twice = Html::parse_fragment(&parsed.root_element().inner_html()).root_element().html();
    assert_eq!(once, twice, "read again it is another: {html}");
}
