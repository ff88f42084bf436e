//! Refuses what another site's page makes a browser send; one half of the protection against cross-site request forgery.
//!
//! Every browser in use sends `Sec-Fetch-Site` or at least `Origin` with a POST. The other half is the token in forms of
//! signed-in people (`web::form`).

use super::headers;
use crate::{app::State, error::AppError};
use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web,
};

/// Where mail programs end letters by themselves (RFC 8058): their POST comes from no page. The token in the address says all that it
/// may do.
pub const ONE_CLICK: &str = "/unsubscribe/comments";

/// Where servers of other sites say that a page of theirs links here (`community::webmention`).
pub const WEBMENTION: &str = "/webmention";

/// The middleware; it does not read the body.
pub async fn refuse_cross_site(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    if req.method().is_safe() || from_our_pages(&req) || is_report(&req) || is_mention(&req) || req.path() == ONE_CLICK {
        return Ok(next.call(req).await?.map_into_boxed_body());
    }
    Ok(req.error_response(AppError::Forbidden("This form was sent from another site. Open the page here and send it again.")))
}

/// Reports of a browser say nothing about where they come from, and mean nothing: they change only how often something was
/// reported. No form and no script without our leave can send these types (Fetch, 2.2.2: they are not CORS-safelisted).
fn is_report(req: &ServiceRequest) -> bool {
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    req.path() == headers::REPORTS && headers::REPORT_TYPES.contains(&kind.split(';').next().unwrap_or("").trim())
}

/// A mention comes from a server, which says neither of the two; every browser would. It means nothing by itself: the page that it
/// names is fetched and looked at, whoever has sent it.
fn is_mention(req: &ServiceRequest) -> bool {
    let says = |name: &str| req.headers().contains_key(name);
    req.path() == WEBMENTION && !says("sec-fetch-site") && !says(header::ORIGIN.as_str())
}

fn from_our_pages(req: &ServiceRequest) -> bool {
    let header = |name: &str| req.headers().get(name).and_then(|value| value.to_str().ok());
    let state = req.app_data::<web::Data<State>>().expect("app::build puts the state there");
    match header("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => header(header::ORIGIN.as_str()).is_some_and(|origin| origin == state.base_url),
    }
}
