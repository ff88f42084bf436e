//! Addresses on this site that come from outside, made safe to redirect to.

/// Returns `path` when a browser would stay on this site with it, else `otherwise`.
///
/// `//host`, `/\host` and control characters, which browsers drop, would lead away.
pub fn local_or<'a>(path: &'a str, otherwise: &'a str) -> &'a str {
    let stays = path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && !path.chars().any(|sign| sign.is_control() || sign == '\\')
        && path.len() <= 2000;
    if stays { path } else { otherwise }
}

/// Percent-encodes what may not stand in a query value (RFC 3986, unreserved and `/` stay).
pub fn query_value(text: &str) -> String {
    percent_encoded(text, |byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte))
}

/// Percent-encodes every byte but those to `keep`.
pub fn percent_encoded(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if keep(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_pass() {
        for path in ["/admin", "/", "/posts/a?b=c#d", "/admin/entries?q=%2F%2F"] {
            assert_eq!(local_or(path, "/x"), path);
        }
        for path in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:alert(1)", "admin"] {
            assert_eq!(local_or(path, "/x"), "/x", "{path:?}");
        }
    }

    #[test]
    fn query_values_are_encoded_byte_by_byte() {
        assert_eq!(query_value("/a b&ü"), "/a%20b%26%C3%BC");
    }
}
