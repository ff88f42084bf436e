//! Atom (RFC 4287), with links of `WebSub`.

use super::feed::{Feed, Item};
use atom_syndication as atom;

fn link(rel: &str, href: &str, kind: Option<&str>) -> atom::Link {
    atom::Link { rel: rel.to_owned(), href: href.to_owned(), mime_type: kind.map(str::to_owned), ..atom::Link::default() }
}

pub(super) fn feed(feed: &Feed) -> atom::Feed {
    let mut links = vec![link("alternate", &feed.page, Some("text/html")), link("self", &feed.own, Some("application/atom+xml"))];
    links.extend(feed.hub.iter().map(|hub| link("hub", hub, None)));
    atom::Feed {
        title: feed.title.clone().into(),
        id: feed.page.clone(),
        updated: feed.updated_at,
        subtitle: (!feed.lead.is_empty()).then(|| feed.lead.clone().into()),
        generator: Some(atom::Generator { value: "Mainstay".into(), uri: None, version: None }),
        links,
        lang: Some(feed.language.clone()),
        entries: feed.items.iter().map(entry).collect(),
        ..atom::Feed::default()
    }
}

fn entry(item: &Item) -> atom::Entry {
    let content = item.html.as_ref().map(|html| atom::Content {
        value: Some(html.clone()),
        content_type: Some("html".into()),
        lang: item.language.clone(),
        ..atom::Content::default()
    });
    let text = |value: &str| atom::Text { value: value.to_owned(), lang: item.language.clone(), ..atom::Text::default() };
    atom::Entry {
        title: text(&item.title),
        id: item.id.clone(),
        updated: item.updated_at,
        published: Some(item.out_at),
        authors: vec![atom::Person { name: item.author.clone(), email: None, uri: item.author_url.clone(), ..atom::Person::default() }],
        categories: item.topic.iter().map(|name| atom::Category { term: name.clone(), scheme: None, label: None }).collect(),
        links: vec![link("alternate", &item.url, Some("text/html"))],
        summary: (!item.summary.is_empty()).then(|| text(&item.summary)),
        content,
        ..atom::Entry::default()
    }
}
