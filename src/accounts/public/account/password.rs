//! The password of a reader.

use super::{reader, somebody};
use crate::{
    accounts::{admin::profile::change, forms::PasswordForm, model::throttle, paths, public::admit},
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::{post, read},
        render::{render_form, render_later},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/public/account/password.html")]
struct EditPassword {
    page: Page,
    email: String,
    errors: FormErrors,
}

/// `GET /account/password` — the form.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    match reader(&ctx, paths::PASSWORD)? {
        Ok(person) => {
            let view = page(&ctx, person.email, FormErrors::none()).await?;
            render_form(&view, &view.errors)
        }
        Err(profile) => ctx.see_other(profile),
    }
}

/// `POST /account/password` — changes it and ends the other sessions.
pub async fn update(ctx: Ctx, form: Submitted<PasswordForm>) -> AppResult<HttpResponse> {
    let person = somebody(&ctx)?;
    match change(&ctx, &person, &form.into_inner()).await {
        Ok(None) => {
            ctx.flash("Changed your password. You are logged out everywhere else.");
            admit(&ctx, person.id, None, paths::ACCOUNT).await
        }
        Ok(Some(seconds)) => wait_page(&ctx, person.email, seconds).await,
        Err(AppError::Invalid(errors)) => {
            let view = page(&ctx, person.email, errors).await?;
            render_form(&view, &view.errors)
        }
        Err(other) => Err(other),
    }
}

async fn page(ctx: &Ctx, email: String, errors: FormErrors) -> AppResult<EditPassword> {
    let visit = ctx.visit();
    ctx.db.read(move |conn| Ok(EditPassword { page: Page::load(conn, visit)?, email, errors })).await
}

async fn wait_page(ctx: &Ctx, email: String, seconds: i64) -> AppResult<HttpResponse> {
    let view = page(ctx, email, FormErrors::one("password_old", throttle::old_password_wait(seconds))).await?;
    render_later(&view, seconds)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::ACCOUNT_PASSWORD, read().to(edit)).route(paths::ACCOUNT_PASSWORD, post().to(update));
}
