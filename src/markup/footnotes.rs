//! Names the links of footnotes, which show a number only.

use super::tree::{Id, Tree};

/// Names the references in the text and the ways back from the notes.
pub(super) fn settle(tree: &mut Tree) {
    let mut note = 0;
    for id in tree.in_order() {
        match tree.name(id) {
            "li" if tree.attr(id, "id").is_some_and(|own| own.starts_with("fn-")) => note += 1,
            "a" if tree.has_class(id, "footnote-backref") => back(tree, id, note),
            "a" if tree.has_class(tree.parent(id), "footnote-ref") => {
                let number = tree.text_below(id, |_, _| false);
                tree.set_attr(id, "aria-label", format!("Footnote {}", number.trim()));
            }
            _ => {}
        }
    }
}

/// A note that is referred to more than once has several ways back; they are numbered.
fn back(tree: &mut Tree, id: Id, note: usize) {
    let which: String = tree.text_below(id, |_, _| false).chars().filter(char::is_ascii_digit).collect();
    let words = if which.is_empty() { "Back".to_owned() } else { format!("Back {which}") };
    let label = format!("{words} to the text, footnote {note}");
    tree.set_attr(id, "aria-label", label);
    let text = tree.text(words);
    tree.set_children(id, vec![text]);
}
