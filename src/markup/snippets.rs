//! Pieces of Markdown that stand in many texts: `{{ snippet: name }}`.
//!
//! They are looked for where words are read, so code and raw HTML are left alone. Where one is all that a paragraph has, the blocks
//! of its text take the paragraph's place, wherever that stands; within a line its words do. One level: what a snippet itself calls
//! by such a sign is taken out. A name that nothing is known by leaves nothing.

use super::render::{flatten, parsed};
use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, node_matches};
use std::collections::HashMap;
use std::ops::Range;

/// Texts of snippets, by name.
pub type Snippets = HashMap<String, String>;

/// Snippets of one text that are put in; what comes after leaves nothing.
pub const MOST: usize = 200;
/// Bytes that they may add to a text in all.
const LARGEST: usize = 1_000_000;
/// The longest name.
pub const LONGEST_NAME: usize = 60;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// The next sign from a place on: where it stands, and the name.
pub(super) fn next_sign(text: &str, from: usize) -> Option<(Range<usize>, &str)> {
    let mut at = from;
    while let Some(start) = text.get(at..)?.find(OPEN).map(|found| at + found) {
        let inside = start + OPEN.len();
        let end = inside + text[inside..].find(CLOSE)?;
        if let Some(name) = name(&text[inside..end]) {
            return Some((start..end + CLOSE.len(), name));
        }
        at = inside;
    }
    None
}

fn name(inside: &str) -> Option<&str> {
    let name = inside.trim().strip_prefix("snippet")?.trim_start().strip_prefix(':')?.trim();
    let fits = !name.is_empty() && name.len() <= LONGEST_NAME;
    (fits && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')).then_some(name)
}

/// Whether a text may name one at all; most do not.
fn may_have(markdown: &str) -> bool {
    markdown.contains(OPEN)
}

/// The names in a text, each once, in the order in which they come first.
pub fn snippet_names(markdown: &str) -> Vec<String> {
    if !may_have(markdown) {
        return Vec::new();
    }
    let arena = Arena::new();
    let mut names = Vec::new();
    for node in signs(parsed(&arena, markdown)) {
        note(&mut names, node);
    }
    names
}

fn note(names: &mut Vec<String>, node: Node<'_>) {
    let data = node.data();
    let NodeValue::Text(text) = &data.value else { return };
    let mut at = 0;
    while let Some((place, name)) = next_sign(text, at) {
        at = place.end;
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
}

/// The nodes that have such signs, in document order.
fn signs<'a>(root: Node<'a>) -> Vec<Node<'a>> {
    let has = |node: &Node<'a>| matches!(&node.data().value, NodeValue::Text(text) if next_sign(text, 0).is_some());
    root.descendants().filter(has).collect()
}

/// Whether a text of a snippet has something that cannot stand in another text: a footnote, whose number would be the other's.
pub fn has_footnotes(markdown: &str) -> bool {
    let arena = Arena::new();
    let root = parsed(&arena, markdown);
    root.descendants().any(|node| node_matches!(node, NodeValue::FootnoteReference(_) | NodeValue::FootnoteDefinition(_)))
}

/// Puts the snippets in, and says which names the text has.
pub(super) fn expand<'a>(arena: &'a Arena<'a>, root: Node<'a>, markdown: &str, snippets: &Snippets) -> Vec<String> {
    let mut names = Vec::new();
    if !may_have(markdown) {
        return names;
    }
    let mut left = (MOST, LARGEST);
    for node in signs(root) {
        note(&mut names, node);
        let mut find = |name: &str| {
            let body = snippets.get(name).filter(|body| left.0 > 0 && body.len() <= left.1)?;
            left = (left.0 - 1, left.1 - body.len());
            let inner = parsed(arena, body);
            for nested in signs(inner) {
                match alone(nested) {
                    Some((paragraph, _)) => paragraph.detach(),
                    None => inline(arena, nested, |_| None),
                }
            }
            Some(inner)
        };
        match alone(node) {
            Some((paragraph, name)) => {
                let blocks = find(&name).map(|inner| inner.children().collect::<Vec<_>>()).unwrap_or_default();
                for block in blocks {
                    block.detach();
                    paragraph.insert_before(block);
                }
                paragraph.detach();
            }
            None => inline(arena, node, find),
        }
    }
    flatten(arena, root);
    names
}

/// The paragraph of which the sign is all, with the name.
fn alone<'a>(node: Node<'a>) -> Option<(Node<'a>, String)> {
    let paragraph = node.parent().filter(|parent| node_matches!(parent, NodeValue::Paragraph))?;
    let in_term = paragraph.parent().is_some_and(|above| node_matches!(above, NodeValue::DescriptionTerm));
    if in_term || node.previous_sibling().is_some() || node.next_sibling().is_some() {
        return None;
    }
    let data = node.data();
    let NodeValue::Text(text) = &data.value else { return None };
    let text = text.trim();
    let (place, name) = next_sign(text, 0)?;
    (place == (0..text.len())).then(|| (paragraph, name.to_owned()))
}

/// Puts the words of snippets where their signs stand within a line.
fn inline<'a>(arena: &'a Arena<'a>, node: Node<'a>, mut find: impl FnMut(&str) -> Option<Node<'a>>) {
    let NodeValue::Text(text) = node.data().value.clone() else { return };
    let word = |text: &str| arena.alloc(NodeValue::Text(text.to_owned().into()).into());
    let mut at = 0;
    while let Some((place, name)) = next_sign(&text, at) {
        node.insert_before(word(&text[at..place.start]));
        at = place.end;
        let holders = find(name).map(|inner| inner.descendants().filter(|block| holds_words(block)).collect::<Vec<_>>());
        for (number, block) in holders.unwrap_or_default().into_iter().enumerate() {
            if number > 0 {
                node.insert_before(word(" "));
            }
            for piece in block.children().collect::<Vec<_>>() {
                piece.detach();
                node.insert_before(piece);
            }
        }
    }
    node.insert_before(word(&text[at..]));
    node.detach();
}

fn holds_words(node: &Node<'_>) -> bool {
    node_matches!(node, NodeValue::Paragraph | NodeValue::Heading(_) | NodeValue::TableCell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rendered, render_with};

    fn with(markdown: &str) -> Rendered {
        let snippets = [
            ("one", "**Loud** [words](/there)."),
            ("two", "## A part\n\nFirst [x](/x).\n\n- a\n- b"),
            ("nested", "Before {{ snippet: one }}\n\n{{ snippet: nested }}"),
            ("ref", "[here][r]\n\n[r]: /target"),
        ];
        render_with(markdown, &snippets.map(|(name, body)| (name.to_owned(), body.to_owned())).into())
    }

    fn html(markdown: &str) -> String {
        with(markdown).html.as_str().to_owned()
    }

    #[test]
    fn within_a_line_stand_its_words() {
        let same = |one: &str, other: &str| assert_eq!(html(one), html(other));
        same("Say {{ snippet: one }} Then {{snippet:one}}", "Say **Loud** [words](/there). Then **Loud** [words](/there).");
        same("*a {{ snippet: one }}*", "*a **Loud** [words](/there).*");
        same("| a |\n|---|\n| {{ snippet: one }} |", "| a |\n|---|\n| **Loud** [words](/there). |");
        same("x {{ snippet: ref }}", "x [here](/target)");
    }

    #[test]
    fn a_paragraph_of_its_own_becomes_its_blocks() {
        let found = with("Before\n\n{{ snippet: two }}\n\nAfter");
        assert_eq!(found.html, with("Before\n\n## A part\n\nFirst [x](/x).\n\n- a\n- b\n\nAfter").html);
        assert_eq!(found.headings.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["A part"]);
        assert_eq!(found.links.iter().map(|it| it.address.as_str()).collect::<Vec<_>>(), ["/x"]);
        assert_eq!(found.snippets, ["two"]);
        assert_eq!(html("> {{ snippet: two }}"), html("> ## A part\n>\n> First [x](/x).\n>\n> - a\n> - b"));
        assert_eq!(html("## A part\n\n{{ snippet: two }}").matches("id=\"a-part-1\"").count(), 1, "ids stay unique");
    }

    #[test]
    fn code_is_left_alone_and_unknown_names_leave_nothing() {
        assert!(html("`{{ snippet: one }}`").contains("{{ snippet: one }}"));
        assert!(html("```\n{{ snippet: one }}\n```").contains("{{ snippet: one }}"));
        assert_eq!(html("a {{ snippet: none }}b"), html("a b"));
        assert_eq!(html("a\n\n{{ snippet: none }}"), html("a"));
        for text in ["{{ Snippet: one }}", "{{ snippet: ONE }}", "{{ snippet }}", "{{ {{ snippet: }}"] {
            assert!(html(text).contains(text), "{text} is no sign");
        }
        assert_eq!(snippet_names("{{ snippet: b }} {{ snippet: a-1 }}\n\n{{ snippet: b }} `{{ snippet: c }}`"), ["b", "a-1"]);
        assert_eq!(snippet_names("plain"), [] as [&str; 0]);
    }

    #[test]
    fn one_level_is_put_in_and_no_more() {
        let found = html("{{ snippet: nested }}");
        assert!(found.contains("Before") && !found.contains("Loud") && !found.contains("snippet"), "{found}");
        assert!(has_footnotes("a[^1]\n\n[^1]: b") && !has_footnotes("a [x](/x)"));
    }

    #[test]
    fn a_text_cannot_grow_without_end() {
        let large: Snippets = [("x".to_owned(), "word ".repeat(20_000))].into();
        let grown = render_with(&"{{ snippet: x }}\n\n".repeat(300), &large);
        assert!(grown.html.as_str().len() < 1_200_000, "{}", grown.html.as_str().len());
        let many: Snippets = [("x".to_owned(), "y".to_owned())].into();
        assert_eq!(render_with(&"{{ snippet: x }} ".repeat(300), &many).words as usize, MOST);
    }
}
