//! One search over everything in the admin.

use super::super::model::{
    everything::{self, LONGEST, Section},
    finding::Setting,
};
use crate::{
    content::model::category::Topics,
    error::AppResult,
    site::Page,
    web::{ctx::Ctx, person::Right},
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
#[template(path = "search/admin/everything.html")]
struct Everything {
    page: Page,
    q: String,
    sections: Vec<Section>,
}

/// `GET /admin/search?q=…` — what this person may open that has these words, by kind.
pub async fn show(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, q) = (ctx.visit(), params.into_inner().q.trim().chars().take(LONGEST).collect::<String>());
    ctx.draw(move |conn| {
        let topics: Arc<Topics> = visit.pages.remembered(conn)?;
        let page = Page::admin(conn, visit)?;
        let setting = Setting { topics: &topics, zone: page.site.time_zone, now: page.visit.now, pages: &page.visit.pages };
        let sections = everything::find(conn, &q, &person, &setting)?;
        Ok(Everything { page, q, sections })
    })
    .await
}
