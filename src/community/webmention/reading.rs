//! A page that says it links here: whether it does, who wrote it, and what it says.
//!
//! Author and text are read from microformats2 (`h-entry`, `h-card`) where the page has them, and else from what every page has. All
//! of it is text; nothing of the page's markup is kept.

use super::discovery::is_html;
use crate::web::outgoing::Answered;
use reqwest::Url;
use scraper::{ElementRef, Html, Node, Selector};

/// Characters of a text that are kept, and of a name.
const LONGEST_TEXT: usize = 600;
const LONGEST_NAME: usize = 80;

/// Elements whose attribute is a link, as far as one can be meant by it.
const LINKING: [(&str, &str); 4] = [
    ("a[href], area[href], link[href]", "href"),
    ("img[src], video[src], audio[src], source[src], track[src], iframe[src], embed[src]", "src"),
    ("blockquote[cite], q[cite], ins[cite], del[cite]", "cite"),
    ("object[data]", "data"),
];

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Who says it; the host where the page does not tell.
    pub author_name: String,
    /// A page of the author, or empty.
    pub author_url: String,
    /// What it says, or its title; plain text.
    pub text: String,
}

/// What the page says about the target; `None`: it does not link there.
pub fn read(page: &Answered, target: &Url) -> Option<Said> {
    let url = Url::parse(&page.fetched.url).ok()?;
    let body = String::from_utf8_lossy(&page.fetched.body);
    if !is_html(&page.kind) {
        let is_text = page.kind.starts_with("text/") || page.kind == "application/json" || page.kind.ends_with("+json");
        let links = is_text && (body.contains(target.as_str()) || body.replace("\\/", "/").contains(target.as_str()));
        return links.then(|| Said { author_name: host(&url), author_url: String::new(), text: "Links here.".to_owned() });
    }
    let html = Html::parse_document(&body);
    let base =
        all(html.root_element(), "base[href]").first().and_then(|base| url.join(base.attr("href")?).ok()).unwrap_or_else(|| url.clone());
    let link = linking(&html, &base, target)?;
    let entry = above(link, "h-entry").or_else(|| all(html.root_element(), ".h-entry").first().copied());
    let (author_name, author_url) = author(&html, entry, &base).unwrap_or_else(|| (host(&url), String::new()));
    Some(Said { author_name: cut(&author_name, LONGEST_NAME), author_url, text: text(&html, entry) })
}

/// The first element that links to the target.
fn linking<'a>(html: &'a Html, base: &Url, target: &Url) -> Option<ElementRef<'a>> {
    let is_it = |address: &str| {
        base.join(address.trim()).is_ok_and(|mut url| {
            url.set_fragment(target.fragment());
            url == *target
        })
    };
    LINKING.iter().find_map(|(selector, name)| all(html.root_element(), selector).into_iter().find(|it| it.attr(name).is_some_and(is_it)))
}

/// Name and page of who wrote the entry.
fn author(html: &Html, entry: Option<ElementRef<'_>>, base: &Url) -> Option<(String, String)> {
    let root = html.root_element();
    let card = entry.and_then(|entry| all(entry, ".p-author").first().copied()).or_else(|| all(root, ".h-card").first().copied());
    if let Some(card) = card {
        let named = all(card, ".p-name").first().map_or_else(|| words(card), |name| words(*name));
        let own = card.attr("href").into_iter();
        let address = all(card, ".u-url[href], a[href]")
            .into_iter()
            .filter_map(|link| link.attr("href"))
            .chain(own)
            .find_map(|href| page(base, href));
        return (!named.is_empty()).then(|| (named, address.unwrap_or_default()));
    }
    let told = all(root, "meta[name=author]").first().and_then(|meta| meta.attr("content")).map(squeezed)?;
    (!told.is_empty()).then_some((told, String::new()))
}

/// A full address of a page, if it is one that can be linked to.
fn page(base: &Url, href: &str) -> Option<String> {
    let url = base.join(href.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    (url.as_str().len() <= 2000).then(|| url.to_string())
}

/// What the entry says: its summary, its content, its name; or the title of the page.
fn text(html: &Html, entry: Option<ElementRef<'_>>) -> String {
    let of_entry = |entry: ElementRef<'_>| {
        [".p-summary", ".e-content", ".p-content", ".p-name"]
            .iter()
            .filter_map(|class| all(entry, class).first().map(|it| words(*it)))
            .find(|text| !text.is_empty())
    };
    let title = || all(html.root_element(), "title").first().map(|title| words(*title)).filter(|text| !text.is_empty());
    let told = entry.and_then(of_entry).or_else(title).unwrap_or_else(|| "Links here.".to_owned());
    cut(&told, LONGEST_TEXT)
}

fn all<'a>(below: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    Selector::parse(selector).map(|selector| below.select(&selector).collect()).unwrap_or_default()
}

/// The nearest element around this one that has the class.
fn above<'a>(element: ElementRef<'a>, class: &str) -> Option<ElementRef<'a>> {
    element.ancestors().filter_map(ElementRef::wrap).find(|it| it.value().classes().any(|one| one == class))
}

/// The words of an element; those of scripts and styles are none.
fn words(element: ElementRef<'_>) -> String {
    let is_silent = |node: &Node| node.as_element().is_some_and(|it| matches!(it.name(), "script" | "style" | "template" | "noscript"));
    let mut text = String::new();
    for node in element.descendants() {
        match node.value() {
            Node::Text(piece) if !node.ancestors().any(|it| is_silent(it.value())) => {
                text.push_str(piece);
            }
            Node::Element(it) if matches!(it.name(), "br" | "p" | "div" | "li" | "td" | "h1" | "h2" | "h3") => text.push(' '),
            _ => {}
        }
        if text.len() > 8 * LONGEST_TEXT {
            break;
        }
    }
    squeezed(&text)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: &str, most: usize) -> String {
    let whole: String = text.chars().filter(|sign| !sign.is_control()).collect();
    match whole.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", whole[..at].trim_end()),
        None => whole,
    }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or("").trim_start_matches("www.").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::outgoing::Fetched;

    fn read_as(kind: &str, body: &str) -> Option<Said> {
        let fetched =
            Fetched { status: 200, url: "https://www.b.example/notes/1".to_owned(), is_moved: false, body: body.as_bytes().to_vec() };
        let page = Answered { fetched, kind: kind.to_owned(), links: Vec::new(), location: String::new() };
        read(&page, &Url::parse("https://a.example/posts/x").expect("an address"))
    }

    fn said(body: &str) -> Option<Said> {
        read_as("text/html", body)
    }

    #[test]
    fn a_page_that_does_not_link_here_says_nothing() {
        for body in
            ["", "<p>https://a.example/posts/x", "<!-- <a href='https://a.example/posts/x'> -->", "<a href='https://a.example/posts/x2'>"]
        {
            assert_eq!(said(body), None, "{body}");
        }
        for body in [
            "<a href=https://a.example/posts/x#c>",
            "<img src=https://a.example/posts/x>",
            "<base href=https://a.example/posts/><a href=x>",
        ] {
            assert!(said(body).is_some(), "{body}");
        }
    }

    #[test]
    fn author_and_text_come_from_microformats() {
        let body = r#"<title>Blog</title><div class="h-card"><a class="p-name u-url" href="/other">Other</a></div>
            <article class="h-entry"><h1 class="p-name">A reply</h1><a class="p-author h-card" href="/~ada">Ada <b>Lovelace</b> 👩‍🚀</a>
            <div class="e-content"><p>I read <a href="https://a.example/posts/x">this</a>.</p><script>evil()</script><p>It is right.</p></div></article>"#;
        let found = said(body).expect("it links");
        assert_eq!((found.author_name.as_str(), found.author_url.as_str()), ("Ada Lovelace 👩‍🚀", "https://www.b.example/~ada"));
        assert_eq!(found.text, "I read this. It is right.");
    }

    #[test]
    fn without_microformats_the_title_and_the_host_are_told() {
        let link = "<a href=https://a.example/posts/x>x</a>";
        let found = said(&format!("<title>Links of\n the week</title>{link}")).expect("it links");
        assert_eq!((found.author_name.as_str(), found.author_url.as_str(), found.text.as_str()), ("b.example", "", "Links of the week"));
        assert_eq!(said(&format!("<meta name=author content=' Bo '>{link}")).map(|it| it.author_name), Some("Bo".to_owned()));
    }

    #[test]
    fn an_address_that_is_no_page_is_left_out_and_long_texts_are_cut() {
        let body = format!(
            "<div class=h-entry><a class='p-author' href='javascript:alert(1)'>{}</a><p class=p-summary>{}</p><a href=https://a.example/posts/x></a></div>",
            "N".repeat(500),
            "𝕬 ".repeat(5000)
        );
        let found = said(&body).expect("it links");
        assert_eq!((found.author_url.as_str(), found.author_name.chars().count()), ("", LONGEST_NAME + 1));
        assert!(found.text.ends_with('…') && found.text.chars().count() <= LONGEST_TEXT + 1);
    }

    #[test]
    fn plain_text_and_json_link_by_naming() {
        assert!(read_as("text/plain", "see https://a.example/posts/x").is_some());
        assert!(read_as("application/json", r#"{"in-reply-to":"https:\/\/a.example\/posts\/x"}"#).is_some());
        assert_eq!(read_as("image/png", "https://a.example/posts/x"), None);
    }

    #[test]
    fn a_deep_page_is_read() {
        let body = format!("{}<a href=https://a.example/posts/x>x", "<div class=h-entry>".repeat(20_000));
        assert!(said(&body).is_some());
    }
}
