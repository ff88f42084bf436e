//! The style sheet with the look in it, and the favicon where nothing names it, for everybody.

use super::sheet;
use crate::{
    error::{AppError, AppResult},
    site::{
        SiteSettings,
        theme::{self, Theme},
    },
    web::{ctx::Ctx, page_cache::CacheTags},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, LOCATION},
};
use std::sync::Arc;

/// `GET /static/css/theme.css` — that of the program, with the look in it.
///
/// An address names what it holds, so what it answers may be kept for ever; asked for another version than that of now, it
/// answers with that of now, which nobody keeps. The look is read anew, since another node may have changed it a moment ago.
pub async fn stylesheet(ctx: Ctx, req: HttpRequest) -> AppResult<HttpResponse> {
    let (assets, wanted) = (ctx.state.assets.clone(), format!("{}?{}", theme::SHEET, req.query_string()));
    let drawn = ctx.db.read(move |conn| {
        let look = SiteSettings::load(conn)?.look;
        let css = sheet::write(&assets, &look).map_err(|error| AppError::Internal(error.into()))?;
        Ok((css, theme::sheet(&assets, &look) == wanted))
    });
    let (css, lasts) = drawn.await?;
    let mut answer = style(css, if lasts { "public, max-age=31536000, immutable" } else { "no-store" });
    if lasts {
        answer.extensions_mut().insert(CacheTags::default());
    }
    Ok(answer)
}

/// `GET /favicon.ico` — leads to the favicon: what has no head to name it in (a PDF, a picture) is shown with it, and some programs
/// look nowhere else. Pages name it themselves.
pub async fn favicon(ctx: Ctx) -> AppResult<HttpResponse> {
    let (pages, assets) = (ctx.state.pages.clone(), ctx.state.assets.clone());
    let address = ctx.db.read(move |conn| {
        let theme: Arc<Theme> = pages.remembered(conn)?;
        let small = theme.icons.first().map(|icon| icon.url.clone());
        let own = small.or_else(|| theme.favicon.as_ref().map(|picture| picture.url.clone()));
        Ok(own.unwrap_or_else(|| assets.url("img/favicon.svg")))
    });
    let address = address.await?;
    Ok(HttpResponse::Found().insert_header((LOCATION, address)).insert_header((CACHE_CONTROL, "no-cache")).finish())
}

/// A style sheet as an answer.
pub fn style(css: String, keep: &'static str) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, keep)).content_type("text/css; charset=utf-8").body(css)
}
