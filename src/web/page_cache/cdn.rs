//! What pages say to a CDN in front of the site: how long it may keep them, and by which names it is told to drop them.
//!
//! `s-maxage` is of RFC 9111 (5.2.2.10), `stale-while-revalidate` of RFC 5861; `Surrogate-Key` is what Fastly and Varnish's xkey
//! call the names. They are those of the journal, so whoever purges a CDN takes them from there.

use super::CacheTags;
use crate::web::conditional::SHARED;
use actix_web::http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue};

const SURROGATE_KEY: HeaderName = HeaderName::from_static("surrogate-key");

/// The longest list of names that is sent; CDNs take 16 KB of headers in all. A page with more is not for them.
const LONGEST: usize = 8000;

/// For how long a CDN may keep a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cdn {
    /// Seconds during which it need not ask.
    pub fresh_seconds: u32,
    /// Seconds thereafter during which it may send the old page while it asks for the new one.
    pub stale_seconds: u32,
}

/// Marks an answer for those who keep it: browsers ask each time, a CDN does not if there is one.
pub fn mark(cdn: Option<Cdn>, tags: &CacheTags, headers: &mut HeaderMap) {
    let names =
        || tags.tags.iter().chain(tags.doubt.iter().flat_map(|doubt| &doubt.tags)).map(String::as_str).collect::<Vec<_>>().join(" ");
    let marked = cdn.and_then(|cdn| {
        let keys = Some(names()).filter(|names| names.len() <= LONGEST)?;
        let control = format!("public, max-age=0, s-maxage={}, stale-while-revalidate={}", cdn.fresh_seconds, cdn.stale_seconds);
        Some((HeaderValue::try_from(control).ok()?, HeaderValue::try_from(keys).ok()?))
    });
    match marked {
        Some((control, keys)) => {
            headers.insert(CACHE_CONTROL, control);
            headers.insert(SURROGATE_KEY, keys);
        }
        None => drop(headers.insert(CACHE_CONTROL, HeaderValue::from_static(SHARED))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::page_cache::Doubt;
    use std::sync::Arc;

    fn marked(cdn: Option<Cdn>, tags: &CacheTags) -> (String, String) {
        let mut headers = HeaderMap::new();
        mark(cdn, tags, &mut headers);
        let text = |name: HeaderName| headers.get(name).map_or_else(String::new, |value| value.to_str().unwrap_or("?").to_owned());
        (text(CACHE_CONTROL), text(SURROGATE_KEY))
    }

    #[test]
    fn a_cdn_is_told_how_long_and_by_which_names() {
        let doubt = Doubt { tags: vec!["list:tag:3".to_owned()], still: Arc::new(|_, _| Ok(true)) };
        let tags = CacheTags { tags: vec!["site".to_owned(), "entry:12".to_owned()], doubt: Some(doubt) };
        let cdn = Cdn { fresh_seconds: 60, stale_seconds: 30 };
        let (control, keys) = marked(Some(cdn), &tags);
        assert_eq!(control, "public, max-age=0, s-maxage=60, stale-while-revalidate=30");
        assert_eq!(keys, "site entry:12 list:tag:3");
        assert_eq!(marked(None, &tags), (SHARED.to_owned(), String::new()));
        let many = CacheTags::from((0..1000).map(|number| format!("entry:{number}")).collect::<Vec<_>>());
        assert_eq!(marked(Some(cdn), &many), (SHARED.to_owned(), String::new()), "a CDN could not be told when to drop it");
    }
}
