//! Who is kept out.

use super::{Tabs, require_all};
use crate::{
    community::{
        forms::ban::BanForm,
        model::ban::{self, Ban, BanId, BanKind},
        paths,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::Ctx,
        form::{Confirmed, FormErrors, Submitted},
        person::Person,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "community/admin/bans.html")]
struct Bans {
    page: Page,
    tabs: Tabs,
    bans: Vec<Ban>,
    kinds: Vec<(String, String)>,
    form: BanForm,
    errors: FormErrors,
}

/// `GET /admin/comments/bans` — all bans, and a form for one more, filled by the address.
pub async fn index(ctx: Ctx, form: web::Query<BanForm>) -> AppResult<HttpResponse> {
    let person = require_all(&ctx)?;
    draw(&ctx, person, form.into_inner(), FormErrors::none()).await
}

/// `POST /admin/comments/bans` — bans somebody.
pub async fn create(ctx: Ctx, form: Submitted<BanForm>) -> AppResult<HttpResponse> {
    let person = require_all(&ctx)?;
    let (form, actor, now) = (form.into_inner(), ctx.actor(), ctx.now());
    let typed = form.clone();
    let added = ctx.db.write(move |conn| {
        let (kind, value, note) = typed.check()?;
        ban::add(conn, kind, &value, &note, &actor, now)?;
        Ok(value)
    });
    match added.await {
        Ok(value) => ctx.flash(format!("Banned {value}. What comes from there goes to spam.")).see_other(paths::BANS),
        Err(AppError::Invalid(errors)) => draw(&ctx, person, form, errors).await,
        Err(other) => Err(other),
    }
}

/// `POST /admin/comments/bans/{id}/deletion` — lifts a ban; it is put back as easily.
pub async fn lift(ctx: Ctx, id: web::Path<BanId>, _form: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    require_all(&ctx)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let ban = ctx.db.write(move |conn| ban::lift(conn, id, &actor, now)).await?;
    ctx.flash(format!("Lifted the ban of {}.", ban.value)).see_other(paths::BANS)
}

async fn draw(ctx: &Ctx, person: Person, form: BanForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        Ok(Bans {
            tabs: Tabs::load(conn, &person, "bans")?,
            page: Page::admin(conn, visit)?,
            bans: Ban::all(conn)?,
            kinds: BanKind::ALL.iter().map(|kind| (kind.word().to_owned(), kind.label().to_owned())).collect(),
            form,
            errors,
        })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}
