//! What other sites show of a link to an entry of this one (oEmbed 1.0, type `link`; as JSON).

use crate::{
    content::{
        model::{entry::Entry, list::Brief},
        paths,
    },
    error::{AppError, AppResult},
    media::model::picture::Picture,
    site::Page,
    web::ctx::Ctx,
};
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    /// The full address of an entry, or its path.
    url: String,
    /// `json`, or nothing.
    format: String,
}

/// `GET /oembed?url=…` — title, author and picture of a live entry.
pub async fn show(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let (visit, params) = (ctx.visit(), params.into_inner());
    if !matches!(params.format.as_str(), "" | "json") {
        return Err(AppError::NotFound); // 501 would be truer to oEmbed 2.3, but says to monitors that we are broken
    }
    let path = path_of(&params.url, &visit.base_url).ok_or(AppError::NotFound)?;
    let made = ctx.db.read(move |conn| {
        let page = Page::load(conn, visit)?;
        let entry = Entry::live_at(conn, &path)?;
        let brief = Brief::load(conn, &page.visit.pages, &[entry.id])?.pop().ok_or(AppError::NotFound)?;
        Ok((page, brief))
    });
    let (page, brief) = made.await?;
    let mut told = json!({
        "type": "link",
        "version": "1.0",
        "title": brief.entry.title,
        "author_name": brief.author.name,
        "author_url": page.absolute(&paths::author(&brief.author.slug)),
        "provider_name": page.site.title,
        "provider_url": page.absolute("/"),
    });
    if let Some(share) = brief.picture.as_ref().map(Picture::share).filter(|share| share.width > 0) {
        told["thumbnail_url"] = json!(page.absolute(&share.url));
        told["thumbnail_width"] = json!(share.width);
        told["thumbnail_height"] = json!(share.height);
    }
    Ok(HttpResponse::Ok().content_type("application/json; charset=utf-8").body(told.to_string()))
}

/// The path of an address of this site.
fn path_of(url: &str, base: &str) -> Option<String> {
    let path = url.strip_prefix(base).unwrap_or(url);
    let path = path.split(['?', '#']).next()?.trim_end_matches('/');
    path.starts_with('/').then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_site_are_known() {
        let base = "https://example.org";
        assert_eq!(path_of("https://example.org/posts/a?x#y", base).as_deref(), Some("/posts/a"));
        assert_eq!(path_of("/about/", base).as_deref(), Some("/about"));
        assert_eq!(path_of("https://example.net/posts/a", base), None);
    }
}
