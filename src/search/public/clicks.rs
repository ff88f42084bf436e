//! Counting which searches lead somewhere: links stay links to the page itself, and the browser tells of a click beside (HTML, 4.6.6,
//! `ping`). Nobody is led through an address of ours, so there is nothing to forge but a count.

use crate::{
    error::{AppError, AppResult},
    web::{bots::is_bot, ctx::Ctx},
};
use actix_web::{
    HttpResponse,
    http::header::{self, CACHE_CONTROL},
    web,
};
use serde::Deserialize;

/// What was searched for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    q: String,
}

/// `POST /search/clicks?q=…` — counts that a result was followed; 204. Only for visitors: who writes the site is no reader of it.
pub async fn take(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    if ctx.person.is_some() {
        return Err(AppError::Forbidden("Only what visitors follow is counted."));
    }
    if !is_bot(&ctx.agent) {
        ctx.state.searches.clicked(&params.q);
    }
    Ok(HttpResponse::NoContent().insert_header((CACHE_CONTROL, header::HeaderValue::from_static("no-store"))).finish())
}
