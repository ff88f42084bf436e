//! Changes addresses in the source of a text and nothing else.
//!
//! The parser says where links and raw HTML lie, so that code is left alone. Within such a place
//! the destination is found by the rules of `CommonMark` ("links", "link reference definitions")
//! and is changed only when it reads as the parser read it.

use super::destination::{Destination, destination, label_end, reads_as, unescaped, written};
use super::media::parse_srcset;
use super::tags::{decode_references, next_tag};
use comrak::nodes::{Node, NodeValue, Sourcepos};
use std::ops::Range;

/// Rewrites destinations in the source text.
///
/// `change` is given each destination without escapes and returns the new one, or nothing to
/// leave it. Asked about are inline links and pictures, reference definitions, and `href`, `src`,
/// `poster` and `srcset` of raw HTML. Autolinks and code are not touched; titles stay.
pub fn rewrite_links(markdown: &str, mut change: impl FnMut(&str) -> Option<String>) -> String {
    let arena = comrak::Arena::new();
    let root = super::render::document(&arena, markdown);
    let source = Source::new(markdown);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut covered: Vec<Range<usize>> = Vec::new();
    for node in root.descendants() {
        let data = node.data();
        let Some(place) = source.range(&data.sourcepos) else { continue };
        match &data.value {
            NodeValue::Link(link) | NodeValue::Image(link) => {
                if let Some(found) = inline_destination(markdown, place.clone(), &link.url)
                    && let Some(new) = change(&link.url)
                {
                    edits.push((found.whole, written(&new, found.angled)));
                }
            }
            NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_) => html(markdown, place.clone(), &mut change, &mut edits),
            _ => {}
        }
        if !data.value.block() || is_leaf(node) {
            covered.push(place);
        }
    }
    covered.sort_by_key(|range| range.start);
    definitions(markdown, &covered, &mut change, &mut edits);
    apply(markdown, edits)
}

fn is_leaf(node: Node<'_>) -> bool {
    node.first_child().is_none() && !matches!(node.data().value, NodeValue::Document | NodeValue::Item(_) | NodeValue::BlockQuote)
}

fn apply(markdown: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(markdown.len() + 64);
    let mut copied = 0;
    for (range, new) in edits {
        if range.start < copied || !markdown.is_char_boundary(range.start) || !markdown.is_char_boundary(range.end) {
            continue;
        }
        out.push_str(&markdown[copied..range.start]);
        out.push_str(&new);
        copied = range.end;
    }
    out.push_str(&markdown[copied..]);
    out
}

/// The source with the places of its lines.
pub(super) struct Source {
    starts: Vec<usize>,
    length: usize,
}

impl Source {
    pub fn new(markdown: &str) -> Source {
        let bytes = markdown.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, b)| match b {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let mut starts = vec![0];
        starts.extend(ends.map(|(at, _)| at + 1));
        if markdown.starts_with('\u{feff}') {
            starts[0] = '\u{feff}'.len_utf8();
        }
        Source { starts, length: markdown.len() }
    }

    pub fn range(&self, place: &Sourcepos) -> Option<Range<usize>> {
        let start = self.starts.get(place.start.line.checked_sub(1)?)? + place.start.column.checked_sub(1)?;
        let end = self.starts.get(place.end.line.checked_sub(1)?)? + place.end.column;
        (start <= end).then(|| start..end.min(self.length))
    }
}

/// The destination of an inline link that lies at `place`; none for autolinks and references.
///
/// The parser's end is wrong for a link that goes on in the next line after its text, and in a
/// table's cell after `\|`; then the text after the place is searched as well.
fn inline_destination(markdown: &str, place: Range<usize>, url: &str) -> Option<Destination> {
    let link = markdown.get(place.clone())?;
    let skipped = usize::from(link.starts_with('!'));
    if !link[skipped..].starts_with('[') || link.ends_with(']') {
        return None;
    }
    let link = if link.ends_with(')') { link } else { window(markdown, place.start) };
    let is_gap = |c: char| c.is_ascii_whitespace() || c == '>';
    link.match_indices("](").find_map(|(at, _)| {
        let from = at + 2 + link[at + 2..].len() - link[at + 2..].trim_start_matches(is_gap).len();
        let found = destination(link, from)?;
        let closes = link[found.whole.end..].trim_start_matches(is_gap).starts_with([')', '"', '\'', '(']);
        let whole = found.whole.start + place.start..found.whole.end + place.start;
        (closes && reads_as(&link[found.whole.clone()], url)).then_some(Destination { whole, angled: found.angled })
    })
}

/// What may still belong to a link: up to a blank line, and not too far.
fn window(markdown: &str, start: usize) -> &str {
    let rest = &markdown[start..];
    let far = rest.char_indices().nth(4000).map_or(rest.len(), |(at, _)| at);
    let rest = &rest[..far];
    rest.find("\n\n").map_or(rest, |blank| &rest[..blank])
}

/// Addresses in the attributes of raw HTML.
fn html(markdown: &str, place: Range<usize>, change: &mut impl FnMut(&str) -> Option<String>, edits: &mut Vec<(Range<usize>, String)>) {
    let Some(source) = markdown.get(place.clone()) else { return };
    let mut at = 0;
    while let Some(tag) = next_tag(source, at) {
        at = tag.place.end;
        for attr in tag.attrs.iter().filter(|attr| !attr.value.is_empty()) {
            let value = decode_references(&source[attr.value.clone()]);
            let new = match attr.name.as_str() {
                "href" | "src" | "poster" => change(value.trim()),
                "srcset" => srcset(&value, change),
                _ => None,
            };
            if let Some(new) = new {
                let mut escaped = String::new();
                super::syntax::escape(&new, true, &mut escaped);
                let quoted = matches!(source.as_bytes().get(attr.value.end), Some(b'"' | b'\''));
                let new = if quoted { escaped.replace('\'', "&#39;") } else { format!("\"{escaped}\"") };
                edits.push((attr.value.start + place.start..attr.value.end + place.start, new));
            }
        }
    }
}

fn srcset(value: &str, change: &mut impl FnMut(&str) -> Option<String>) -> Option<String> {
    let mut changed = false;
    let candidates: Vec<String> = parse_srcset(value)
        .into_iter()
        .map(|candidate| {
            let (address, size) = candidate.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((candidate, ""));
            let new = change(address);
            changed |= new.is_some();
            format!("{} {}", new.as_deref().unwrap_or(address), size.trim()).trim_end().to_owned()
        })
        .collect();
    changed.then(|| candidates.join(", "))
}

/// Reference definitions: the parser keeps no place of them, but they are what no leaf covers.
fn definitions(
    markdown: &str,
    covered: &[Range<usize>],
    change: &mut impl FnMut(&str) -> Option<String>,
    edits: &mut Vec<(Range<usize>, String)>,
) {
    let bytes = markdown.as_bytes();
    let mut next = 0;
    let mut furthest = 0;
    for (line, _) in std::iter::once((0, "")).chain(markdown.match_indices('\n').map(|(at, end)| (at + 1, end))) {
        let prefix =
            bytes[line..].iter().take_while(|b| matches!(b, b' ' | b'\t' | b'>' | b'-' | b'*' | b'+' | b'.' | b'0'..=b'9')).count();
        let start = line + prefix;
        while covered.get(next).is_some_and(|range| range.start <= start) {
            furthest = furthest.max(covered[next].end);
            next += 1;
        }
        if furthest > start || bytes.get(start) != Some(&b'[') || bytes.get(start + 1) == Some(&b'^') {
            continue;
        }
        let Some(from) = label_end(bytes, start + 1) else { continue };
        let from = from + bytes[from..].iter().take_while(|b| b.is_ascii_whitespace() || **b == b'>').count();
        let Some(found) = destination(markdown, from).filter(|found| !found.whole.is_empty()) else { continue };
        if bytes.get(found.whole.end).is_none_or(u8::is_ascii_whitespace)
            && let Some(new) = change(&unescaped(&markdown[found.whole.clone()]))
        {
            edits.push((found.whole, written(&new, found.angled)));
        }
    }
}
