//! A reader takes the own account away. Whoever works on the site asks an admin, who decides what becomes of the content.

use crate::{
    accounts::{
        paths::LOGIN,
        public::account::{reader, somebody},
    },
    error::{AppError, AppResult},
    mail::outbox::Posting,
    privacy::{forms::OwnErasureForm, mail, model::erasure, paths},
    site::{Page, SiteSettings},
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        person::Person,
        render::render_form,
    },
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "privacy/public/erasure.html")]
struct Ask {
    page: Page,
    email: String,
    form: OwnErasureForm,
    errors: FormErrors,
}

/// `GET /account/erasure` — asks, and says what stays.
pub async fn new(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = match reader(&ctx, paths::OWN)? {
        Ok(person) => person,
        Err(profile) => return ctx.see_other(profile),
    };
    ctx.sudo()?;
    draw(&ctx, person, OwnErasureForm::default(), FormErrors::none()).await
}

/// `POST /account/erasure` — erases oneself for good, and ends every session.
pub async fn create(ctx: Ctx, form: Submitted<OwnErasureForm>) -> AppResult<HttpResponse> {
    let (person, form) = (somebody(&ctx)?, form.into_inner());
    match erase(&ctx, &person, &form).await {
        Ok(()) => {
            ctx.session.purge();
            ctx.see_other(format!("{LOGIN}?done=erased"))
        }
        Err(AppError::Invalid(errors)) => draw(&ctx, person, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn erase(ctx: &Ctx, person: &Person, form: &OwnErasureForm) -> AppResult<()> {
    ctx.sudo_for_form()?;
    form.check(&person.email)?;
    let (id, actor, now, base_url) = (person.id, ctx.actor(), ctx.now(), ctx.state.base_url.clone());
    ctx.db
        .write(move |conn| {
            let was = erasure::erase_oneself(conn, id, &actor, now)?;
            let letter = mail::erased(&was, &SiteSettings::load(conn)?, &base_url)?;
            Posting::new("privacy.erased", &letter).personal().file(conn, now)
        })
        .await
}

async fn draw(ctx: &Ctx, person: Person, form: OwnErasureForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| Ok(Ask { page: Page::load(conn, visit)?, email: person.email, form, errors })).await?;
    render_form(&view, &view.errors)
}
