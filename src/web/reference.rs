//! The reference of a request: made first, shown on error pages, written in every log line and journal row about it.

use actix_web::{HttpMessage, HttpRequest, http::header::HeaderValue};

/// Letters and digits that nobody mixes up when reading them aloud.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Names a request, as in `7QK-2F9H`: 35 bits, enough to find one line in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference([u8; 8]);

impl Reference {
    /// A new one.
    pub fn fresh() -> Reference {
        let mut bits: u64 = rand::random();
        Reference(std::array::from_fn(|place| {
            if place == 3 {
                return b'-';
            }
            let sign = SIGNS[(bits % 32) as usize];
            bits /= 32;
            sign
        }))
    }

    /// The reference of a request; empty outside of the application.
    pub fn of(req: &HttpRequest) -> Reference {
        req.extensions().get::<Reference>().copied().unwrap_or(Reference(*b"        "))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default().trim_end()
    }

    /// As the value of `X-Request-Id`.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_bytes(&self.0).unwrap_or(HeaderValue::from_static(""))
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_look_alike_and_differ() {
        let (one, other) = (Reference::fresh(), Reference::fresh());
        assert_eq!((one.as_str().len(), one.as_str().find('-'), one.header().as_bytes()), (8, Some(3), one.as_str().as_bytes()));
        assert_ne!(one, other);
    }
}
