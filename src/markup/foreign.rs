//! HTML that somebody else wrote, read for its words and links only; nothing of it is ever shown as HTML.

use super::tags::{decode_references, next_tag};

/// The text of a piece of HTML, a blank in place of each tag, and where its links lead. What is no HTML is its own text.
pub fn words_and_links(html: &str) -> (String, Vec<String>) {
    let (mut text, mut links, mut at) = (String::with_capacity(html.len()), Vec::new(), 0);
    while let Some(tag) = next_tag(html, at) {
        text.push_str(&html[at..tag.place.start]);
        text.push(' ');
        links.extend(tag.value(html, "href").filter(|href| !href.is_empty()));
        at = tag.place.end;
    }
    text.push_str(&html[at..]);
    (decode_references(&text), links)
}

#[cfg(test)]
mod tests {
    use super::words_and_links;

    #[test]
    fn words_and_links_are_told_apart() {
        let (text, links) = words_and_links(r#"a &lt; b<br>see <a href="https://x.example/?a=1&amp;b=2" rel=x>this</a> 2 < 3"#);
        assert_eq!(text.split_whitespace().collect::<Vec<_>>().join(" "), "a < b see this 2 < 3");
        assert_eq!(links, ["https://x.example/?a=1&b=2"]);
        assert_eq!(words_and_links("plain <a href='x"), ("plain <a href='x".to_owned(), Vec::new()));
    }
}
