//! Autosave: what is typed is kept while it is typed, apart from the revisions, and offered when the person comes back.

use super::{
    super::{
        forms::{entry::EntryForm, fields},
        model::{
            autosave::{self, Sheet},
            entry::{Entry, EntryId},
            revision::{Revision, RevisionId},
        },
        paths,
    },
    comparison::{Comparison, Names},
    editor::may_change,
    history, parent_field,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    site::{Page, SiteSettings},
    web::{
        ctx::Ctx,
        form::Submitted,
        methods::{post, read},
        person::{Person, Right},
        render::render,
    },
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, LOCATION},
    web,
};
use askama::Template;
use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::json;

/// Registers the handlers; before the editor's, whose `{id}` would take these addresses.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/entries/autosave", post().to(keep_new))
        .route("/admin/entries/autosave/discard", post().to(discard_new))
        .route("/admin/entries/{id}/autosave", read().to(compare))
        .route("/admin/entries/{id}/autosave", post().to(keep))
        .route("/admin/entries/{id}/autosave/discard", post().to(discard));
}

/// `POST /admin/entries/{id}/autosave` — keeps what stands in the form, whatever that is.
async fn keep(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<EntryForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    store(&ctx, person, Sheet::Entry(*id), form.into_inner()).await
}

/// `POST /admin/entries/autosave` — the same for an entry that was never saved.
async fn keep_new(ctx: Ctx, form: Submitted<EntryForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let form = form.into_inner();
    form.source_key().ok_or_else(|| AppError::invalid("nonce", "This sheet has no number. Load the page again."))?;
    store(&ctx, person, Sheet::New(form.nonce.clone()), form).await
}

async fn store(ctx: &Ctx, person: Person, sheet: Sheet, form: EntryForm) -> AppResult<HttpResponse> {
    if !form.offer.is_empty() {
        return Err(AppError::Conflict("Earlier changes wait to be taken over or discarded. Decide about them first."));
    }
    let now = ctx.now();
    let zone = ctx
        .db
        .write(move |conn| {
            let zone = SiteSettings::load(conn)?.time_zone;
            let mut form = form.clone();
            parent_field::settle_known(conn, &mut form)?;
            if let Sheet::Entry(id) = sheet {
                let entry = may_change(conn, id, &person)?;
                if is_saved(conn, &entry, &form, zone)? {
                    autosave::forget(conn, person.id, &sheet)?;
                    return Ok(zone);
                }
            }
            let base = form.base.parse::<RevisionId>().ok();
            let text = serde_json::to_string(&form)?;
            autosave::keep(conn, person.id, &sheet, base, &form.title, &text, now)?;
            Ok(zone)
        })
        .await?;
    let saved_at = zone.from_utc_datetime(&now).format("%H:%M:%S").to_string();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(json!({ "saved_at": saved_at })))
}

/// Whether the newest revision says the same: the last key was taken back, or a save has overtaken this.
fn is_saved(conn: &mut Conn, entry: &Entry, form: &EntryForm, zone: Tz) -> AppResult<bool> {
    let Some(newest) = entry.latest_revision_id else { return Ok(false) };
    Ok(fields::alike(form, &EntryForm::of(entry, &Revision::find(conn, newest)?, zone)))
}

#[derive(Template)]
#[template(path = "content/admin/entries/autosave.html")]
struct Compare {
    page: Page,
    entry: Entry,
    saved_at: NaiveDateTime,
    comparison: Comparison,
}

/// `GET /admin/entries/{id}/autosave` — what was typed and not saved beside the newest revision.
async fn compare(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    let view = ctx.db.read(move |conn| {
        let entry = may_change(conn, id, &person)?;
        let Some(waiting) = autosave::of(conn, person.id, &Sheet::Entry(id))? else { return Ok(None) };
        let zone = SiteSettings::load(conn)?.time_zone;
        let newest = Revision::find(conn, entry.latest_revision_id.ok_or(AppError::NotFound)?)?;
        let saved = EntryForm::of(&entry, &newest, zone);
        let typed = history::typed(&waiting)?;
        let comparison = Comparison::of(&saved, &typed, &Names::load(conn, &[&saved, &typed])?);
        Ok(Some(Compare { page: Page::admin(conn, visit)?, entry, saved_at: waiting.saved_at, comparison }))
    });
    match view.await? {
        Some(view) => render(&view),
        None => Ok(HttpResponse::SeeOther().insert_header((LOCATION, paths::edit(id))).insert_header((CACHE_CONTROL, "no-store")).finish()),
    }
}

/// `POST /admin/entries/{id}/autosave/discard` — forgets what was typed and not saved.
async fn discard(ctx: Ctx, id: web::Path<EntryId>, _: Submitted<Which>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let id = id.into_inner();
    let found = ctx
        .db
        .write(move |conn| {
            may_change(conn, id, &person)?;
            Ok(autosave::forget(conn, person.id, &Sheet::Entry(id))?)
        })
        .await?;
    say(&ctx, found).see_other(paths::edit(id))
}

/// What is to be forgotten.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Which {
    nonce: String,
}

/// `POST /admin/entries/autosave/discard` — the same for an entry that was never saved.
async fn discard_new(ctx: Ctx, which: Submitted<Which>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let sheet = Sheet::New(which.into_inner().nonce);
    let found = ctx.db.write(move |conn| Ok(autosave::forget(conn, person.id, &sheet)?)).await?;
    say(&ctx, found).see_other(paths::ENTRIES)
}

fn say(ctx: &Ctx, found: bool) -> &Ctx {
    ctx.flash(if found { "Discarded what was not saved." } else { "There was nothing left to discard." })
}
