//! Lists, descriptions, folded parts and task lists (GFM "task list items").

use super::structure::Fate;
use super::tree::{Id, Tree};

/// Puts the children of a list-like element in order, after they have been settled.
pub(super) fn settle(tree: &mut Tree, id: Id) {
    match tree.name(id) {
        "ul" | "ol" => items(tree, id),
        "li" => task(tree, id),
        "dl" => descriptions(tree, id),
        "details" => summary(tree, id),
        _ => {}
    }
}

/// The checkbox of a task. Any other input is an author's and is dropped.
pub(super) fn checkbox(tree: &mut Tree, id: Id, parent: Id) -> Fate {
    let of_task = tree.attr(id, "type") == Some("checkbox") && tree.name(parent) == "li" && tree.has_class(parent, "task-list-item");
    if !of_task {
        return Fate::Drop;
    }
    let done = tree.attr(id, "checked").is_some();
    let label = if done { "Done" } else { "Not done" };
    let mut attrs = vec![("type", "checkbox"), ("disabled", ""), ("aria-label", label)];
    if done {
        attrs.push(("checked", ""));
    }
    Fate::Replace(vec![tree.element("input", &attrs, Vec::new())])
}

/// Only items may be in a list: whatever else is there becomes one.
fn items(tree: &mut Tree, id: Id) {
    let children = tree.take_children(id);
    let mut items = Vec::new();
    let mut stray = Vec::new();
    for child in children {
        if tree.name(child) == "li" {
            wrap_strays(tree, &mut stray, &mut items);
            items.push(child);
        } else if tree.is_blank(child) && stray.is_empty() {
            items.push(child);
        } else {
            stray.push(child);
        }
    }
    wrap_strays(tree, &mut stray, &mut items);
    tree.set_children(id, items);
}

fn wrap_strays(tree: &mut Tree, stray: &mut Vec<Id>, items: &mut Vec<Id>) {
    if !stray.is_empty() {
        let item = tree.element("li", &[], std::mem::take(stray));
        items.push(item);
    }
}

/// A task's box stands beside one element that holds the rest, because the item is a flex row.
fn task(tree: &mut Tree, id: Id) {
    let mut rest: Vec<Id> = tree.take_children(id);
    let first = rest.iter().position(|child| !tree.is_blank(*child));
    let Some(first) = first.filter(|at| tree.name(rest[*at]) == "input") else {
        rest.retain(|child| tree.name(*child) != "input");
        tree.set_children(id, rest);
        return;
    };
    let mut rest = rest.split_off(first);
    let input = rest.remove(0);
    rest.retain(|child| tree.name(*child) != "input");
    let body = tree.element("div", &[], rest);
    tree.set_children(id, vec![input, body]);
}

/// A description list that is not groups of terms and descriptions becomes plain blocks.
fn descriptions(tree: &mut Tree, id: Id) {
    let parts: Vec<Id> = tree.children(id).iter().copied().filter(|child| !tree.is_blank(*child)).collect();
    let boxed = !parts.is_empty() && parts.iter().all(|part| tree.name(*part) == "div");
    let good = if boxed { parts.iter().all(|part| is_grouped(tree, tree.children(*part))) } else { is_grouped(tree, &parts) };
    if good {
        return;
    }
    tree.rename(id, "div");
    for part in parts {
        for inner in tree.children(part).to_vec().into_iter().chain([part]) {
            if matches!(tree.name(inner), "dt" | "dd") {
                tree.rename(inner, "div");
            }
        }
    }
}

fn is_grouped(tree: &Tree, parts: &[Id]) -> bool {
    let mut before = "dd";
    let mut first = true;
    for part in parts.iter().filter(|part| !tree.is_blank(**part)) {
        let name = tree.name(*part);
        if !matches!(name, "dt" | "dd") || first && name == "dd" {
            return false;
        }
        first = false;
        before = name;
    }
    !first && before == "dd"
}

/// A folded part begins with exactly one summary.
fn summary(tree: &mut Tree, id: Id) {
    let children = tree.take_children(id);
    let (mut summaries, mut rest): (Vec<Id>, Vec<Id>) = children.into_iter().partition(|child| tree.name(*child) == "summary");
    let first = if summaries.is_empty() { tree.element("summary", &[], Vec::new()) } else { summaries.remove(0) };
    if tree.text_below(first, |_, _| false).trim().is_empty() {
        let name = tree.text("Details");
        tree.set_children(first, vec![name]);
    }
    for other in &summaries {
        tree.rename(*other, "div");
    }
    let mut all = vec![first];
    all.append(&mut summaries);
    all.append(&mut rest);
    tree.set_children(id, all);
}
