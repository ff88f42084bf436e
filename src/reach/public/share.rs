//! Pictures for link previews, drawn when somebody asks, and kept by the page cache.

use crate::{
    content::model::{
        entry::{Entry, EntryId},
        shown,
    },
    error::{AppError, AppResult},
    reach::share::{Card, draw},
    site::{Page, settings},
    web::{blocking::blocking, ctx::Ctx, page_cache::CacheTags, turn::Turns},
};
use actix_web::{HttpResponse, http::header, web};
use std::time::Duration;

/// One is drawn at a time.
static DRAWING: Turns = Turns::new();

/// How long somebody waits for that.
const PATIENCE: Duration = Duration::from_secs(5);

/// `GET /share/{id}.png` — the title of a live entry on the site's colour. Its pages name it with a version.
pub async fn show(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    let (visit, id) = (ctx.visit(), id.into_inner());
    let card = ctx.db.read(move |conn| {
        let entry = Entry::find(conn, id)?;
        let page = Page::load(conn, visit)?;
        if !entry.is_live() || !page.site.reach.share_pictures {
            return Err(AppError::NotFound);
        }
        let accent = page.site.look.accent.clone();
        Ok(Card { title: entry.listed.title, site: page.site.title.clone(), accent, is_rtl: page.site.is_rtl() })
    });
    let card = card.await?;
    let Some(_turn) = DRAWING.take(PATIENCE).await else { return Err(AppError::TooManyRequests { retry_after: 10 }) };
    let drawn = blocking(move || draw(&card).map_err(AppError::Internal)).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "public, max-age=86400"));
    answer.insert_header((header::CONTENT_SECURITY_POLICY, super::DRAWN_BY_BROWSERS));
    let mut answer = answer.content_type("image/png").body(drawn);
    answer.extensions_mut().insert(CacheTags::from(vec![settings::SHOWN.to_owned(), shown::entry(id)]));
    Ok(answer)
}
