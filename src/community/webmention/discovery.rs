//! Where mentions of a page are sent: what the page says about it (Webmention, 3.1.2).
//!
//! A `Link` header (RFC 8288) goes before elements; of `link` and `a` elements the first one in the document counts.

use crate::web::outgoing::Answered;
use reqwest::Url;
use scraper::{Html, Selector};

/// The relation looked for.
const REL: &str = "webmention";

/// The address that a page names, relative to where the page was found in the end.
pub fn endpoint(page: &Answered) -> Option<Url> {
    let base = Url::parse(&page.fetched.url).ok()?;
    let told = page.links.iter().find_map(|value| in_header(value));
    let told = told.or_else(|| is_html(&page.kind).then(|| in_html(&String::from_utf8_lossy(&page.fetched.body))).flatten())?;
    base.join(told.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Whether a media type is HTML; no type is taken for it.
pub fn is_html(kind: &str) -> bool {
    matches!(kind, "" | "text/html" | "application/xhtml+xml")
}

fn is_it(rel: &str) -> bool {
    rel.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(REL))
}

/// The target of the first link in a `Link` header that has the relation.
fn in_header(value: &str) -> Option<String> {
    let mut rest = value;
    loop {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let (parameters, next) = parameters(after);
        let rel = parameters.iter().filter_map(|one| one.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("rel"));
        if rel.is_some_and(|(_, value)| is_it(value.trim().trim_matches('"'))) {
            return Some(target.to_owned());
        }
        rest = next;
    }
}

/// What stands between semicolons up to the next comma, and what follows that; neither counts within quotes.
fn parameters(text: &str) -> (Vec<&str>, &str) {
    let (mut parts, mut from, mut is_quoted) = (Vec::new(), 0, false);
    for (at, sign) in text.char_indices() {
        match sign {
            '"' => is_quoted = !is_quoted,
            ';' | ',' if !is_quoted => {
                parts.push(&text[from..at]);
                from = at + 1;
                if sign == ',' {
                    return (parts, &text[from..]);
                }
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    (parts, "")
}

fn in_html(html: &str) -> Option<String> {
    let selector = Selector::parse("link[rel][href], a[rel][href]").ok()?;
    let page = Html::parse_document(html);
    let found = page.select(&selector).find(|element| element.attr("rel").is_some_and(is_it));
    found.and_then(|element| element.attr("href")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::outgoing::Fetched;

    fn page(links: &[&str], kind: &str, body: &str) -> Answered {
        Answered {
            fetched: Fetched { status: 200, url: "https://a.example/p/1".to_owned(), is_moved: false, body: body.as_bytes().to_vec() },
            kind: kind.to_owned(),
            links: links.iter().map(|link| (*link).to_owned()).collect(),
            location: String::new(),
        }
    }

    fn by_header(links: &[&str]) -> Option<String> {
        endpoint(&page(links, "text/html", "")).map(String::from)
    }

    fn by_html(body: &str) -> Option<String> {
        endpoint(&page(&[], "text/html", body)).map(String::from)
    }

    /// The cases of webmention.rocks, in their order; the redirect (23) is in `tests/it/webmention.rs`.
    #[test]
    fn headers_are_read_however_they_are_written() {
        let there = Some("https://a.example/wm".to_owned());
        assert_eq!(by_header(&["</wm>; rel=webmention"]), there);
        assert_eq!(by_header(&["<https://a.example/wm>; rel=webmention"]), there);
        assert_eq!(by_header(&["</wm>; REL=\"WebMention\""]), there);
        assert_eq!(by_header(&["</wm>; rel=\"webmention\""]), there);
        assert_eq!(by_header(&["</wm>; rel=\"webmention somethingelse\""]), there);
        assert_eq!(by_header(&["</x>; rel=\"other\"", "</wm>; rel=\"webmention\""]), there);
        assert_eq!(by_header(&["</x>; rel=\"other\"; title=\"a, b; <c>\", </wm>; rel=webmention"]), there);
        assert_eq!(by_header(&["</wm?q=1>;rel=webmention"]), Some("https://a.example/wm?q=1".to_owned()));
        assert_eq!(by_header(&["<wm>; rel=webmention"]), Some("https://a.example/p/wm".to_owned()));
        for none in ["</wm>; rel=not-webmention", "</wm>", "</wm", "", "rel=webmention", "<javascript:alert(1)>; rel=webmention"] {
            assert_eq!(by_header(&[none]), None, "{none}");
        }
    }

    #[test]
    fn elements_are_read_in_the_order_of_the_document() {
        let there = Some("https://a.example/wm".to_owned());
        assert_eq!(by_html("<link rel=webmention href=/wm>"), there);
        assert_eq!(by_html("<p><a href='https://a.example/wm' rel='nofollow webmention'>x</a>"), there);
        assert_eq!(by_html("<p><a rel=webmention href=/wm>1</a><link rel=webmention href=/other>"), there);
        assert_eq!(by_html("<link rel=webmention href=/wm><a rel=webmention href=/other>1</a>"), there);
        assert_eq!(by_html("<link rel=webmention><a rel=webmention href=/wm>1</a>"), there);
        assert_eq!(by_html("<link rel=webmention href=''>"), Some("https://a.example/p/1".to_owned()));
        assert_eq!(by_html("<!-- <link rel=webmention href=/x> --><a rel=webmention href=/wm>1</a>"), there);
        assert_eq!(by_html("<code>&lt;link rel=webmention href=/x&gt;</code><a rel=webmention href=/wm>1</a>"), there);
        assert_eq!(by_html("<link rel=not-webmention href=/x><a rel=webmention href=/wm>1</a>"), there);
        assert_eq!(by_html("<p>nothing"), None);
    }

    #[test]
    fn a_header_goes_before_elements_and_only_html_is_read() {
        let both = page(&["</wm>; rel=webmention"], "text/html", "<link rel=webmention href=/x>");
        assert_eq!(endpoint(&both).map(String::from), Some("https://a.example/wm".to_owned()));
        assert_eq!(endpoint(&page(&[], "text/plain", "<link rel=webmention href=/x>")), None);
    }
}
