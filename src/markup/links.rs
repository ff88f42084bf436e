//! Lists every address that a text names.

use super::media::parse_srcset;
use super::tags::{Tag, decode_references, next_tag};
use comrak::nodes::{Node, NodeValue};

/// A link or a picture of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The address as the author wrote it, without escapes.
    pub address: String,
    /// The words of the link, or the description of the picture.
    pub text: String,
    /// Whether it is a picture, film or sound that the page shows.
    pub image: bool,
}

/// Links and pictures in document order, those of raw HTML too; fragments of the same page are
/// left out.
pub(super) fn collect(root: Node<'_>) -> Vec<Link> {
    let mut found = Collector::default();
    let mut stack = vec![(root, false)];
    while let Some((node, leaving)) = stack.pop() {
        let value = &node.data().value;
        if leaving {
            found.open.pop();
            continue;
        }
        match value {
            NodeValue::Link(link) | NodeValue::Image(link) => {
                found.begin(&link.url, matches!(value, NodeValue::Image(_)));
                stack.push((node, true));
            }
            NodeValue::Text(text) => found.words(text),
            NodeValue::Code(code) => found.words(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => found.words(" "),
            NodeValue::HtmlBlock(block) => found.html(&block.literal),
            NodeValue::HtmlInline(html) => found.html(html),
            _ => {}
        }
        stack.extend(node.reverse_children().map(|child| (child, false)));
    }
    found.links.retain(|link| !link.address.is_empty() && !link.address.starts_with('#'));
    for link in &mut found.links {
        link.text = link.text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    found.links
}

/// Longer texts of links are cut; a link that is never closed would gather the whole document.
const LONGEST_TEXT: usize = 500;

#[derive(Default)]
struct Collector {
    links: Vec<Link>,
    /// Which links the next words belong to.
    open: Vec<usize>,
    /// The link of raw HTML that has not been closed yet.
    raw: Option<usize>,
}

impl Collector {
    fn begin(&mut self, address: &str, image: bool) {
        self.open.push(self.links.len());
        self.add(address, String::new(), image);
    }

    fn add(&mut self, address: &str, text: String, image: bool) {
        self.links.push(Link { address: address.to_owned(), text, image });
    }

    /// Only the two innermost links take the words: a picture, and the link around it.
    fn words(&mut self, text: &str) {
        for at in self.open.iter().rev().take(2).copied().chain(self.raw) {
            let words = &mut self.links[at].text;
            if words.len() < LONGEST_TEXT {
                words.push_str(text);
            }
        }
    }

    fn html(&mut self, html: &str) {
        let mut at = 0;
        while let Some(tag) = next_tag(html, at) {
            self.raw_words(&html[at..tag.place.start]);
            at = tag.place.end;
            if tag.name == "a" {
                self.raw = None;
            }
            if !tag.closing {
                self.tag(&tag, html);
            }
        }
        self.raw_words(html.get(at..).unwrap_or(""));
    }

    fn raw_words(&mut self, text: &str) {
        if self.raw.is_some() && !text.is_empty() {
            self.words(&decode_references(text));
        }
    }

    fn tag(&mut self, tag: &Tag, html: &str) {
        let alt = tag.value(html, "alt").or_else(|| tag.value(html, "title")).unwrap_or_default();
        for attr in &tag.attrs {
            let value = decode_references(&html[attr.value.clone()]);
            match attr.name.as_str() {
                "href" if tag.name == "a" => {
                    self.raw = Some(self.links.len());
                    self.add(value.trim(), String::new(), false);
                }
                "src" if tag.name == "iframe" => self.add(value.trim(), alt.clone(), false),
                "src" | "poster" => {
                    if tag.name == "img" {
                        self.words(&alt);
                    }
                    self.add(value.trim(), alt.clone(), true);
                }
                "srcset" => {
                    for address in parse_srcset(&value).iter().filter_map(|candidate| candidate.split_ascii_whitespace().next()) {
                        self.add(address, alt.clone(), true);
                    }
                }
                _ => {}
            }
        }
    }
}
