//! The address of the own account.

use crate::{
    accounts::{
        forms::{ButtonForm, EmailForm},
        model::email_change::{self, EmailChange},
        paths,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/admin/email.html")]
struct EditEmail {
    page: Page,
    email: String,
    waiting: Option<EmailChange>,
    form: EmailForm,
    errors: FormErrors,
}

/// `GET /admin/profile/email` — the form, and the change that waits.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    ctx.sudo()?;
    form_page(&ctx, &person, EmailForm::default(), FormErrors::none()).await
}

/// `POST /admin/profile/email` — sends a letter to the old and to the new address.
pub async fn update(ctx: Ctx, form: Submitted<EmailForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let form = form.into_inner();
    match begin(&ctx, &person, &form).await {
        Ok(()) => ctx.flash("Two letters are on their way. The address changes when both are confirmed.").see_other(paths::EMAIL),
        Err(AppError::Invalid(errors)) => form_page(&ctx, &person, form, errors).await,
        Err(other) => Err(other),
    }
}

/// Begins a change, where it is not long since the password was given.
pub async fn begin(ctx: &Ctx, person: &Person, form: &EmailForm) -> AppResult<()> {
    ctx.sudo_for_form()?;
    let (email, person, actor, now) = (form.check()?, person.clone(), ctx.actor(), ctx.now());
    ctx.db.write(move |conn| email_change::begin(conn, &person, &email, &actor, now)).await
}

/// `POST /admin/profile/email/deletion` — calls the change off.
pub async fn cancel(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    call_off(&ctx, &person, paths::EMAIL).await
}

/// Calls a change off, and leads back.
pub async fn call_off(ctx: &Ctx, person: &Person, back: &str) -> AppResult<HttpResponse> {
    let (id, actor, now) = (person.id, ctx.actor(), ctx.now());
    let gone = ctx.db.write(move |conn| Ok(email_change::cancel(conn, id, &actor, now)?)).await?;
    ctx.flash(if gone { "Called off. Your address stays." } else { "There was nothing to call off." }).see_other(back)
}

async fn form_page(ctx: &Ctx, person: &Person, form: EmailForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, id, email, now) = (ctx.visit(), person.id, person.email.clone(), ctx.now());
    let view = ctx.db.read(move |conn| {
        Ok(EditEmail { page: Page::admin(conn, visit)?, email, waiting: email_change::of_user(conn, id, now)?, form, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::EMAIL, read().to(edit))
        .route(paths::EMAIL, post().to(update))
        .route("/admin/profile/email/deletion", post().to(cancel));
}
