//! One message: what it says, what the filter thinks of it, what is done with it.

use crate::{
    contact::{
        model::message::{self, Decision, Learnt, Message, MessageId, MessageState},
        paths,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::Ctx,
        form::{Confirmed, Submitted},
        local_path::query_value,
        person::Right,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "contact/admin/message.html")]
struct Show {
    page: Page,
    message: Message,
}

impl Show {
    fn about(&self) -> &str {
        if self.message.subject.is_empty() { "No subject" } else { &self.message.subject }
    }

    /// Opens the mail program of the reader with an answer.
    fn answer(&self) -> String {
        let about = if self.message.subject.is_empty() { &self.message.page_title } else { &self.message.subject };
        format!("mailto:{}?subject={}", query_value(&self.message.email).replace("%40", "@"), query_value(&format!("Re: {about}")))
    }

    fn email_query(&self) -> String {
        query_value(&self.message.email)
    }

    /// `12 %`.
    fn score(&self) -> String {
        format!("{} %", (self.message.score + 5) / 10)
    }

    fn is_new(&self) -> bool {
        self.message.state == MessageState::New
    }

    fn is_done(&self) -> bool {
        self.message.state == MessageState::Done
    }

    fn is_spam(&self) -> bool {
        self.message.state == MessageState::Spam
    }

    /// What the filter has learnt from it, in words.
    fn lesson(&self) -> &'static str {
        match self.message.learnt {
            Learnt::Nothing => "Nothing yet: it learns from what you decide.",
            Learnt::Wanted => "That messages like this are wanted.",
            Learnt::Spam => "That messages like this are spam.",
        }
    }
}

/// `GET /admin/messages/{id}` — a message.
pub async fn show(ctx: Ctx, id: web::Path<MessageId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ReadMessages)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    ctx.draw(move |conn| Ok(Show { message: Message::find(conn, id)?, page: Page::admin(conn, visit)? })).await
}

/// Which button was pressed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Decided {
    r#do: String,
}

/// `POST /admin/messages/{id}/decision` — done, spam, or neither.
pub async fn decide(ctx: Ctx, id: web::Path<MessageId>, form: Submitted<Decided>) -> AppResult<HttpResponse> {
    ctx.require(Right::ReadMessages)?;
    let Some(decision) = Decision::from_word(&form.into_inner().r#do) else {
        return Err(AppError::BadRequest("Press one of the buttons: done, spam, or back into the inbox."));
    };
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    ctx.db.write(move |conn| message::decide(conn, id, decision, &actor, now)).await?;
    let (told, to) = match decision {
        Decision::Done => ("Settled. It lies under “Done”.", paths::MESSAGES.to_owned()),
        Decision::Spam => ("It lies among the spam now, and the filter has learnt from it.", paths::MESSAGES.to_owned()),
        Decision::Wanted => {
            ("It is back in the inbox and goes to whoever is to answer; the filter has learnt from it.", paths::message(id))
        }
        Decision::Reopen => ("It is back in the inbox.", paths::message(id)),
    };
    ctx.flash(told).see_other(to)
}

#[derive(Template)]
#[template(path = "contact/admin/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    message: Message,
}

/// `GET /admin/messages/{id}/deletion` — asks.
pub async fn deletion(ctx: Ctx, id: web::Path<MessageId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ReadMessages)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    ctx.draw(move |conn| Ok(ConfirmDeletion { message: Message::find(conn, id)?, page: Page::admin(conn, visit)? })).await
}

/// `POST /admin/messages/{id}/deletion` — deletes it for good.
pub async fn destroy(ctx: Ctx, id: web::Path<MessageId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ReadMessages)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    ctx.db.write(move |conn| message::delete(conn, id, &actor, now)).await?;
    ctx.flash("Deleted the message.").see_other(paths::MESSAGES)
}
