//! What every format says, made fit for programs that know nothing of this site.

use super::{super::super::model::feed as model, About, Format};
use crate::{
    content::paths,
    markup::for_readers,
    site::{Page, reach},
};
use chrono::{DateTime, FixedOffset, NaiveDateTime, SubsecRound};

/// A feed, whatever its format.
pub(super) struct Feed {
    pub title: String,
    pub lead: String,
    pub language: String,
    /// Full addresses: of the feed and of its page.
    pub own: String,
    pub page: String,
    pub hub: Option<String>,
    pub items: Vec<Item>,
    pub updated_at: DateTime<FixedOffset>,
}

pub(super) struct Item {
    pub id: String,
    pub url: String,
    pub title: String,
    pub summary: String,
    pub html: Option<String>,
    /// Its language, where it is not that of the feed.
    pub language: Option<String>,
    pub author: String,
    /// Full address of a page of or about the author.
    pub author_url: Option<String>,
    pub topic: Option<String>,
    /// Full address of its picture, as link previews show it.
    pub picture: Option<String>,
    pub out_at: DateTime<FixedOffset>,
    pub updated_at: DateTime<FixedOffset>,
}

impl Feed {
    pub fn of(page: &Page, about: &About, items: &[model::Item], format: Format) -> Feed {
        let (site, hub) = (&page.site, &page.site.reach.hub);
        let title = if about.title.is_empty() { site.title.clone() } else { format!("{} – {}", about.title, site.title) };
        let items: Vec<Item> = items.iter().map(|item| Item::of(page, item)).collect();
        Feed {
            title: xml_text(&title),
            lead: xml_text(if about.lead.is_empty() { &site.description } else { &about.lead }),
            language: site.language.clone(),
            own: page.absolute(&reach::feed(format.word(), &about.path)),
            page: page.absolute(&about.path),
            hub: (!hub.is_empty()).then(|| hub.clone()),
            updated_at: items.iter().map(|item| item.updated_at).max().unwrap_or_default(),
            items,
        }
    }
}

impl Item {
    fn of(page: &Page, item: &model::Item) -> Item {
        let (entry, author) = (&item.brief.entry, &item.brief.author);
        let url = page.absolute(entry.address());
        let html = for_readers(&item.html, &page.visit.base_url, &url);
        let picture = item.brief.picture.as_ref().map(|picture| page.absolute(&picture.share().url));
        Item {
            id: tag_uri(page, entry.created_at, &format!("entry-{}", entry.id)),
            title: xml_text(&entry.title),
            summary: xml_text(&entry.summary),
            html: page.site.reach.full_text.then(|| xml_text(html.as_str())),
            language: item.language.clone(),
            author: xml_text(&author.name),
            author_url: Some(page.absolute(&paths::author(&author.slug))),
            topic: item.brief.topic.as_ref().map(|(_, name)| xml_text(name)),
            picture,
            out_at: moment(*item.brief.date()),
            updated_at: moment(item.updated_at),
            url,
        }
    }
}

/// A name that stays (RFC 4151): the host, the day when the thing was made, and its key.
pub(super) fn tag_uri(page: &Page, made_at: NaiveDateTime, key: &str) -> String {
    let host = page.host().split(':').next().unwrap_or_default();
    format!("tag:{host},{}:{key}", made_at.format("%Y-%m-%d"))
}

/// Seconds are enough for feeds.
pub(super) fn moment(at: NaiveDateTime) -> DateTime<FixedOffset> {
    at.and_utc().trunc_subsecs(0).fixed_offset()
}

/// Without the signs that XML cannot have (XML 1.0, 2.2).
pub(super) fn xml_text(text: &str) -> String {
    text.chars().filter(|sign| !matches!(sign, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_xml_cannot_have_are_left_out() {
        assert_eq!(xml_text("a\u{0}b\u{b}c\td\n😀"), "abc\td\n😀");
    }
}
