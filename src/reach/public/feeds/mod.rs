//! Feeds: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, of the site, a category, a tag, an author; and of comments.
//!
//! An entry's id is a tag URI (RFC 4151) of its key and the day it was made: it outlives titles, addresses and topics.

mod atom;
pub mod comments;
mod feed;
mod json;
mod rss;

use super::{super::model::feed as model, answer};
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
    site::{Page, settings},
    text_enum,
    web::{
        ctx::Ctx,
        page_cache::{CacheTags, Doubt, PageCache},
    },
};
use actix_web::{HttpResponse, web};
use feed::Feed;
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

async fn show(ctx: Ctx, format: String, about: impl FnOnce(&mut Conn) -> AppResult<About> + Send + 'static) -> AppResult<HttpResponse> {
    let format = Format::from_word(&format).ok_or(AppError::NotFound)?;
    let visit = ctx.visit();
    let made = ctx.db.read(move |conn| {
        let about = about(conn)?;
        let page = Page::load(conn, visit)?;
        let most = page.site.reach.entries;
        let items = model::newest(conn, &page.visit.pages, about.list, most)?;
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
fn cache_tags(about: &About, items: &[model::Item], most: usize, format: Format) -> CacheTags {
    let briefs: Vec<Arc<Brief>> = items.iter().map(|item| item.brief.clone()).collect();
    let mut tags = vec![settings::SHOWN.to_owned()];
    tags.extend_from_slice(&about.tags);
    tags.extend(shown::briefs(briefs.iter().cloned()));
    if format == Format::Json {
        tags.extend(shown::cards(briefs.iter().cloned()));
    }
    let (list, known) = (about.list, model::hash(items));
    let still = move |conn: &mut Conn, pages: &PageCache| Ok(model::hash(&model::newest(conn, pages, list, most)?) == known);
    let mut doubtful: Vec<String> = briefs.iter().map(|brief| shown::own_page(brief.entry.id)).collect();
    doubtful.push(list.cache_tag());
    CacheTags { tags, doubt: Some(Doubt { tags: doubtful, still: Arc::new(still) }) }
}

fn text(format: Format, feed: &Feed) -> AppResult<String> {
    match format {
        Format::Atom => Ok(atom::feed(feed).to_string()),
        Format::Rss => Ok(rss::channel(feed).to_string()),
        Format::Json => Ok(json::feed(feed).to_string()),
    }
}
