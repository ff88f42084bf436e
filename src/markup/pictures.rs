//! Pictures of this site with what the site knows of them: their size, so that nothing jumps when they arrive, smaller forms to
//! choose from, and words where the text has none.

use super::tree::{Id, Kind, ROOT, Tree};
use super::{Rendered, SafeHtml};
use std::collections::{HashMap, HashSet};

/// A picture as a page shows it. Addresses hold no character that an attribute would mind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// What is loaded where nothing better can be chosen.
    pub src: String,
    /// More of the same format, by width; or empty.
    pub srcset: String,
    /// Better formats, the best first.
    pub sources: Vec<Source>,
    /// Width and height in pixels, where they are known.
    pub size: Option<(u32, u32)>,
    /// What it shows; or empty.
    pub alt: String,
    /// What stands below it; or empty.
    pub caption: String,
    /// Whose work it is; or empty.
    pub credit: String,
}

/// A format of a picture, in several widths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its media type.
    pub kind: &'static str,
    /// Addresses, each with its width.
    pub srcset: String,
}

/// How wide a picture in the text is (HTML, `sizes`).
///
/// The measure of the stylesheet's `.prose`, 32 of its own em, is 38rem on wide screens and grows with the window below that; on a
/// phone it is the window without its gutters.
pub const IN_TEXT: &str = "(min-width: 84rem) 38rem, (min-width: 38rem) calc(32.64rem + 6.4vw), calc(94.8vw - .8rem)";

/// The same in `.wide`, which stands out of the column where there is room.
const WIDE: &str =
    "(min-width: 72rem) 46rem, (min-width: 68rem) calc(100vw - 26rem), (min-width: 38rem) calc(32.64rem + 6.4vw), calc(94.8vw - .8rem)";

/// Pixels across from which a written width says nothing about the column.
const COLUMN: u32 = 544;

/// Characters before the first picture above which it is not seen at once.
const FOLD: usize = 600;

impl Rendered {
    /// Fills in what is known of pictures, by address without query and fragment.
    ///
    /// Those at `decorative` addresses are given no words: their author has said that they show nothing. With `first`, a picture
    /// at the beginning of the text is loaded at once, and before others.
    pub fn with_pictures(self, pictures: &HashMap<String, Picture>, decorative: &HashSet<&str>, first: bool) -> Rendered {
        let mut tree = Tree::parse(self.html.as_str());
        let mut before = 0;
        let mut hurry = first;
        for id in tree.in_order() {
            match tree.kind(id) {
                Kind::Text(text) => before += text.trim().len(),
                Kind::Element { name, .. } if name == "img" => {
                    let src = tree.attr(id, "src").unwrap_or("").to_owned();
                    if hurry && before < FOLD {
                        tree.remove_attr(id, "loading");
                        tree.set_attr(id, "fetchpriority", "high");
                    }
                    hurry = false;
                    if let Some(picture) = pictures.get(plain(&src)) {
                        let words = !decorative.contains(src.as_str());
                        Place { tree: &mut tree, id }.fill(picture, &src, words);
                    }
                }
                Kind::Element { .. } => {}
            }
        }
        Rendered { html: SafeHtml(tree.serialize()), ..self }
    }
}

impl Picture {
    /// The picture alone, as templates show it: `sizes` says how wide it is there, `hurry` that it is seen at once.
    pub fn html(&self, alt: &str, sizes: &str, hurry: bool) -> SafeHtml {
        let mut tree = Tree::parse("<img>");
        let id = tree.children(ROOT)[0];
        tree.set_attr(id, "src", self.src.as_str());
        tree.set_attr(id, "alt", alt);
        let (name, value) = if hurry { ("fetchpriority", "high") } else { ("loading", "lazy") };
        tree.set_attr(id, name, value);
        tree.set_attr(id, "decoding", "async");
        let mut place = Place { tree: &mut tree, id };
        place.size(self);
        place.choice(self, sizes);
        SafeHtml(tree.serialize())
    }
}

/// An address without query and fragment.
fn plain(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or("")
}

/// An `img` in a text.
struct Place<'a> {
    tree: &'a mut Tree,
    id: Id,
}

impl Place<'_> {
    fn fill(mut self, picture: &Picture, src: &str, words: bool) {
        self.size(picture);
        if words {
            self.words(picture);
        }
        // A part of a drawing is asked for by a fragment, an old form perhaps by a query.
        let chosen = self.tree.attr(self.id, "srcset").is_some() || self.tree.name(self.tree.parent(self.id)) == "picture";
        if plain(src) != src {
            return;
        }
        self.tree.set_attr(self.id, "src", picture.src.as_str());
        let shown = if chosen { self.id } else { self.choice(picture, &self.sizes(picture)) };
        if words {
            self.caption(picture, shown);
        }
    }

    /// Width and height; one that is written gives the other.
    fn size(&mut self, picture: &Picture) {
        let Some((width, height)) = picture.size else { return };
        let written = |name: &str| self.tree.attr(self.id, name).and_then(|value| value.parse::<u64>().ok());
        let (width, height) = (u64::from(width), u64::from(height));
        let (width, height) = match (written("width"), written("height")) {
            (None, None) => (width, height),
            (Some(across), None) => (across, (across * height / width).max(1)),
            (None, Some(down)) => ((down * width / height).max(1), down),
            (Some(_), Some(_)) => return,
        };
        self.tree.set_attr(self.id, "width", width.to_string());
        self.tree.set_attr(self.id, "height", height.to_string());
    }

    /// What the library says it shows, where the text says nothing. A picture alone in a link may stand there under its address.
    fn words(&mut self, picture: &Picture) {
        let alt = self.tree.attr(self.id, "alt").unwrap_or("");
        let parent = self.tree.parent(self.id);
        let is_address = self.tree.name(parent) == "a" && self.tree.attr(parent, "href") == Some(alt);
        if (alt.is_empty() || is_address) && !picture.alt.is_empty() {
            self.tree.set_attr(self.id, "alt", picture.alt.as_str());
        }
    }

    /// Smaller forms, and better formats around it. Gives what stands in the place of the `img` then.
    fn choice(&mut self, picture: &Picture, sizes: &str) -> Id {
        if picture.srcset.is_empty() {
            return self.id;
        }
        self.tree.set_attr(self.id, "srcset", picture.srcset.as_str());
        self.tree.set_attr(self.id, "sizes", sizes);
        if picture.sources.is_empty() {
            return self.id;
        }
        let sources = picture.sources.iter().map(|source| {
            let attrs = [("type", source.kind), ("srcset", &source.srcset), ("sizes", sizes)];
            self.tree.element("source", &attrs, Vec::new())
        });
        let mut inside: Vec<Id> = sources.collect();
        let parent = self.tree.parent(self.id);
        let siblings = self.tree.take_children(parent);
        inside.push(self.id);
        let around = self.tree.element("picture", &[], inside);
        self.tree.set_children(parent, siblings.into_iter().map(|child| if child == self.id { around } else { child }).collect());
        around
    }

    /// How wide it is: as written, or as wide as its column.
    fn sizes(&self, picture: &Picture) -> String {
        let written = self.tree.attr(self.id, "width").and_then(|width| width.parse::<u32>().ok());
        if let Some(width) = written.filter(|width| *width < COLUMN && picture.size.is_some_and(|(own, _)| *width < own)) {
            return format!("{width}px");
        }
        let mut up = self.tree.parent(self.id);
        while up != ROOT {
            if self.tree.has_class(up, "wide") {
                return WIDE.to_owned();
            }
            up = self.tree.parent(up);
        }
        IN_TEXT.to_owned()
    }

    /// The library's caption below a picture alone in its paragraph, and whose work it is below any that has a caption.
    fn caption(&mut self, picture: &Picture, shown: Id) {
        let parent = self.tree.parent(shown);
        if picture.caption.is_empty() && picture.credit.is_empty() {
            return;
        }
        let alone = self.tree.children(parent).iter().all(|child| *child == shown || self.tree.is_blank(*child));
        if self.tree.name(parent) == "figure" {
            let caption = self.tree.children(parent).iter().copied().find(|child| self.tree.name(*child) == "figcaption");
            if let Some(caption) = caption.filter(|_| !picture.credit.is_empty()) {
                let mut words = self.tree.take_children(caption);
                words.push(self.credit(picture, true));
                self.tree.set_children(caption, words);
            }
        } else if self.tree.name(parent) == "p" && alone {
            let mut words = vec![self.tree.text(picture.caption.as_str())];
            if !picture.credit.is_empty() {
                words.push(self.credit(picture, !picture.caption.is_empty()));
            }
            let caption = self.tree.element("figcaption", &[], words);
            self.tree.rename(parent, "figure");
            self.tree.set_children(parent, vec![shown, caption]);
        }
    }

    fn credit(&mut self, picture: &Picture, behind: bool) -> Id {
        let words = if behind { format!(" {}", picture.credit) } else { picture.credit.clone() };
        let words = self.tree.text(words);
        self.tree.element("small", &[], vec![words])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render;

    fn photo() -> Picture {
        Picture {
            src: "/pictures/7/640.jpg".to_owned(),
            srcset: "/pictures/7/320.jpg 320w, /pictures/7/640.jpg 640w".to_owned(),
            sources: vec![Source { kind: "image/avif", srcset: "/pictures/7/320.avif 320w".to_owned() }],
            size: Some((1000, 500)),
            ..Picture::default()
        }
    }

    fn shown(markdown: &str, picture: Picture, decorative: &[&str], first: bool) -> String {
        let pictures = HashMap::from([("/files/a/b.jpg".to_owned(), picture)]);
        let decorative = decorative.iter().copied().collect();
        render(markdown).with_pictures(&pictures, &decorative, first).html.as_str().trim().to_owned()
    }

    #[test]
    fn a_picture_of_this_site_is_given_its_choices_and_its_size() {
        assert_eq!(
            shown("![a > b](/files/a/b.jpg)", photo(), &[], false),
            format!(
                "<p><picture><source type=\"image/avif\" srcset=\"/pictures/7/320.avif 320w\" sizes=\"{IN_TEXT}\">\
                 <img src=\"/pictures/7/640.jpg\" alt=\"a &gt; b\" loading=\"lazy\" decoding=\"async\" width=\"1000\" height=\"500\" \
                 srcset=\"/pictures/7/320.jpg 320w, /pictures/7/640.jpg 640w\" sizes=\"{IN_TEXT}\"></picture></p>"
            )
        );
        let other = "![other](/files/c.png)";
        assert_eq!(shown(other, photo(), &[], false), render(other).html.as_str().trim());
        let plain = Picture { src: "/files/a/b.jpg?v=1".to_owned(), size: Some((8, 4)), ..Picture::default() };
        let html = shown("![x](/files/a/b.jpg)", plain, &[], false);
        assert_eq!(html, "<p><img src=\"/files/a/b.jpg?v=1\" alt=\"x\" loading=\"lazy\" decoding=\"async\" width=\"8\" height=\"4\"></p>");
    }

    #[test]
    fn templates_show_the_same() {
        let html = photo().html("a \"cat\"", "10rem", true);
        assert_eq!(
            html.as_str(),
            "<picture><source type=\"image/avif\" srcset=\"/pictures/7/320.avif 320w\" sizes=\"10rem\">\
             <img src=\"/pictures/7/640.jpg\" alt=\"a &quot;cat&quot;\" fetchpriority=\"high\" decoding=\"async\" width=\"1000\" height=\"500\" \
             srcset=\"/pictures/7/320.jpg 320w, /pictures/7/640.jpg 640w\" sizes=\"10rem\"></picture>"
        );
        let plain = Picture { src: "/x.svg".to_owned(), ..Picture::default() };
        assert_eq!(plain.html("", "1px", false).as_str(), "<img src=\"/x.svg\" alt=\"\" loading=\"lazy\" decoding=\"async\">");
    }

    #[test]
    fn what_its_author_wrote_stays() {
        let html = shown("<img src=\"/files/a/b.jpg\" width=\"200\" alt=\"x\">", photo(), &[], false);
        assert!(html.contains("width=\"200\"") && html.contains("height=\"100\"") && html.contains("sizes=\"200px\""), "{html}");
        let html = shown("<img src=\"/files/a/b.jpg\" height=\"50\" alt=\"x\">", photo(), &[], false);
        assert!(html.contains("width=\"100\"") && html.contains("height=\"50\""), "{html}");
        let own = "<picture><source srcset=\"/files/c.webp\" type=\"image/webp\"><img src=\"/files/a/b.jpg\" alt=\"x\"></picture>";
        let html = shown(own, photo(), &[], false);
        assert_eq!((html.matches("<picture>").count(), html.matches("<source").count()), (1, 1), "{html}");
        assert!(html.contains("width=\"1000\""));
        let html = shown("![x](/files/a/b.jpg#part)", photo(), &[], false);
        assert!(html.contains("src=\"/files/a/b.jpg#part\"") && html.contains("width=\"1000\"") && !html.contains("srcset"), "{html}");
    }

    #[test]
    fn words_come_from_the_library_where_the_text_has_none() {
        let told = || Picture { alt: "A \"cat\"".to_owned(), caption: "On <a> chair".to_owned(), credit: "Ada".to_owned(), ..photo() };
        let html = shown("![](/files/a/b.jpg)", told(), &[], false);
        assert!(html.starts_with("<figure><picture>") && html.contains("alt=\"A &quot;cat&quot;\""), "{html}");
        assert!(html.ends_with("<figcaption>On &lt;a&gt; chair<small> Ada</small></figcaption></figure>"), "{html}");
        let html = shown("![own](/files/a/b.jpg \"Own caption\")", told(), &[], false);
        assert!(html.contains("alt=\"own\"") && html.contains("<figcaption>Own caption<small> Ada</small></figcaption>"), "{html}");
        let html = shown("Words ![](/files/a/b.jpg) around", told(), &[], false);
        assert!(!html.contains("figure") && html.contains("cat"), "{html}");
        let html = shown("[![](/files/a/b.jpg)](/there)", told(), &[], false);
        assert!(html.contains("alt=\"A &quot;cat&quot;\"") && !html.contains("figcaption"), "{html}");
        let html = shown("<img src=\"/files/a/b.jpg\" alt=\"\">", told(), &["/files/a/b.jpg"], false);
        assert!(html.contains("alt=\"\"") && !html.contains("figcaption"), "{html}");
    }

    #[test]
    fn only_a_picture_at_the_beginning_is_hurried() {
        let html = shown("![x](/files/a/b.jpg)\n\n![x](/files/a/b.jpg)", photo(), &[], true);
        assert_eq!((html.matches("fetchpriority=\"high\"").count(), html.matches("loading=\"lazy\"").count()), (1, 1), "{html}");
        let far = format!("{}\n\n![x](/files/a/b.jpg)", "word ".repeat(200));
        assert!(!shown(&far, photo(), &[], true).contains("fetchpriority"));
        assert!(!shown("![x](/files/a/b.jpg)", photo(), &[], false).contains("fetchpriority"));
    }

    #[test]
    fn text_without_pictures_stays_as_it_is() {
        for text in
            ["1 < 2 and `<img src=\"x\">`", "| a | b |\n|--|--|\n| c | d |\n\n```rust\nfn x() {}\n```\n\n- [x] done\n\n> [!NOTE]\n> x"]
        {
            let plain = render(text);
            assert_eq!(plain.clone().with_pictures(&HashMap::new(), &HashSet::new(), true), plain);
        }
    }
}
