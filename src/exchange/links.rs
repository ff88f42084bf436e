//! Where a link in a file leads after the import.

use super::{
    plan::{Plan, Planned},
    source::{folder, is_markdown, join},
};

/// What a link means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// It stays as it is: another site, a place on the page, a mail address, a page of the program.
    Same,
    /// An address on the site.
    Address(String),
    /// A file of the source, to be kept; and what followed its name, such as a fragment.
    File(String, String),
    /// Another site, whose `https://` was forgotten.
    Outside(String),
    /// It leads nowhere.
    Nowhere,
}

/// First parts of addresses that the site itself answers.
const OWN_PAGES: &[&str] = &["", "posts", "categories", "tags", "authors", "search", "files", "login"];

/// Folders from which generators serve files at the top.
const TOPS: &[&str] = &["", "content", "static", "assets", "public"];

/// Resolves links between the files of a plan.
#[derive(Debug, Clone, Copy)]
pub struct Resolver<'a> {
    /// What is imported.
    pub plan: &'a Plan,
    /// Where the files were served before, without a slash at the end.
    pub base_url: Option<&'a str>,
}

impl Resolver<'_> {
    /// What `address`, found in a file, means.
    pub fn resolve(&self, from: &Planned, address: &str) -> Target {
        let address = address.trim();
        if address.is_empty() || address.starts_with(['#', '?']) || address.starts_with("//") || is_code(address) {
            return Target::Same;
        }
        if let Some(path) = address.strip_prefix("@/") {
            return self.in_source("", path, cut(path));
        }
        if let Some(local) = self.below_base(address) {
            return match self.absolute(local) {
                Target::Same => Target::Address(local.to_owned()),
                found => found,
            };
        }
        if has_scheme(address) {
            return Target::Same;
        }
        if address.starts_with('/') { self.absolute(address) } else { self.relative(from, address) }
    }

    /// The part of an address of the old site after its host.
    fn below_base<'t>(&self, address: &'t str) -> Option<&'t str> {
        let bare = |url: &'t str| url.split_once("://").filter(|(scheme, _)| ["http", "https"].contains(scheme)).map(|(_, rest)| rest);
        let (_, base) = self.base_url?.split_once("://")?;
        let rest = bare(address)?;
        let local = rest.get(..base.len()).filter(|start| start.eq_ignore_ascii_case(base)).map(|_| &rest[base.len()..])?;
        match local.as_bytes().first() {
            None => Some("/"),
            Some(b'/') => Some(local),
            _ => None,
        }
    }

    fn absolute(&self, address: &str) -> Target {
        let (path, rest) = cut(address);
        if let Some(found) = self.plan.by_address(path) {
            return Target::Address(format!("{}{rest}", found.path));
        }
        let found = TOPS.iter().find_map(|top| match self.in_source(top, path, (path, rest)) {
            Target::Nowhere => None,
            found => Some(found),
        });
        if let Some(found) = found {
            return found;
        }
        let plain = path.trim_matches('/');
        let own_page = OWN_PAGES.contains(&plain.split('/').next().unwrap_or("")) && (!plain.starts_with("posts/") || is_month(plain));
        if own_page || self.plan.is_new_address(&format!("/{plain}")) {
            return Target::Same;
        }
        if self.plan.is_section(path) {
            return Target::Address(crate::content::paths::POSTS.to_owned());
        }
        Target::Nowhere
    }

    fn relative(&self, from: &Planned, address: &str) -> Target {
        let (path, rest) = cut(address);
        if let found @ (Target::Address(_) | Target::File(..)) = self.in_source(folder(&from.file), path, (path, rest)) {
            return found;
        }
        // Relative to where the page stood, as a folder (`/2015/x/`) and as a file (`/2015/x.html`).
        for old in from.addresses.iter().chain(&from.guesses) {
            for base in [old.as_str(), folder(old)] {
                let Some(joined) = join(base, &decode(path)) else { continue };
                if let found @ (Target::Address(_) | Target::File(..)) = self.absolute(&format!("/{joined}{rest}")) {
                    return found;
                }
            }
        }
        if is_host(path) { Target::Outside(format!("https://{address}")) } else { Target::Nowhere }
    }

    /// A file of the source by its path: a text, the text of a folder, or a file to keep.
    fn in_source(&self, base: &str, path: &str, (_, rest): (&str, &str)) -> Target {
        let path = path.split(['#', '?']).next().unwrap_or("");
        let Some(place) = join(base, &decode(path)) else { return Target::Nowhere };
        let candidates =
            [place.clone(), format!("{place}.md"), format!("{place}.markdown"), below(&place, "index.md"), below(&place, "_index.md")];
        if let Some(found) = candidates.iter().find_map(|file| self.plan.by_file(file)) {
            return Target::Address(format!("{}{rest}", found.path));
        }
        if base.is_empty() && !place.starts_with("content/") && path.ends_with(".md") {
            return self.in_source("content", path, (path, rest));
        }
        if self.plan.tree.contains(&place) && !is_markdown(&place) { Target::File(place, rest.to_owned()) } else { Target::Nowhere }
    }
}

fn below(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") }
}

/// Path, and what follows it: query and fragment.
fn cut(address: &str) -> (&str, &str) {
    address.split_at(address.find(['?', '#']).unwrap_or(address.len()))
}

/// Whether an address is a bit of a template language, which is left as it is.
fn is_code(address: &str) -> bool {
    address.contains("{{") || address.contains("{%")
}

fn has_scheme(address: &str) -> bool {
    address.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|sign: char| sign.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// `posts/2026/11`
fn is_month(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts[..], ["posts", year, month] if year.len() == 4 && month.len() == 2 && year.bytes().chain(month.bytes()).all(|byte| byte.is_ascii_digit()))
}

/// Whether a relative address looks like that of another site: `github.com/somebody`.
fn is_host(path: &str) -> bool {
    let host = path.split('/').next().unwrap_or("");
    let known = ["com", "org", "net", "io", "dev"]
        .iter()
        .any(|end| host.rsplit_once('.').is_some_and(|(name, last)| !name.is_empty() && last == *end));
    known
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
        && (path.contains('/') || host.starts_with("www."))
}

/// Reads `%20` and the like; what is no UTF-8 then stays as it was.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
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
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}
