//! Tables (GFM's, and those of raw HTML): a frame that scrolls and has a name, and header
//! cells that say what they head.

use super::structure::{Around, Fate};
use super::tree::{Id, Tree};

/// Gives a table its class, its scopes and, where it is not inside another, its frame.
pub(super) fn settle(tree: &mut Tree, id: Id, parent: Id, around: Around) -> Fate {
    let mut headers: Vec<String> = Vec::new();
    let mut caption = None;
    let mut rows = 0;
    let mut stack: Vec<(Id, bool)> = tree.children(id).iter().rev().map(|child| (*child, false)).collect();
    while let Some((node, in_head)) = stack.pop() {
        match tree.name(node) {
            "thead" | "tbody" | "tfoot" => {
                let in_head = tree.name(node) == "thead";
                stack.extend(tree.children(node).iter().rev().map(|child| (*child, in_head)));
            }
            "tr" => {
                rows += 1;
                header_cells(tree, node, in_head, &mut headers);
            }
            "caption" => caption = Some(plain(tree, node)).filter(|text| !text.is_empty()),
            _ => {}
        }
    }
    if rows == 0 {
        return Fate::Drop;
    }
    tree.set_attr(id, "class", "table");
    if around.table {
        return Fate::Keep;
    }
    let label = match caption {
        Some(caption) => format!("Table: {caption}"),
        None if headers.is_empty() => "Table".to_owned(),
        None => format!("Table: {}", headers.join(", ")),
    };
    let label: String = label.chars().take(120).collect();
    let frame = [("class", "table-wrap"), ("tabindex", "0"), ("aria-label", &label)];
    if tree.has_class(parent, "table-wrap") {
        tree.rename(parent, "section");
        for (name, value) in frame {
            tree.set_attr(parent, name, value);
        }
        return Fate::Keep;
    }
    let frame = tree.element("section", &frame, vec![id]);
    Fate::Replace(vec![tree.element("div", &[("class", "wide")], vec![frame])])
}

/// A header in the head, or in a row of headers, heads its column; any other heads its row. An
/// empty one is a plain cell, since nothing could be read out for it.
fn header_cells(tree: &mut Tree, row: Id, in_head: bool, headers: &mut Vec<String>) {
    let cells: Vec<Id> = tree.children(row).iter().copied().filter(|cell| matches!(tree.name(*cell), "th" | "td")).collect();
    let heads_columns = in_head || cells.len() > 1 && cells.iter().all(|cell| tree.name(*cell) == "th");
    for cell in cells {
        if tree.name(cell) != "th" {
            continue;
        }
        let text = plain(tree, cell);
        if text.is_empty() {
            tree.rename(cell, "td");
            tree.remove_attr(cell, "abbr");
            continue;
        }
        tree.set_attr(cell, "scope", if heads_columns { "col" } else { "row" });
        if heads_columns {
            headers.push(text);
        }
    }
}

fn plain(tree: &Tree, id: Id) -> String {
    tree.text_below(id, |_, _| false).split_whitespace().collect::<Vec<_>>().join(" ")
}
