//! Links that stand alone in a paragraph, and the cards that take their place once it is known what is at the other end.
//!
//! A paragraph counts that is nothing but a link whose words are its address, at the top of a text: so do `WordPress` and Ghost. The
//! card is one link to that address, with a picture of this site: nothing of it is loaded from anywhere else.

use super::address::tidy;
use super::tree::{Id, ROOT, Tree};
use super::{Rendered, SafeHtml};
use std::collections::HashMap;
use url::Url;

/// The longest address that is looked up, in bytes.
const LONGEST: usize = 2000;
/// Such links of one text that are looked up.
const MOST: usize = 100;

/// What a card says of the page at the other end. All of it is text of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// What it is; empty: anything.
    pub kind: CardKind,
    /// Its title, or empty.
    pub title: String,
    /// Whose it is, or empty.
    pub author: String,
    /// On which site it is.
    pub provider: String,
    /// Its picture.
    pub picture: Option<CardPicture>,
}

/// What is at the other end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CardKind {
    /// A film.
    Video,
    /// A picture.
    Photo,
    /// Anything else.
    #[default]
    Page,
}

/// The picture of a card, which lies on this site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardPicture {
    /// Its address.
    pub url: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Rendered {
    /// The same with cards in the place of links that stand alone; `cards` are found by [`embed_address`].
    pub fn with_cards(self, cards: &HashMap<String, Card>) -> Rendered {
        if cards.is_empty() {
            return self;
        }
        let mut tree = Tree::parse(self.html.as_str());
        let blocks: Vec<Id> =
            tree.take_children(ROOT).into_iter().map(|block| card_for(&mut tree, block, cards).unwrap_or(block)).collect();
        tree.set_children(ROOT, blocks);
        Rendered { html: SafeHtml(tree.serialize()), ..self }
    }
}

/// The addresses that stand alone in a paragraph, each once, in document order.
pub(super) fn addresses(tree: &Tree) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for address in tree.children(ROOT).iter().filter_map(|block| embed_address(alone(tree, *block)?)) {
        if found.len() < MOST && !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

/// An address as it is looked up: as a browser would ask for it, without fragment. `None`: it is no page that can be asked about.
pub fn embed_address(address: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    url.set_fragment(None);
    let is_page = matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && url.password().is_none();
    (is_page && url.as_str().len() <= LONGEST).then(|| url.to_string())
}

/// Where the link leads that is all a paragraph has, if its words are its address.
fn alone(tree: &Tree, paragraph: Id) -> Option<&str> {
    let mut children = tree.children(paragraph).iter().copied().filter(|child| !tree.is_blank(*child));
    let link = children.next().filter(|_| children.next().is_none())?;
    if (tree.name(paragraph), tree.name(link)) != ("p", "a") {
        return None;
    }
    let href = tree.attr(link, "href")?;
    (tidy(&tree.text_below(link, |_, _| false)) == href).then_some(href)
}

fn card_for(tree: &mut Tree, block: Id, cards: &HashMap<String, Card>) -> Option<Id> {
    let href = alone(tree, block)?.to_owned();
    let card = cards.get(&embed_address(&href)?)?;
    Some(draw(tree, card, &href))
}

/// The card as the style sheet knows it. Without one it reads as a sentence, so that readers of feeds can show it.
fn draw(tree: &mut Tree, card: &Card, href: &str) -> Id {
    let mut inside = Vec::new();
    if let Some(picture) = &card.picture {
        let (width, height) = (picture.width.to_string(), picture.height.to_string());
        let attrs = [("src", picture.url.as_str()), ("alt", ""), ("width", &width), ("height", &height)];
        let image = tree.element("img", &[&attrs[..], &[("loading", "lazy"), ("decoding", "async")]].concat(), Vec::new());
        inside.push(tree.element("span", &[("class", "embed-picture")], vec![image]));
        inside.push(tree.text(" "));
    }
    let told = [&card.title, &card.author].into_iter().find(|words| !words.is_empty());
    let title = tree.text(told.map_or_else(|| plain(href), String::as_str));
    let mut words = vec![tree.element("strong", &[("dir", "auto")], vec![title])];
    let about = about(tree, card);
    if !about.is_empty() {
        words.push(tree.text(" "));
        words.push(tree.element("small", &[], about));
    }
    inside.push(tree.element("span", &[("class", "embed-words")], words));
    let link = tree.element("a", &[("href", href), ("rel", "noopener")], inside);
    let class = if card.kind == CardKind::Video { "embed is-video" } else { "embed" };
    tree.element("figure", &[("class", class)], vec![link])
}

/// What it is, whose, and where, with dots between. Names of people stand for themselves, whichever way they are written.
fn about(tree: &mut Tree, card: &Card) -> Vec<Id> {
    let kind = match card.kind {
        CardKind::Video => "Video",
        CardKind::Photo => "Photo",
        CardKind::Page => "",
    };
    let author = if card.title.is_empty() { "" } else { card.author.as_str() };
    let mut about = Vec::new();
    for words in [kind, author, card.provider.as_str()].into_iter().filter(|words| !words.is_empty()) {
        if !about.is_empty() {
            about.push(tree.text(" · "));
        }
        let text = tree.text(words);
        about.push(tree.element("bdi", &[], vec![text]));
    }
    about
}

/// An address without what every address begins with.
fn plain(address: &str) -> &str {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(address);
    rest.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{for_readers, render};

    const TALK: &str = "https://video.example/watch?v=1&t=2";

    fn talk() -> Card {
        Card {
            kind: CardKind::Video,
            title: "A talk".to_owned(),
            author: "Ada".to_owned(),
            provider: "Tube".to_owned(),
            picture: Some(CardPicture { url: "/pictures/embeds/0.webp".to_owned(), width: 480, height: 360 }),
        }
    }

    fn with(markdown: &str, card: Card) -> String {
        let cards = HashMap::from([(TALK.to_owned(), card)]);
        render(markdown).with_cards(&cards).html.as_str().trim().to_owned()
    }

    #[test]
    fn a_link_alone_in_a_paragraph_becomes_a_card() {
        let card = "<figure class=\"embed is-video\"><a href=\"https://video.example/watch?v=1&amp;t=2\" rel=\"noopener\">\
                    <span class=\"embed-picture\"><img src=\"/pictures/embeds/0.webp\" alt=\"\" width=\"480\" height=\"360\" loading=\"lazy\" decoding=\"async\"></span> \
                    <span class=\"embed-words\"><strong dir=\"auto\">A talk</strong> <small><bdi>Video</bdi> · <bdi>Ada</bdi> · <bdi>Tube</bdi></small></span></a></figure>";
        for text in [TALK.to_owned(), format!("<{TALK}>"), format!("[{TALK}]({TALK})"), format!("<p><a href=\"{TALK}\">{TALK}</a></p>")] {
            assert_eq!(with(&text, talk()), card, "{text}");
            assert_eq!(render(&text).embeds, [TALK], "{text}");
        }
        assert!(with(&format!("Before.\n\n{TALK}\n\nAfter."), talk()).starts_with("<p>Before.</p>\n<figure"));
        let fragment = with(&format!("{TALK}#part"), talk());
        assert!(fragment.contains("#part\" rel") && fragment.contains("A talk"), "{fragment}");
    }

    #[test]
    fn any_other_link_stays_a_link() {
        for text in [
            format!("See {TALK}"),
            format!("{TALK}\n{TALK}"),
            format!("[A talk]({TALK})"),
            format!("- {TALK}"),
            format!("> {TALK}"),
            format!("## {TALK}"),
            format!("`{TALK}`"),
            "mailto:a@video.example".to_owned(),
            "/posts/own".to_owned(),
        ] {
            assert_eq!((render(&text).embeds, with(&text, talk())), (Vec::new(), render(&text).html.as_str().trim().to_owned()), "{text}");
        }
        let unknown = "https://video.example/other";
        assert_eq!(with(unknown, talk()), render(unknown).html.as_str().trim());
        assert_eq!(render(unknown).embeds, [unknown]);
    }

    #[test]
    fn what_others_say_is_text() {
        let hostile =
            Card { title: "<script>alert(1)</script>\"&amp;".to_owned(), author: "<img src=x onerror=alert(1)>".to_owned(), ..talk() };
        let html = with(TALK, hostile);
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;\"&amp;amp;") && !html.contains("<script"), "{html}");
        assert!(html.contains("&lt;img src=x") && html.matches("<img").count() == 1, "{html}");
    }

    #[test]
    fn what_is_not_told_is_left_out() {
        let bare = |card: Card| with(TALK, Card { picture: None, ..card });
        let html = bare(Card { provider: "Tube".to_owned(), ..Card::default() });
        assert!(html.contains("<strong dir=\"auto\">video.example/watch?v=1&amp;t=2</strong> <small><bdi>Tube</bdi></small>"), "{html}");
        let html = bare(Card { title: String::new(), kind: CardKind::Page, ..talk() });
        assert!(
            html.contains("<strong dir=\"auto\">Ada</strong> <small><bdi>Tube</bdi></small>") && html.contains("class=\"embed\""),
            "{html}"
        );
    }

    #[test]
    fn an_address_is_one_however_it_is_written() {
        assert_eq!(embed_address("HTTPS://Video.Example#x").as_deref(), Some("https://video.example/"));
        assert_eq!(
            [embed_address("https://me@video.example/"), embed_address("ftp://video.example/"), embed_address("video")],
            [None, None, None]
        );
        assert_eq!(embed_address(&format!("https://video.example/{}", "x".repeat(LONGEST))), None);
        let many: String = (0..2 * MOST).map(|number| format!("https://video.example/{number}\n\n")).collect();
        assert_eq!(render(&many).embeds.len(), MOST);
    }

    #[test]
    fn readers_of_feeds_are_told_in_words() {
        let html = with(TALK, talk());
        let shown = for_readers(&SafeHtml(html), "https://example.org", "https://example.org/posts/p");
        assert!(shown.as_str().contains("src=\"https://example.org/pictures/embeds/0.webp\""), "{}", shown.as_str());
        assert!(!shown.as_str().contains("class="));
    }
}
