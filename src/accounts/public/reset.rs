//! Forgotten passwords: asking for a link, and the form that it leads to.

use super::{LinkParams, place};
use crate::{
    accounts::{
        forms::{InvitationForm, ResetForm},
        model::{password, reset, throttle, user::User},
        paths,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        blocking::blocking,
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::{post, read},
        render::{render_form, render_later},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// What the address of the page may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    sent: bool,
}

#[derive(Template)]
#[template(path = "accounts/public/reset.html")]
struct Ask {
    page: Page,
    form: ResetForm,
    errors: FormErrors,
    sent: bool,
}

#[derive(Template)]
#[template(path = "accounts/public/new_password.html")]
struct NewPassword {
    page: Page,
    form: InvitationForm,
    errors: FormErrors,
    user: User,
}

/// `GET /login/reset` — asks for the address of the account.
pub async fn new(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let view = ask_page(&ctx, ResetForm::default(), FormErrors::none(), params.sent).await?;
    render_form(&view, &view.errors)
}

/// `POST /login/reset` — files a letter, whether there is such an account or not.
pub async fn create(ctx: Ctx, form: Submitted<ResetForm>) -> AppResult<HttpResponse> {
    let form = form.into_inner();
    let email = match form.check() {
        Ok(email) => email,
        Err(errors) => {
            let view = ask_page(&ctx, form, errors, false).await?;
            return render_form(&view, &view.errors);
        }
    };
    let (address, now) = (ctx.address, ctx.now());
    match ctx.db.write(move |conn| Ok(reset::ask(conn, &email, address, now)?)).await? {
        Ok(()) => ctx.see_other(format!("{}?sent=true", paths::RESET)),
        Err(seconds) => wait_page(&ctx, form, seconds).await,
    }
}

async fn ask_page(ctx: &Ctx, form: ResetForm, errors: FormErrors, sent: bool) -> AppResult<Ask> {
    let visit = ctx.visit();
    ctx.db.read(move |conn| Ok(Ask { page: Page::admin(conn, visit)?, form, errors, sent })).await
}

async fn wait_page(ctx: &Ctx, form: ResetForm, seconds: i64) -> AppResult<HttpResponse> {
    let sentence = format!("Several letters went out already. Wait {}, then ask again.", throttle::in_words(seconds));
    let view = ask_page(ctx, form, FormErrors::whole(sentence), false).await?;
    render_later(&view, seconds)
}

/// `GET /login/new-password?token=…` — the form that the link leads to; it uses nothing up.
pub async fn edit(ctx: Ctx, params: web::Query<LinkParams>) -> AppResult<HttpResponse> {
    let form = InvitationForm { link: params.into_inner().token, ..InvitationForm::default() };
    form_page(&ctx, form, FormErrors::none()).await
}

/// `POST /login/new-password` — sets the password, which its person then logs in with.
pub async fn update(ctx: Ctx, form: Submitted<InvitationForm>) -> AppResult<HttpResponse> {
    let form = form.into_inner();
    match accept(&ctx, &form).await {
        Ok(()) => {
            ctx.session.purge(); // it may be of another account
            ctx.see_other(format!("{}?done=reset", paths::LOGIN))
        }
        Err(AppError::Invalid(errors)) => form_page(&ctx, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn accept(ctx: &Ctx, form: &InvitationForm) -> AppResult<()> {
    let (link, token, now, place, actor) = (form.link.clone(), form.link.clone(), ctx.now(), place(ctx), ctx.actor());
    let user = ctx.db.read(move |conn| Ok(reset::open(conn, &token, now)?)).await?;
    let typed = form.check(&user.ok_or(AppError::Forbidden(reset::DEAD_LINK))?)?;
    let hashed = blocking(move || password::hash(&typed)).await?;
    ctx.db.write(move |conn| reset::accept(conn, &link, &hashed, &place, &actor, now)).await
}

async fn form_page(ctx: &Ctx, form: InvitationForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, now) = (ctx.visit(), ctx.now());
    let view = ctx.db.read(move |conn| {
        let user = reset::open(conn, &form.link, now)?.ok_or(AppError::Forbidden(reset::DEAD_LINK))?;
        Ok(NewPassword { page: Page::admin(conn, visit)?, form, errors, user })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::RESET, read().to(new))
        .route(paths::RESET, post().to(create))
        .route(paths::NEW_PASSWORD, read().to(edit))
        .route(paths::NEW_PASSWORD, post().to(update));
}
