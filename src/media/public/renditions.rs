//! Smaller forms of pictures as they are served.

use super::SHOWN_ELSEWHERE;
use crate::{
    app::State,
    error::{AppError, AppResult},
    media::{inspect::Format, model::rendition},
    web::blocking::blocking,
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE},
    web,
};

/// `GET /pictures/{folder}/{name}` — a rendition. Its address has the hash of the original and all that it depends on, so it may be
/// kept for a year; the database is not asked.
pub async fn show(state: web::Data<State>, path: web::Path<(String, String)>) -> AppResult<HttpResponse> {
    let (folder, name) = path.into_inner();
    let format = format_of(&folder, &name).ok_or(AppError::NotFound)?;
    let (storage, key) = (state.storage.clone(), rendition::key(&folder, &name));
    let bytes = blocking(move || storage.get(&key).map_err(AppError::Internal)).await?.ok_or(AppError::NotFound)?;
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header(SHOWN_ELSEWHERE)
        .insert_header((CONTENT_TYPE, format.content_type()))
        .insert_header((CONTENT_ENCODING, "identity")) // packed already
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"));
    Ok(answer.body(bytes))
}

/// What such an address leads to; `None`: no rendition has it, so that nothing else in the store is reached by this way.
fn format_of(folder: &str, name: &str) -> Option<Format> {
    let mut parts = folder.split('-');
    let (id, hash, recipe) = (parts.next()?, parts.next()?, parts.next()?);
    let (stem, ending) = name.split_once('.')?;
    let is_number = |text: &str| (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_hash = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let is_stem =
        (1..=40).contains(&stem.len()) && stem.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let formats = [Format::Avif, Format::WebP, Format::Jpeg, Format::Png];
    formats
        .into_iter()
        .find(|format| format.endings()[0] == ending)
        .filter(|_| is_number(id) && is_hash && is_number(recipe) && parts.next().is_none() && is_stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_renditions_are_reached() {
        let folder = "7-00ff00ff00ff00ff-1";
        assert_eq!(format_of(folder, "640.avif"), Some(Format::Avif));
        assert_eq!(format_of(folder, "card-500-0-160.webp"), Some(Format::WebP));
        for (folder, name) in [
            (folder, "..avif"),
            (folder, "640.svg"),
            (folder, "a/b.png"),
            (folder, "640"),
            ("..", "640.png"),
            ("7-x-1", "1.png"),
            ("originals", "1.png"),
        ] {
            assert_eq!(format_of(folder, name), None, "{folder}/{name}");
        }
    }
}
