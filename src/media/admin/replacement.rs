//! Replacing a file: other content at the same address, so that whatever shows it shows the new.

use super::{card, file::may_change};
use crate::{
    error::{AppError, AppResult},
    media::{
        inspect::{Limits, inspect},
        model::{
            adding::Upload,
            changes,
            file::{File, FileId},
        },
        paths,
    },
    site::{Page, SiteSettings},
    web::{
        blocking::blocking,
        ctx::Ctx,
        form::FormErrors,
        methods::{post, read},
        person::Right,
        render::render_form,
        upload::{self, FIELDS, Most, Sent},
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/media/{id}/replacement", read().to(new)).route("/admin/media/{id}/replacement", post().to(create));
}

#[derive(Template)]
#[template(path = "media/admin/replacement.html")]
struct NewReplacement {
    page: Page,
    file: File,
    errors: FormErrors,
}

impl NewReplacement {
    fn type_name(&self) -> String {
        card::type_name(&self.file)
    }
}

/// `GET /admin/media/{id}/replacement` — asks for the new version.
async fn new(ctx: Ctx, id: web::Path<FileId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Upload)?;
    let file = may_change(&ctx, &person, id.into_inner()).await?;
    form_page(&ctx, file, FormErrors::none()).await
}

/// `POST /admin/media/{id}/replacement` — puts it in place of the old one.
async fn create(ctx: Ctx, id: web::Path<FileId>, req: HttpRequest, payload: web::Payload) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Upload)?;
    let file = may_change(&ctx, &person, id.into_inner()).await?;
    let site = ctx.db.read(|conn| Ok(SiteSettings::load(conn)?)).await?;
    let limits = Limits::of(&site);
    let sent = upload::read(&req, payload, Most { files: 1, bytes: limits.bytes, fields: FIELDS }).await?;
    match replace(&ctx, file.id, sent, limits).await {
        Ok(new) => ctx.flash(format!("Replaced {}. Its address and all that shows it stay.", new.name)).see_other(paths::file(new.id)),
        Err(AppError::Invalid(errors)) => form_page(&ctx, file, errors).await,
        Err(other) => Err(other),
    }
}

async fn replace(ctx: &Ctx, id: FileId, sent: Sent, limits: Limits) -> AppResult<File> {
    let file = sent.files.into_iter().next().ok_or_else(|| AppError::invalid("file", "Choose the new version of this file."))?;
    let (db, storage, actor, now) = (ctx.db.clone(), ctx.state.storage.clone(), ctx.actor(), ctx.now());
    blocking(move || {
        let name = file.name.clone();
        let bytes = file.read()?.ok_or_else(|| AppError::invalid("file", limits.too_large()))?;
        let found = inspect(&bytes, &name, limits).map_err(|refusal| AppError::invalid("file", refusal.0))?;
        let upload = Upload::new(&name, &found);
        storage.keep(&upload.storage_key(), &found.bytes).map_err(AppError::Internal)?;
        db.write_here(|conn| changes::replace(conn, &storage, id, &upload, &actor, now))
    })
    .await
}

async fn form_page(ctx: &Ctx, file: File, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| Ok(NewReplacement { page: Page::admin(conn, visit)?, file, errors })).await?;
    render_form(&view, &view.errors)
}
