//! The page on which somebody invited sets a password.

use super::{LinkParams, admit};
use crate::{
    accounts::{
        forms::InvitationForm,
        model::{invitation, password, user::User},
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
#[template(path = "accounts/public/invitation.html")]
struct Invitation {
    page: Page,
    form: InvitationForm,
    errors: FormErrors,
    user: User,
}

/// `GET /invitation?token=…` — asks for a password.
pub async fn new(ctx: Ctx, params: web::Query<LinkParams>) -> AppResult<HttpResponse> {
    let form = InvitationForm { link: params.into_inner().token, ..InvitationForm::default() };
    form_page(&ctx, form, FormErrors::none()).await
}

/// `POST /invitation` — sets it; its person is signed in at once.
pub async fn create(ctx: Ctx, form: Submitted<InvitationForm>) -> AppResult<HttpResponse> {
    let form = form.into_inner();
    match accept(&ctx, &form).await {
        Ok(user) => {
            ctx.flash("Welcome aboard. You are logged in.");
            admit(&ctx, user, None, paths::ADMIN).await
        }
        Err(AppError::Invalid(errors)) => form_page(&ctx, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn accept(ctx: &Ctx, form: &InvitationForm) -> AppResult<UserId> {
    let (link, now, actor) = (form.link.clone(), ctx.now(), ctx.actor());
    let token = link.clone();
    let invited = ctx.db.read(move |conn| Ok(invitation::open(conn, &token, now)?)).await?;
    let typed = form.check(&invited.ok_or(AppError::Forbidden(invitation::DEAD_LINK))?)?;
    let hashed = blocking(move || password::hash(&typed)).await?;
    ctx.db.write(move |conn| invitation::accept(conn, &link, &hashed, &actor, now)).await
}

async fn form_page(ctx: &Ctx, form: InvitationForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, now) = (ctx.visit(), ctx.now());
    let view = ctx.db.read(move |conn| {
        let user = invitation::open(conn, &form.link, now)?.ok_or(AppError::Forbidden(invitation::DEAD_LINK))?;
        Ok(Invitation { page: Page::admin(conn, visit)?, form, errors, user })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::INVITATION, read().to(new)).route(paths::INVITATION, post().to(create));
}
