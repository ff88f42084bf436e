//! The journal in the admin.

use super::model::{self, Row};
use crate::{
    db::cursor::{Cursor, Slice},
    error::AppResult,
    site::Page,
    web::{ctx::Ctx, local_path::query_value, person::Right, render::render},
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Rows on one page.
const PAGE: usize = 50;

/// What the address of the list may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    kind: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "journal/admin/index.html")]
struct Index {
    page: Page,
    kinds: Vec<String>,
    kind: String,
    slice: Slice<Row>,
    newer: Option<String>,
    older: Option<String>,
}

/// `GET /admin/journal` — every change, newest first.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ReadJournal)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    let view = ctx.db.read(move |conn| {
        let kind = params.kind;
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let wanted = (!kind.is_empty()).then_some(kind.as_str());
        let slice = Row::page(conn, wanted, cursor.as_ref(), PAGE)?;
        let link = |way: &str, mark: &Option<String>| {
            mark.as_ref().map(|mark| format!("{}?kind={}&{way}={mark}", super::paths::INDEX, query_value(&kind)))
        };
        let (newer, older) = (link("after", &slice.newer), link("before", &slice.older));
        Ok(Index { page: Page::admin(conn, visit)?, kinds: model::kinds(conn)?, kind, slice, newer, older })
    });
    render(&view.await?)
}
