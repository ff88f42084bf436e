//! Passages of a text: its characters in order, and marks around some of them.

use super::{
    SafeHtml,
    tree::{Id, Kind, Tree},
};
use std::{collections::HashSet, ops::Range};

/// Some characters of a text that are to be marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Makes the id of its mark: `passage-7`.
    pub key: i64,
    /// Which characters, counted as in [`text_of`].
    pub range: Range<usize>,
}

/// All characters of a text in their order, as a browser's `textContent` has them.
pub fn text_of(html: &SafeHtml) -> String {
    let tree = Tree::parse(html.as_str());
    let texts = tree.in_order().into_iter().filter_map(|id| if let Kind::Text(text) = tree.kind(id) { Some(text.as_str()) } else { None });
    texts.collect()
}

/// The same text with `<mark class="passage">` around each passage.
///
/// Where it is cut up by other elements, the first part has the id. White space alone is left as it is: where it stands between
/// rows or items, a mark may not.
pub fn mark(html: &SafeHtml, passages: &[Passage]) -> SafeHtml {
    let mut tree = Tree::parse(html.as_str());
    let mut named = HashSet::new();
    let mut place = 0;
    for id in tree.in_order() {
        let Kind::Text(text) = tree.kind(id) else { continue };
        let chars: Vec<char> = text.chars().collect();
        let here = place..place + chars.len();
        place = here.end;
        let inside: Vec<&Passage> = passages.iter().filter(|one| one.range.start < here.end && one.range.end > here.start).collect();
        if !inside.is_empty() && !tree.is_blank(id) {
            let parts = parts(&mut tree, &chars, here.start, &inside, &mut named);
            let parent = tree.parent(id);
            let children = tree.take_children(parent);
            let children = children.into_iter().flat_map(|child| if child == id { parts.clone() } else { vec![child] });
            let children = children.collect();
            tree.set_children(parent, children);
        }
    }
    SafeHtml(tree.serialize())
}

/// Cuts one text where passages begin and end.
fn parts(tree: &mut Tree, chars: &[char], start: usize, inside: &[&Passage], named: &mut HashSet<i64>) -> Vec<Id> {
    let end = start + chars.len();
    let mut cuts: Vec<usize> = inside.iter().flat_map(|one| [one.range.start, one.range.end]).map(|cut| cut.clamp(start, end)).collect();
    cuts.extend([start, end]);
    cuts.sort_unstable();
    cuts.dedup();
    let mut parts = Vec::new();
    for pair in cuts.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let mut part = tree.text(chars[from - start..to - start].iter().collect::<String>());
        for passage in inside.iter().rev().filter(|one| one.range.start <= from && one.range.end >= to) {
            let id = format!("passage-{}", passage.key);
            let class = ("class", "passage");
            let attrs = if named.insert(passage.key) { vec![("id", id.as_str()), class] } else { vec![class] };
            part = tree.element("mark", &attrs, vec![part]);
        }
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render;

    fn marked(markdown: &str, passages: &[(i64, &str)]) -> String {
        let html = render(markdown).html;
        let text = text_of(&html);
        let find = |words: &str| {
            let start = text[..text.find(words).expect("there")].chars().count();
            start..start + words.chars().count()
        };
        let passages: Vec<Passage> = passages.iter().map(|(key, words)| Passage { key: *key, range: find(words) }).collect();
        mark(&html, &passages).as_str().to_owned()
    }

    #[test]
    fn a_passage_is_marked_across_other_elements_and_named_once() {
        let html = marked("Some *soft* words.", &[(7, "me soft wo")]);
        assert_eq!(
            html.trim(),
            "<p>So<mark id=\"passage-7\" class=\"passage\">me </mark><em><mark class=\"passage\">soft</mark></em><mark class=\"passage\"> wo</mark>rds.</p>"
        );
    }

    #[test]
    fn passages_may_overlap_and_hold_one_another() {
        let html = marked("abcdef", &[(1, "bcd"), (2, "cde"), (3, "c")]);
        assert_eq!(html.matches("id=\"passage-").count(), 3);
        assert_eq!(text_of(&SafeHtml(html.clone())).trim(), "abcdef");
        assert!(html.contains("<mark class=\"passage\"><mark id=\"passage-2\" class=\"passage\"><mark id=\"passage-3\""), "{html}");
    }

    #[test]
    fn what_looks_like_markup_stays_text() {
        let html = marked("1 < 2 & `<script>` \u{1F600}", &[(1, "2 & <scr")]);
        assert!(
            html.contains("<mark id=\"passage-1\" class=\"passage\">2 &amp; </mark><code><mark class=\"passage\">&lt;scr</mark>ipt&gt;"),
            "{html}"
        );
    }

    #[test]
    fn no_mark_stands_between_rows_and_items() {
        let html = marked("- one\n- two\n\n| a | b |\n|---|---|\n| c | d |\n", &[(1, "one\ntwo")]);
        assert!(!html.contains("<ul><mark") && !html.contains("</li><mark"), "{html}");
        let text = text_of(&render("x").html);
        assert_eq!(mark(&render("x").html, &[Passage { key: 1, range: 0..99 }]).as_str().matches("<mark").count(), 1, "{text:?}");
    }
}
