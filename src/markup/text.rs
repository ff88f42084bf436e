//! The words of a text without its markup.

use super::structure::is_heading;
use super::tree::{Id, Kind, ROOT, Tree};
use unicode_segmentation::UnicodeSegmentation;

/// The text of a Markdown document for summaries: its blocks one a line, without code blocks,
/// tables and footnotes.
pub fn plain_text(markdown: &str) -> String {
    let tree = super::render::parse(markdown);
    lines(&tree, ROOT).join("\n")
}

/// The first paragraph that has words, at most `max_chars` characters of it. What is cut ends
/// after a whole word with `…`.
pub fn first_paragraph(markdown: &str, max_chars: usize) -> String {
    let tree = super::render::parse(markdown);
    let words = |id: &Id| Some(lines(&tree, *id).join(" ")).filter(|text| !text.is_empty());
    let paragraph = tree.children(ROOT).iter().filter(|id| tree.name(**id) == "p").find_map(words);
    let text = paragraph
        .or_else(|| tree.in_order().iter().filter(|id| tree.name(**id) == "p").find_map(words))
        .unwrap_or_else(|| lines(&tree, ROOT).into_iter().next().unwrap_or_default());
    shortened(&text, max_chars)
}

fn shortened(text: &str, max_chars: usize) -> String {
    let Some(room) = text.chars().nth(max_chars).and(text.char_indices().nth(max_chars.saturating_sub(1))).map(|(at, _)| at) else {
        return text.to_owned();
    };
    let whole = text[room..].chars().next().is_none_or(|next| !next.is_alphanumeric());
    let word_end = text[..room].rfind(char::is_whitespace).filter(|at| !whole && *at > room / 2);
    let end = word_end.unwrap_or(room);
    let cut = text[..end].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '-' | '–' | '('));
    format!("{cut}…")
}

/// How many words there are to read, by the word boundaries of Unicode Standard Annex 29. Code
/// blocks do not count.
pub(super) fn count_words(tree: &Tree) -> u32 {
    let mut count = 0_usize;
    walk(
        tree,
        ROOT,
        |tree, id| matches!(tree.name(id), "pre" | "figcaption") && is_code(tree, id),
        |text| {
            count += if text.is_ascii() { ascii_words(text) } else { text.unicode_words().count() };
        },
    );
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// For plain ASCII the same words are found much faster by white space.
fn ascii_words(text: &str) -> usize {
    text.split_ascii_whitespace().filter(|word| word.bytes().any(|b| b.is_ascii_alphanumeric())).count()
}

/// The text of a heading, without the numbers of footnotes and our own link.
pub(super) fn heading(tree: &Tree, id: Id) -> String {
    let text = tree.text_below(id, |tree, id| tree.has_class(id, "footnote-ref") || tree.has_class(id, "anchor"));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_code(tree: &Tree, id: Id) -> bool {
    tree.name(id) == "pre" || tree.has_class(tree.parent(id), "code")
}

fn is_aside(tree: &Tree, id: Id) -> bool {
    matches!(tree.name(id), "pre" | "table" | "section") || tree.has_class(id, "footnote-ref")
}

fn walk(tree: &Tree, from: Id, skip: impl Fn(&Tree, Id) -> bool, mut text: impl FnMut(&str)) {
    let mut stack = vec![from];
    while let Some(id) = stack.pop() {
        if skip(tree, id) {
            continue;
        }
        match tree.kind(id) {
            Kind::Text(t) => text(t),
            Kind::Element { .. } => stack.extend(tree.children(id).iter().rev()),
        }
    }
}

/// The blocks below a node, one a line.
fn lines(tree: &Tree, from: Id) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut stack = vec![(from, false)];
    while let Some((id, done)) = stack.pop() {
        let line = lines.last_mut();
        let is_block = ends_line(tree.name(id));
        match tree.kind(id) {
            _ if is_aside(tree, id) => {}
            Kind::Text(text) => line.into_iter().for_each(|line| line.push_str(text)),
            Kind::Element { name, .. } if name == "br" => line.into_iter().for_each(|line| line.push(' ')),
            Kind::Element { .. } if done => lines.push(String::new()),
            Kind::Element { name, .. } => {
                if name == "img" {
                    line.into_iter().for_each(|line| line.push_str(tree.attr(id, "alt").unwrap_or("")));
                }
                if is_block {
                    lines.push(String::new());
                    stack.push((id, true));
                }
                stack.extend(tree.children(id).iter().rev().map(|child| (*child, false)));
            }
        }
    }
    let words = lines.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    words.filter(|line| !line.is_empty()).collect()
}

fn ends_line(name: &str) -> bool {
    let blocks =
        ["blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer", "hr", "li", "ol", "p", "summary", "ul"];
    is_heading(name) || blocks.contains(&name)
}
