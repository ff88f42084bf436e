//! What an address in a text is: of this site or another, and how it is written in HTML.
//!
//! Follows the URL Standard where browsers are lenient: tabs and line ends inside an address
//! do not count, and a backslash is as good as a slash.

use std::fmt::Write;

/// The address without the characters that a browser passes over.
pub(super) fn clean(address: &str) -> String {
    address.trim_matches(|c: char| c <= ' ').chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect()
}

/// Whether following the address leaves the site: it names a scheme or a host of its own.
pub(super) fn is_elsewhere(address: &str) -> bool {
    let address = clean(address);
    scheme(&address).is_some() || address.replace('\\', "/").starts_with("//")
}

/// The scheme in small letters, when the address begins with one.
pub(super) fn scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let mut chars = scheme.chars();
    let well_formed = chars.next()?.is_ascii_alphabetic() && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    well_formed.then(|| scheme.to_ascii_lowercase())
}

/// Whether the address is a web page of another host.
pub(super) fn is_other_host(address: &str) -> bool {
    let address = clean(address);
    match scheme(&address) {
        Some(scheme) => scheme == "http" || scheme == "https",
        None => address.replace('\\', "/").starts_with("//"),
    }
}

/// The host that an address names, without user and port; empty when it names none.
pub(super) fn host(address: &str) -> String {
    let address = clean(address).replace('\\', "/");
    let rest = address.split_once("//").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    host.split(':').next().unwrap_or("").to_owned()
}

/// The path of a full address of this site, which stands at `base_url`, by http or https; `None`: it is no full address, one of
/// another site, or its path by itself would name another host.
pub fn own_path(address: &str, base_url: &str) -> Option<String> {
    let address = clean(address);
    let ours = without_scheme(base_url)?;
    let rest = without_scheme(&address)?;
    let (host, after) = rest.split_at_checked(ours.len())?;
    let is_ours = host.eq_ignore_ascii_case(ours) && (after.is_empty() || after.starts_with(['/', '?', '#']));
    let path = if after.starts_with('/') { after.to_owned() } else { format!("/{after}") };
    (is_ours && !is_elsewhere(&path)).then_some(path)
}

fn without_scheme(address: &str) -> Option<&str> {
    ["https://", "http://"].iter().find_map(|scheme| {
        let (start, rest) = address.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

/// Percent-encodes what a valid URL string may not hold, so that the page passes the HTML
/// checkers; everything that was valid stays as it was.
pub(super) fn tidy(address: &str) -> String {
    let address = clean(address);
    let authority = scheme(&address).map_or(0, |scheme| scheme.len() + 1);
    let authority_end = match address[authority..].strip_prefix("//") {
        Some(rest) => authority + 2 + rest.find(['/', '?', '#']).unwrap_or(rest.len()),
        None => 0,
    };
    let fragment_start = address.find('#').unwrap_or(address.len());
    let bytes = address.as_bytes();
    let mut out = String::with_capacity(address.len());
    for (at, c) in address.char_indices() {
        let valid = match c {
            '%' => bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
            '[' | ']' => at < authority_end,
            '#' => at == fragment_start,
            ' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => false,
            _ => c >= ' ' && !matches!(c, '\u{7f}'..='\u{9f}' | '\u{a0}'),
        };
        if valid {
            out.push(c);
        } else {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Undoes percent-encoding, as far as the result is text.
pub fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_other_hosts_are_told_from_those_of_the_site() {
        for other in ["https://a.example/", "HTTP://a", "//a.example/x", "/\\a.example", "\\\\a", "ht\ntps://a", " https://a", "/\t/a"] {
            assert!(is_other_host(other), "{other:?}");
        }
        for own in ["/a", "a/b", "#x", "?q=1", "", "mailto:a@b.example", "a:b/c", "/a//b"] {
            assert!(!is_other_host(own), "{own:?}");
        }
        assert_eq!(host("https://user@img.example:8080/x.png"), "img.example");
    }

    #[test]
    fn full_addresses_of_this_site_have_a_path() {
        let own = |address| own_path(address, "https://example.org");
        for (address, path) in [
            ("https://example.org/a?x#y", "/a?x#y"),
            ("HTTP://Example.org/a", "/a"),
            ("https://example.org", "/"),
            (" https://example.org#y", "/#y"),
        ] {
            assert_eq!(own(address).as_deref(), Some(path), "{address}");
        }
        for other in [
            "https://example.org//a",
            "https://example.org/\\a",
            "https://example.org.evil.example/",
            "https://example.org:8080/",
            "//example.org/a",
            "/a",
            "mailto:a@example.org",
            "https://é",
        ] {
            assert_eq!(own(other), None, "{other}");
        }
        assert_eq!(own_path("http://127.0.0.1:8080/x", "http://127.0.0.1:8080").as_deref(), Some("/x"));
    }

    #[test]
    fn characters_that_no_address_may_hold_are_encoded() {
        assert_eq!(tidy("/a b|c?x={y}#z#w"), "/a%20b%7Cc?x=%7By%7D#z%23w");
        assert_eq!(tidy("https://[::1]/[x]/100%"), "https://[::1]/%5Bx%5D/100%25");
        assert_eq!(tidy("]x//[y"), "%5Dx//%5By");
        assert_eq!(tidy("/größe/%20"), "/größe/%20");
        assert_eq!(percent_decoded("a%20b%C3%A9%"), "a b\u{e9}%");
    }
}
