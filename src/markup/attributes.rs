//! Brings every attribute that the sanitizer let through into the form that a page may have.
//!
//! Classes come from a short list, so that a text can't restyle the page; obsolete attributes
//! become what replaced them; values that the HTML Standard calls invalid are dropped.

use super::address;
use super::tree::{Id, Tree};

/// Goes over all elements once.
pub(super) fn settle(tree: &mut Tree) {
    for id in tree.in_order() {
        if tree.name(id).is_empty() {
            continue;
        }
        classes(tree, id);
        names(tree, id);
        keep_if(tree, id, "id", |value| !value.is_empty() && !value.contains(|c: char| c.is_whitespace()));
        keep_if(tree, id, "title", |value| !value.trim().is_empty());
        keep_if(tree, id, "lang", is_language);
        keep_if(tree, id, "dir", |value| matches!(value, "ltr" | "rtl" | "auto"));
        for name in ["width", "height", "colspan", "rowspan", "span", "start", "value"] {
            keep_if(tree, id, name, |value| is_number(name, value));
        }
        if tree.name(id) == "a" {
            link(tree, id);
        }
    }
}

fn keep_if(tree: &mut Tree, id: Id, name: &str, good: impl Fn(&str) -> bool) {
    if tree.attr(id, name).is_some_and(|value| !good(value)) {
        tree.remove_attr(id, name);
    }
}

fn classes(tree: &mut Tree, id: Id) {
    let mut kept: Vec<String> = Vec::new();
    for class in tree.remove_attr(id, "class").unwrap_or_default().split_ascii_whitespace() {
        if let Some(language) = class.strip_prefix("language-").or_else(|| class.strip_prefix("lang-")) {
            tree.set_attr(id, "data-language", language);
        } else if is_known(class) && !kept.iter().any(|k| k == class) {
            kept.push(class.to_owned());
        }
    }
    let align = tree.remove_attr(id, "align");
    if align.is_some_and(|align| align.eq_ignore_ascii_case("right")) && !kept.iter().any(|k| k == "is-num") {
        kept.push("is-num".to_owned());
    }
    if !kept.is_empty() {
        tree.set_attr(id, "class", kept.join(" "));
    }
}

/// A task list has no class: the stylesheet indents only lists without one.
fn is_known(class: &str) -> bool {
    let known = ["table", "wide", "table-wrap", "table-note", "is-num", "code", "footnotes", "task-list-item"];
    known.contains(&class) || ["hl-", "footnote-", "markdown-alert"].iter().any(|start| class.starts_with(start))
}

/// `<a name>` is how older texts wrote an id.
fn names(tree: &mut Tree, id: Id) {
    if let Some(name) = tree.remove_attr(id, "name")
        && tree.attr(id, "id").is_none()
    {
        tree.set_attr(id, "id", name);
    }
}

fn is_number(attribute: &str, value: &str) -> bool {
    match attribute {
        "start" | "value" => !value.starts_with('+') && value.parse::<i32>().is_ok(),
        "width" | "height" => value.parse::<u32>().is_ok_and(|n| n > 0 && value.bytes().all(|b| b.is_ascii_digit())),
        _ => value.parse::<u32>().is_ok_and(|n| (1..=100).contains(&n)),
    }
}

/// A language tag in the common forms of BCP 47: `de`, `pt-BR`, `zh-Hant-TW`.
fn is_language(value: &str) -> bool {
    let mut parts = value.split('-');
    parts.next().is_some_and(|first| matches!(first.len(), 2..=3) && first.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.all(|part| matches!(part.len(), 2 | 4) && part.bytes().all(|b| b.is_ascii_alphabetic()))
}

fn link(tree: &mut Tree, id: Id) {
    let Some(href) = tree.remove_attr(id, "href") else { return };
    let href = address::tidy(&href);
    let other = address::is_other_host(&href);
    if other && address::host(&href).is_empty() {
        return;
    }
    tree.set_attr(id, "href", href);
    if other {
        tree.set_attr(id, "rel", "noopener");
    }
}
