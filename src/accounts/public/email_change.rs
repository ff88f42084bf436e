//! The page that the links of a change of address lead to. Who reads the letter need not be logged in.

use super::{LinkParams, place};
use crate::{
    accounts::{
        forms::LinkForm,
        model::{
            email_change::{self, Confirmed, EmailChange},
            user::User,
        },
        paths,
    },
    error::{AppError, AppResult},
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
#[template(path = "accounts/public/email_change.html")]
struct Ask {
    page: Page,
    user: User,
    change: EmailChange,
    is_new: bool,
    link: String,
}

#[derive(Template)]
#[template(path = "accounts/public/email_changed.html")]
struct Told {
    page: Page,
    headline: &'static str,
    text: &'static str,
}

/// `GET /login/email?token=…` — asks whether to.
pub async fn edit(ctx: Ctx, params: web::Query<LinkParams>) -> AppResult<HttpResponse> {
    let (visit, now, link) = (ctx.visit(), ctx.now(), params.into_inner().token);
    ctx.draw(move |conn| {
        let (user, change, is_new) = email_change::open(conn, &link, now)?.ok_or(AppError::Forbidden(email_change::DEAD_LINK))?;
        Ok(Ask { page: Page::admin(conn, visit)?, user, change, is_new, link })
    })
    .await
}

/// `POST /login/email` — confirms at the address that the letter went to.
pub async fn update(ctx: Ctx, form: Submitted<LinkForm>) -> AppResult<HttpResponse> {
    let (link, place, actor, now) = (form.into_inner().link, place(&ctx), ctx.actor(), ctx.now());
    match ctx.db.write(move |conn| email_change::confirm(conn, &link, &place, &actor, now)).await {
        Ok(Confirmed::Done) => told(&ctx, "The address is changed", "From now on the account logs in with the new address.").await,
        Ok(Confirmed::Waits) => {
            told(&ctx, "Thank you", "The letter to the other address has a link too. When both are confirmed, the address changes.").await
        }
        Err(AppError::Invalid(_)) => {
            Err(AppError::Conflict("Somebody else has an account with this address by now. Choose another one in the profile."))
        }
        Err(other) => Err(other),
    }
}

/// `POST /login/email/cancellation` — calls it off.
pub async fn cancel(ctx: Ctx, form: Submitted<LinkForm>) -> AppResult<HttpResponse> {
    let (link, actor, now) = (form.into_inner().link, ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| {
            let (user, ..) = email_change::open(conn, &link, now)?.ok_or(AppError::Forbidden(email_change::DEAD_LINK))?;
            Ok(email_change::cancel(conn, user.id, &actor, now)?)
        })
        .await?;
    told(
        &ctx,
        "Called off",
        "The account keeps the address that it has. If you did not begin this, change your password: somebody may know it.",
    )
    .await
}

async fn told(ctx: &Ctx, headline: &'static str, text: &'static str) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    ctx.draw(move |conn| Ok(Told { page: Page::admin(conn, visit)?, headline, text })).await
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::EMAIL_CHANGE, read().to(edit))
        .route(paths::EMAIL_CHANGE, post().to(update))
        .route("/login/email/cancellation", post().to(cancel));
}
