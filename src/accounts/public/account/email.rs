//! The address that a reader logs in with.

use super::{reader, somebody};
use crate::{
    accounts::{
        admin::email::{begin, call_off},
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
        person::Person,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/public/account/email.html")]
struct EditEmail {
    page: Page,
    email: String,
    waiting: Option<EmailChange>,
    form: EmailForm,
    errors: FormErrors,
}

/// `GET /account/email` — the form, and the change that waits.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = match reader(&ctx, paths::EMAIL)? {
        Ok(person) => person,
        Err(profile) => return ctx.see_other(profile),
    };
    ctx.sudo()?;
    form_page(&ctx, &person, EmailForm::default(), FormErrors::none()).await
}

/// `POST /account/email` — sends a letter to the old and to the new address.
pub async fn update(ctx: Ctx, form: Submitted<EmailForm>) -> AppResult<HttpResponse> {
    let (person, form) = (somebody(&ctx)?, form.into_inner());
    match begin(&ctx, &person, &form).await {
        Ok(()) => ctx.flash("Two letters are on their way. The address changes when both are confirmed.").see_other(paths::ACCOUNT_EMAIL),
        Err(AppError::Invalid(errors)) => form_page(&ctx, &person, form, errors).await,
        Err(other) => Err(other),
    }
}

/// `POST /account/email/deletion` — calls the change off.
pub async fn cancel(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = somebody(&ctx)?;
    call_off(&ctx, &person, paths::ACCOUNT_EMAIL).await
}

async fn form_page(ctx: &Ctx, person: &Person, form: EmailForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, id, email, now) = (ctx.visit(), person.id, person.email.clone(), ctx.now());
    let view = ctx.db.read(move |conn| {
        Ok(EditEmail { page: Page::load(conn, visit)?, email, waiting: email_change::of_user(conn, id, now)?, form, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::ACCOUNT_EMAIL, read().to(edit))
        .route(paths::ACCOUNT_EMAIL, post().to(update))
        .route("/account/email/deletion", post().to(cancel));
}
