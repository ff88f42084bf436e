//! The archive of what is kept of somebody: asking for it, and fetching it. Who may is asked by those who call.

use super::model::export::{self, Export};
use crate::{
    accounts::model::user::User,
    error::{AppError, AppResult},
    site::page::weight,
    web::{blocking::blocking, ctx::Ctx, person::UserId},
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING},
};

/// How far an archive is, for the page that offers it.
pub struct Waiting {
    /// The archive, where somebody has asked for it.
    pub export: Option<Export>,
    /// Where the form goes that asks for it.
    pub post: String,
    /// Where it is fetched.
    pub file: String,
}

impl Waiting {
    /// The archive, where it can be fetched.
    pub fn ready(&self) -> Option<&Export> {
        self.export.as_ref().filter(|export| export.is_ready())
    }

    /// Whether one is being made.
    pub fn is_under_way(&self) -> bool {
        self.export.as_ref().is_some_and(|export| !export.is_ready())
    }

    /// Its size in words.
    pub fn size(export: &Export) -> String {
        weight(export.bytes)
    }
}

/// Has the archive made, and leads back to the page that offers it.
pub async fn ask(ctx: &Ctx, id: UserId, back: &str) -> AppResult<HttpResponse> {
    let (actor, now) = (ctx.actor(), ctx.now());
    let new = ctx.db.write(move |conn| export::ask(conn, id, &actor, now)).await?;
    let told = if new { "The file is being put together. It waits here when it is done." } else { "The file was asked for just now." };
    ctx.flash(told).see_other(back)
}

/// Sends the archive as the browser takes it; while there is none, leads back.
pub async fn hand_out(ctx: &Ctx, id: UserId, back: &str) -> AppResult<HttpResponse> {
    let now = ctx.now();
    let (user, export) = ctx.db.read(move |conn| Ok((User::find(conn, id)?, Export::of(conn, id, now)?))).await?;
    let Some((key, bytes)) = export.and_then(|export| Some((export.storage_key?, export.bytes))) else {
        return ctx.warn("There is no file yet. Ask for it first, and wait until it is put together.").see_other(back);
    };
    let (storage, size) = (ctx.state.storage.clone(), u64::try_from(bytes).unwrap_or(0));
    let reading = blocking(move || storage.read(&key, 0..size).map_err(AppError::Internal)).await?;
    let Some(reading) = reading else {
        return ctx.warn("The file is gone from the store. Ask for it once more.").see_other(back);
    };
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}.zip\"", user.slug)))
        .body(reading))
}
