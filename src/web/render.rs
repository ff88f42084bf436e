//! Templates made into answers. What reads before it draws is mostly [`super::ctx::Ctx::draw`].

use crate::{
    error::AppResult,
    web::{form::FormErrors, page_cache::CacheTags},
};
use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::header::{self, ContentType},
};
use askama::Template;

/// Bytes that what stands around a page takes. Askama reserves what it finds in the page's own template, where that is not
/// ([`crate::site::frame`]); a text that grows as it is drawn is copied again and again.
const FRAME: usize = 12 * 1024;

/// Draws a page as text.
pub(super) fn html<T: Template>(view: &T) -> AppResult<String> {
    let mut html = String::with_capacity(T::SIZE_HINT + FRAME);
    view.render_into(&mut html)?;
    Ok(html)
}

/// Draws a page of the admin or of one person: 200, kept by nobody.
pub fn render(view: &impl Template) -> AppResult<HttpResponse> {
    private(HttpResponse::Ok(), view)
}

/// Draws a form's page: 422 when there is something to mend.
pub fn render_form(view: &impl Template, errors: &FormErrors) -> AppResult<HttpResponse> {
    private(if errors.is_empty() { HttpResponse::Ok() } else { HttpResponse::UnprocessableEntity() }, view)
}

/// Draws a form's page for somebody who asked too often: 429, and after how many seconds to come back (RFC 6585, section 4).
pub fn render_later(view: &impl Template, seconds: impl Into<i64>) -> AppResult<HttpResponse> {
    let mut answer = HttpResponse::TooManyRequests();
    answer.insert_header((header::RETRY_AFTER, seconds.into()));
    private(answer, view)
}

/// Draws a page with a status of its own, kept by nobody.
pub fn private(answer: HttpResponseBuilder, view: &impl Template) -> AppResult<HttpResponse> {
    Ok(drawn(answer, html(view)?))
}

/// A page that is drawn already, kept by nobody.
pub(super) fn drawn(mut answer: HttpResponseBuilder, html: String) -> HttpResponse {
    answer.insert_header((header::CACHE_CONTROL, "no-store")).content_type(ContentType::html()).body(html)
}

/// Draws a page that is the same for every visitor; the page cache keeps it until one of `tags` is told.
pub fn render_public(view: &impl Template, tags: impl Into<CacheTags>) -> AppResult<HttpResponse> {
    let mut answer = render_fresh(view)?;
    answer.extensions_mut().insert::<CacheTags>(tags.into());
    Ok(answer)
}

/// The same for a page of which there are too many to keep: what somebody searched for.
pub fn render_fresh(view: &impl Template) -> AppResult<HttpResponse> {
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(html(view)?))
}
