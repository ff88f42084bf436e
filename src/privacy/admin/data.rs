//! Handing out what is kept of oneself or of somebody else.

use crate::{
    accounts::{
        forms::ButtonForm,
        model::{people, user::User},
    },
    error::AppResult,
    privacy::{
        handing::{Waiting, ask, hand_out},
        model::export::Export,
        paths,
    },
    site::Page,
    web::{
        ctx::Ctx,
        form::Submitted,
        person::{Right, UserId},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "privacy/admin/own.html")]
struct Own {
    page: Page,
    waiting: Waiting,
}

/// `GET /admin/profile/data` — what is kept of oneself, and where to get it.
pub async fn own(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, now) = (ctx.visit(), ctx.now());
    ctx.draw(move |conn| {
        let waiting =
            Waiting { export: Export::of(conn, person.id, now)?, post: paths::ACCOUNT_DATA.to_owned(), file: paths::OWN_FILE.to_owned() };
        Ok(Own { page: Page::admin(conn, visit)?, waiting })
    })
    .await
}

#[derive(Template)]
#[template(path = "privacy/admin/person.html")]
struct OfPerson {
    page: Page,
    user: User,
    waiting: Waiting,
}

/// `GET /admin/people/{id}/data` — the same of somebody.
pub async fn of_person(ctx: Ctx, id: web::Path<UserId>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    let (visit, id, now) = (ctx.visit(), id.into_inner(), ctx.now());
    ctx.draw(move |conn| {
        let user = User::find(conn, id)?;
        people::guard(&by, &user)?;
        let waiting = Waiting { export: Export::of(conn, id, now)?, post: paths::data(id), file: paths::file(id) };
        Ok(OfPerson { page: Page::admin(conn, visit)?, user, waiting })
    })
    .await
}

/// `POST /admin/people/{id}/data` — has the archive made.
pub async fn make(ctx: Ctx, id: web::Path<UserId>, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    let id = id.into_inner();
    ctx.db.read(move |conn| people::guard(&by, &User::find(conn, id)?)).await?;
    ask(&ctx, id, &paths::data(id)).await
}

/// `GET /admin/people/{id}/data.zip` — the archive, when it is made.
pub async fn file(ctx: Ctx, id: web::Path<UserId>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    let id = id.into_inner();
    ctx.db.read(move |conn| people::guard(&by, &User::find(conn, id)?)).await?;
    hand_out(&ctx, id, &paths::data(id)).await
}
