//! Taking an entry off the site asks on a page of its own.

use super::{
    super::{
        forms::elsewhere::Elsewhere,
        model::{
            entry::{Entry, EntryId, Listed},
            link, publishing,
            reach::Mine,
            release::may_take_off,
        },
        paths,
    },
    editor::{may_change, may_change_now},
    elsewhere,
};
use crate::web::methods::{post, read};
use crate::{
    error::{AppError, AppResult},
    site::{Page, menus},
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        person::Right,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/entries/{id}/unpublication", read().to(ask_unpublish))
        .route("/admin/entries/{id}/unpublication", post().to(unpublish));
}

#[derive(Template)]
#[template(path = "content/admin/entries/confirm.html")]
struct Confirm {
    page: Page,
    entry: Entry,
    question: String,
    consequence: &'static str,
    button: &'static str,
    keep: &'static str,
    action: String,
    form: Elsewhere,
    errors: FormErrors,
    inbound: Vec<Listed>,
    /// Those of them that this person may change.
    mine: Mine,
    inbound_count: i64,
    /// The menus in which it stands.
    menus: Vec<String>,
}

/// Asks whether to take an entry off the site, and where its visitors are to go.
async fn ask(ctx: &Ctx, id: EntryId, form: Elsewhere, errors: FormErrors) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let entry = may_change(conn, id, &person)?;
        may_take_off(&entry, &person)?;
        let (inbound, inbound_count) = link::inbound(conn, id)?;
        Ok(Confirm {
            page: Page::admin(conn, visit)?,
            question: format!("Take “{}” off the site?", entry.title),
            consequence: "It becomes a draft at once: visitors find nothing at its address, and it leaves every list and menu. A time that was set for publishing is dropped. You can publish it again whenever you like.",
            button: "Take it off the site",
            keep: "Keep it live",
            action: format!("{}/unpublication", paths::edit(id)),
            form,
            errors,
            entry,
            mine: Mine::among(conn, &person, &inbound.iter().map(|one| one.id).collect::<Vec<_>>())?,
            inbound,
            inbound_count,
            menus: menus::report::standing(conn, id.number(), None)?,
        })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// `GET /admin/entries/{id}/unpublication` — asks.
async fn ask_unpublish(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    ask(&ctx, id.into_inner(), Elsewhere::default(), FormErrors::none()).await
}

/// `POST /admin/entries/{id}/unpublication` — takes an entry off the site.
async fn unpublish(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<Elsewhere>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    let (actor, now, wish, base_url) = (ctx.actor(), ctx.now(), form.clone(), ctx.state.base_url.clone());
    let done = ctx.db.write(move |conn| {
        let entry = may_change_now(conn, id, &person)?;
        may_take_off(&entry, &person)?;
        publishing::unpublish(conn, id, &actor, now)?;
        let told = elsewhere::lead(conn, &entry, 0, &wish, &base_url, (&person, &actor, now))?;
        Ok((entry.listed.title, told))
    });
    match done.await {
        Ok((title, told)) => {
            ctx.flash(format!("Took “{title}” off the site. It is a draft now. {told}").trim_end()).see_other(paths::edit(id))
        }
        Err(AppError::Invalid(errors)) => ask(&ctx, id, form, errors).await,
        Err(other) => Err(other),
    }
}
