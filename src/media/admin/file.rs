//! The page of a file: what it is, what is said about it, where it is used.

use super::card::{self, Card};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    media::{
        forms::file::FileForm,
        model::{
            changes,
            file::{File, FileId, Kind},
            folder::Folder,
            uses::{self, Place},
        },
        paths,
    },
    schema::users,
    site::Page,
    web::{
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::prelude::*;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/media/{id}", read().to(show)).route("/admin/media/{id}", post().to(update));
}

/// Places of each room that are told.
pub const PLACES: i64 = 20;

#[derive(Template)]
#[template(path = "media/admin/file.html")]
struct ShowFile {
    page: Page,
    card: Card,
    form: FileForm,
    errors: FormErrors,
    folders: Vec<(String, String)>,
    /// The folder that it lies in.
    folder: String,
    uploader: Option<String>,
    places: Vec<Place>,
    /// How many places there are in all.
    used: i64,
}

impl ShowFile {
    fn markdown(&self) -> String {
        card::markdown(&self.card.file)
    }

    fn type_name(&self) -> String {
        card::type_name(&self.card.file)
    }

    /// Places that are not told one by one.
    fn more(&self) -> i64 {
        self.used - self.places.len() as i64
    }

    fn is_picture(&self) -> bool {
        self.card.file.kind == Kind::Picture
    }
}

/// `GET /admin/media/{id}` — the file; whoever may change it finds the form filled with what is stored.
async fn show(ctx: Ctx, id: web::Path<FileId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    form_page(&ctx, person, id.into_inner(), None, FormErrors::none()).await
}

/// `POST /admin/media/{id}` — describes it anew; pages that show it follow at once.
async fn update(ctx: Ctx, id: web::Path<FileId>, form: Submitted<FileForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Upload)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    may_change(&ctx, &person, id).await?;
    match save(&ctx, id, &form).await {
        Ok(()) => ctx.flash(format!("Saved {}.", form.name)).see_other(paths::file(id)),
        Err(AppError::Invalid(errors)) => form_page(&ctx, person, id, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

/// Refuses people who may change only what they have brought themselves.
pub async fn may_change(ctx: &Ctx, person: &Person, id: FileId) -> AppResult<File> {
    let file = ctx.db.read(move |conn| Ok(File::find(conn, id)?)).await?;
    if file.may_be_changed_by(person) {
        Ok(file)
    } else {
        Err(AppError::Forbidden("Somebody else has brought this file. Ask an editor to change it."))
    }
}

async fn save(ctx: &Ctx, id: FileId, form: &FileForm) -> AppResult<()> {
    let (details, actor, now) = (form.check()?, ctx.actor(), ctx.now());
    ctx.db.write(move |conn| changes::describe(conn, id, &details, &actor, now)).await
}

async fn form_page(ctx: &Ctx, person: Person, id: FileId, form: Option<FileForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| load(conn, visit, &person, id, form, errors)).await?;
    render_form(&view, &view.errors)
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, id: FileId, form: Option<FileForm>, errors: FormErrors) -> AppResult<ShowFile> {
    let file = File::find(conn, id)?;
    let (places, used) = uses::places(conn, &file, PLACES, person)?;
    let folders = Folder::tree(conn)?;
    let label = |folder: &Folder| (folder.id.to_string(), folder.label());
    let uploader = match file.uploaded_by_id {
        Some(user) => users::table.find(user).select(users::name).first(conn).optional()?,
        None => None,
    };
    Ok(ShowFile {
        page: Page::admin(conn, visit)?,
        form: form.unwrap_or_else(|| FileForm::of(&file)),
        errors,
        folder: folders.iter().find(|folder| folder.id == file.folder_id).map(Folder::label).unwrap_or_default(),
        folders: folders.iter().map(label).collect(),
        uploader,
        places,
        used,
        card: Card::of(file, person),
    })
}
