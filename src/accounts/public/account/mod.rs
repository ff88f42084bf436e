//! The account of a reader, who has no admin: name, address, password, sessions.
//!
//! Whoever works on the site has the profile instead, and is led there. What is kept of a reader, and the end of it, stand in the
//! room `privacy`.

pub mod email;
pub mod password;
pub mod sessions;

use crate::{
    accounts::{forms::NameForm, model::profile, paths},
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
#[template(path = "accounts/public/account/index.html")]
struct Account {
    page: Page,
    email: String,
    form: NameForm,
    errors: FormErrors,
}

/// Who is signed in, whatever the role: everybody may change the own account.
pub fn somebody(ctx: &Ctx) -> AppResult<Person> {
    ctx.person.clone().ok_or(AppError::SignInRequired)
}

/// The same for a page: where it would be about a profile, the address of that.
pub fn reader(ctx: &Ctx, profile: &'static str) -> AppResult<Result<Person, &'static str>> {
    let person = somebody(ctx)?;
    Ok(if person.may(Right::Write) { Err(profile) } else { Ok(person) })
}

/// `GET /account` — the own name, and the way to all else.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    match reader(&ctx, paths::PROFILE)? {
        Ok(person) => form_page(&ctx, NameForm { name: person.name.clone() }, person, FormErrors::none()).await,
        Err(profile) => ctx.see_other(profile),
    }
}

/// `POST /account` — gives oneself another name.
pub async fn update(ctx: Ctx, form: Submitted<NameForm>) -> AppResult<HttpResponse> {
    let (person, form) = (somebody(&ctx)?, form.into_inner());
    let name = match form.check() {
        Ok(name) => name,
        Err(errors) => return form_page(&ctx, form, person, errors).await,
    };
    let (actor, now) = (ctx.actor(), ctx.now());
    ctx.db.write(move |conn| profile::rename(conn, person.id, &name, &actor, now)).await?;
    ctx.flash("Saved your name.").see_other(paths::ACCOUNT)
}

async fn form_page(ctx: &Ctx, form: NameForm, person: Person, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| Ok(Account { page: Page::load(conn, visit)?, email: person.email, form, errors })).await?;
    render_form(&view, &view.errors)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::ACCOUNT, read().to(edit))
        .route(paths::ACCOUNT, post().to(update))
        .configure(email::routes)
        .configure(password::routes)
        .configure(sessions::routes);
}
