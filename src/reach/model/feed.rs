//! The newest posts of a list with their texts.

use crate::{
    content::model::{
        entry::EntryId,
        list::{self, Brief, List},
    },
    db::Conn,
    markup::SafeHtml,
    schema::{entries, revisions, translations},
    site::SiteSettings,
    web::page_cache::PageCache,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// A post of a feed.
#[derive(Debug)]
pub struct Item {
    /// The post as lists show it.
    pub brief: Arc<Brief>,
    /// Its text.
    pub html: SafeHtml,
    /// Its language, where it is not that of the site.
    pub language: Option<String>,
    /// When its text was last published.
    pub updated_at: NaiveDateTime,
}

/// Text, language, when it was last published.
type Text = (String, Option<String>, Option<NaiveDateTime>);

/// The newest posts of a list, at most so many.
pub fn newest(conn: &mut Conn, pages: &PageCache, list: List, most: usize) -> QueryResult<Vec<Item>> {
    let ids: Vec<EntryId> = list::newest(conn, pages, list)?.0.iter().take(most).map(|(id, _)| *id).collect();
    let rows: Vec<(EntryId, Text)> = entries::table
        .left_join(revisions::table.on(entries::live_revision_id.eq(revisions::id.nullable())))
        .left_join(translations::table.on(translations::entry_id.eq(entries::id)))
        .filter(entries::id.eq_any(&ids))
        .select((entries::id, (entries::body_html, translations::language.nullable(), revisions::published_at.nullable())))
        .load(conn)?;
    let site: Arc<SiteSettings> = pages.remembered(conn)?;
    let mut texts: HashMap<EntryId, Text> = rows.into_iter().collect();
    let item = |brief: Arc<Brief>| {
        let (html, language, at) = texts.remove(&brief.entry.id)?;
        let updated_at = at.map_or(*brief.date(), |at| at.max(*brief.date()));
        let language = language.filter(|tag| *tag != site.language);
        Some(Item { brief, html: SafeHtml::from_store(html), language, updated_at })
    };
    Ok(Brief::load(conn, pages, &ids)?.into_iter().filter_map(item).collect())
}

/// Tells apart feeds of other posts, other texts, other languages or later publications.
pub fn hash(items: &[Item]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for item in items {
        (item.brief.entry.id.number(), item.html.as_str(), &item.language, item.updated_at).hash(&mut hasher);
    }
    hasher.finish()
}
