//! Addresses as people type them, in forms and in lists, made into what the table holds; or a sentence that says what to do.

use super::{BELOW, LONGEST};
use crate::markup::{own_path, percent_decoded};

/// First parts of addresses from which nobody can be led away.
const OURS: &[&str] = &["admin", "healthz", "invitation", "login", "logout", "profile", "review", "setup", "static"];

/// The longest full address, in bytes.
const LONGEST_TARGET: usize = 2000;

/// Reads an old address: a path, with a query or `/*` at its end if need be. Of a full address the path counts, whatever site it
/// names: lists often come from another one.
pub fn from(typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("Type the old address, such as /old-page.".to_owned());
    }
    if typed.chars().any(char::is_control) || typed.contains('\\') {
        return Err("This address has a sign in it that no address has. Type it anew.".to_owned());
    }
    let path = path_of_full(typed).unwrap_or(typed).split('#').next().unwrap_or("");
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(percent_decoded).collect();
    let below = parts.last().is_some_and(|part| part == "*");
    let parts = &parts[..parts.len() - usize::from(below)];
    if parts.iter().any(|part| part.contains('*')) {
        return Err("An asterisk stands for a whole branch, so it stands alone at the end: /old/*.".to_owned());
    }
    let Some(first) = parts.first() else {
        return Err("The home page always answers, so nobody can be led away from there. Type a longer address.".to_owned());
    };
    if OURS.contains(&first.as_str()) {
        return Err(format!("/{first} is an address of the program itself. Choose another one."));
    }
    let path = format!("/{}{}", parts.join("/"), if below { BELOW } else { "" });
    let whole = match query.filter(|query| !query.is_empty()) {
        Some(_) if below => return Err("A branch has no query. Leave out the question mark and what follows.".to_owned()),
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    if whole.len() > LONGEST {
        return Err(format!("The old address may have {LONGEST} letters at most."));
    }
    Ok(whole)
}

/// Reads where a redirect leads: a path of the site, or a full address. `below` says whether it leads a branch away; `base_url` is
/// where the site stands, whose own full addresses are paths.
pub fn to(typed: &str, below: bool, base_url: &str) -> Result<String, String> {
    let typed = typed.trim();
    let own = own_path(typed, base_url);
    let typed = own.as_deref().unwrap_or(typed);
    if typed.is_empty() {
        return Err("Type where it leads: a page of this site, such as /new-page, or a full https:// address.".to_owned());
    }
    if typed.chars().any(|sign| sign.is_control() || sign.is_whitespace()) || typed.contains('\\') {
        return Err("This address has a blank or a sign in it that no address has. Type it anew.".to_owned());
    }
    if typed.len() > LONGEST_TARGET {
        return Err(format!("The new address may have {LONGEST_TARGET} letters at most."));
    }
    let star = typed.contains('*');
    if star && !(typed.ends_with(BELOW) && typed.matches('*').count() == 1) {
        return Err("An asterisk stands for what follows in the old address, so it stands alone at the end: /new/*.".to_owned());
    }
    if star && !below {
        return Err("The new address ends with an asterisk but the old one does not. Let both end with /*, or neither.".to_owned());
    }
    match path_of_full(typed) {
        Some(_) if is_host(typed) => Ok(typed.to_owned()),
        Some(_) => Err("This full address has no host. Type it as https://example.org/page.".to_owned()),
        None if typed.starts_with("//") || !typed.starts_with('/') => {
            Err("Begin with a slash for a page of this site, or with https:// for another one.".to_owned())
        }
        None => Ok(if typed.len() > 1 && !star { trimmed(typed) } else { typed.to_owned() }),
    }
}

/// A path without the slash at its end; query and fragment stay.
fn trimmed(typed: &str) -> String {
    let end = typed.find(['?', '#']).unwrap_or(typed.len());
    let path = typed[..end].trim_end_matches('/');
    format!("{}{}", if path.is_empty() { "/" } else { path }, &typed[end..])
}

/// What follows the host of a full address; `None` if it is not one.
fn path_of_full(typed: &str) -> Option<&str> {
    let scheme = typed.get(..8).filter(|start| start.eq_ignore_ascii_case("https://"));
    let scheme = scheme.or_else(|| typed.get(..7).filter(|start| start.eq_ignore_ascii_case("http://")))?;
    let rest = &typed[scheme.len()..];
    Some(rest.find(['/', '?', '#']).map_or("/", |at| &rest[at..]))
}

fn is_host(full: &str) -> bool {
    let host = full.split("//").nth(1).unwrap_or("").split(['/', '?', '#']).next().unwrap_or("");
    !host.is_empty() && !host.starts_with([':', '.']) && !host.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_addresses_are_read_in_every_way_people_write_them() {
        for (typed, read) in [
            ("/old", "/old"),
            ("old/page/", "/old/page"),
            ("  /a//b/ ", "/a/b"),
            ("https://before.example/x?id=1#y", "/x?id=1"),
            ("HTTP://before.example/x", "/x"),
            ("/caf%C3%A9", "/caf\u{e9}"),
            ("/old/*", "/old/*"),
            ("/\u{1f980}/\u{5d0}", "/\u{1f980}/\u{5d0}"),
        ] {
            assert_eq!(from(typed).as_deref(), Ok(read), "{typed}");
        }
        for typed in ["", " ", "/", "/*", "https://before.example", "/a*", "/a/*/b", "/admin/x", "/static/*", "/a\\b", "/a/*?x=1", "?p=12"]
        {
            assert!(from(typed).is_err(), "{typed}");
        }
        assert!(from(&format!("/{}", "x".repeat(700))).is_err());
    }

    #[test]
    fn targets_are_paths_or_full_addresses() {
        let base = "https://example.org";
        for (typed, read) in [
            ("/new/", "/new"),
            ("/", "/"),
            ("/new?x=1#y", "/new?x=1#y"),
            ("https://example.org/new/", "/new"),
            ("https://example.org", "/"),
            ("https://example.org.evil.example/", "https://example.org.evil.example/"),
            ("http://other.example", "http://other.example"),
        ] {
            assert_eq!(to(typed, false, base).as_deref(), Ok(read), "{typed}");
        }
        assert_eq!(to("/new/*", true, base).as_deref(), Ok("/new/*"));
        for typed in
            ["", "new", "//evil.example", "/\\evil.example", "https://", "https:///x", "javascript:alert(1)", "/a b", "/new/*", "/a*b"]
        {
            assert!(to(typed, false, base).is_err(), "{typed}");
        }
    }
}
