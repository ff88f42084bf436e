//! What names a page in the cache, and which requests may be answered from it.
//!
//! The host is left out: a page is the same under every name of the site (its links are made from the base URL), and whoever
//! sends made-up names must not fill the cache with copies.

use actix_web::{
    dev::ServiceRequest,
    http::{Method, header},
};
use std::borrow::Cow;

/// Parameters that choose a page of a list, in the order in which the key has them.
const CHOOSE: [&str; 2] = ["before", "after"];

/// Addresses that are no pages for visitors; asking would only make requests wait for each other.
const OTHERS: [&str; 3] = ["/files/", "/admin", "/healthz"];

/// The longest query string that is looked at.
const LONGEST_QUERY: usize = 500;

/// The key of a request; `None`: it must be answered by a handler.
pub fn of(req: &ServiceRequest) -> Option<Cow<'_, str>> {
    let anonymous = !req.headers().get_all(header::COOKIE).any(|cookie| has_session(cookie.as_bytes()));
    if !anonymous || !matches!(*req.method(), Method::GET | Method::HEAD) {
        return None;
    }
    of_address(req.path(), req.query_string())
}

/// Whether a Cookie header names one of ours: `mainstay` or `__Host-mainstay`.
fn has_session(cookies: &[u8]) -> bool {
    cookies.split(|byte| *byte == b';').any(|cookie| {
        let cookie = cookie.trim_ascii_start();
        cookie.starts_with(b"mainstay=") || cookie.starts_with(b"__Host-mainstay=")
    })
}

fn of_address<'a>(path: &'a str, query: &str) -> Option<Cow<'a, str>> {
    if path.starts_with("/static/") {
        return of_asset(path, query);
    }
    if OTHERS.iter().any(|other| path.starts_with(other)) || query.len() > LONGEST_QUERY {
        return None;
    }
    if query.is_empty() {
        return Some(Cow::Borrowed(path));
    }
    let mut chosen = [None; CHOOSE.len()];
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let name = part.split('=').next().unwrap_or(part);
        match CHOOSE.iter().position(|known| *known == name) {
            Some(place) if chosen[place].is_none() => chosen[place] = Some(part),
            None if is_tracking(name) => {}
            _ => return None, // twice, or not known
        }
    }
    let mut key = path.to_owned();
    for (place, part) in chosen.iter().flatten().enumerate() {
        key.push(if place == 0 { '?' } else { '&' });
        key.push_str(part);
    }
    Some(Cow::Owned(key))
}

/// Style sheets, scripts and drawings are kept like pages, so that each is compressed once. The query names a version: ten
/// hexadecimal digits.
fn of_asset<'a>(path: &'a str, query: &str) -> Option<Cow<'a, str>> {
    let is_text = [".css", ".js", ".svg"].iter().any(|ending| path.ends_with(ending));
    match query.strip_prefix("v=") {
        _ if !is_text => None,
        Some(version) if version.len() == 10 && version.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Some(Cow::Owned(format!("{path}?{query}")))
        }
        None if query.is_empty() => Some(Cow::Borrowed(path)),
        _ => None,
    }
}

/// What advertisers and newsletters put on links; no page heeds it.
fn is_tracking(name: &str) -> bool {
    name.starts_with("utm_") || name == "fbclid" || name == "gclid"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(path: &str, query: &str) -> Option<String> {
        of_address(path, query).map(Cow::into_owned)
    }

    #[test]
    fn the_order_of_parameters_does_not_matter() {
        assert_eq!(key("/posts", "after=1~2&before=3~4"), key("/posts", "before=3~4&after=1~2"));
        assert_eq!(key("/posts", "before=3~4").as_deref(), Some("/posts?before=3~4"));
        assert_ne!(key("/posts", "before=1~2"), key("/posts", "after=1~2"));
    }

    #[test]
    fn tracking_parameters_are_left_out() {
        assert_eq!(key("/posts/a", "utm_source=x&fbclid=y&gclid=z").as_deref(), Some("/posts/a"));
        assert_eq!(key("/posts", "utm_source=x&before=1~2").as_deref(), Some("/posts?before=1~2"));
    }

    #[test]
    fn unknown_parameters_and_other_addresses_are_not_kept() {
        assert_eq!([key("/search", "q=x"), key("/posts", "page=2"), key("/posts", "before=1&before=2")], [None, None, None]);
        assert_eq!([key("/admin", ""), key("/files/a/b.png", "")], [None, None]);
        assert_eq!(key("/posts", &format!("before={}", "9".repeat(500))), None);
    }

    #[test]
    fn assets_are_kept_by_version() {
        assert_eq!(key("/static/css/a.css", "v=0123456789").as_deref(), Some("/static/css/a.css?v=0123456789"));
        assert_eq!(key("/static/css/a.css", "").as_deref(), Some("/static/css/a.css"));
        let others = [("/static/css/a.css", "v=x"), ("/static/css/a.css", "w=0123456789"), ("/static/fonts/a.woff2", ""), ("/static/", "")];
        assert_eq!(others.map(|(path, query)| key(path, query)), [None, None, None, None]);
    }

    #[test]
    fn a_session_is_found_among_other_cookies() {
        for cookies in ["mainstay=x", "a=b; mainstay=x", "a=b;__Host-mainstay=x; c=d"] {
            assert!(has_session(cookies.as_bytes()), "{cookies}");
        }
        for cookies in ["", "a=b", "mainstays=1", "xmainstay=1"] {
            assert!(!has_session(cookies.as_bytes()), "{cookies}");
        }
    }
}
