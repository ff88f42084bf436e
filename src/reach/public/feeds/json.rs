//! JSON Feed 1.1 (jsonfeed.org).

use super::feed::{Feed, Item};
use serde_json::{Value, json};

pub(super) fn feed(feed: &Feed) -> Value {
    let items: Vec<Value> = feed.items.iter().map(one).collect();
    let mut whole = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.own,
        "description": feed.lead,
        "language": feed.language,
        "items": items,
    });
    if let Some(hub) = &feed.hub {
        whole["hubs"] = json!([{ "type": "WebSub", "url": hub }]);
    }
    whole
}

fn one(item: &Item) -> Value {
    let mut one = json!({
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "date_published": item.out_at.to_rfc3339(),
        "date_modified": item.updated_at.to_rfc3339(),
        "authors": [{ "name": item.author }],
    });
    if let Some(url) = &item.author_url {
        one["authors"][0]["url"] = json!(url);
    }
    match &item.html {
        Some(html) => one["content_html"] = json!(html),
        None => one["content_text"] = json!(item.summary),
    }
    for (name, value) in [("summary", Some(&item.summary).filter(|summary| !summary.is_empty())), ("image", item.picture.as_ref())] {
        if let Some(value) = value {
            one[name] = json!(value);
        }
    }
    if let Some(language) = &item.language {
        one["language"] = json!(language);
    }
    if let Some(topic) = &item.topic {
        one["tags"] = json!([topic]);
    }
    one
}
