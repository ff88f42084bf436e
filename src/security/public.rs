//! Where browsers send their reports.

use crate::{
    app::State,
    error::{AppError, AppResult},
    web::headers::REPORT_TYPES,
};
use actix_web::{HttpRequest, HttpResponse, http::header, web};

/// The largest body of a report, in bytes.
const LARGEST: usize = 64 * 1024;

/// `POST /csp-reports` — takes what a browser has refused by the policy; 204. Open to everybody, and so bounded in size here and in
/// number by [`super::Reports`].
pub async fn take(req: HttpRequest, state: web::Data<State>, payload: web::Payload) -> AppResult<HttpResponse> {
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if !REPORT_TYPES.contains(&kind.split(';').next().unwrap_or("").trim()) {
        return Err(AppError::Forbidden("Only reports of a browser are taken here."));
    }
    let body = payload.to_bytes_limited(LARGEST).await;
    let body = body.map_err(|_| AppError::BadRequest("This report is too large."))?.map_err(|_| AppError::TooSlow)?;
    if !state.reports.take(&body, &state.base_url) {
        return Err(AppError::BadRequest("This is no report about the policy for content."));
    }
    Ok(HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, "no-store")).finish())
}
