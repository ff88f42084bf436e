//! Files as they are served.

use super::SHOWN_ELSEWHERE;
use crate::{
    app::State,
    error::{AppError, AppResult},
    media::model::file::{File, hex},
    web::{blocking::blocking, conditional::holds},
};
use actix_files::HttpRange;
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{
            self, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
            CONTENT_TYPE, Charset, ContentDisposition, DispositionParam, DispositionType, ETAG, ExtendedValue,
        },
    },
    web,
};
use serde::Deserialize;
use std::ops::Range;

/// What the address of a file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    /// The version that a page has named.
    v: String,
    /// Whether the browser is to save it rather than show it.
    download: Option<String>,
}

/// `GET /files/{hash}/{name}` — a file. With `?v=` and its version it may be kept for a year; the bare address asks each time, since
/// its content may be replaced. Parts are sent where somebody asks for one (RFC 9110, 14).
pub async fn show(
    req: HttpRequest,
    state: web::Data<State>,
    path: web::Path<(String, String)>,
    params: web::Query<Params>,
) -> AppResult<HttpResponse> {
    let (hash, name) = path.into_inner();
    let address = format!("/files/{hash}/{name}");
    let file = state.db.read(move |conn| Ok(File::at(conn, &address)?)).await?;
    let tag = format!("\"{}\"", hex(&file.sha256[..16]));
    if asks(&req, header::IF_NONE_MATCH).is_some_and(|asked| holds(asked, &tag)) {
        return Ok(headers(HttpResponse::NotModified(), &file, &tag, &params).finish());
    }
    let size = file.bytes.max(0) as u64;
    let wanted = wanted(&req, &tag, size);
    let packs = wanted == Wanted::All && packs_well(&file);
    let (mut answer, part) = match wanted {
        Wanted::All => (HttpResponse::Ok(), 0..size),
        Wanted::Part(part) => {
            let mut answer = HttpResponse::PartialContent();
            answer.insert_header((CONTENT_RANGE, format!("bytes {}-{}/{size}", part.start, part.end - 1)));
            (answer, part)
        }
        Wanted::Beyond => {
            let range = (CONTENT_RANGE, format!("bytes */{size}"));
            return Ok(HttpResponse::build(StatusCode::RANGE_NOT_SATISFIABLE).insert_header(range).finish());
        }
    };
    // What is packed already is not packed again, and a part never is: its numbers count the bytes as they are stored.
    if !packs {
        answer.insert_header((CONTENT_ENCODING, "identity"));
    }
    let (storage, key) = (state.storage.clone(), file.storage_key.clone());
    let reading = blocking(move || storage.read(&key, part).map_err(AppError::Internal)).await?;
    match reading {
        Some(reading) => Ok(headers(answer, &file, &tag, &params).body(reading)),
        None => {
            log::error!("{} has no bytes at {}", file.address, file.storage_key);
            Err(AppError::NotFound)
        }
    }
}

fn asks(req: &HttpRequest, name: header::HeaderName) -> Option<&str> {
    req.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The headers that all answers about a file have.
fn headers(mut answer: HttpResponseBuilder, file: &File, tag: &str, params: &Params) -> HttpResponseBuilder {
    let lasting = params.v == file.version();
    answer
        .insert_header((ETAG, tag))
        .insert_header(SHOWN_ELSEWHERE)
        .insert_header((CACHE_CONTROL, if lasting { "public, max-age=31536000, immutable" } else { "public, max-age=0, must-revalidate" }))
        .insert_header((CONTENT_TYPE, file.content_type.as_str()))
        .insert_header((ACCEPT_RANGES, "bytes"));
    if file.is_drawing() {
        // A drawing can hold scripts. Other kinds keep the policy of all pages: browsers show no PDF in a sandbox.
        answer.insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"));
    }
    if params.download.is_some() || is_saved(file) {
        answer.insert_header((CONTENT_DISPOSITION, saved_as(&file.name)));
    }
    answer
}

/// Kinds that a browser has no use for but to save them.
fn is_saved(file: &File) -> bool {
    ["application/zip", "text/csv"].iter().any(|kind| file.content_type.starts_with(kind))
}

fn packs_well(file: &File) -> bool {
    file.content_type.starts_with("text/") || file.is_drawing()
}

/// The name to save it under, in plain letters and as it is (RFC 6266, 4.3).
fn saved_as(name: &str) -> ContentDisposition {
    let plain: String = name.chars().map(|sign| if sign.is_ascii_graphic() && !"\"\\%/".contains(sign) { sign } else { '_' }).collect();
    let exact = ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag: None, value: name.as_bytes().to_vec() };
    let parameters = vec![DispositionParam::Filename(plain), DispositionParam::FilenameExt(exact)];
    ContentDisposition { disposition: DispositionType::Attachment, parameters }
}

/// What of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part(Range<u64>),
    /// Nothing that is there.
    Beyond,
}

/// Several parts at once, and a part of what has changed since, are answered with all of it.
fn wanted(req: &HttpRequest, tag: &str, size: u64) -> Wanted {
    let Some(range) = asks(req, header::RANGE) else { return Wanted::All };
    if asks(req, header::IF_RANGE).is_some_and(|known| known.trim() != tag) || !range.starts_with("bytes=") {
        return Wanted::All;
    }
    match HttpRange::parse(range, size) {
        Ok(ranges) => match ranges.as_slice() {
            [one] if one.length > 0 => Wanted::Part(one.start..one.start + one.length),
            _ => Wanted::All,
        },
        Err(_) if range.contains(',') => Wanted::All,
        Err(_) => Wanted::Beyond,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn one_part_is_cut_and_nonsense_is_not() {
        let asked = |range: &str| wanted(&TestRequest::default().insert_header((header::RANGE, range)).to_http_request(), "\"x\"", 100);
        assert_eq!(
            [asked("bytes=0-9"), asked("bytes=90-"), asked("bytes=-5")],
            [Wanted::Part(0..10), Wanted::Part(90..100), Wanted::Part(95..100)]
        );
        assert_eq!([asked("bytes=100-"), asked("bytes=0-1,4-5"), asked("pages=1-2")], [Wanted::Beyond, Wanted::All, Wanted::All]);
        let newer = TestRequest::default().insert_header((header::RANGE, "bytes=0-9")).insert_header((header::IF_RANGE, "\"y\""));
        assert_eq!(wanted(&newer.to_http_request(), "\"x\"", 100), Wanted::All);
    }

    #[test]
    fn a_name_is_saved_in_plain_letters_and_as_it_is() {
        assert_eq!(
            saved_as("Über \"uns\".zip").to_string(),
            "attachment; filename=\"_ber__uns_.zip\"; filename*=UTF-8''%C3%9Cber%20%22uns%22.zip"
        );
    }
}
