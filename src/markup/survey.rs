//! What a text is made of, as its author wrote it: headings, links and pictures with their places in the source.
//!
//! The renderer mends what it can, levels of headings for one; here everything is told as it was written.

use super::media::parse_srcset;
use super::rewrite::Source;
use super::snippets::next_sign;
use super::tags::{Tag, decode_references, next_tag};
use super::{SafeHtml, render};
use comrak::Arena;
use comrak::nodes::{Node, NodeValue};
use std::collections::HashSet;

/// The longest quote and the longest text, in characters.
const LONGEST: usize = 200;
/// Of each kind that is looked at; a page with more is no page.
const MOST: usize = 2000;

/// Where something stands in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Counted from 1.
    pub line: usize,
    /// How it is written there, as far as it goes on that line.
    pub quote: String,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenHeading {
    /// 1 to 6, as written.
    pub level: u8,
    /// Without markup; empty where nothing is to be read.
    pub text: String,
    /// Where.
    pub place: Place,
}

/// A link; what leads to a fragment too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenLink {
    /// Without escapes.
    pub address: String,
    /// What is read; the description of a picture counts.
    pub text: String,
    /// Whether there is a picture in it.
    pub pictured: bool,
    /// Where.
    pub place: Place,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenPicture {
    /// Without escapes.
    pub address: String,
    /// What stands for it. `None`: nothing was said; empty: HTML says that it only decorates.
    pub alt: Option<String>,
    /// Where.
    pub place: Place,
}

/// A snippet that is called for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenSnippet {
    /// What it is called by.
    pub name: String,
    /// Where.
    pub place: Place,
}

/// Everything found in a text, each list in document order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Headings.
    pub headings: Vec<WrittenHeading>,
    /// Links.
    pub links: Vec<WrittenLink>,
    /// Pictures.
    pub pictures: Vec<WrittenPicture>,
    /// Snippets.
    pub snippets: Vec<WrittenSnippet>,
}

/// Looks through a text.
pub fn survey(markdown: &str) -> Survey {
    let arena = Arena::new();
    let root = render::document(&arena, markdown);
    let mut surveyor = Surveyor { markdown, source: Source::new(markdown), found: Survey::default(), raw: None };
    for node in root.descendants() {
        surveyor.node(node);
    }
    let mut found = surveyor.found;
    for text in found.headings.iter_mut().map(|it| &mut it.text).chain(found.links.iter_mut().map(|it| &mut it.text)) {
        *text = squeezed(text);
    }
    found.headings.truncate(MOST);
    found.links.truncate(MOST);
    found.pictures.truncate(MOST);
    found.snippets.truncate(MOST);
    found
}

/// Every id that a fragment can name in what was rendered.
pub fn ids(html: &SafeHtml) -> HashSet<String> {
    let html = html.as_str();
    let mut found = HashSet::new();
    let mut at = 0;
    while let Some(tag) = next_tag(html, at) {
        at = tag.place.end;
        found.extend(tag.value(html, "id"));
    }
    found
}

struct Surveyor<'a> {
    markdown: &'a str,
    source: Source,
    found: Survey,
    /// The link of raw HTML that has not been closed yet.
    raw: Option<usize>,
}

impl Surveyor<'_> {
    fn node(&mut self, node: Node<'_>) {
        let data = node.data();
        match &data.value {
            NodeValue::Heading(heading) => {
                let place = self.place(node);
                self.found.headings.push(WrittenHeading { level: heading.level, text: text_of(node), place });
            }
            NodeValue::Link(link) => {
                let pictured = node.descendants().any(|inner| is_picture(inner));
                let link = WrittenLink { address: link.url.clone(), text: text_of(node), pictured, place: self.place(node) };
                self.found.links.push(link);
            }
            NodeValue::Image(image) => {
                let said = Some(text_of(node)).filter(|alt| !alt.is_empty()).or_else(|| Some(squeezed(&image.title)));
                let alt = said.filter(|alt| !alt.is_empty());
                let picture = WrittenPicture { address: image.url.clone(), alt, place: self.place(node) };
                self.found.pictures.push(picture);
            }
            NodeValue::Text(text) => {
                self.snippets(text, data.sourcepos.start.line);
                self.raw_words(text);
            }
            NodeValue::Code(code) => self.raw_words(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => self.raw_words(" "),
            NodeValue::HtmlInline(html) => self.html(html, data.sourcepos.start.line),
            NodeValue::HtmlBlock(block) => self.html(&block.literal, data.sourcepos.start.line),
            _ => {}
        }
    }

    fn place(&self, node: Node<'_>) -> Place {
        let place = node.data().sourcepos;
        let quote = self.source.range(&place).and_then(|range| self.markdown.get(range)).map(quoted).unwrap_or_default();
        Place { line: place.start.line, quote }
    }

    fn snippets(&mut self, text: &str, line: usize) {
        let mut at = 0;
        while let Some((place, name)) = next_sign(text, at) {
            at = place.end;
            let place = Place { line, quote: quoted(&text[place]) };
            self.found.snippets.push(WrittenSnippet { name: name.to_owned(), place });
        }
    }

    fn raw_words(&mut self, text: &str) {
        if let Some(link) = self.raw.and_then(|at| self.found.links.get_mut(at))
            && link.text.len() < LONGEST
        {
            link.text.push_str(text);
        }
    }

    fn html(&mut self, html: &str, first_line: usize) {
        let mut heading: Option<WrittenHeading> = None;
        let (mut at, mut line) = (0, first_line);
        while let Some(tag) = next_tag(html, at) {
            let words = decode_references(&html[at..tag.place.start]);
            self.raw_words(&words);
            if let Some(heading) = &mut heading {
                heading.text.push_str(&words);
            }
            line += html[at..tag.place.start].matches('\n').count();
            let place = Place { line, quote: quoted(&html[tag.place.clone()]) };
            match (level(&tag.name), tag.closing) {
                (Some(level), false) => heading = Some(WrittenHeading { level, text: String::new(), place }),
                // What is not closed within the same piece of HTML may have its words elsewhere.
                (Some(_), true) => self.found.headings.extend(heading.take()),
                (None, _) => {
                    let alt = if tag.name == "img" { tag.value(html, "alt").unwrap_or_default() } else { String::new() };
                    if let Some(heading) = &mut heading {
                        heading.text.push_str(&alt);
                    }
                    self.tag(&tag, html, &place);
                }
            }
            line += html[tag.place.clone()].matches('\n').count();
            at = tag.place.end;
        }
        let rest = decode_references(html.get(at..).unwrap_or(""));
        self.raw_words(&rest);
    }

    fn tag(&mut self, tag: &Tag, html: &str, place: &Place) {
        if tag.name == "a" {
            self.raw = None;
            if let Some(address) = tag.value(html, "href").filter(|_| !tag.closing) {
                self.raw = Some(self.found.links.len());
                let address = address.trim().to_owned();
                self.found.links.push(WrittenLink { address, text: String::new(), pictured: false, place: place.clone() });
            }
        } else if tag.name == "img" && !tag.closing {
            let title = || tag.value(html, "title").filter(|title| !title.trim().is_empty());
            let alt = tag.value(html, "alt").or_else(title).map(|alt| squeezed(&alt));
            if let Some(link) = self.raw.and_then(|at| self.found.links.get_mut(at)) {
                link.pictured = true;
                link.text.push_str(alt.as_deref().unwrap_or(""));
            }
            let sources = tag.value(html, "srcset").unwrap_or_default();
            let address = tag
                .value(html, "src")
                .or_else(|| parse_srcset(&sources).first().and_then(|first| first.split_ascii_whitespace().next()).map(str::to_owned));
            let address = address.unwrap_or_default().trim().to_owned();
            self.found.pictures.push(WrittenPicture { address, alt, place: place.clone() });
        }
    }
}

fn level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

fn is_picture(node: Node<'_>) -> bool {
    match &node.data().value {
        NodeValue::Image(_) => true,
        NodeValue::HtmlInline(html) => next_tag(html, 0).is_some_and(|tag| tag.name == "img"),
        _ => false,
    }
}

/// What is read of a node.
fn text_of(node: Node<'_>) -> String {
    let mut text = String::new();
    for inner in node.descendants() {
        match &inner.data().value {
            NodeValue::Text(words) => text.push_str(words),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
            NodeValue::HtmlInline(html) => {
                let alt = next_tag(html, 0).filter(|tag| tag.name == "img").and_then(|tag| tag.value(html, "alt"));
                text.push_str(&alt.unwrap_or_default());
            }
            _ => {}
        }
    }
    squeezed(&text)
}

fn squeezed(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(LONGEST).collect()
}

/// The first line of a piece of the source.
fn quoted(source: &str) -> String {
    source.lines().next().unwrap_or("").trim_end().chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: usize, quote: &str) -> Place {
        Place { line, quote: quote.to_owned() }
    }

    #[test]
    fn headings_are_told_as_they_were_written() {
        let found = survey("# One\n\ntext\n\n#### Four *words* #\n\nSetext\n---\n\n##\n\n> ### In a quote\n\n```\n## code\n```\n");
        let told: Vec<(u8, &str, usize)> = found.headings.iter().map(|it| (it.level, it.text.as_str(), it.place.line)).collect();
        assert_eq!(told, [(1, "One", 1), (4, "Four words", 5), (2, "Setext", 7), (2, "", 10), (3, "In a quote", 12)]);
        assert_eq!(found.headings[1].place.quote, "#### Four *words* #");
    }

    #[test]
    fn links_have_their_words_and_their_place() {
        let text = "See [the *list*](/posts \"t\") and\n[![A cat](/files/a/cat.png)](/cats), <https://example.org/a>, [there][ref].\n\n\
                    - [x](#part)\n\n[ref]: /about\n\n`[no](/no)`\n";
        let found = survey(text);
        let told: Vec<(&str, &str, usize)> = found.links.iter().map(|it| (it.address.as_str(), it.text.as_str(), it.place.line)).collect();
        assert_eq!(
            told,
            [
                ("/posts", "the list", 1),
                ("/cats", "A cat", 2),
                ("https://example.org/a", "https://example.org/a", 2),
                ("/about", "there", 2),
                ("#part", "x", 4)
            ]
        );
        let quotes: Vec<&str> = found.links.iter().map(|it| it.place.quote.as_str()).collect();
        assert_eq!(
            quotes,
            ["[the *list*](/posts \"t\")", "[![A cat](/files/a/cat.png)](/cats)", "<https://example.org/a>", "[there][ref]", "[x](#part)"]
        );
        assert_eq!(found.links.iter().map(|it| it.pictured).collect::<Vec<_>>(), [false, true, false, false, false]);
        assert_eq!(
            found.pictures,
            [WrittenPicture {
                address: "/files/a/cat.png".to_owned(),
                alt: Some("A cat".to_owned()),
                place: place(2, "![A cat](/files/a/cat.png)")
            }]
        );
    }

    #[test]
    fn a_picture_says_something_nothing_or_that_it_decorates() {
        let text = "![](/a.png)\n![](/b.png \"A title\")\n<img src=\"/c.png\">\n<img src='/d.png' alt=''>\n<img alt=\"x\" src=/e.png>\n";
        let found = survey(text);
        let told: Vec<(&str, Option<&str>, usize)> =
            found.pictures.iter().map(|it| (it.address.as_str(), it.alt.as_deref(), it.place.line)).collect();
        assert_eq!(
            told,
            [("/a.png", None, 1), ("/b.png", Some("A title"), 2), ("/c.png", None, 3), ("/d.png", Some(""), 4), ("/e.png", Some("x"), 5)]
        );
    }

    #[test]
    fn raw_html_is_read_too() {
        let text = "<div>\n<h2 id=x>A <b>b</b></h2>\n<h5></h5>\n</div>\n\nGo <a href=\"/x?a&amp;b\">right <em>here</em></a> now.\n\n<h3>\n";
        let found = survey(text);
        let told: Vec<(u8, &str, usize)> = found.headings.iter().map(|it| (it.level, it.text.as_str(), it.place.line)).collect();
        assert_eq!(told, [(2, "A b", 2), (5, "", 3)]);
        assert_eq!((found.links[0].address.as_str(), found.links[0].text.as_str()), ("/x?a&b", "right here"));
        assert_eq!(found.links[0].place, place(6, "<a href=\"/x?a&amp;b\">"));
    }

    #[test]
    fn every_sign_of_the_world_may_stand_before_a_link() {
        let found = survey("👩‍🚀 שלום é [hier](/x) und [ici](/y)\n\n| a | b |\n|---|---|\n| 🎈 | [z](/z) |\n");
        let quotes: Vec<(usize, &str)> = found.links.iter().map(|it| (it.place.line, it.place.quote.as_str())).collect();
        assert_eq!(quotes, [(1, "[hier](/x)"), (1, "[ici](/y)"), (5, "[z](/z)")]);
        assert_eq!(survey(""), Survey::default());
    }

    #[test]
    fn ids_are_read_from_tags_alone() {
        let html = render::render("## A & B\n\n`id=\"no\"` id=\"neither\"\n\n<p id=\"own\">x</p>").html;
        let mut found: Vec<String> = ids(&html).into_iter().collect();
        found.sort();
        assert_eq!(found, ["a--b", "own"]);
    }
}
