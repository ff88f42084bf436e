//! Structured data for search engines (schema.org, as JSON-LD 1.1 in a data block of the page).

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::{fmt, io};

/// A data block: the page's things in a list, each whole in itself, as not every program looks into a `@graph`. Browsers run nothing of
/// it, and it cannot end before its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JsonLd(String);

/// A thing that says where its words are explained.
#[derive(Serialize)]
struct Whole<'a, T> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(flatten)]
    thing: &'a T,
}

impl JsonLd {
    /// The same with this thing, which has its `@type`.
    pub fn with(mut self, thing: &impl Serialize) -> JsonLd {
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        bytes.push(if bytes.is_empty() { b'[' } else { b',' });
        let whole = Whole { context: "https://schema.org", thing };
        whole.serialize(&mut Serializer::with_formatter(&mut bytes, Harmless)).expect("things have names for keys, and memory takes all");
        JsonLd(String::from_utf8(bytes).expect("JSON is UTF-8"))
    }
}

/// JSON without the letters that mean something in HTML.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(place) = rest.find(['<', '>', '&']) {
            write!(out, "{}\\u{:04x}", &rest[..place], rest.as_bytes()[place])?;
            rest = &rest[place + 1..];
        }
        out.write_all(rest.as_bytes())
    }
}

/// Where a page stands (schema.org `BreadcrumbList`).
#[derive(Serialize)]
pub struct Trail<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "itemListElement")]
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: &'a str,
    item: String,
}

impl<'a> Trail<'a> {
    /// Full addresses and names from the top down.
    pub fn of(steps: impl IntoIterator<Item = (String, &'a str)>) -> Trail<'a> {
        let item = |(place, (item, name))| Item { kind: "ListItem", position: place + 1, name, item };
        Trail { kind: "BreadcrumbList", items: steps.into_iter().enumerate().map(item).collect() }
    }
}

impl fmt::Display for JsonLd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<script type=\"application/ld+json\">{}]</script>", self.0)
    }
}

impl askama::filters::HtmlSafe for JsonLd {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_title_ends_the_block() {
        let block = JsonLd::default().with(&json!({ "@type": "Article", "headline": "</script><script>alert(1)</script> & \"<!--" }));
        let block = block.with(&Trail::of([("https://example.org/?a&b".to_owned(), "Home")])).to_string();
        assert_eq!(block.matches('<').count(), 2, "{block}");
        assert!(block.ends_with("</script>") && block.contains("\\u003c/script\\u003e"));
        assert!(block.contains(">[{") && block.contains(r#""@context":"https://schema.org""#), "{block}");
        let text = block.split_once('>').and_then(|(_, rest)| rest.strip_suffix("</script>")).unwrap();
        let things: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(things[0]["headline"], "</script><script>alert(1)</script> & \"<!--");
        assert_eq!(things[1]["itemListElement"][0]["item"], "https://example.org/?a&b");
        assert_eq!(things[1]["itemListElement"][0]["position"], 1);
    }
}
