//! Taking an entry off the site asks on a page of its own.

use super::{
    super::{
        model::{
            entry::{Entry, EntryId},
            link, publishing,
            release::may_take_off,
        },
        paths,
    },
    editor::{may_change, may_change_now},
};
use crate::web::methods::read;
use crate::{
    db::Conn,
    error::AppResult,
    journal::Actor,
    site::{Page, menus},
    web::{
        ctx::Ctx,
        form::{Confirmed, Submitted},
        person::Right,
        render::render,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/entries/{id}/unpublication", read().to(ask_unpublish))
        .route("/admin/entries/{id}/unpublication", web::post().to(unpublish));
}

#[derive(Template)]
#[template(path = "content/admin/entries/confirm.html")]
struct Confirm {
    page: Page,
    entry: Entry,
    question: String,
    consequence: String,
    button: &'static str,
    keep: &'static str,
    action: String,
    inbound: Vec<Entry>,
    inbound_count: i64,
    /// The menus in which it stands.
    menus: Vec<String>,
}

/// What is asked, and what happens then.
struct Question {
    verb: &'static str,
    path: &'static str,
    button: &'static str,
    keep: &'static str,
    consequence: fn(&Page) -> String,
}

async fn ask(ctx: &Ctx, id: EntryId, question: Question) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let entry = may_change(conn, id, &person)?;
        may_take_off(&entry, &person)?;
        let (inbound, inbound_count) = link::inbound(conn, id)?;
        let page = Page::admin(conn, visit)?;
        Ok(Confirm {
            question: question.verb.replace("{}", &format!("“{}”", entry.title)),
            consequence: (question.consequence)(&page),
            button: question.button,
            keep: question.keep,
            action: format!("{}/{}", paths::edit(id), question.path),
            page,
            entry,
            inbound,
            inbound_count,
            menus: menus::report::standing(conn, id.number(), None)?,
        })
    });
    render(&view.await?)
}

/// Does it in one transaction, for who may.
async fn act(ctx: &Ctx, id: EntryId, what: fn(&mut Conn, EntryId, &Actor, NaiveDateTime) -> AppResult<()>) -> AppResult<Entry> {
    let person = ctx.require(Right::Write)?;
    let (actor, now) = (ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| {
            let entry = may_change_now(conn, id, &person)?;
            may_take_off(&entry, &person)?;
            what(conn, id, &actor, now)?;
            Ok(entry)
        })
        .await
}

/// `GET /admin/entries/{id}/unpublication` — asks.
async fn ask_unpublish(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    let question = Question {
        verb: "Take {} off the site?",
        path: "unpublication",
        button: "Take it off the site",
        keep: "Keep it live",
        consequence: |_| {
            "It becomes a draft at once: visitors find nothing at its address, and it leaves every list and menu. A time that was set for publishing is dropped. You can publish it again whenever you like.".to_owned()
        },
    };
    ask(&ctx, id.into_inner(), question).await
}

/// `POST /admin/entries/{id}/unpublication` — takes an entry off the site.
async fn unpublish(ctx: Ctx, id: web::Path<EntryId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    let entry = act(&ctx, *id, publishing::unpublish).await?;
    ctx.flash(format!("Took “{}” off the site. It is a draft now.", entry.title)).see_other(paths::edit(*id))
}
