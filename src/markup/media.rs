//! Pictures, films and sound.
//!
//! A page asks no other host for anything: what lies elsewhere becomes a link to it. Pictures
//! of this site load late, always have an `alt`, and a picture alone in its paragraph that has
//! a title becomes a figure with that caption.

use super::address;
use super::structure::{Around, Fate};
use super::tree::{Id, Tree};

/// Keeps a picture of this site; one of another host becomes a link.
pub(super) fn image(tree: &mut Tree, id: Id, around: Around) -> Fate {
    let words = |name: &str| tree.attr(id, name).map(str::trim).filter(|words| !words.is_empty());
    let alt = words("alt").or(words("title")).unwrap_or("").to_owned();
    let src = address::clean(tree.attr(id, "src").unwrap_or(""));
    if address::is_other_host(&src) {
        let link = elsewhere(tree, "Picture", &alt, &src, around);
        if let Some(caption) = tree.remove_attr(id, "title") {
            tree.set_attr(link, "data-caption", caption);
        }
        return Fate::Replace(vec![link]);
    }
    if src.is_empty() || address::is_elsewhere(&src) {
        return if alt.is_empty() { Fate::Drop } else { Fate::Replace(vec![tree.text(alt)]) };
    }
    tree.set_attr(id, "src", address::tidy(&src));
    tree.set_attr(id, "alt", alt);
    candidates(tree, id);
    tree.set_attr(id, "loading", "lazy");
    tree.set_attr(id, "decoding", "async");
    Fate::Keep
}

/// Keeps a choice of pictures while its fallback is a picture of this site.
pub(super) fn picture(tree: &mut Tree, id: Id) -> Fate {
    let children = tree.take_children(id);
    let image = children.iter().copied().find(|child| tree.name(*child) == "img");
    let Some(image) = image else {
        let rest = children.into_iter().filter(|child| !matches!(tree.name(*child), "source" | "track")).collect();
        return Fate::Replace(rest);
    };
    let mut kept = Vec::new();
    for source in children {
        if tree.name(source) != "source" {
            continue;
        }
        tree.remove_attr(source, "src");
        candidates(tree, source);
        if tree.attr(source, "srcset").is_some() {
            kept.push(source);
        }
    }
    kept.push(image);
    tree.set_children(id, kept);
    Fate::Keep
}

/// Keeps a player with controls for files of this site.
pub(super) fn player(tree: &mut Tree, id: Id, around: Around) -> Fate {
    let kind = if tree.name(id) == "video" { "Video" } else { "Sound" };
    let (mut sources, mut tracks, mut fallback, mut others) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut own = false;
    if let Some(src) = tree.remove_attr(id, "src") {
        if address::is_other_host(&src) {
            others.push(src);
        } else if !address::is_elsewhere(&src) && !src.trim().is_empty() {
            tree.set_attr(id, "src", address::tidy(&src));
            own = true;
        }
    }
    for child in tree.take_children(id) {
        match tree.name(child) {
            "source" => {
                let src = tree.attr(child, "src").unwrap_or("").to_owned();
                if address::is_other_host(&src) {
                    others.push(src);
                } else if !address::is_elsewhere(&src) && !src.trim().is_empty() && !own {
                    let mut attrs = vec![("src".to_owned(), address::tidy(&src))];
                    attrs.extend(tree.attr(child, "type").map(|kind| ("type".to_owned(), kind.to_owned())));
                    if let Some(all) = tree.attrs_mut(child) {
                        *all = attrs;
                    }
                    sources.push(child);
                }
            }
            "track" => tracks.extend(is_good_track(tree, child).then_some(child)),
            _ => fallback.push(child),
        }
    }
    if !own && sources.is_empty() {
        if let Some(src) = others.first() {
            let title = tree.attr(id, "title").unwrap_or("").to_owned();
            return Fate::Replace(vec![elsewhere(tree, kind, &title, src, around)]);
        }
        return Fate::Replace(fallback);
    }
    if let Some(poster) = tree.remove_attr(id, "poster")
        && !address::is_elsewhere(&poster)
        && !poster.trim().is_empty()
    {
        tree.set_attr(id, "poster", address::tidy(&poster));
    }
    tree.set_attr(id, "controls", "");
    tree.set_attr(id, "preload", "metadata");
    sources.append(&mut tracks);
    sources.append(&mut fallback);
    tree.set_children(id, sources);
    Fate::Keep
}

fn is_good_track(tree: &mut Tree, id: Id) -> bool {
    let src = tree.attr(id, "src").unwrap_or("").to_owned();
    if address::is_elsewhere(&src) || src.trim().is_empty() || tree.attr(id, "label").is_some_and(|label| label.trim().is_empty()) {
        return false;
    }
    tree.set_attr(id, "src", address::tidy(&src));
    match tree.attr(id, "kind") {
        None | Some("subtitles") => tree.attr(id, "srclang").is_some(),
        Some(kind) => matches!(kind, "captions" | "descriptions" | "chapters" | "metadata"),
    }
}

/// A figure for a paragraph that holds nothing but a picture with a title.
pub(super) fn captioned(tree: &mut Tree, paragraph: Id) -> Option<Id> {
    let mut children = tree.children(paragraph).iter().copied().filter(|child| !tree.is_blank(*child));
    let only = children.next().filter(|_| children.next().is_none())?;
    let note = match tree.name(only) {
        "img" => "title",
        "a" | "span" => "data-caption",
        _ => return None,
    };
    let caption = tree.remove_attr(only, note)?;
    if tree.attr(only, "alt") == Some(caption.trim()) {
        tree.set_attr(only, "alt", "");
    }
    let text = tree.text(caption);
    let caption = tree.element("figcaption", &[], vec![text]);
    Some(tree.element("figure", &[], vec![only, caption]))
}

/// A figure has at most one caption, at its beginning or its end.
pub(super) fn settle_figure(tree: &mut Tree, id: Id) {
    if tree.name(id) != "figure" {
        return;
    }
    let children: Vec<Id> = tree.children(id).iter().copied().filter(|child| !tree.is_blank(*child)).collect();
    let mut found = false;
    for (at, child) in children.iter().enumerate() {
        if tree.name(*child) == "figcaption" {
            if found || at != 0 && at + 1 != children.len() {
                tree.rename(*child, "div");
            } else {
                found = true;
            }
        }
    }
}

/// Names a link's only content, a picture without `alt`, by the link's address.
pub(super) fn name_picture(tree: &mut Tree, link: Id) -> bool {
    let address = tree.attr(link, "href").unwrap_or("").to_owned();
    let image = tree.children(link).iter().copied().find(|child| tree.name(*child) == "img");
    let Some(image) = image.filter(|_| !address.is_empty()) else { return false };
    tree.set_attr(image, "alt", address);
    true
}

/// A link to something that lies on another host; only its words where a link can't be.
fn elsewhere(tree: &mut Tree, kind: &str, about: &str, address: &str, around: Around) -> Id {
    let host = address::host(address);
    let words = if about.is_empty() { format!("{kind} ({host})") } else { format!("{kind}: {about} ({host})") };
    let text = tree.text(words);
    if around.link || host.is_empty() {
        return tree.element("span", &[], vec![text]);
    }
    tree.element("a", &[("href", &address::tidy(address)), ("rel", "noopener")], vec![text])
}

/// Keeps the candidates of this site in `srcset`, and `sizes` where they go by width.
fn candidates(tree: &mut Tree, id: Id) {
    let srcset = tree.remove_attr(id, "srcset").unwrap_or_default();
    let sizes = tree.remove_attr(id, "sizes");
    let mut kept: Vec<String> = Vec::new();
    let mut kinds = Vec::new();
    for candidate in parse_srcset(&srcset) {
        let mut parts = candidate.split_ascii_whitespace();
        let Some(address) = parts.next().filter(|address| !address::is_elsewhere(address)) else { continue };
        let size = parts.next().unwrap_or("1x");
        let kind = size.chars().last().unwrap_or('x');
        let number = size.trim_end_matches(kind);
        let good = match kind {
            'w' => number.parse::<u32>().is_ok_and(|n| n > 0),
            'x' => number.parse::<f32>().is_ok_and(|n| n > 0.0),
            _ => false,
        };
        if good && parts.next().is_none() && !kinds.contains(&size.to_owned()) {
            kinds.push(size.to_owned());
            kept.push(format!("{} {size}", address::tidy(address).replace(',', "%2C")));
        }
    }
    let by_width = kinds.iter().filter(|size| size.ends_with('w')).count();
    if kept.is_empty() || by_width != 0 && by_width != kinds.len() {
        return;
    }
    tree.set_attr(id, "srcset", kept.join(", "));
    if by_width > 0 {
        tree.set_attr(id, "sizes", sizes.filter(|sizes| !sizes.trim().is_empty()).unwrap_or_else(|| "100vw".to_owned()));
    }
}

/// The candidates of a `srcset` value, as the HTML Standard splits it: a comma ends one after
/// white space or a size; inside an address it belongs to the address.
pub(super) fn parse_srcset(value: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return found;
        }
        let address_end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let end = if rest[..address_end].ends_with(',') {
            address_end
        } else {
            rest[address_end..].find(',').map_or(rest.len(), |comma| address_end + comma)
        };
        found.push(rest[..end].trim_end_matches(|c: char| c.is_ascii_whitespace() || c == ','));
        rest = &rest[end..];
    }
}

#[cfg(test)]
mod tests {
    use super::parse_srcset;

    #[test]
    fn candidates_are_split_as_browsers_do() {
        assert_eq!(parse_srcset("/a.png 1x, /b,c.png 2x"), ["/a.png 1x", "/b,c.png 2x"]);
        assert_eq!(parse_srcset(" /a.png, /b.png 300w ,"), ["/a.png", "/b.png 300w"]);
        assert!(parse_srcset(" , ").is_empty());
    }
}
