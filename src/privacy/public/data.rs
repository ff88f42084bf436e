//! What is kept of oneself.

use crate::{
    accounts::{
        forms::ButtonForm,
        public::account::{reader, somebody},
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
        person::{Person, Right},
    },
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "privacy/public/data.html")]
struct Data {
    page: Page,
    waiting: Waiting,
}

/// `GET /account/data` — what is kept of a reader, and where to get it.
pub async fn show(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = match reader(&ctx, paths::OWN)? {
        Ok(person) => person,
        Err(profile) => return ctx.see_other(profile),
    };
    let (visit, now) = (ctx.visit(), ctx.now());
    ctx.draw(move |conn| {
        let export = Export::of(conn, person.id, now)?;
        let waiting = Waiting { export, post: paths::ACCOUNT_DATA.to_owned(), file: paths::OWN_FILE.to_owned() };
        Ok(Data { page: Page::load(conn, visit)?, waiting })
    })
    .await
}

/// `POST /account/data` — has the archive of one's own made.
pub async fn make(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = somebody(&ctx)?;
    ctx.sudo()?;
    ask(&ctx, person.id, back(&person)).await
}

/// `GET /account/data.zip` — the archive, when it is made.
pub async fn file(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = somebody(&ctx)?;
    ctx.sudo()?;
    hand_out(&ctx, person.id, back(&person)).await
}

/// The page on which somebody finds the own data.
fn back(person: &Person) -> &'static str {
    if person.may(Right::Write) { paths::OWN } else { paths::ACCOUNT_DATA }
}
