//! The account of a reader, who sees nothing of the admin: name, password, sessions. Whoever works on the site has the profile.

use super::admit;
use crate::{
    accounts::{
        admin::{profile, sessions::this},
        forms::{ButtonForm, NameForm, PasswordForm},
        model::{profile as stored, session, throttle},
        paths,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::read,
        person::{Person, Right},
        render::render_form,
        session_store,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/public/account.html")]
struct Account {
    page: Page,
    person: Person,
    name: String,
    errors: FormErrors,
    others: usize,
}

/// `GET /account` — the forms of the own account; who works on the site is led to the profile.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = reader(&ctx)?;
    if person.may(Right::Write) {
        return ctx.see_other(paths::PROFILE);
    }
    let name = person.name.clone();
    account_page(&ctx, person, name, FormErrors::none()).await
}

/// `POST /account` — gives oneself another name.
pub async fn update(ctx: Ctx, form: Submitted<NameForm>) -> AppResult<HttpResponse> {
    let (person, form) = (reader(&ctx)?, form.into_inner());
    let name = match form.check() {
        Ok(name) => name,
        Err(errors) => return account_page(&ctx, person, form.name, errors).await,
    };
    let (actor, now) = (ctx.actor(), ctx.now());
    ctx.db.write(move |conn| stored::rename(conn, person.id, &name, &actor, now)).await?;
    ctx.flash("Saved your name.").see_other(paths::ACCOUNT)
}

/// `POST /account/password` — changes the password and ends the other sessions.
pub async fn update_password(ctx: Ctx, form: Submitted<PasswordForm>) -> AppResult<HttpResponse> {
    let person = reader(&ctx)?;
    let errors = match profile::change(&ctx, &person, &form.into_inner()).await {
        Ok(None) => {
            ctx.flash("Changed your password. You are logged out everywhere else.");
            return admit(&ctx, person.id, None, paths::ACCOUNT).await;
        }
        Ok(Some(seconds)) => {
            let sentence = format!("The old password was wrong too often. Wait {}, then try again.", throttle::in_words(seconds));
            FormErrors::one("password_old", sentence)
        }
        Err(AppError::Invalid(errors)) => errors,
        Err(other) => return Err(other),
    };
    let name = person.name.clone();
    account_page(&ctx, person, name, errors).await
}

/// `POST /account/sessions` — ends all sessions but this one.
pub async fn end_others(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = reader(&ctx)?;
    let (keep, actor, now) = (this(&ctx).unwrap_or_default(), ctx.actor(), ctx.now());
    ctx.db.write(move |conn| Ok(session::end_others(conn, &person, &keep, &actor, now)?)).await?;
    ctx.flash("Logged out everywhere else.").see_other(paths::ACCOUNT)
}

fn reader(ctx: &Ctx) -> AppResult<Person> {
    ctx.person.clone().ok_or(AppError::SignInRequired)
}

async fn account_page(ctx: &Ctx, person: Person, name: String, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, this) = (ctx.visit(), this(ctx));
    let view = ctx.db.read(move |conn| {
        let others = session_store::of_user(conn, person.id)?.iter().filter(|session| session.handle != this).count();
        Ok(Account { page: Page::admin(conn, visit)?, person, name, errors, others })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::ACCOUNT, read().to(edit))
        .route(paths::ACCOUNT, web::post().to(update))
        .route("/account/password", web::post().to(update_password))
        .route("/account/sessions", web::post().to(end_others));
}
