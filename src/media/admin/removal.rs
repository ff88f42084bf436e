//! Deleting a file. Asks on a page of its own, which says where the file is shown.

use super::file::{PLACES, may_change};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    media::{
        forms::file::ChosenForm,
        model::{
            changes,
            file::{File, FileId},
            uses::{self, Place},
        },
        paths,
    },
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

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/media/{id}/deletion", read().to(deletion)).route("/admin/media/{id}/deletion", post().to(destroy));
}

#[derive(Template)]
#[template(path = "media/admin/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    file: File,
    places: Vec<Place>,
    used: i64,
    errors: FormErrors,
}

impl ConfirmDeletion {
    /// Places that are not told one by one.
    fn more(&self) -> i64 {
        self.used - self.places.len() as i64
    }
}

/// `GET /admin/media/{id}/deletion` — asks, and says what would lose the file.
async fn deletion(ctx: Ctx, id: web::Path<FileId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Upload)?;
    let file = may_change(&ctx, &person, id.into_inner()).await?;
    question(&ctx, person, file, FormErrors::none()).await
}

/// `POST /admin/media/{id}/deletion` — deletes it; what is shown somewhere only with the box ticked.
async fn destroy(ctx: Ctx, id: web::Path<FileId>, form: Submitted<ChosenForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Upload)?;
    let file = may_change(&ctx, &person, id.into_inner()).await?;
    let (id, actor, now, though_used) = (file.id, ctx.actor(), ctx.now(), form.into_inner().used);
    match ctx.db.write(move |conn| changes::delete(conn, id, though_used, &actor, now)).await {
        Ok(gone) => ctx.flash(format!("Deleted {}.", gone.name)).see_other(paths::MEDIA),
        Err(AppError::Invalid(errors)) => question(&ctx, person, file, errors).await,
        Err(other) => Err(other),
    }
}

async fn question(ctx: &Ctx, person: Person, file: File, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| load(conn, visit, &person, file, errors)).await?;
    render_form(&view, &view.errors)
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, file: File, errors: FormErrors) -> AppResult<ConfirmDeletion> {
    let (places, used) = uses::places(conn, &file, PLACES, person)?;
    Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, file, places, used, errors })
}
