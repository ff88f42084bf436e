//! A letter to oneself, sent at once, to see what the mail server says.

use crate::{
    error::{AppError, AppResult},
    mail::{Letter, outbox::Posting, paths, sending},
    site::{Page, SiteSettings, letter::Frame},
    web::{
        blocking::blocking,
        ctx::Ctx,
        form::{Confirmed, Submitted},
        person::Right,
    },
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "mail/admin/test.html")]
struct Ask {
    page: Page,
    to: String,
    server: Option<String>,
}

#[derive(Template)]
#[template(path = "mail/test.txt")]
struct Words<'a> {
    name: &'a str,
    site: &'a str,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/test.html")]
struct WordsHtml<'a> {
    frame: Frame,
    it: &'a Words<'a>,
}

/// `GET /admin/mail/test` — where it would go.
pub async fn ask(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ManageMail)?;
    let (visit, server) = (ctx.visit(), ctx.state.mail.server().map(str::to_owned));
    ctx.draw(move |conn| Ok(Ask { page: Page::admin(conn, visit)?, to: person.email, server })).await
}

/// `POST /admin/mail/test` — sends it, and shows it with its answer.
pub async fn send(ctx: Ctx, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ManageMail)?;
    let (env, now, base_url) = (ctx.state.job_env(), ctx.now(), ctx.state.base_url.clone());
    let id = ctx
        .db
        .write(move |conn| {
            let site = SiteSettings::load(conn)?;
            let words = Words { name: &person.name, site: &site.title, link: format!("{base_url}{}", paths::SENDER) };
            let html = WordsHtml { frame: Frame::of(&site, &base_url), it: &words }.render()?;
            let subject = format!("A test of the mail of {}", site.title);
            let letter = Letter { html: Some(html), ..Letter::plain(&person.email, subject, words.render()?) };
            Posting::new("mail.test", &letter).personal().keep(conn, now)
        })
        .await?;
    blocking(move || sending::send(&env, id).map_err(AppError::Internal)).await?;
    ctx.flash("Handed to the mail server. What it said stands below.").see_other(paths::letter(id))
}
