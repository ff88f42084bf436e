//! Structured data for search engines (schema.org, as JSON-LD 1.1 in a data block of the page).

use serde_json::{Value, json};
use std::fmt;

/// A data block: the page's things in a list, each whole in itself, as not every program looks into a `@graph`. Browsers run nothing of
/// it, and it cannot end before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonLd(String);

impl JsonLd {
    /// These things, each with its `@type`.
    pub fn of(things: &[Value]) -> JsonLd {
        let whole = |thing: &Value| {
            let mut thing = thing.clone();
            thing["@context"] = json!("https://schema.org");
            thing
        };
        let text = Value::from_iter(things.iter().map(whole)).to_string();
        JsonLd(text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
    }

    /// Where a page stands: addresses and names from the top down (schema.org `BreadcrumbList`).
    pub fn crumbs(trail: impl IntoIterator<Item = (String, String)>) -> Value {
        let items: Vec<Value> = trail
            .into_iter()
            .enumerate()
            .map(|(place, (url, name))| json!({ "@type": "ListItem", "position": place + 1, "name": name, "item": url }))
            .collect();
        json!({ "@type": "BreadcrumbList", "itemListElement": items })
    }
}

impl fmt::Display for JsonLd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<script type=\"application/ld+json\">{}</script>", self.0)
    }
}

impl askama::filters::HtmlSafe for JsonLd {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_title_ends_the_block() {
        let block = JsonLd::of(&[json!({ "@type": "Article", "headline": "</script><script>alert(1)</script> & <!--" })]).to_string();
        assert_eq!(block.matches('<').count(), 2, "{block}");
        assert!(block.ends_with("</script>") && block.contains("\\u003c/script\\u003e"));
        assert!(block.contains(">[{") && block.contains(r#""@context":"https://schema.org""#), "{block}");
    }
}
