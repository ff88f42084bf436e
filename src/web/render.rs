//! Templates made into answers.

use crate::{error::AppResult, web::form::FormErrors};
use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::header::{self, ContentType},
};
use askama::Template;

/// Draws a page of the admin or of one person: 200, kept by nobody.
pub fn render(view: &impl Template) -> AppResult<HttpResponse> {
    private(HttpResponse::Ok(), view)
}

/// Draws a form's page: 422 when there is something to mend.
pub fn render_form(view: &impl Template, errors: &FormErrors) -> AppResult<HttpResponse> {
    private(if errors.is_empty() { HttpResponse::Ok() } else { HttpResponse::UnprocessableEntity() }, view)
}

/// Draws a page with a status of its own, kept by nobody.
pub fn private(mut answer: HttpResponseBuilder, view: &impl Template) -> AppResult<HttpResponse> {
    Ok(answer.insert_header((header::CACHE_CONTROL, "no-store")).content_type(ContentType::html()).body(view.render()?))
}

/// Draws a page that is the same for every visitor. The middleware `conditional` gives it its ETag and `Cache-Control`.
pub fn render_public(view: &impl Template) -> AppResult<HttpResponse> {
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(view.render()?))
}
