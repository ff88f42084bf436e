//! Where a link in a file leads after the import.

use super::{
    plan::{Plan, Planned},
    source::{folder, is_markdown, join},
};
use crate::markup::percent_decoded;

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

    /// A link that leads nowhere, as an address of the old site, where what was not imported may still be. Nothing for pictures and
    /// scripts, which must not come from elsewhere, and for files of the source.
    pub fn on_old_site(&self, from: &Planned, address: &str) -> Option<String> {
        let base = self.base_url?;
        let (path, rest) = cut(address);
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        let shown = ["avif", "css", "gif", "jpeg", "jpg", "js", "mp4", "png", "svg", "webm", "webp"].contains(&ending.as_str());
        if shown || has_scheme(address) || address.starts_with('@') {
            return None;
        }
        if path.starts_with('/') {
            return Some(format!("{base}{address}"));
        }
        let old = from.stood_at.as_deref()?;
        let folder = if old.ends_with(".html") { folder(old) } else { old };
        Some(format!("{base}/{}{rest}", join(folder, path)?))
    }

    /// The part of an address of the old site after its host.
    fn below_base<'t>(&self, address: &'t str) -> Option<&'t str> {
        let (_, base) = self.base_url?.split_once("://")?;
        let (scheme, rest) = address.split_once("://")?;
        if !["http", "https"].iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
            return None;
        }
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
        if let Some(file) = self.beside(path) {
            return Target::File(file, rest.to_owned());
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
        if own_page || self.plan.by_path(&format!("/{plain}")).is_some() {
            return Target::Same;
        }
        if self.plan.is_section(path) {
            return Target::Address(crate::content::paths::POSTS.to_owned());
        }
        Target::Nowhere
    }

    /// A file that lay below the old address of an entry: `/2015/x/picture.png`.
    fn beside(&self, path: &str) -> Option<String> {
        let (above, name) = path.rsplit_once('/')?;
        let place = join(folder(&self.plan.by_address(above)?.file), &percent_decoded(name))?;
        (self.plan.tree.contains(&place) && !is_markdown(&place)).then_some(place)
    }

    fn relative(&self, from: &Planned, address: &str) -> Target {
        let (path, rest) = cut(address);
        if let found @ (Target::Address(_) | Target::File(..)) = self.in_source(folder(&from.file), path, (path, rest)) {
            return found;
        }
        // Relative to where the page stood, as a folder (`/2015/x/`) and as a file (`/2015/x.html`).
        for old in from.addresses.iter().chain(&from.guesses) {
            for base in [old.as_str(), folder(old)] {
                let Some(joined) = join(base, &percent_decoded(path)) else { continue };
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
        let Some(place) = join(base, &percent_decoded(path)) else { return Target::Nowhere };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(address: &str) -> Target {
        let plan = Plan::of(
            &[
                ("blog/a.md", "a", &["/2015/05/15/Rust-1.0.html", "/2015/05/15/Rust-1.0"]),
                ("blog/b c.md", "b", &["/2016/x/b"]),
                ("blog/deep/index.md", "deep", &[]),
                ("content/z.md", "z", &[]),
            ],
            &["blog/p.png", "static/img/q.svg", "blog/code.rs"],
        );
        Resolver { plan: &plan, base_url: Some("https://blog.example") }.resolve(&plan.entries[1], address)
    }

    fn to(address: &str) -> Target {
        Target::Address(address.to_owned())
    }

    #[test]
    fn files_are_found_by_relative_address() {
        for address in ["a.md", "./a.md", "../blog/a.md", "a", "@/blog/a.md", "/blog/a.md"] {
            assert_eq!(resolved(address), to("/posts/a"), "{address}");
        }
        assert_eq!(
            [resolved("a.md#frag"), resolved("@/blog/a.md#frag"), resolved("a.md?x=1#f")],
            [to("/posts/a#frag"), to("/posts/a#frag"), to("/posts/a?x=1#f")]
        );
        assert_eq!(
            [resolved("deep/"), resolved("deep"), resolved("deep/index.md")],
            [to("/posts/deep"), to("/posts/deep"), to("/posts/deep")]
        );
        assert_eq!([resolved("b%20c.md"), resolved("@/z.md")], [to("/posts/b"), to("/posts/z")]);
    }

    #[test]
    fn old_addresses_lead_to_the_new_ones() {
        for address in [
            "/2015/05/15/Rust-1.0.html",
            "/2015/05/15/Rust-1.0/",
            "https://blog.example/2015/05/15/Rust-1.0",
            "HTTP://Blog.example/2015/05/15/Rust-1.0.html",
        ] {
            assert_eq!(resolved(address), to("/posts/a"), "{address}");
        }
        assert_eq!(resolved("https://blog.example/2015/05/15/Rust-1.0.html#x"), to("/posts/a#x"));
        assert_eq!(resolved("../../../2015/05/15/Rust-1.0.html"), to("/posts/a")); // relative to where the page stood
        assert_eq!(resolved("https://blog.example/"), to("/"));
    }

    #[test]
    fn other_files_are_kept() {
        let file = |path: &str, rest: &str| Target::File(path.to_owned(), rest.to_owned());
        assert_eq!(
            [resolved("p.png"), resolved("./p.png?v=1"), resolved("/blog/p.png")],
            [file("blog/p.png", ""), file("blog/p.png", "?v=1"), file("blog/p.png", "")]
        );
        assert_eq!([resolved("/2016/x/b/p.png"), resolved("../../2016/x/b/p.png")], [file("blog/p.png", ""), file("blog/p.png", "")]);
        assert_eq!([resolved("/img/q.svg"), resolved("code.rs")], [file("static/img/q.svg", ""), file("blog/code.rs", "")]);
    }

    #[test]
    fn what_is_not_ours_stays() {
        for address in [
            "",
            "#x",
            "?x=1",
            "//cdn.example/x",
            "mailto:a@b.example",
            "https://other.example/a.md",
            "https://blog.example.org/x",
            "{{ base }}/x",
            "/",
            "/tags/x",
            "/posts",
            "/posts/2015/05",
        ] {
            assert_eq!(resolved(address), Target::Same, "{address}");
        }
        assert_eq!(resolved("/posts/a"), Target::Same);
        assert_eq!(resolved("github.com/somebody"), Target::Outside("https://github.com/somebody".to_owned()));
    }

    #[test]
    fn what_leads_nowhere_is_said_so() {
        for address in ["gone.md", "../../../etc/passwd", "/gone", "/posts/gone", "https://blog.example/gone", "@/gone.md", "x.org"] {
            assert_eq!(resolved(address), Target::Nowhere, "{address}");
        }
    }

    #[test]
    fn what_was_not_imported_may_be_on_the_old_site() {
        let plan = Plan::of(&[("a.md", "a", &["/2016/a.html", "/2016/a"])], &[]);
        let resolver = Resolver { plan: &plan, base_url: Some("https://blog.example") };
        let old = |address: &str| resolver.on_old_site(&plan.entries[0], address).unwrap_or_default();
        assert_eq!(
            [old("timing.html#x"), old("/feed.xml")],
            ["https://blog.example/2016/a/timing.html#x", "https://blog.example/feed.xml"]
        );
        assert_eq!([old("gone.png"), old("@/gone.md"), old("../../../x")], [""; 3]);
        assert_eq!(Resolver { base_url: None, ..resolver }.on_old_site(&plan.entries[0], "/x"), None);
    }

    #[test]
    fn percent_signs_are_read() {
        assert_eq!(
            [percent_decoded("a%20b%C3%BC"), percent_decoded("100%"), percent_decoded("%zz"), percent_decoded("%ff")],
            ["a bü", "100%", "%zz", "\u{fffd}"]
        );
    }
}
