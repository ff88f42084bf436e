//! What programs read.

pub mod feeds;
pub mod oembed;
pub mod robots;
pub mod share;
pub mod sitemaps;

use crate::web::page_cache::CacheTags;
use actix_web::{HttpResponse, http::header};

/// The policy of what browsers draw with a style of their own (XML, pictures), which that of pages would forbid and report.
const DRAWN_BY_BROWSERS: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Text of this type, which the page cache keeps until one of the tags is told.
fn answer(kind: &'static str, text: String, tags: impl Into<CacheTags>) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    if kind.contains("xml") {
        answer.insert_header((header::CONTENT_SECURITY_POLICY, DRAWN_BY_BROWSERS));
    }
    let mut answer = answer.content_type(kind).body(text);
    answer.extensions_mut().insert::<CacheTags>(tags.into());
    answer
}
