//! Where a reader is logged in.

use super::{reader, somebody};
use crate::{
    accounts::{
        admin::sessions::{Shown, end_one, end_others, shown, this},
        forms::ButtonForm,
        paths,
    },
    error::AppResult,
    site::Page,
    web::{
        ctx::Ctx,
        form::Submitted,
        methods::{post, read},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/public/account/sessions.html")]
struct Index {
    page: Page,
    sessions: Vec<Shown>,
    others: usize,
}

/// `GET /account/sessions` — every session of the own account, the last used first.
pub async fn index(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = match reader(&ctx, paths::SESSIONS)? {
        Ok(person) => person,
        Err(profile) => return ctx.see_other(profile),
    };
    let (visit, this) = (ctx.visit(), this(&ctx));
    ctx.draw(move |conn| {
        let (sessions, others) = shown(conn, person.id, this.as_deref())?;
        Ok(Index { page: Page::load(conn, visit)?, sessions, others })
    })
    .await
}

/// `POST /account/sessions/{handle}/revocation` — ends one; the own one is a log-out.
pub async fn revoke(ctx: Ctx, handle: web::Path<String>, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = somebody(&ctx)?;
    end_one(&ctx, person, handle.into_inner(), paths::ACCOUNT_SESSIONS).await
}

/// `POST /account/sessions/revocation` — ends all but this one.
pub async fn revoke_others(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = somebody(&ctx)?;
    end_others(&ctx, person, paths::ACCOUNT_SESSIONS).await
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::ACCOUNT_SESSIONS, read().to(index))
        .route("/account/sessions/revocation", post().to(revoke_others))
        .route("/account/sessions/{handle}/revocation", post().to(revoke));
}
