//! The password once more, before something dangerous (`Ctx::sudo`).

use crate::{
    accounts::{
        admin::profile::own_password,
        forms::ConfirmationForm,
        model::{passkey, throttle},
        paths,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::{Ctx, SUDO_MINUTES},
        form::{FormErrors, Submitted},
        local_path::local_or,
        methods::{post, read},
        person::Person,
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
    next: String,
}

#[derive(Template)]
#[template(path = "accounts/public/confirmation.html")]
struct Confirmation {
    page: Page,
    email: String,
    form: ConfirmationForm,
    errors: FormErrors,
    /// It is confirmed: there is nothing to ask.
    done: bool,
    minutes: i64,
    has_passkey: bool,
}

/// `GET /login/confirmation` — asks for the password, unless it was given just now.
pub async fn new(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = somebody(&ctx)?;
    let form = ConfirmationForm { next: local_or(&params.next, "").to_owned(), ..ConfirmationForm::default() };
    if ctx.is_confirmed() && !form.next.is_empty() {
        return ctx.see_other(&form.next);
    }
    let view = form_page(&ctx, &person, form, FormErrors::none()).await?;
    render_form(&view, &view.errors)
}

/// `POST /login/confirmation` — checks it, and leads back.
pub async fn create(ctx: Ctx, form: Submitted<ConfirmationForm>) -> AppResult<HttpResponse> {
    let (person, form) = (somebody(&ctx)?, form.into_inner());
    if form.password.is_empty() {
        let view = form_page(&ctx, &person, form, FormErrors::one("password", "Give your password.")).await?;
        return render_form(&view, &view.errors);
    }
    let wrong = match own_password(&ctx, person.id, form.password.clone()).await? {
        Ok(Some(_)) => {
            ctx.confirmed()?;
            return ctx.see_other(local_or(&form.next, paths::CONFIRMATION));
        }
        Ok(None) => "This is not your password. Check it and try again.",
        Err(seconds) => return wait_page(&ctx, &person, form, seconds).await,
    };
    let view = form_page(&ctx, &person, form, FormErrors::one("password", wrong)).await?;
    render_form(&view, &view.errors)
}

fn somebody(ctx: &Ctx) -> AppResult<Person> {
    ctx.person.clone().ok_or(AppError::SignInRequired)
}

async fn form_page(ctx: &Ctx, person: &Person, form: ConfirmationForm, errors: FormErrors) -> AppResult<Confirmation> {
    let (visit, id, email, done) = (ctx.visit(), person.id, person.email.clone(), ctx.is_confirmed() && errors.is_empty());
    ctx.db
        .read(move |conn| {
            let (page, has_passkey) = (Page::admin(conn, visit)?, passkey::count(conn, id)? > 0);
            Ok(Confirmation { page, email, form, errors, done, minutes: SUDO_MINUTES, has_passkey })
        })
        .await
}

async fn wait_page(ctx: &Ctx, person: &Person, form: ConfirmationForm, seconds: i64) -> AppResult<HttpResponse> {
    let sentence = format!("The password was wrong too often. Wait {}, then try again.", throttle::in_words(seconds));
    let view = form_page(ctx, person, form, FormErrors::one("password", sentence)).await?;
    render_later(&view, seconds)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::CONFIRMATION, read().to(new)).route(paths::CONFIRMATION, post().to(create));
}
