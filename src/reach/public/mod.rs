//! What programs read.

pub mod feeds;
pub mod oembed;
pub mod robots;
pub mod sitemaps;

use crate::web::page_cache::CacheTags;
use actix_web::HttpResponse;

/// Text of this type, which the page cache keeps until one of the tags is told.
fn answer(kind: &'static str, text: String, tags: impl Into<CacheTags>) -> HttpResponse {
    let mut answer = HttpResponse::Ok().content_type(kind).body(text);
    answer.extensions_mut().insert::<CacheTags>(tags.into());
    answer
}
