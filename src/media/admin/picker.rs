//! Choosing a file for a text: a page of its own, of which the editor's script shows the middle in a dialog.

use super::library::{Params, Shelf};
use crate::{
    error::AppResult,
    media::paths,
    site::Page,
    web::{ctx::Ctx, methods::read, person::Right},
};
use actix_web::{HttpResponse, web};
use askama::Template;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::PICKER, read().to(show));
}

#[derive(Template)]
#[template(path = "media/admin/picker.html")]
struct Picker {
    page: Page,
    shelf: Shelf,
}

/// `GET /admin/media/picker` — files to choose from; each says what to put into a text to show it.
async fn show(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let shelf = Shelf::load(conn, &person, paths::PICKER, params)?;
        Ok(Picker { shelf, page: Page::admin(conn, visit)? })
    })
    .await
}
