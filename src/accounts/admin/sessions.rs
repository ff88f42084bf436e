//! Where somebody is logged in, and ending that.

use crate::{
    accounts::{agent, forms::ButtonForm, model::session, paths},
    db::Conn,
    error::AppResult,
    site::Page,
    web::{
        ctx::Ctx,
        form::Submitted,
        methods::{post, read},
        person::{Person, Right, UserId},
        session_store::{self, HANDLE, Listed},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::QueryResult;

/// A session as a page shows it.
pub struct Shown {
    /// Itself.
    pub session: Listed,
    /// The browser in words.
    pub device: String,
    /// Whether it is the one in hand.
    pub is_this: bool,
}

#[derive(Template)]
#[template(path = "accounts/admin/sessions.html")]
struct Index {
    page: Page,
    sessions: Vec<Shown>,
    others: usize,
}

/// The sessions of a user, the last used first, and how many there are beside the one with the handle `this`.
pub fn shown(conn: &mut Conn, user: UserId, this: Option<&str>) -> QueryResult<(Vec<Shown>, usize)> {
    let shown = |session: Listed| {
        let is_this = session.handle.as_deref().is_some_and(|handle| Some(handle) == this);
        Shown { device: agent::words(&session.agent), is_this, session }
    };
    let sessions: Vec<Shown> = session_store::of_user(conn, user)?.into_iter().map(shown).collect();
    let others = sessions.iter().filter(|shown| !shown.is_this).count();
    Ok((sessions, others))
}

/// `GET /admin/profile/sessions` — every session of the own account, the last used first.
pub async fn index(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, this) = (ctx.visit(), this(&ctx));
    ctx.draw(move |conn| {
        let (sessions, others) = shown(conn, person.id, this.as_deref())?;
        Ok(Index { page: Page::admin(conn, visit)?, sessions, others })
    })
    .await
}

/// `POST /admin/profile/sessions/{handle}/revocation` — ends one; the own one is a log-out.
pub async fn revoke(ctx: Ctx, handle: web::Path<String>, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    end_one(&ctx, person, handle.into_inner(), paths::SESSIONS).await
}

/// `POST /admin/profile/sessions/revocation` — ends all but this one.
pub async fn revoke_others(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    end_others(&ctx, person, paths::SESSIONS).await
}

/// Ends a session of one's own, and leads back; from the one in hand to the log-in.
pub async fn end_one(ctx: &Ctx, person: Person, handle: String, back: &str) -> AppResult<HttpResponse> {
    let (actor, now) = (ctx.actor(), ctx.now());
    if this(ctx).as_ref() == Some(&handle) {
        ctx.session.purge();
        return ctx.see_other(paths::LOGIN);
    }
    let ended = ctx.db.write(move |conn| Ok(session::end_one(conn, &person, &handle, &actor, now)?)).await?;
    ctx.flash(if ended { "Logged out on that device." } else { "That session had ended already." }).see_other(back)
}

/// Ends all one's sessions but the one in hand, and leads back.
pub async fn end_others(ctx: &Ctx, person: Person, back: &str) -> AppResult<HttpResponse> {
    let (keep, actor, now) = (this(ctx).unwrap_or_default(), ctx.actor(), ctx.now());
    let ended = ctx.db.write(move |conn| Ok(session::end_others(conn, &person, &keep, &actor, now)?)).await?;
    let told = if ended == 0 { "You were logged in nowhere else." } else { "Logged out everywhere else." };
    ctx.flash(told).see_other(back)
}

/// The handle of the session in hand.
pub fn this(ctx: &Ctx) -> Option<String> {
    ctx.session.get(HANDLE).ok().flatten()
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::SESSIONS, read().to(index))
        .route("/admin/profile/sessions/revocation", post().to(revoke_others))
        .route("/admin/profile/sessions/{handle}/revocation", post().to(revoke));
}
