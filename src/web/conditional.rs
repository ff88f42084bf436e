//! ETag, 304 and `Cache-Control` for pages that do not come from the page cache (RFC 9110, 13.1.2; RFC 9111).
//!
//! These are results of a search, and every page for visitors while the cache is off.
//!
//! Works on whole HTML answers with status 200 that say nothing about caching themselves. The tag is the hash of the bytes
//! before compression, hence weak: the gzip and the identity form of a page share it.

use crate::web::person::Person;
use actix_web::{
    Error, HttpMessage,
    body::{self, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
};
use foldhash::quality::FixedState;
use std::hash::BuildHasher;

/// What a shared page says: keep it, but ask whether it still holds.
pub const SHARED: &str = "public, max-age=0, must-revalidate";

/// The middleware.
pub async fn answer_304(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let readable = matches!(*req.method(), Method::GET | Method::HEAD);
    let asked = req.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let res = next.call(req).await?;
    let page = readable && res.status() == StatusCode::OK && !res.headers().contains_key(header::CACHE_CONTROL);
    if !page {
        return Ok(res.map_into_boxed_body());
    }
    let signed_in = res.request().extensions().get::<Person>().is_some();
    let (req, res) = res.into_parts();
    let (mut res, content) = res.into_parts();
    let content = body::to_bytes(content).await.map_err(|_| crate::error::AppError::Internal("a page's body broke off".into()))?;
    if signed_in {
        res.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return Ok(ServiceResponse::new(req, res.set_body(content)).map_into_boxed_body());
    }
    let tag = tag(&content);
    res.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(SHARED));
    res.headers_mut().insert(header::ETAG, HeaderValue::from_str(&tag).expect("a quoted hash is a header"));
    if asked.is_some_and(|asked| holds(&asked, &tag)) {
        *res.status_mut() = StatusCode::NOT_MODIFIED;
        res.headers_mut().remove(header::CONTENT_TYPE);
        return Ok(ServiceResponse::new(req, res.set_body(BoxBody::new(()))));
    }
    Ok(ServiceResponse::new(req, res.set_body(content)).map_into_boxed_body())
}

/// A page is hashed for one answer, so this is quick; nobody gains by two pages of the same tag at one address.
fn tag(content: &[u8]) -> String {
    let [one, other] = [1, 2].map(|seed| FixedState::with_seed(seed).hash_one(content));
    format!("W/\"{one:016x}{other:016x}\"")
}

/// Weak comparison of what If-None-Match says against a list of tags (RFC 9110, 8.8.3.2).
pub fn holds(asked: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    asked.trim() == "*" || asked.split(',').any(|one| bare(one) == bare(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly_and_in_lists() {
        let tag = tag(b"page");
        assert!(tag.starts_with("W/\"") && tag.len() == 36);
        assert!(holds(&tag, &tag) && holds(tag.trim_start_matches("W/"), &tag) && holds("*", &tag));
        assert!(holds(&format!("\"x\", {tag}"), &tag));
        assert!(!holds("\"x\"", &tag) && !holds("", &tag));
    }
}
