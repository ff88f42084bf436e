//! Feeds of comments: of the whole site, and of one entry.

use super::{
    super::answer,
    Format,
    feed::{Feed, Item, moment, tag_uri, xml_text},
};
use crate::{
    accounts::model::profile::shown_name,
    community::model::{
        comment,
        newest::{self, WithEntry},
    },
    content::model::{entry::Entry, shown},
    error::{AppError, AppResult},
    markup::for_readers,
    site::{Page, reach, settings},
    web::{ctx::Ctx, page_cache::CacheTags},
};
use actix_web::{HttpResponse, web};

/// `GET /feeds/{format}/comments` — the newest comments of the site.
pub async fn all(ctx: Ctx, format: web::Path<String>) -> AppResult<HttpResponse> {
    show(ctx, format.into_inner(), None).await
}

/// `GET /feeds/{format}/comments/{path}` — the newest comments below the entry at this path.
pub async fn entry(ctx: Ctx, path: web::Path<(String, String)>) -> AppResult<HttpResponse> {
    let (format, path) = path.into_inner();
    show(ctx, format, Some(format!("/{path}"))).await
}

async fn show(ctx: Ctx, format: String, path: Option<String>) -> AppResult<HttpResponse> {
    let format = Format::from_word(&format).ok_or(AppError::NotFound)?;
    let visit = ctx.visit();
    let made = ctx.db.read(move |conn| {
        let entry = path.map(|path| Entry::live_at(conn, &path)).transpose()?;
        let page = Page::load(conn, visit)?;
        let comments = newest::newest(conn, entry.as_ref().map(|entry| entry.id), page.site.reach.entries as i64)?;
        let feed = feed(&page, entry.as_ref(), &comments, format);
        Ok((cache_tags(entry.as_ref(), &comments), super::text(format, &feed)?))
    });
    let (tags, text) = made.await?;
    Ok(answer(format.content_type(), text, tags))
}

fn feed(page: &Page, entry: Option<&Entry>, comments: &[WithEntry], format: Format) -> Feed {
    let below = entry.map(|entry| (entry.address(), entry.title.as_str()));
    let (path, title) = below.map_or(("/", page.site.title.as_str()), |(path, title)| (path, title));
    let items: Vec<Item> = comments.iter().map(|row| item(page, row)).collect();
    Feed {
        title: xml_text(&format!("Comments on {title}")),
        lead: String::new(),
        language: page.site.language.clone(),
        own: page.absolute(&reach::comments_feed(format.word(), entry.map(|entry| entry.address()))),
        page: page.absolute(path),
        hub: None, // it is told of posts only
        updated_at: items.iter().map(|item| item.updated_at).max().unwrap_or_default(),
        items,
    }
}

fn item(page: &Page, (comment, title, path): &WithEntry) -> Item {
    let url = page.absolute(&format!("{path}#{}", comment.anchor()));
    let html = for_readers(&comment.html(), &page.visit.base_url, &url);
    Item {
        language: None,
        id: tag_uri(page, comment.created_at, &format!("comment-{}", comment.id)),
        title: xml_text(&format!("{} on “{title}”", comment.who())),
        summary: String::new(),
        html: Some(xml_text(html.as_str())),
        author: xml_text(comment.who()),
        author_url: comment.author_link().map(str::to_owned),
        topic: None,
        picture: None,
        out_at: moment(comment.created_at),
        updated_at: moment(comment.edited_at.unwrap_or(comment.created_at)),
        url,
    }
}

/// It changes with the comments, the names of those who have an account, and what it says of entries.
fn cache_tags(entry: Option<&Entry>, comments: &[WithEntry]) -> CacheTags {
    let mut tags = vec![settings::SHOWN.to_owned()];
    tags.push(entry.map_or_else(|| comment::ALL.to_owned(), |entry| comment::shown(entry.id)));
    tags.extend(entry.map(|entry| shown::entry(entry.id)));
    for (comment, ..) in comments {
        tags.extend(comment.user_id.map(shown_name));
        tags.push(shown::entry(comment.entry_id));
    }
    tags.sort_unstable();
    tags.dedup();
    CacheTags { tags, doubt: None }
}
