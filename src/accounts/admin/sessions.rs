//! Where somebody is logged in, and ending that.

use crate::{
    accounts::{agent, forms::ButtonForm, model::session, paths},
    error::AppResult,
    site::Page,
    web::{
        ctx::Ctx,
        form::Submitted,
        methods::read,
        person::Right,
        render::render,
        session_store::{self, HANDLE, Listed},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

/// A session as the page shows it.
struct Shown {
    session: Listed,
    device: String,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "accounts/admin/sessions.html")]
struct Index {
    page: Page,
    sessions: Vec<Shown>,
    others: usize,
}

/// `GET /admin/profile/sessions` — every session of the own account, the last used first.
pub async fn index(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, this) = (ctx.visit(), this(&ctx));
    let view = ctx.db.read(move |conn| {
        let shown = |session: Listed| {
            let is_this = session.handle.as_ref().is_some_and(|handle| Some(handle) == this.as_ref());
            Shown { device: agent::words(&session.agent), is_this, session }
        };
        let sessions: Vec<Shown> = session_store::of_user(conn, person.id)?.into_iter().map(shown).collect();
        let others = sessions.iter().filter(|shown| !shown.is_this).count();
        Ok(Index { page: Page::admin(conn, visit)?, sessions, others })
    });
    render(&view.await?)
}

/// `POST /admin/profile/sessions/{handle}/revocation` — ends one; the own one is a log-out.
pub async fn revoke(ctx: Ctx, handle: web::Path<String>, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (handle, actor, now) = (handle.into_inner(), ctx.actor(), ctx.now());
    if this(&ctx).as_ref() == Some(&handle) {
        ctx.session.purge();
        return ctx.see_other(paths::LOGIN);
    }
    let ended = ctx.db.write(move |conn| Ok(session::end_one(conn, &person, &handle, &actor, now)?)).await?;
    ctx.flash(if ended { "Logged out on that device." } else { "That session had ended already." }).see_other(paths::SESSIONS)
}

/// `POST /admin/profile/sessions/revocation` — ends all but this one.
pub async fn revoke_others(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (keep, actor, now) = (this(&ctx).unwrap_or_default(), ctx.actor(), ctx.now());
    let ended = ctx.db.write(move |conn| Ok(session::end_others(conn, &person, &keep, &actor, now)?)).await?;
    let told = if ended == 0 { "You were logged in nowhere else." } else { "Logged out everywhere else." };
    ctx.flash(told).see_other(paths::SESSIONS)
}

/// The handle of the session in hand.
pub fn this(ctx: &Ctx) -> Option<String> {
    ctx.session.get(HANDLE).ok().flatten()
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::SESSIONS, read().to(index))
        .route("/admin/profile/sessions/revocation", web::post().to(revoke_others))
        .route("/admin/profile/sessions/{handle}/revocation", web::post().to(revoke));
}
