//! Headings, and the ids that the fragments of addresses name.
//!
//! The page's title is the only `h1`, so the highest heading of a text is `h2`, and no level is
//! skipped below it. Ids are GitHub's (small letters, hyphens, `-1` on a repeat), so that
//! fragments written for it work. Ids that the layout uses are given `user-` in front.

use super::address::percent_decoded;
use super::structure::is_heading;
use super::tree::{Id, Kind, Tree};
use super::{Heading, text};
use comrak::Anchorizer;
use std::collections::{HashMap, HashSet};

/// Ids that the pages around a text use for themselves.
const LAYOUT: &[&str] = &[
    "main",
    "site-q",
    "q",
    "contents",
    "contents-title",
    "links-title",
    "below-title",
    "related",
    "comments",
    "reply",
    "search",
    "footnotes",
    "error-summary",
    "top",
    "menu",
    "body",
    "name",
    "email",
];

/// Settles levels and ids, gives each heading its link, and returns those down to `h4`.
pub(super) fn settle(tree: &mut Tree) -> Vec<Heading> {
    let order = tree.in_order();
    let mut ids = Ids::default();
    ids.claim(tree, &order, |tree, id| tree.attr(id, "id").is_some_and(|own| own.starts_with("fn-") || own.starts_with("fnref-")));
    ids.claim(tree, &order, |tree, id| is_heading(tree.name(id)));
    let mut headings = Vec::new();
    let mut labels = HashMap::new();
    let mut levels: Vec<u8> = Vec::new();
    for id in order.iter().copied() {
        if !is_heading(tree.name(id)) {
            continue;
        }
        let written = tree.name(id).bytes().last().unwrap_or(b'2') - b'0';
        while levels.last().is_some_and(|above| *above >= written) {
            levels.pop();
        }
        levels.push(written);
        let level = u8::try_from(levels.len() + 1).unwrap_or(6).min(6);
        tree.rename(id, &format!("h{level}"));
        let text = text::heading(tree, id);
        let own = ids.of_heading(tree, id, &text);
        let label = unique(&mut labels, &format!("Link to section: {text}"));
        let sign = tree.text("#");
        let anchor = tree.element("a", &[("class", "anchor"), ("href", &format!("#{own}")), ("aria-label", &label)], vec![sign]);
        let mut children = tree.take_children(id);
        children.push(anchor);
        tree.set_children(id, children);
        if level <= 4 {
            headings.push(Heading { level, id: own, text });
        }
    }
    ids.claim(tree, &order, |_, _| true);
    ids.follow(tree, &order);
    headings
}

/// Makes the names of regions differ, which assistive software needs to tell them apart.
pub(super) fn name_regions(tree: &mut Tree) {
    let mut labels = HashMap::new();
    for id in tree.in_order() {
        if tree.name(id) == "section" {
            let label = tree.attr(id, "aria-label").unwrap_or("Footnotes").to_owned();
            tree.set_attr(id, "aria-label", unique(&mut labels, &label));
        }
    }
}

fn unique(labels: &mut HashMap<String, usize>, label: &str) -> String {
    let count = labels.entry(label.to_owned()).or_default();
    *count += 1;
    if *count == 1 { label.to_owned() } else { format!("{label} ({count})") }
}

/// The ids of one text.
#[derive(Default)]
struct Ids {
    taken: HashSet<String>,
    holders: HashSet<Id>,
    renamed: HashMap<String, String>,
    anchorizer: Anchorizer,
}

impl Ids {
    /// Lets the elements that `which` names keep their ids; the later one of two loses its.
    fn claim(&mut self, tree: &mut Tree, order: &[Id], which: impl Fn(&Tree, Id) -> bool) {
        for id in order.iter().copied() {
            if self.holders.contains(&id) || !which(tree, id) {
                continue;
            }
            let Some(own) = tree.attr(id, "id").map(str::to_owned) else { continue };
            let free = self.freed(&own);
            if self.taken.insert(free.clone()) {
                self.holders.insert(id);
                tree.set_attr(id, "id", free);
            } else {
                tree.remove_attr(id, "id");
            }
        }
    }

    fn of_heading(&mut self, tree: &mut Tree, id: Id, text: &str) -> String {
        if let Some(own) = tree.attr(id, "id") {
            return own.to_owned();
        }
        let bare = text.chars().any(char::is_alphanumeric);
        let own = loop {
            let id = self.anchorizer.anchorize(if bare { text } else { "section" });
            let free = self.freed(&id);
            if self.taken.insert(free.clone()) {
                break free;
            }
        };
        self.holders.insert(id);
        tree.set_attr(id, "id", own.clone());
        own
    }

    /// The id itself, or another where the layout uses it.
    fn freed(&mut self, id: &str) -> String {
        let comment = id.strip_prefix("c-").is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
        if !comment && !LAYOUT.contains(&id) {
            return id.to_owned();
        }
        let free = format!("user-{id}");
        self.renamed.insert(id.to_owned(), free.clone());
        free
    }

    /// Points the text's own fragments at the ids that were renamed.
    fn follow(&self, tree: &mut Tree, order: &[Id]) {
        if self.renamed.is_empty() {
            return;
        }
        for id in order.iter().copied() {
            if let Kind::Element { name, .. } = tree.kind(id)
                && name == "a"
                && let Some(fragment) = tree.attr(id, "href").and_then(|href| href.strip_prefix('#'))
                && let Some(new) = self.renamed.get(&percent_decoded(fragment))
            {
                let new = format!("#{new}");
                tree.set_attr(id, "href", new);
            }
        }
    }
}
