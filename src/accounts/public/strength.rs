//! How good a password is that is being typed, for the script `strength.js`; the form itself is checked when it is sent.

use crate::{
    accounts::{forms::StrengthForm, model::strength, paths},
    error::AppResult,
    web::methods::post,
    web::{blocking::blocking, ctx::Ctx, form::Submitted},
};
use actix_web::{HttpResponse, http::header, web};
use serde::Serialize;

/// What the script shows.
#[derive(Serialize)]
struct Told {
    /// 0 to 4.
    score: u8,
    sentence: &'static str,
}

/// `POST /password-strength` — measures what is typed. It is sent where the form will go too, and is kept nowhere.
pub async fn measure(ctx: Ctx, form: Submitted<StrengthForm>) -> AppResult<HttpResponse> {
    let form = form.into_inner();
    let (email, name) = ctx.person.map_or((form.email, form.name), |person| (person.email, person.name));
    let typed = form.password;
    let measured = blocking(move || Ok(strength::strength(&typed, &email, &name))).await?;
    let praise = if measured.score > 3 { "A very good password." } else { "A good password." };
    let told = Told { score: measured.score, sentence: measured.fault.unwrap_or(praise) };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(told))
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::STRENGTH, post().to(measure));
}
