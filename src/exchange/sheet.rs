//! One Markdown file as an entry: what its front matter, its name and its text say together.

use super::{
    dates,
    front_matter::{self, FrontMatter},
    lines::lines,
    source::{Source, folder, name, stem},
};
use crate::{
    content::model::entry::Kind,
    markup::{is_slug, slugify},
};
use chrono_tz::Tz;

/// The largest text that is read, in bytes.
pub const LARGEST_TEXT: usize = 4 * 1024 * 1024;

/// A file that can become an entry.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Post or page.
    pub kind: Kind,
    /// Headline.
    pub title: String,
    /// What the front matter says; its date may come from the name or the address.
    pub front: FrontMatter,
    /// Markdown.
    pub body: String,
}

impl Sheet {
    /// Reads a file; the error is a reason for the report.
    pub fn open(source: &Source, file: &str, zone: Tz) -> Result<Sheet, String> {
        let bytes = source.read(file, LARGEST_TEXT)?;
        let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        Sheet::read(file, &text, zone)
    }

    fn read(file: &str, text: &str, zone: Tz) -> Result<Sheet, String> {
        let (mut front, body) = front_matter::read(text, zone)?;
        let mut body = body.replace("\r\n", "\n").replace('\0', "");
        let section = stem(file) == "_index";
        if section && body.trim().is_empty() {
            return Err("section settings".to_owned());
        }
        let (named_day, rest) = dates::of_name(own_name(file));
        let day = named_day.or_else(|| dates::of_path(front.path.as_deref().unwrap_or("")));
        front.date = front.date.or_else(|| dates::day(day?, zone));
        front.draft |= in_folder(file, "_drafts");
        let heading = take_heading(&mut body, front.title.as_deref());
        body = with_anchors(&body);
        let title = front.title.clone().or(heading).unwrap_or_else(|| sentence(rest));
        let post = front.date.is_some() || in_folder(file, "_posts") || in_folder(file, "_drafts");
        let kind = match front.kind {
            Some(kind) => kind,
            None if post && !section => Kind::Post,
            None => Kind::Page,
        };
        Ok(Sheet { kind, title, front, body })
    }

    /// The last part of the address that it asks for.
    pub fn wished(&self, file: &str) -> String {
        let slug = self.front.slug.as_deref().map(|slug| slug.trim_matches('/').rsplit('/').next().unwrap_or(slug).to_owned());
        let wished = slug.or_else(|| last_part(self.old_path()?)).or_else(|| {
            let (_, rest) = dates::of_name(own_name(file));
            Some(rest.to_owned()).filter(|rest| !rest.is_empty())
        });
        let wished = wished.unwrap_or_else(|| self.title.clone());
        if is_slug(&wished) { wished } else { slugify(&wished) }
    }

    /// The address where it stood before; none when it is a pattern such as `/:year/:title/`.
    pub fn old_path(&self) -> Option<&str> {
        self.front.path.as_deref().filter(|path| !path.contains([':', '{']) && !path.trim_matches('/').is_empty())
    }
}

/// Whether this is the text of a folder itself.
pub fn is_index(file: &str) -> bool {
    ["index", "_index"].contains(&stem(file))
}

/// The name without ending; of a folder's own text, the folder's name.
fn own_name(file: &str) -> &str {
    if is_index(file) { name(folder(file)) } else { stem(file) }
}

fn in_folder(file: &str, wanted: &str) -> bool {
    folder(file).split('/').any(|part| part == wanted)
}

fn last_part(path: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix("/index.html").unwrap_or(path);
    let last = path.rsplit('/').next().filter(|last| !last.is_empty())?;
    Some(last.strip_suffix(".html").or_else(|| last.strip_suffix(".htm")).unwrap_or(last).to_owned())
}

/// `how-to-begin` → `How to begin`.
fn sentence(name: &str) -> String {
    let text = name.replace(['-', '_'], " ");
    let mut signs = text.trim().chars();
    match signs.next() {
        Some(first) => first.to_uppercase().chain(signs).collect(),
        None => "Untitled".to_owned(),
    }
}

/// Takes a `# Heading` off the beginning when it is the title, or there is no other.
fn take_heading(body: &mut String, title: Option<&str>) -> Option<String> {
    let start = body.trim_start_matches(['\n', ' ']);
    let line = start.lines().next()?;
    let heading = line.strip_prefix("# ")?.trim().trim_end_matches('#').trim().to_owned();
    if heading.is_empty() || title.is_some_and(|title| title != heading) {
        return None;
    }
    let rest = start[line.len()..].trim_start_matches('\n').to_owned();
    *body = rest;
    Some(heading)
}

/// Makes the ids that Zola, Hugo and kramdown write behind headings, `## Why? {#why-so}`, places that links can point to.
fn with_anchors(body: &str) -> String {
    if !body.contains("{#") {
        return body.to_owned();
    }
    lines(body).map(|(line, code)| with_anchor(line).filter(|_| !code).unwrap_or_else(|| line.to_owned())).collect()
}

fn with_anchor(line: &str) -> Option<String> {
    let (heading, attributes) = line.trim_end().strip_suffix('}')?.rsplit_once("{#")?;
    let id = attributes.split_whitespace().next()?;
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !plain || !heading.starts_with('#') || !heading.trim_start_matches('#').starts_with(' ') {
        return None;
    }
    let heading = heading.trim_end();
    let same = slugify(heading.trim_start_matches('#')) == id;
    Some(if same { format!("{heading}\n") } else { format!("{heading} <a id=\"{id}\"></a>\n") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(file: &str, text: &str) -> Sheet {
        Sheet::read(file, text, Tz::UTC).expect("readable")
    }

    fn day(sheet: &Sheet) -> String {
        sheet.front.date.map(|date| date.date().to_string()).unwrap_or_default()
    }

    #[test]
    fn what_has_a_date_is_a_post() {
        let posts = [
            ("a.md", "---\ndate: 2015-05-11\n---\n"),
            ("_posts/2015-05-11-title.md", "---\ntitle: T\n---\n"),
            ("x/2015-05-11-title/index.md", ""),
            ("a.md", "+++\npath = \"blog/2015/05/11/a\"\n+++\n"),
        ];
        for (file, text) in posts {
            let sheet = sheet(file, text);
            assert_eq!((sheet.kind, day(&sheet).as_str()), (Kind::Post, "2015-05-11"), "{file}");
        }
        for (file, text) in [
            ("about.md", "---\ntitle: T\n---\n"),
            ("a.md", "---\ndate: 2015-05-11\ntype: page\n---\n"),
            ("x/_index.md", "---\ndate: 2015-05-11\n---\nB"),
        ] {
            assert_eq!(sheet(file, text).kind, Kind::Page, "{file}");
        }
        let draft = sheet("_drafts/idea.md", "Text");
        assert_eq!((draft.kind, draft.front.draft, draft.title.as_str()), (Kind::Post, true, "Idea"));
    }

    #[test]
    fn a_section_without_text_is_settings() {
        assert_eq!(Sheet::read("blog/_index.md", "+++\nsort_by = \"date\"\n+++\n\n", Tz::UTC).expect_err("refused"), "section settings");
    }

    #[test]
    fn addresses_come_from_slug_path_name_or_title() {
        let wished = |file: &str, text: &str| sheet(file, text).wished(file);
        assert_eq!(wished("a.md", "---\nslug: My Slug\npath: x/y\n---\n"), "my-slug");
        assert_eq!(wished("a.md", "+++\npath = \"2022/10/28/Rust-1.0\"\n+++\n"), "rust-1-0");
        assert_eq!(wished("a.md", "---\npermalink: /x/old.html\n---\n"), "old");
        assert_eq!(wished("2015-05-11-Rust-1.0.md", "---\npermalink: /:year/:title/\n---\n"), "rust-1-0");
        assert_eq!([wished("guides/index.md", ""), wished("index.md", "# Welcome home\n")], ["guides", "welcome-home"]);
    }

    #[test]
    fn ids_behind_headings_become_places() {
        let body = "# Motivation {#motivation}\n\n## Why so? {#better .x}\n```\n# Not {#this}\n```\nNor {#that}\n";
        assert_eq!(with_anchors(body), "# Motivation\n\n## Why so? <a id=\"better\"></a>\n```\n# Not {#this}\n```\nNor {#that}\n");
    }

    #[test]
    fn the_first_heading_may_be_the_title() {
        let own = sheet("a.md", "\n# Über uns #\n\nText\n");
        assert_eq!((own.title.as_str(), own.body.as_str()), ("Über uns", "Text\n"));
        assert_eq!(sheet("a.md", "---\ntitle: T\n---\n# T\nText").body, "Text");
        assert_eq!(sheet("a.md", "---\ntitle: T\n---\n# Other\nText").body, "# Other\nText");
        assert_eq!(sheet("how-to_begin.md", "Text").title, "How to begin");
    }
}
