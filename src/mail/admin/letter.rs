//! One letter: what it says, its head, every attempt with its answer; sent again, or called off.

use crate::{
    error::{AppError, AppResult},
    mail::{
        model::{
            attempt::{self, Attempt},
            letter::{self, LetterId, LetterState, StoredLetter},
        },
        paths,
    },
    site::Page,
    web::{
        ctx::Ctx,
        form::{Confirmed, Submitted},
        headers::{allow_frames, show_letter},
        local_path::query_value,
        person::Right,
    },
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, ContentType},
    web,
};
use askama::Template;

#[derive(Template)]
#[template(path = "mail/admin/letter.html")]
struct Show {
    page: Page,
    letter: StoredLetter,
    attempts: Vec<Attempt>,
    domain: String,
}

impl Show {
    /// The text, where it may be read.
    fn text(&self) -> Option<&str> {
        self.letter.text.as_deref().filter(|_| !self.letter.is_sealed)
    }

    /// The HTML, where it may be read.
    fn html(&self) -> Option<&str> {
        self.letter.html.as_deref().filter(|_| !self.letter.is_sealed)
    }

    /// The address as a parameter.
    fn recipient_query(&self) -> String {
        query_value(&self.letter.recipient)
    }

    fn waits(&self) -> bool {
        self.letter.state == LetterState::Waiting
    }

    fn is_spared(&self) -> bool {
        self.letter.state == LetterState::Suppressed
    }

    /// `0.42 s`.
    fn took(attempt: &Attempt) -> String {
        format!("{:.2} s", f64::from(attempt.took_ms) / 1000.0)
    }
}

/// `GET /admin/mail/{id}` — a letter.
pub async fn show(ctx: Ctx, id: web::Path<LetterId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let (visit, id, domain) = (ctx.visit(), id.into_inner(), ctx.state.mail.domain().to_owned());
    let mut answer = ctx
        .draw(move |conn| {
            let letter = StoredLetter::find(conn, id)?;
            Ok(Show { attempts: attempt::of(conn, id)?, page: Page::admin(conn, visit)?, letter, domain })
        })
        .await?;
    allow_frames(&mut answer);
    Ok(answer)
}

/// `GET /admin/mail/{id}/html` — the HTML of a letter alone, for a frame: it can run nothing, load nothing and lead nowhere.
pub async fn html(ctx: Ctx, id: web::Path<LetterId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let id = id.into_inner();
    let letter = ctx.db.read(move |conn| Ok(StoredLetter::find(conn, id)?)).await?;
    let html = letter.html.filter(|_| !letter.is_sealed).ok_or(AppError::NotFound)?;
    let mut answer = HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).content_type(ContentType::html()).body(html);
    show_letter(&mut answer);
    Ok(answer)
}

/// `POST /admin/mail/{id}/resend` — sends it again, or now instead of later.
pub async fn resend(ctx: Ctx, id: web::Path<LetterId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    match ctx.db.write(move |conn| letter::resend(conn, id, &actor, now)).await {
        Ok(again) => ctx.flash("It goes out now. Load this page again in a moment to see the answer.").see_other(paths::letter(again)),
        Err(AppError::Conflict(why)) => ctx.warn(why).see_other(paths::letter(id)),
        Err(other) => Err(other),
    }
}

#[derive(Template)]
#[template(path = "mail/admin/cancellation.html")]
struct Ask {
    page: Page,
    letter: StoredLetter,
}

/// `GET /admin/mail/{id}/cancellation` — asks.
pub async fn ask(ctx: Ctx, id: web::Path<LetterId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    ctx.draw(move |conn| {
        let letter = StoredLetter::find(conn, id)?;
        Ok(Ask { page: Page::admin(conn, visit)?, letter })
    })
    .await
}

/// `POST /admin/mail/{id}/cancellation` — calls it off.
pub async fn cancel(ctx: Ctx, id: web::Path<LetterId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    match ctx.db.write(move |conn| letter::cancel(conn, id, &actor, now)).await {
        Ok(_) => ctx.flash("Called off. Nobody gets this letter.").see_other(paths::letter(id)),
        Err(AppError::Conflict(why)) => ctx.warn(why).see_other(paths::letter(id)),
        Err(other) => Err(other),
    }
}
