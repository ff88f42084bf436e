//! RSS 2.0, with the modules `content`, `dc` and `atom`.

use super::feed::{Feed, Item};

pub(super) fn channel(feed: &Feed) -> ::rss::Channel {
    let own = |rel: &str, href: &str, kind: Option<&str>| {
        let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut attrs = vec![attribute("rel", rel), attribute("href", href)];
        attrs.extend(kind.map(|kind| attribute("type", kind)));
        ::rss::extension::Extension {
            name: "atom:link".into(),
            value: None,
            attrs: attrs.into_iter().collect(),
            children: Default::default(),
        }
    };
    let mut links = vec![own("self", &feed.own, Some("application/rss+xml"))];
    links.extend(feed.hub.iter().map(|hub| own("hub", hub, None)));
    ::rss::Channel {
        title: feed.title.clone(),
        link: feed.page.clone(),
        description: if feed.lead.is_empty() { feed.title.clone() } else { feed.lead.clone() },
        language: Some(feed.language.clone()),
        last_build_date: (!feed.items.is_empty()).then(|| feed.updated_at.to_rfc2822()),
        generator: Some("Mainstay".into()),
        items: feed.items.iter().map(one).collect(),
        namespaces: [
            ("atom", "http://www.w3.org/2005/Atom"),
            ("content", "http://purl.org/rss/1.0/modules/content/"),
            ("dc", "http://purl.org/dc/elements/1.1/"),
        ]
        .map(|(name, uri)| (name.to_owned(), uri.to_owned()))
        .into(),
        extensions: [("atom".to_owned(), [("link".to_owned(), links)].into())].into(),
        ..::rss::Channel::default()
    }
}

fn one(item: &Item) -> ::rss::Item {
    ::rss::Item {
        title: Some(item.title.clone()),
        link: Some(item.url.clone()),
        guid: Some(::rss::Guid { value: item.id.clone(), permalink: false }),
        pub_date: Some(item.out_at.to_rfc2822()),
        description: Some(item.summary.clone()),
        content: item.html.clone(),
        categories: item.topic.iter().map(|name| ::rss::Category { name: name.clone(), domain: None }).collect(),
        dublin_core_ext: Some(::rss::extension::dublincore::DublinCoreExtension {
            creators: vec![item.author.clone()],
            languages: item.language.iter().cloned().collect(),
            ..Default::default()
        }),
        ..::rss::Item::default()
    }
}
