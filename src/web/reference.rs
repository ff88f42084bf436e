//! The reference of a request: made first, shown on error pages, written in every log line and journal row about it.

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BodySize, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
};
use std::time::Instant;

/// Letters and digits that nobody mixes up when reading them aloud.
const SIGNS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Names a request, as in `7QK-2F9H`: 35 bits, enough to find one line in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    /// A new one.
    pub fn fresh() -> Reference {
        let mut bits: u64 = rand::random();
        let mut text = String::with_capacity(8);
        for place in 0..7 {
            if place == 3 {
                text.push('-');
            }
            text.push(char::from(SIGNS[(bits % 32) as usize]));
            bits /= 32;
        }
        Reference(text)
    }

    /// The reference of a request.
    pub fn of(req: &HttpRequest) -> Reference {
        req.extensions().get::<Reference>().cloned().unwrap_or_else(|| Reference(String::new()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Gives every request a reference, and writes its one line in the access log.
pub async fn name_and_log(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let begun = Instant::now();
    let reference = Reference::fresh();
    req.extensions_mut().insert(reference.clone());
    let line = log::log_enabled!(target: "access", log::Level::Info)
        .then(|| format!("{} {}", req.method(), without_tokens(&req.uri().to_string())));
    let mut res = next.call(req).await?;
    if let Ok(value) = HeaderValue::from_str(reference.as_str()) {
        res.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    if let Some(line) = line {
        let bytes = match res.response().body().size() {
            BodySize::Sized(bytes) => bytes.to_string(),
            _ => "-".to_owned(),
        };
        log::info!(target: "access", "{reference} {} {} us {bytes} B {line}", res.status().as_u16(), begun.elapsed().as_micros());
    }
    Ok(res)
}

/// Leaves out the tokens of links: who may read the log may not log in with it, nor read a draft.
pub fn without_tokens(uri: &str) -> String {
    if let Some(rest) = uri.strip_prefix("/review/") {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        return format!("/review/…{}", &rest[end..]);
    }
    let Some((path, query)) = uri.split_once('?') else { return uri.to_owned() };
    let parts: Vec<&str> = query.split('&').map(|part| if part.starts_with("token=") { "token=…" } else { part }).collect();
    format!("{path}?{}", parts.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_links_are_not_logged() {
        assert_eq!(without_tokens("/invitation?a=1&token=c0ffee"), "/invitation?a=1&token=…");
        assert_eq!(without_tokens("/posts?page=2"), "/posts?page=2");
        assert_eq!(without_tokens("/review/c0ffee/notes"), "/review/…/notes");
        assert_eq!(without_tokens("/review/c0ffee?x=1"), "/review/…?x=1");
    }

    #[test]
    fn references_look_alike_and_differ() {
        let (one, other) = (Reference::fresh(), Reference::fresh());
        assert_eq!((one.as_str().len(), one.as_str().find('-')), (8, Some(3)));
        assert_ne!(one, other);
    }
}
