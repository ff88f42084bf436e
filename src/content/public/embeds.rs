//! Pictures of cards as they are served.

use crate::{
    app::State,
    content::embed::picture,
    error::{AppError, AppResult},
    media::inspect::Format,
    web::blocking::blocking,
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE},
    web,
};

/// Readers of feeds in a browser show the cards of a text as well (Fetch, cross-origin resource policy).
const SHOWN_ELSEWHERE: (&str, &str) = ("cross-origin-resource-policy", "cross-origin");

/// `GET /pictures/embeds/{name}` — the picture of a card. Its address is made of the hash of the content, so it may be kept for a year;
/// the database is not asked.
pub async fn show(state: web::Data<State>, name: web::Path<String>) -> AppResult<HttpResponse> {
    let key = picture::key_of(&name).ok_or(AppError::NotFound)?;
    let storage = state.storage.clone();
    let bytes = blocking(move || storage.get(&key).map_err(AppError::Internal)).await?.ok_or(AppError::NotFound)?;
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header(SHOWN_ELSEWHERE)
        .insert_header((CONTENT_TYPE, Format::WebP.content_type()))
        .insert_header((CONTENT_ENCODING, "identity")) // packed already
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"));
    Ok(answer.body(bytes))
}
