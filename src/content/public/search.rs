//! The search of visitors.

use super::super::model::{fulltext, list::Brief};
use crate::{
    error::AppResult,
    site::{Page, page::count},
    web::{ctx::Ctx, render::render_fresh},
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::sync::Arc;

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    q: String,
}

#[derive(Template)]
#[template(path = "content/public/search.html")]
struct Search {
    page: Page,
    q: String,
    found: Vec<Arc<Brief>>,
}

impl Search {
    fn total(&self) -> String {
        count(self.found.len() as i64, "result", "results")
    }
}

/// `GET /search?q=…` — live entries with these words in title or summary.
pub async fn show(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let (visit, q) = (ctx.visit(), params.into_inner().q.trim().chars().take(200).collect::<String>());
    let view = ctx.db.read(move |conn| Ok(Search { found: fulltext::find(conn, &visit.pages, &q)?, page: Page::load(conn, visit)?, q }));
    render_fresh(&view.await?)
}
