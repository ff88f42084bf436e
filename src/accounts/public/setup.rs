//! The page on which the first owner is made.

use super::{LinkParams, admit};
use crate::{
    accounts::{
        forms::SetupForm,
        model::{password, setup},
        paths,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        blocking::blocking,
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::UserId,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/public/setup.html")]
struct Setup {
    page: Page,
    form: SetupForm,
    errors: FormErrors,
}

/// `GET /setup?token=…` — the form for the first owner.
pub async fn new(ctx: Ctx, params: web::Query<LinkParams>) -> AppResult<HttpResponse> {
    let form = SetupForm { link: params.into_inner().token, ..SetupForm::default() };
    form_page(&ctx, form, FormErrors::none()).await
}

/// `POST /setup` — makes the owner, who is signed in at once.
pub async fn create(ctx: Ctx, form: Submitted<SetupForm>) -> AppResult<HttpResponse> {
    let form = form.into_inner();
    match make(&ctx, &form).await {
        Ok(owner) => {
            ctx.flash("Your account is made. You own this site now.");
            admit(&ctx, owner, None, paths::ADMIN).await
        }
        Err(AppError::Invalid(errors)) => form_page(&ctx, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn make(ctx: &Ctx, form: &SetupForm) -> AppResult<UserId> {
    let (link, now, actor) = (form.link.clone(), ctx.now(), ctx.actor());
    let token = link.clone();
    if !ctx.db.read(move |conn| Ok(setup::is_open(conn, &token, now)?)).await? {
        return Err(AppError::Forbidden(setup::DEAD_LINK)); // before measuring and hashing, which cost
    }
    let (new, typed) = form.check()?;
    let hashed = blocking(move || password::hash(&typed)).await?;
    ctx.db.write(move |conn| setup::make_owner(conn, &link, &new, &hashed, &actor, now)).await
}

async fn form_page(ctx: &Ctx, form: SetupForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, now) = (ctx.visit(), ctx.now());
    let view = ctx.db.read(move |conn| {
        if !setup::is_open(conn, &form.link, now)? {
            return Err(AppError::Forbidden(setup::DEAD_LINK));
        }
        Ok(Setup { page: Page::admin(conn, visit)?, form, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::SETUP, read().to(new)).route(paths::SETUP, post().to(create));
}
