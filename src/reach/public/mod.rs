//! What programs read.

pub mod feeds;
pub mod oembed;
pub mod robots;
pub mod share;
pub mod sitemaps;

use crate::web::page_cache::CacheTags;
use actix_web::{HttpResponse, http::header};

/// Text of this type, which the page cache keeps until one of the tags is told.
fn answer(kind: &'static str, text: String, tags: impl Into<CacheTags>) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    if kind.contains("xml") {
        // Browsers draw XML with a style of their own, which the policy of pages would forbid and report.
        answer.insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"));
    }
    let mut answer = answer.content_type(kind).body(text);
    answer.extensions_mut().insert::<CacheTags>(tags.into());
    answer
}
