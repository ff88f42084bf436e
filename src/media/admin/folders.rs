//! Folders: made, renamed, moved into each other, deleted when empty.

use crate::{
    error::{AppError, AppResult},
    media::{
        forms::folder::FolderForm,
        model::folder::{self, Folder, FolderId},
        paths,
    },
    site::Page,
    web::{
        ctx::Ctx,
        form::{Confirmed, FormErrors, Submitted},
        methods::{post, read},
        person::Right,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/media/folders/new", read().to(new))
        .route(paths::FOLDERS, post().to(create))
        .route("/admin/media/folders/{id}", read().to(edit))
        .route("/admin/media/folders/{id}", post().to(update))
        .route("/admin/media/folders/{id}/deletion", read().to(deletion))
        .route("/admin/media/folders/{id}/deletion", post().to(destroy));
}

/// What the address of the form may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Params {
    parent: String,
}

#[derive(Template)]
#[template(path = "media/admin/folder.html")]
struct EditFolder {
    page: Page,
    /// `None`: it is to be made.
    folder: Option<Folder>,
    form: FolderForm,
    errors: FormErrors,
    parents: Vec<(String, String)>,
    empty: bool,
}

/// `GET /admin/media/folders/new` — the empty form.
async fn new(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ArrangeFiles)?;
    let form = FolderForm { parent: params.into_inner().parent, ..FolderForm::default() };
    form_page(&ctx, None, Some(form), FormErrors::none()).await
}

/// `POST /admin/media/folders` — makes it.
async fn create(ctx: Ctx, form: Submitted<FolderForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ArrangeFiles)?;
    let form = form.into_inner();
    match save(&ctx, None, &form).await {
        Ok(id) => ctx.flash(format!("Made the folder “{}”.", form.name)).see_other(paths::in_folder(id)),
        Err(AppError::Invalid(errors)) => form_page(&ctx, None, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

/// `GET /admin/media/folders/{id}` — the form with what is stored.
async fn edit(ctx: Ctx, id: web::Path<FolderId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ArrangeFiles)?;
    form_page(&ctx, Some(id.into_inner()), None, FormErrors::none()).await
}

/// `POST /admin/media/folders/{id}` — renames it, or moves it with everything in it.
async fn update(ctx: Ctx, id: web::Path<FolderId>, form: Submitted<FolderForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ArrangeFiles)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    match save(&ctx, Some(id), &form).await {
        Ok(id) => ctx.flash(format!("Saved the folder “{}”.", form.name)).see_other(paths::in_folder(id)),
        Err(AppError::Invalid(errors)) => form_page(&ctx, Some(id), Some(form), errors).await,
        Err(other) => Err(other),
    }
}

async fn save(ctx: &Ctx, id: Option<FolderId>, form: &FolderForm) -> AppResult<FolderId> {
    let parent = form.check()?;
    let (name, actor, now) = (form.name.clone(), ctx.actor(), ctx.now());
    let work = move |conn: &mut crate::db::Conn| match id {
        Some(id) => folder::change(conn, id, parent, &name, &actor, now).map(|()| id),
        None => folder::create(conn, parent, &name, &actor, now),
    };
    ctx.db.write(work).await
}

async fn form_page(ctx: &Ctx, id: Option<FolderId>, form: Option<FolderForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let folder = id.map(|id| Folder::find(conn, id)).transpose()?;
        if folder.as_ref().is_some_and(Folder::is_root) {
            return Err(AppError::NotFound);
        }
        let fits = |one: &Folder| folder.as_ref().is_none_or(|own| !one.is_within(own));
        let parents = Folder::tree(conn)?.iter().filter(|one| fits(one)).map(|one| (one.id.to_string(), one.label())).collect();
        let form = form.unwrap_or_else(|| folder.as_ref().map(FolderForm::of).unwrap_or_default());
        let empty = folder.as_ref().map_or(Ok(false), |folder| folder::is_empty(conn, folder.id))?;
        Ok(EditFolder { page: Page::admin(conn, visit)?, folder, form, errors, parents, empty })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

#[derive(Template)]
#[template(path = "media/admin/folder_deletion.html")]
struct ConfirmDeletion {
    page: Page,
    folder: Folder,
    empty: bool,
}

/// `GET /admin/media/folders/{id}/deletion` — asks; of one in which something lies, says that first.
async fn deletion(ctx: Ctx, id: web::Path<FolderId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ArrangeFiles)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    ctx.draw(move |conn| {
        let folder = Folder::find(conn, id)?;
        Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, empty: folder::is_empty(conn, id)?, folder })
    })
    .await
}

/// `POST /admin/media/folders/{id}/deletion` — deletes it, if nothing lies in it.
async fn destroy(ctx: Ctx, id: web::Path<FolderId>, form: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ArrangeFiles)?;
    let (id, actor, now, _) = (id.into_inner(), ctx.actor(), ctx.now(), form.into_inner());
    let gone = ctx.db.write(move |conn| folder::delete(conn, id, &actor, now)).await?;
    ctx.flash(format!("Deleted the folder “{}”.", gone.name)).see_other(paths::MEDIA)
}
