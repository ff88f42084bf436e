//! A text of the site as other programs show it: readers of feeds know neither its addresses nor its style sheet.

use super::{
    SafeHtml,
    tree::{Id, Tree},
};

/// The same text with full addresses: `base` is that of the site without a slash at its end, `page` that of the page it stands on.
///
/// Pictures are loaded in the one form that everything shows; addresses within the text lead to the page; what only our style sheet
/// and pointer need is left out.
pub fn for_readers(html: &SafeHtml, base: &str, page: &str) -> SafeHtml {
    let mut tree = Tree::parse(html.as_str());
    for id in tree.in_order() {
        match tree.name(id) {
            "source" if tree.name(tree.parent(id)) == "picture" => take_out(&mut tree, id),
            "a" if tree.has_class(id, "anchor") => take_out(&mut tree, id),
            _ => {}
        }
        for name in ["class", "tabindex", "srcset", "sizes", "loading", "fetchpriority", "decoding"] {
            tree.remove_attr(id, name);
        }
        for name in ["href", "src", "poster", "cite"] {
            let full = tree.attr(id, name).and_then(|address| full(address, base, page));
            if let Some(full) = full {
                tree.set_attr(id, name, full);
            }
        }
    }
    SafeHtml(tree.serialize())
}

fn take_out(tree: &mut Tree, id: Id) {
    let parent = tree.parent(id);
    let others = tree.children(parent).iter().copied().filter(|other| *other != id).collect();
    tree.set_children(parent, others);
}

fn full(address: &str, base: &str, page: &str) -> Option<String> {
    match address.as_bytes() {
        [b'#', ..] => Some(format!("{page}{address}")),
        [b'/', b'/', ..] => None,
        [b'/', ..] => Some(format!("{base}{address}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_full_and_pictures_plain() {
        let html = SafeHtml(
            "<h2 id=\"a\">A<a class=\"anchor\" href=\"#a\">#</a></h2><p class=\"lead\"><a href=\"/b?c=1#d\">b</a> <a href=\"#a\">a</a> <a href=\"https://example.net/\">e</a></p>\
             <picture><source type=\"image/avif\" srcset=\"/x-320.avif 320w\"><img src=\"/x.jpg\" srcset=\"/x-320.jpg 320w\" \
             sizes=\"100vw\" alt=\"X\" loading=\"lazy\"></picture>"
                .to_owned(),
        );
        let shown = for_readers(&html, "https://example.org", "https://example.org/posts/p");
        assert_eq!(
            shown.as_str(),
            "<h2 id=\"a\">A</h2><p><a href=\"https://example.org/b?c=1#d\">b</a> <a href=\"https://example.org/posts/p#a\">a</a> \
             <a href=\"https://example.net/\">e</a></p><picture><img src=\"https://example.org/x.jpg\" alt=\"X\"></picture>"
        );
    }
}
