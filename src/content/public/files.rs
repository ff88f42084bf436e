//! Files that entries show.

use crate::{
    app::State,
    content::model::file,
    error::{AppError, AppResult},
};
use actix_files::NamedFile;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue},
    web,
};

/// `GET /files/{hash}/{name}` — a file; its address changes with its content, so it may be kept for a year.
pub async fn show(req: HttpRequest, state: web::Data<State>, path: web::Path<(String, String)>) -> AppResult<HttpResponse> {
    let (hash, name) = path.into_inner();
    let plain =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.') && !text.starts_with('.');
    let served = file::content_type(&name).filter(|_| plain(&hash) && plain(&name)).ok_or(AppError::NotFound)?;
    let file = NamedFile::open(state.files_dir.join(hash).join(name)).map_err(|_| AppError::NotFound)?;
    let mut answer = file.into_response(&req);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(served));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    if served == "image/svg+xml" {
        // A drawing can hold scripts. Other kinds keep the policy of all pages: browsers show no PDF in a sandbox.
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox"));
    }
    Ok(answer)
}
