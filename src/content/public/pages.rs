//! Pages of the tree, and whatever else no other route answers.

use super::{
    super::model::{
        entry::{EntryId, EntryState, Kind},
        live::Live,
        shown,
    },
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
        let live = Live::at(conn, &visit.pages, &path)?;
        ShowEntry::page(conn, visit, live)?.with_below(conn)
    });
    let view = view.await?;
    render_public(&view, view.cache_tags())
}

/// The live pages above an address, from the top; and what they would be if all were live, for the page cache.
pub fn above(conn: &mut Conn, path: &str) -> AppResult<(Vec<Named>, Vec<String>)> {
    let ends = path.match_indices('/').map(|(place, _)| place).filter(|place| *place > 0);
    let paths: Vec<&str> = ends.map(|end| &path[..end]).collect();
    if paths.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let pages: Vec<(EntryId, EntryState, Named)> = entries::table
        .filter(entries::path.eq_any(paths))
        .filter(entries::kind.eq(Kind::Page))
        .order(entries::path)
        .select((entries::id, entries::state, (entries::path.assume_not_null(), entries::title)))
        .load(conn)?;
    let tags = pages.iter().map(|(id, ..)| shown::entry(*id)).collect();
    let live = pages.into_iter().filter(|(_, state, _)| *state == EntryState::Published);
    Ok((live.map(|(.., named)| named).collect(), tags))
}
