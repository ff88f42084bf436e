//! Feeds: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, of the site, a category, a tag, an author.
//!
//! An entry's id is a tag URI (RFC 4151) of its key and the day it was made: it outlives titles, addresses and topics.

use super::{super::model::feed, answer};
use crate::{
    accounts::model::{profile, user::User},
    content::{
        model::{
            category::Category,
            list::{self, Brief, List},
            shown,
            tag::Tag,
        },
        paths,
    },
    db::Conn,
    error::{AppError, AppResult},
    markup::for_readers,
    site::{Page, settings},
    text_enum,
    web::{
        ctx::Ctx,
        page_cache::{CacheTags, Doubt, PageCache},
    },
};
use actix_web::{HttpResponse, web};
use atom_syndication as atom;
use chrono::{DateTime, FixedOffset, NaiveDateTime};
use serde_json::{Value, json};
use std::sync::Arc;

text_enum!(
    /// A format of feeds.
    Format {
        /// RFC 4287.
        Atom = "atom",
        /// RSS 2.0.
        Rss = "rss",
        /// JSON Feed 1.1.
        Json = "json",
    }
);

impl Format {
    fn content_type(self) -> &'static str {
        match self {
            Format::Atom => "application/atom+xml; charset=utf-8",
            Format::Rss => "application/rss+xml; charset=utf-8",
            Format::Json => "application/feed+json; charset=utf-8",
        }
    }
}

/// What a feed is about.
struct About {
    list: List,
    /// The path of its page.
    path: String,
    /// Empty: the site itself.
    title: String,
    lead: String,
    tags: Vec<String>,
}

/// A feed, whatever its format.
struct Feed {
    title: String,
    lead: String,
    language: String,
    /// Full addresses: of the feed and of its page.
    own: String,
    page: String,
    hub: Option<String>,
    items: Vec<Item>,
    updated_at: DateTime<FixedOffset>,
}

struct Item {
    id: String,
    url: String,
    title: String,
    summary: String,
    html: Option<String>,
    author: String,
    author_url: String,
    topic: Option<String>,
    /// Full address of its picture, as link previews show it.
    picture: Option<String>,
    out_at: DateTime<FixedOffset>,
    updated_at: DateTime<FixedOffset>,
}

async fn show(ctx: Ctx, format: String, about: impl FnOnce(&mut Conn) -> AppResult<About> + Send + 'static) -> AppResult<HttpResponse> {
    let format = Format::from_word(&format).ok_or(AppError::NotFound)?;
    let visit = ctx.visit();
    let made = ctx.db.read(move |conn| {
        let about = about(conn)?;
        let page = Page::load(conn, visit)?;
        let most = page.site.reach.entries;
        let items = feed::newest(conn, &page.visit.pages, about.list, most)?;
        let tags = cache_tags(&about, &items, most, format);
        Ok((tags, text(format, &Feed::of(&page, &about, &items, format))?))
    });
    let (tags, text) = made.await?;
    Ok(answer(format.content_type(), text, tags))
}

/// `GET /feeds/{format}` — the newest posts.
pub async fn all(ctx: Ctx, format: web::Path<String>) -> AppResult<HttpResponse> {
    let about = About { list: List::All, path: "/".into(), title: String::new(), lead: String::new(), tags: Vec::new() };
    show(ctx, format.into_inner(), |_| Ok(about)).await
}

/// `GET /feeds/{format}/categories/{path}` — the newest posts of a category and of those below it.
pub async fn category(ctx: Ctx, path: web::Path<(String, String)>) -> AppResult<HttpResponse> {
    let (format, path) = path.into_inner();
    show(ctx, format, move |conn| {
        let category = Category::at(conn, &path)?;
        let tags = vec![shown::category(category.id), shown::about_category(category.id)];
        Ok(About { list: List::Category(category.id), path: category.url(), title: category.name, lead: category.description, tags })
    })
    .await
}

/// `GET /feeds/{format}/tags/{slug}` — the newest posts with a tag.
pub async fn tag(ctx: Ctx, path: web::Path<(String, String)>) -> AppResult<HttpResponse> {
    let (format, slug) = path.into_inner();
    show(ctx, format, move |conn| {
        let tag = Tag::by_slug(conn, &slug)?;
        let tags = vec![shown::tag(tag.id)];
        Ok(About { list: List::Tag(tag.id), path: tag.url(), title: tag.name, lead: String::new(), tags })
    })
    .await
}

/// `GET /feeds/{format}/authors/{slug}` — the newest posts of an author.
pub async fn author(ctx: Ctx, path: web::Path<(String, String)>) -> AppResult<HttpResponse> {
    let (format, slug) = path.into_inner();
    show(ctx, format, move |conn| {
        let author = User::by_slug(conn, &slug)?;
        if list::count(conn, List::Author(author.id))? == 0 {
            return Err(AppError::NotFound); // who has an account is nobody's business
        }
        let tags = vec![shown::author(author.id), profile::shown_bio(author.id)];
        Ok(About { list: List::Author(author.id), path: paths::author(&author.slug), title: author.name, lead: author.bio, tags })
    })
    .await
}

/// The feed shows its posts as lists do. Their texts are looked at when anything of their pages has changed, which mostly is something
/// around the text; so is what it is chosen from.
fn cache_tags(about: &About, items: &[feed::Item], most: usize, format: Format) -> CacheTags {
    let briefs: Vec<Arc<Brief>> = items.iter().map(|item| item.brief.clone()).collect();
    let mut tags = vec![settings::SHOWN.to_owned()];
    tags.extend_from_slice(&about.tags);
    tags.extend(shown::briefs(briefs.iter().cloned()));
    if format == Format::Json {
        tags.extend(shown::cards(briefs.iter().cloned()));
    }
    let (list, known) = (about.list, feed::hash(items));
    let still = move |conn: &mut Conn, pages: &PageCache| Ok(feed::hash(&feed::newest(conn, pages, list, most)?) == known);
    let mut doubtful: Vec<String> = briefs.iter().map(|brief| shown::own_page(brief.entry.id)).collect();
    doubtful.push(list.cache_tag());
    CacheTags { tags, doubt: Some(Doubt { tags: doubtful, still: Arc::new(still) }) }
}

impl Feed {
    fn of(page: &Page, about: &About, items: &[feed::Item], format: Format) -> Feed {
        let (site, reach) = (&page.site, &page.site.reach);
        let title = if about.title.is_empty() { site.title.clone() } else { format!("{} – {}", about.title, site.title) };
        let items: Vec<Item> = items.iter().map(|item| Item::of(page, item)).collect();
        Feed {
            title: xml_text(&title),
            lead: xml_text(if about.lead.is_empty() { &site.description } else { &about.lead }),
            language: site.language.clone(),
            own: page.absolute(&own_path(format, &about.path)),
            page: page.absolute(&about.path),
            hub: (!reach.hub.is_empty()).then(|| reach.hub.clone()),
            updated_at: items.iter().map(|item| item.updated_at).max().unwrap_or_default(),
            items,
        }
    }
}

/// The path of the feed of a page.
fn own_path(format: Format, page: &str) -> String {
    format!("/feeds/{}{}", format.word(), page.trim_end_matches('/'))
}

impl Item {
    fn of(page: &Page, item: &feed::Item) -> Item {
        let (entry, author) = (&item.brief.entry, &item.brief.author);
        let url = page.absolute(entry.address());
        let html = for_readers(&item.html, &page.visit.base_url, &url);
        let host = page.visit.base_url.split("://").last().unwrap_or_default().split(':').next().unwrap_or_default();
        let picture = item.brief.picture.as_ref().map(|picture| page.absolute(&picture.share().url));
        Item {
            id: format!("tag:{host},{}:entry-{}", entry.created_at.format("%Y-%m-%d"), entry.id),
            title: xml_text(&entry.title),
            summary: xml_text(&entry.summary),
            html: page.site.reach.full_text.then(|| xml_text(html.as_str())),
            author: xml_text(&author.name),
            author_url: page.absolute(&paths::author(&author.slug)),
            topic: item.brief.topic.as_ref().map(|(_, name)| xml_text(name)),
            picture,
            out_at: moment(*item.brief.date()),
            updated_at: moment(item.updated_at),
            url,
        }
    }
}

fn moment(at: NaiveDateTime) -> DateTime<FixedOffset> {
    at.and_utc().with_nanosecond_zero().fixed_offset()
}

/// Seconds are enough for feeds.
trait WholeSeconds {
    fn with_nanosecond_zero(self) -> Self;
}

impl WholeSeconds for DateTime<chrono::Utc> {
    fn with_nanosecond_zero(self) -> Self {
        chrono::Timelike::with_nanosecond(&self, 0).unwrap_or(self)
    }
}

/// Without the signs that XML cannot have (XML 1.0, 2.2).
fn xml_text(text: &str) -> String {
    text.chars().filter(|sign| !matches!(sign, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')).collect()
}

fn text(format: Format, feed: &Feed) -> AppResult<String> {
    match format {
        Format::Atom => Ok(atom_feed(feed).to_string()),
        Format::Rss => Ok(rss_channel(feed).to_string()),
        Format::Json => Ok(json_feed(feed).to_string()),
    }
}

fn atom_link(rel: &str, href: &str, kind: Option<&str>) -> atom::Link {
    atom::Link { rel: rel.to_owned(), href: href.to_owned(), mime_type: kind.map(str::to_owned), ..atom::Link::default() }
}

fn atom_feed(feed: &Feed) -> atom::Feed {
    let mut links = vec![atom_link("alternate", &feed.page, Some("text/html")), atom_link("self", &feed.own, Some("application/atom+xml"))];
    links.extend(feed.hub.iter().map(|hub| atom_link("hub", hub, None)));
    atom::Feed {
        title: feed.title.clone().into(),
        id: feed.page.clone(),
        updated: feed.updated_at,
        subtitle: (!feed.lead.is_empty()).then(|| feed.lead.clone().into()),
        generator: Some(atom::Generator { value: "Mainstay".into(), uri: None, version: None }),
        links,
        lang: Some(feed.language.clone()),
        entries: feed.items.iter().map(atom_entry).collect(),
        ..atom::Feed::default()
    }
}

fn atom_entry(item: &Item) -> atom::Entry {
    let content = item.html.as_ref().map(|html| atom::Content {
        value: Some(html.clone()),
        content_type: Some("html".into()),
        ..atom::Content::default()
    });
    atom::Entry {
        title: item.title.clone().into(),
        id: item.id.clone(),
        updated: item.updated_at,
        published: Some(item.out_at),
        authors: vec![atom::Person {
            name: item.author.clone(),
            email: None,
            uri: Some(item.author_url.clone()),
            ..atom::Person::default()
        }],
        categories: item.topic.iter().map(|name| atom::Category { term: name.clone(), scheme: None, label: None }).collect(),
        links: vec![atom_link("alternate", &item.url, Some("text/html"))],
        summary: (!item.summary.is_empty()).then(|| item.summary.clone().into()),
        content,
        ..atom::Entry::default()
    }
}

fn rss_channel(feed: &Feed) -> rss::Channel {
    let own = |rel: &str, href: &str, kind: Option<&str>| {
        let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut attrs = vec![attribute("rel", rel), attribute("href", href)];
        attrs.extend(kind.map(|kind| attribute("type", kind)));
        rss::extension::Extension {
            name: "atom:link".into(),
            value: None,
            attrs: attrs.into_iter().collect(),
            children: Default::default(),
        }
    };
    let mut links = vec![own("self", &feed.own, Some("application/rss+xml"))];
    links.extend(feed.hub.iter().map(|hub| own("hub", hub, None)));
    rss::Channel {
        title: feed.title.clone(),
        link: feed.page.clone(),
        description: if feed.lead.is_empty() { feed.title.clone() } else { feed.lead.clone() },
        language: Some(feed.language.clone()),
        last_build_date: (!feed.items.is_empty()).then(|| feed.updated_at.to_rfc2822()),
        generator: Some("Mainstay".into()),
        items: feed.items.iter().map(rss_item).collect(),
        namespaces: [
            ("atom", "http://www.w3.org/2005/Atom"),
            ("content", "http://purl.org/rss/1.0/modules/content/"),
            ("dc", "http://purl.org/dc/elements/1.1/"),
        ]
        .map(|(name, uri)| (name.to_owned(), uri.to_owned()))
        .into(),
        extensions: [("atom".to_owned(), [("link".to_owned(), links)].into())].into(),
        ..rss::Channel::default()
    }
}

fn rss_item(item: &Item) -> rss::Item {
    rss::Item {
        title: Some(item.title.clone()),
        link: Some(item.url.clone()),
        guid: Some(rss::Guid { value: item.id.clone(), permalink: false }),
        pub_date: Some(item.out_at.to_rfc2822()),
        description: Some(item.summary.clone()),
        content: item.html.clone(),
        categories: item.topic.iter().map(|name| rss::Category { name: name.clone(), domain: None }).collect(),
        dublin_core_ext: Some(rss::extension::dublincore::DublinCoreExtension {
            creators: vec![item.author.clone()],
            ..Default::default()
        }),
        ..rss::Item::default()
    }
}

fn json_feed(feed: &Feed) -> Value {
    let items: Vec<Value> = feed.items.iter().map(json_item).collect();
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

fn json_item(item: &Item) -> Value {
    let mut one = json!({
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "date_published": item.out_at.to_rfc3339(),
        "date_modified": item.updated_at.to_rfc3339(),
        "authors": [{ "name": item.author, "url": item.author_url }],
    });
    match &item.html {
        Some(html) => one["content_html"] = json!(html),
        None => one["content_text"] = json!(item.summary),
    }
    for (name, value) in [("summary", Some(&item.summary).filter(|summary| !summary.is_empty())), ("image", item.picture.as_ref())] {
        if let Some(value) = value {
            one[name] = json!(value);
        }
    }
    if let Some(topic) = &item.topic {
        one["tags"] = json!([topic]);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_xml_cannot_have_are_left_out() {
        assert_eq!(xml_text("a\u{0}b\u{b}c\td\n😀"), "abc\td\n😀");
    }

    #[test]
    fn feeds_stand_beside_their_pages() {
        assert_eq!(own_path(Format::Atom, "/"), "/feeds/atom");
        assert_eq!(own_path(Format::Json, "/categories/a/b"), "/feeds/json/categories/a/b");
    }
}
