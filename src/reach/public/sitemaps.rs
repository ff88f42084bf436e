//! Sitemaps (sitemaps.org protocol 0.9, with Google's image extension and its annotation of languages): a list of them, entries by ranges of 10,000 keys, lists of posts.

use super::{
    super::{model::sitemap, paths},
    answer,
};
use crate::{
    content::model::{shown, translation::Version},
    db::Conn,
    error::{AppError, AppResult},
    site::{Page, settings},
    web::{
        ctx::Ctx,
        page_cache::{CacheTags, Doubt, PageCache},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;
use diesel::QueryResult;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

const XML: &str = "application/xml; charset=utf-8";

#[derive(Template)]
#[template(path = "reach/sitemap_index.xml", escape = "html")]
struct Index {
    urls: Vec<String>,
}

#[derive(Template)]
#[template(path = "reach/sitemap.xml", escape = "html")]
struct Urls {
    page: Page,
    urls: Vec<sitemap::Url>,
}

impl Urls {
    fn moment(&self, at: &NaiveDateTime) -> String {
        self.page.machine_time(at)
    }

    /// Whether versions in several languages are told.
    fn has_versions(&self) -> bool {
        self.urls.iter().any(|url| !url.versions.is_empty())
    }

    /// The version in the language of the site, for readers of any other.
    fn fallback<'a>(&self, url: &'a sitemap::Url) -> Option<&'a Version> {
        url.versions.iter().find(|version| version.language == self.page.site.language)
    }

    fn is_picture(&self, url: &sitemap::Url) -> bool {
        !url.image.is_empty()
    }
}

/// `GET /sitemap.xml` — which sitemaps there are.
pub async fn index(ctx: Ctx) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let (page, parts) = ctx.db.read(|conn| Ok((Page::load(conn, visit)?, sitemap::parts(conn)?))).await?;
    let urls = [paths::TOPICS.to_owned()].into_iter().chain(parts.iter().map(|part| paths::sitemap(*part)));
    let view = Index { urls: urls.map(|path| page.absolute(&path)).collect() };
    let still = move |conn: &mut Conn, _: &PageCache| Ok(sitemap::parts(conn)? == parts);
    Ok(answer(XML, view.render()?, doubted(vec![shown::SITEMAPS.to_owned()], still)))
}

/// `GET /sitemaps/{part}.xml` — live entries of a range of keys.
pub async fn part(ctx: Ctx, part: web::Path<i64>) -> AppResult<HttpResponse> {
    let (visit, part) = (ctx.visit(), part.into_inner());
    let view = ctx.db.read(move |conn| {
        let urls = sitemap::part(conn, part)?;
        if urls.is_empty() { Err(AppError::NotFound) } else { Ok(Urls { page: Page::load(conn, visit)?, urls }) }
    });
    let view = view.await?;
    let known = hash(&view.urls);
    let still = move |conn: &mut Conn, _: &PageCache| Ok(hash(&sitemap::part(conn, part)?) == known);
    Ok(answer(XML, view.render()?, doubted(vec![shown::sitemap(part), shown::TRANSLATIONS.to_owned()], still)))
}

/// `GET /sitemaps/topics.xml` — the home page and the lists that have posts.
pub async fn topics(ctx: Ctx) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let (page, sitemap::Topics { urls, authors, series }) =
        ctx.db.read(move |conn| Ok((Page::load(conn, visit)?, sitemap::topics(conn)?))).await?;
    let known = hash(&urls);
    let still = move |conn: &mut Conn, _: &PageCache| Ok(hash(&sitemap::topics(conn)?.urls) == known);
    let mut tags: Vec<String> = ["category", "tag", "author", "series"].map(shown::counts).into();
    tags.extend([shown::CATEGORIES, shown::TAGS].map(str::to_owned));
    tags.extend(authors.into_iter().map(shown::author));
    tags.extend(series.into_iter().map(shown::series));
    let first = ["/", crate::content::paths::POSTS].map(|path| sitemap::Url::plain(path.to_owned()));
    let view = Urls { page, urls: first.into_iter().chain(urls).collect() };
    Ok(answer(XML, view.render()?, doubted(tags, still)))
}

/// Kept until the site moves, and looked at when one of these is told.
fn doubted(tags: Vec<String>, still: impl Fn(&mut Conn, &PageCache) -> QueryResult<bool> + Send + Sync + 'static) -> CacheTags {
    CacheTags { tags: vec![settings::SHOWN.to_owned()], doubt: Some(Doubt { tags, still: Arc::new(still) }) }
}

fn hash(urls: &[sitemap::Url]) -> u64 {
    let mut hasher = DefaultHasher::new();
    urls.hash(&mut hasher);
    hasher.finish()
}
