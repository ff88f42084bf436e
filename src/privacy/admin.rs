//! Handing out and erasing personal data.

use super::{
    forms::ErasureForm,
    model::{archive, erasure},
    paths,
};
use crate::{
    accounts::{
        self,
        model::{people, user::User},
    },
    db::Conn,
    error::{AppError, AppResult},
    site::Page,
    web::{
        blocking::blocking,
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        person::{Person, Right, UserId},
        render::{render, render_form},
    },
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION},
    web,
};
use askama::Template;
use std::{
    fs::{self, File},
    io::Read,
};

/// Bytes that are sent at once.
const PIECE: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "privacy/own.html")]
struct Own {
    page: Page,
    file: &'static str,
}

/// `GET /admin/profile/data` — what is kept of oneself, and where to get it.
pub async fn own(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::Write)?;
    let visit = ctx.visit();
    let page = ctx.db.read(move |conn| Ok(Page::admin(conn, visit)?)).await?;
    render(&Own { page, file: paths::OWN_FILE })
}

/// `GET /account/data.zip` — everything that is kept of oneself.
pub async fn own_file(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.person.clone().ok_or(AppError::SignInRequired)?;
    ctx.sudo()?;
    hand_out(&ctx, person.id).await
}

/// `GET /admin/people/{id}/data.zip` — everything that is kept of somebody.
pub async fn file(ctx: Ctx, id: web::Path<UserId>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    let id = id.into_inner();
    ctx.db.read(move |conn| people::guard(&by, &User::find(conn, id)?)).await?;
    hand_out(&ctx, id).await
}

/// Makes the archive in a file that is gone as soon as it is sent.
async fn hand_out(ctx: &Ctx, id: UserId) -> AppResult<HttpResponse> {
    let (actor, now, storage) = (ctx.actor(), ctx.now(), ctx.state.storage.clone());
    let user = ctx.db.write(move |conn| archive::record(conn, id, &actor, now)).await?;
    let folder = ctx.state.uploads_dir.clone();
    let scratch = blocking(move || scratch(&folder).map_err(failed)).await?;
    let file = ctx
        .db
        .read(move |conn| {
            let mut file = archive::write(conn, &storage, id, scratch)?;
            let length = archive::rewind(&mut file).map_err(failed)?;
            Ok((file, length))
        })
        .await?;
    let (file, length) = file;
    let answer = HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}.zip\"", user.slug)))
        .no_chunking(length)
        .streaming(pieces(file));
    Ok(answer)
}

fn failed(error: std::io::Error) -> AppError {
    AppError::Internal(error.into())
}

/// A file without a name: it ends with the last that reads it.
fn scratch(folder: &std::path::Path) -> std::io::Result<File> {
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{:032x}", rand::random::<u128>()));
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

/// Reads it piece by piece, as the browser takes it.
fn pieces(file: File) -> impl futures_util::Stream<Item = AppResult<web::Bytes>> {
    futures_util::stream::unfold(Some(file), |file| async {
        let mut file = file?;
        let read = blocking(move || {
            let mut piece = vec![0; PIECE];
            let length = file.read(&mut piece).map_err(failed)?;
            piece.truncate(length);
            Ok((file, piece))
        });
        match read.await {
            Ok((_, piece)) if piece.is_empty() => None,
            Ok((file, piece)) => Some((Ok(web::Bytes::from(piece)), Some(file))),
            Err(error) => Some((Err(error), None)),
        }
    })
}

#[derive(Template)]
#[template(path = "privacy/erasure.html")]
struct Ask {
    page: Page,
    user: User,
    form: ErasureForm,
    errors: FormErrors,
    entries: i64,
    successors: Vec<(String, String)>,
}

/// `GET /admin/people/{id}/erasure` — asks, and says what stays.
pub async fn ask(ctx: Ctx, id: web::Path<UserId>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    draw(&ctx, &by, *id, ErasureForm::default(), FormErrors::none()).await
}

/// `POST /admin/people/{id}/erasure` — erases somebody for good.
pub async fn erase(ctx: Ctx, id: web::Path<UserId>, form: Submitted<ErasureForm>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    let (id, form, actor, now) = (id.into_inner(), form.into_inner(), ctx.actor(), ctx.now());
    let (typed, who) = (form.clone(), by.clone());
    if let Err(AppError::Invalid(errors)) = ctx.sudo_for_form() {
        return draw(&ctx, &by, id, form, errors).await;
    }
    let erased = ctx.db.write(move |conn| {
        let user = User::find(conn, id)?;
        erasure::may_erase(conn, &who, &user)?;
        let name = erasure::erase(conn, &who, id, &typed.check(&user.name)?, &actor, now)?;
        Ok((user.name, name))
    });
    match erased.await {
        Ok((was, name)) => ctx
            .flash(format!("Erased {was}. What they wrote and nobody took over stays under “{name}”."))
            .see_other(accounts::paths::PEOPLE),
        Err(AppError::Invalid(errors)) => draw(&ctx, &by, id, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn draw(ctx: &Ctx, by: &Person, id: UserId, form: ErasureForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, by, told) = (ctx.visit(), by.clone(), errors.clone());
    render_form(&ctx.db.read(move |conn| load(conn, visit, &by, id, form, told)).await?, &errors)
}

fn load(conn: &mut Conn, visit: Visit, by: &Person, id: UserId, form: ErasureForm, errors: FormErrors) -> AppResult<Ask> {
    let user = User::find(conn, id)?;
    erasure::may_erase(conn, by, &user)?;
    let others = User::authors(conn)?.into_iter().filter(|(other, _)| *other != id).map(|(other, name)| (other.to_string(), name));
    let nobody = (String::new(), "Nobody: the name below".to_owned());
    Ok(Ask {
        page: Page::admin(conn, visit)?,
        entries: erasure::entries_of(conn, id)?,
        successors: [nobody].into_iter().chain(others).collect(),
        user,
        form,
        errors,
    })
}
