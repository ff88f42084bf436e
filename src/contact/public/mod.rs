//! Sending a contact form. No cookie is set: what came of it is told by the page that the browser is led to.

use super::{
    below,
    forms::message::MessageForm,
    model::{
        form::{self, ContactForm, FormId},
        message,
    },
    paths,
};
use crate::{
    content::{
        model::{entry::Entry, live::Live, shown},
        public::ShowEntry,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        render::{private, render_public},
    },
};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
    web,
};
use askama::Template;

/// `POST /contact-forms/{id}` — takes a message in.
pub async fn send(ctx: Ctx, id: web::Path<FormId>, form: Submitted<MessageForm>) -> AppResult<HttpResponse> {
    let (id, form, now, actor) = (id.into_inner(), form.into_inner(), ctx.now(), ctx.actor());
    let new = match form.check(&ctx.state.forms, &ctx.agent, now) {
        Ok(new) => new,
        Err(errors) => return draw(&ctx, id, form, errors, StatusCode::UNPROCESSABLE_ENTITY).await,
    };
    if let Err(seconds) = ctx.state.forms.admit("contact", ctx.address, now) {
        let told = format!(
            "Two messages came from your network within a minute. Wait {seconds} seconds, then send this one: nothing of it is lost."
        );
        let mut answer = draw(&ctx, id, form, FormErrors::whole(told), StatusCode::TOO_MANY_REQUESTS).await?;
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        return Ok(answer);
    }
    ctx.db.write(move |conn| message::receive(conn, id, &new, &actor, now)).await?;
    ctx.see_other(paths::thanks(id))
}

/// The page of the form once more, with what was typed.
async fn draw(ctx: &Ctx, id: FormId, form: MessageForm, errors: FormErrors, status: StatusCode) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let (contact, entry) = ContactForm::open(conn, id)?;
        let path = entry.listed.path.ok_or(AppError::NotFound)?;
        let live = Live::at(conn, &visit.pages, &path)?;
        let visit = Visit { path, ..visit };
        let piece = below::draw(&Page::load(conn, visit.clone())?, &contact, &form, &errors)?;
        Ok(ShowEntry::page(conn, visit, live)?.with_piece(piece))
    });
    private(HttpResponse::build(status), &view.await?)
}

#[derive(Template)]
#[template(path = "contact/public/thanks.html")]
struct Thanks {
    page: Page,
    contact: ContactForm,
    entry: Entry,
}

/// `GET /contact-forms/{id}/thanks` — says that it has arrived. The same for everybody.
pub async fn thanks(ctx: Ctx, id: web::Path<FormId>) -> AppResult<HttpResponse> {
    let (visit, id) = (ctx.visit(), id.into_inner());
    let view = ctx.db.read(move |conn| {
        let (contact, entry) = ContactForm::open(conn, id)?;
        Ok(Thanks { page: Page::load(conn, visit)?, contact, entry })
    });
    let view = view.await?;
    let mut tags = Page::shown();
    tags.extend([form::SHOWN.to_owned(), shown::entry(view.entry.id)]);
    render_public(&view, tags)
}
