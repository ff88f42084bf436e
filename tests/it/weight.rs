//! What a page weighs: a phone on a slow network gets an article in one round of a few kilobytes.

use crate::support::site::{Site, a_post};
use std::{fs, io::Write, path::Path};

/// Bytes as the page cache and the compressing middleware send them: brotli at its middle strength.
fn sent(bytes: &[u8]) -> usize {
    let mut coded = Vec::new();
    let mut coder = brotli::CompressorWriter::new(&mut coded, 4096, 5, 22);
    coder.write_all(bytes).unwrap();
    drop(coder);
    coded.len()
}

/// An article of some 1,500 words that do not repeat themselves as a sentence copied would.
fn article() -> String {
    let words = ["pool", "thread", "waits", "for", "the", "server", "that", "answers", "slowly", "under", "load", "and", "nobody", "knows"];
    let mut text = String::new();
    for paragraph in 0..30_usize {
        if paragraph.is_multiple_of(5) {
            text.push_str(&format!("## Part {paragraph}\n\n"));
        }
        for word in 0..50_usize {
            text.push_str(words[(paragraph * 7 + word * word * 3 + word * paragraph) % words.len()]);
            text.push_str(&format!("{} ", (paragraph * 50 + word) % 97));
        }
        text.push_str("\n\n");
    }
    text
}

fn file(address: &str) -> Vec<u8> {
    let name = address.split('?').next().unwrap().trim_start_matches('/');
    fs::read(Path::new(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[actix_web::test]
async fn an_article_is_light() {
    let site = Site::start().await;
    site.given(a_post("An article").published().with(|draft| draft.body = article()));
    let page = site.visitor().get("/posts/an-article").await;
    let sheets = page.attributes("link[rel=stylesheet]", "href");
    assert_eq!(sheets.len(), 1, "one style sheet, and nothing else, holds the page up: {sheets:?}");
    let scripts = page.attributes("script", "src");
    assert!(page.attributes("script:not([type=module]):not([defer])", "src").is_empty(), "{scripts:?}");

    let text = sent(page.body.as_bytes()) + sheets.iter().chain(&scripts).map(|address| sent(&file(address))).sum::<usize>();
    assert!(text <= 30_000, "page, style sheet and scripts are {text} bytes");
    let fonts: usize = ["literata-latin", "literata-italic-latin", "figtree-latin"]
        .map(|name| file(&format!("static/fonts/{name}.woff2")).len())
        .iter()
        .sum();
    let icons = sent(&file("static/img/icons.svg"));
    assert!(text + fonts + icons <= 105_000, "with fonts and icons it is {} bytes", text + fonts + icons);
}
