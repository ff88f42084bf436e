//! Pages of the tree, and whatever else no other route answers.

use super::{
    super::model::entry::{Entry, EntryState, Kind},
    posts::{Named, ShowEntry},
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    schema::entries,
    web::{ctx::Ctx, render::render_public},
};
use actix_web::{HttpRequest, HttpResponse, http::Method};
use diesel::prelude::*;

/// `GET /{parent}/{child}` — a page; the default service of the application.
pub async fn show(ctx: Ctx, req: HttpRequest) -> AppResult<HttpResponse> {
    if !matches!(*req.method(), Method::GET | Method::HEAD) || req.path().starts_with("/posts/") {
        return Err(AppError::NotFound);
    }
    let (visit, path) = (ctx.visit(), req.path().to_owned());
    let view = ctx.db.read(move |conn| {
        let (entry, author, text) = Entry::live_at(conn, &path)?;
        ShowEntry::page(conn, visit, entry, author, text)
    });
    render_public(&view.await?)
}

/// The live pages above an address, from the top.
pub fn above(conn: &mut Conn, path: &str) -> AppResult<Vec<Named>> {
    let ends = path.match_indices('/').map(|(place, _)| place).filter(|place| *place > 0);
    let paths: Vec<&str> = ends.map(|end| &path[..end]).collect();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let live = entries::table
        .filter(entries::path.eq_any(paths))
        .filter(entries::kind.eq(Kind::Page))
        .filter(entries::state.eq(EntryState::Published))
        .order(entries::path)
        .select((entries::path.assume_not_null(), entries::title));
    Ok(live.load(conn)?)
}
