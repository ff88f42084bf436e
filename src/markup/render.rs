//! From Markdown to the HTML of a page.
//!
//! Follows `CommonMark` and GFM (tables, task lists, strikethrough, autolinks), with footnotes,
//! alerts and description lists. The steps: parse; write HTML with the author's raw HTML in it;
//! disarm what would swallow the page; sanitize; then shape the result as a tree.

use super::snippets::Snippets;
use super::tree::Tree;
use super::{Rendered, SafeHtml, attributes, code, embeds, footnotes, guard, links, outline, sanitize, snippets, structure, text};
use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options, node_matches};
use std::borrow::Cow;

/// Blocks and inlines nested deeper than this lose their markup but keep their text.
const DEEPEST: usize = 60;

/// Renders a text without snippets. Never fails: every string is a Markdown document.
pub fn render(markdown: &str) -> Rendered {
    render_with(markdown, &Snippets::default())
}

/// Renders a text with these snippets in the place of their signs.
pub fn render_with(markdown: &str, snippets: &Snippets) -> Rendered {
    let arena = Arena::new();
    let root = document(&arena, markdown);
    let named = snippets::expand(&arena, root, markdown, snippets);
    let links = links::collect(root);
    let mut tree = shaped(root);
    let words = text::count_words(&tree);
    let mut highlighter = code::Highlighter::default();
    structure::settle(&mut tree, &mut highlighter);
    footnotes::settle(&mut tree);
    let headings = outline::settle(&mut tree);
    outline::name_regions(&mut tree);
    let embeds = embeds::addresses(&tree);
    Rendered { html: SafeHtml(tree.serialize()), headings, words, links, snippets: named, embeds }
}

/// The sanitized tree of a text, before anything is made of it.
pub(super) fn parse(markdown: &str) -> Tree {
    let arena = Arena::new();
    shaped(document(&arena, markdown))
}

/// Parses as the whole module does.
pub(super) fn document<'a>(arena: &'a Arena<'a>, markdown: &str) -> Node<'a> {
    let root = parsed(arena, markdown);
    flatten(arena, root);
    root
}

/// The same before what is nested too deep is made flat.
pub(super) fn parsed<'a>(arena: &'a Arena<'a>, markdown: &str) -> Node<'a> {
    comrak::parse_document(arena, &shallow(markdown), &options())
}

/// The HTML of a text with the author's own HTML in it: not safe before it is cleaned.
pub(super) fn document_html(markdown: &str) -> String {
    let arena = Arena::new();
    html_of(document(&arena, markdown))
}

fn html_of(root: Node<'_>) -> String {
    let mut html = String::new();
    if comrak::format_html(root, &options(), &mut html).is_err() {
        html.clear();
    }
    html
}

fn shaped(root: Node<'_>) -> Tree {
    let html = html_of(root);
    let mut tree = Tree::parse(&sanitize::clean(&guard::disarm(&html)));
    attributes::settle(&mut tree);
    tree
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
    options.extension.description_lists = true;
    options.render.r#unsafe = true;
    options.render.full_info_string = true;
    options.render.tasklist_classes = true;
    options
}

/// Makes dots of the markers of quotes that are nested absurdly deep, because the parser takes
/// quadratic time for them. Nothing moves, so places in the source stay right.
pub(super) fn shallow(markdown: &str) -> Cow<'_, str> {
    let is_marker = |c: char| matches!(c, '>' | ' ' | '\t' | '-' | '*' | '+' | '.' | ')' | '0'..='9');
    let prefix = |line: &str| line.len() - line.trim_start_matches(is_marker).len();
    let quotes = |text: &str| text.bytes().filter(|b| *b == b'>').count();
    let lines = || markdown.split_inclusive(['\n', '\r']);
    if lines().all(|line| line.len() <= DEEPEST || quotes(&line[..prefix(line)]) <= DEEPEST) {
        return Cow::Borrowed(markdown);
    }
    let mut out = String::with_capacity(markdown.len());
    for line in lines() {
        let (markers, rest) = line.split_at(prefix(line));
        let last = markers.match_indices('>').nth(DEEPEST).map_or(markers.len(), |(at, _)| at);
        out.push_str(&markers[..last]);
        out.push_str(&markers[last..].replace('>', "."));
        out.push_str(rest);
    }
    Cow::Owned(out)
}

/// Replaces what is nested too deep by its text: an HTML parser takes quadratic time for it,
/// and nobody can read it.
pub(super) fn flatten<'a>(arena: &'a Arena<'a>, root: Node<'a>) {
    let mut stack = vec![(root, 0)];
    while let Some((node, depth)) = stack.pop() {
        let fixed = node_matches!(node, NodeValue::TableRow(_) | NodeValue::DescriptionItem(_));
        if depth < DEEPEST || fixed {
            stack.extend(node.children().map(|child| (child, depth + 1)));
            continue;
        }
        let (block, inlines) = (node.data().value.block(), node.data().value.contains_inlines());
        if node.first_child().is_none() {
            continue;
        }
        let text = arena.alloc(NodeValue::Text(text_below(node).into()).into());
        for child in node.children().collect::<Vec<_>>() {
            child.detach();
        }
        if !block || inlines {
            node.append(text);
        } else if node_matches!(node, NodeValue::List(_) | NodeValue::Table(_) | NodeValue::DescriptionList) {
            node.data_mut().value = NodeValue::Paragraph;
            node.append(text);
        } else {
            let paragraph = arena.alloc(NodeValue::Paragraph.into());
            paragraph.append(text);
            node.append(paragraph);
        }
    }
}

fn text_below<'a>(node: Node<'a>) -> String {
    let mut words = String::new();
    for inner in node.descendants() {
        match &inner.data().value {
            NodeValue::Text(text) => words.push_str(text),
            NodeValue::Code(code) => words.push_str(&code.literal),
            NodeValue::CodeBlock(block) => words.push_str(&block.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::Paragraph => words.push(' '),
            _ => {}
        }
    }
    words
}
