//! Front matter: the settings at the head of a Markdown file, in YAML between `---` or in TOML between `+++`.
//!
//! Reads the keys of Jekyll, Zola and Hugo into one shape and ignores the others. What cannot be read is a sentence that says why.

use super::dates;
use crate::{content::model::entry::Kind, site::language};
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// What a file says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// Headline.
    pub title: Option<String>,
    /// When it was published, UTC.
    pub date: Option<NaiveDateTime>,
    /// Last part of the address, as written.
    pub slug: Option<String>,
    /// Names of tags.
    pub tags: Vec<String>,
    /// Paths or names of categories, the main one first.
    pub categories: Vec<String>,
    /// Not to be seen by visitors.
    pub draft: bool,
    /// One or two sentences.
    pub summary: Option<String>,
    /// Names or slugs of authors.
    pub authors: Vec<String>,
    /// Addresses that lead here.
    pub aliases: Vec<String>,
    /// The whole address where it stood before.
    pub path: Option<String>,
    /// Order among siblings.
    pub weight: i32,
    /// A picture.
    pub image: Option<String>,
    /// What the picture shows.
    pub image_alt: Option<String>,
    /// Shown first on the home page.
    pub featured: bool,
    /// Post or page, where the file decides it.
    pub kind: Option<Kind>,
    /// Title of the series that it is part of.
    pub series: Option<String>,
    /// Its place there (Hugo's `series_weight`); 0: as it comes.
    pub series_weight: i32,
    /// Its language, a tag of BCP 47.
    pub language: Option<String>,
    /// What files have in common that say the same in several languages (Hugo's `translationKey`).
    pub translation: Option<String>,
}

impl FrontMatter {
    /// Whether it names a series or a language.
    pub fn tells_more(&self) -> bool {
        self.series.is_some() || self.language.is_some() || self.translation.is_some()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Yaml,
    Toml,
}

/// Reads a file: its front matter, which may be missing, and its body.
pub fn read(text: &str, zone: Tz) -> Result<(FrontMatter, &str), String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some((format, head, body)) = split(text)? else { return Ok((FrontMatter::default(), text)) };
    let keys = match format {
        Format::Yaml => yaml(head)?,
        Format::Toml => toml(head)?,
    };
    Ok((Keys { keys, format }.read(zone)?, body))
}

/// Cuts the head off; `None` when there is none.
fn split(text: &str) -> Result<Option<(Format, &str, &str)>, String> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or("");
    let (format, fence) = match first.trim_end() {
        "---" => (Format::Yaml, "---"),
        "+++" => (Format::Toml, "+++"),
        _ => return Ok(None),
    };
    let mut at = first.len();
    for line in lines {
        let end = line.trim_end();
        if end == fence || format == Format::Yaml && end == "..." {
            return Ok(Some((format, &text[first.len()..at], &text[at + line.len()..])));
        }
        at += line.len();
    }
    Err(format!("its front matter has no closing {fence}"))
}

fn yaml(head: &str) -> Result<Map<String, Value>, String> {
    let wrong = |why: String| format!("its YAML cannot be read: {}", first_line(&why));
    match serde_saphyr::from_str::<Value>(head).map_err(|error| wrong(error.to_string()))? {
        Value::Object(keys) => Ok(keys),
        Value::Null => Ok(Map::new()),
        _ => Err(wrong("it is not a list of keys and values".to_owned())),
    }
}

fn toml(head: &str) -> Result<Map<String, Value>, String> {
    // The crate reads `\r\n`, but old files have a lone `\r` here and there.
    let table: toml::Table =
        head.parse().map_err(|error: toml::de::Error| format!("its TOML cannot be read: {}", first_line(error.message())))?;
    Ok(table.into_iter().map(|(key, value)| (key, json(value))).collect())
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(yes) => yes.into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(keys) => Value::Object(keys.into_iter().map(|(key, value)| (key, json(value))).collect()),
    }
}

fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("unknown reason");
    super::report::shorten(line, 160)
}

struct Keys {
    keys: Map<String, Value>,
    format: Format,
}

impl Keys {
    fn read(&self, zone: Tz) -> Result<FrontMatter, String> {
        let date = match self.text(&["date", "publishDate", "publishdate", "published_at"]) {
            Some(text) => Some(dates::read(&text, zone).ok_or_else(|| format!("its date “{}” cannot be read", first_line(&text)))?),
            None => None,
        };
        let mut tags = self.list("tags", true);
        tags.extend(self.below("taxonomies", "tags"));
        let mut categories = self.list("categories", true);
        categories.extend(self.list("category", false));
        categories.extend(self.below("taxonomies", "categories"));
        let mut authors = self.list("authors", false);
        authors.extend(self.list("author", false));
        authors.extend(self.below("taxonomies", "authors"));
        let mut aliases = self.list("aliases", false);
        aliases.extend(self.list("redirect_from", false));
        let mut series = self.list("series", false);
        series.extend(self.below("taxonomies", "series"));
        Ok(FrontMatter {
            title: self.text(&["title"]),
            date,
            slug: self.text(&["slug"]),
            tags,
            categories,
            draft: self.flag("draft") == Some(true) || self.flag("published") == Some(false),
            summary: self.text(&["description", "summary", "excerpt"]),
            authors,
            aliases,
            path: self.text(&["path", "permalink", "url"]),
            weight: self.number("weight"),
            image: self.image(),
            image_alt: self.text(&["image_alt"]).or_else(|| self.below("cover", "alt").into_iter().next()),
            featured: self.flag("featured") == Some(true),
            kind: self.kind(),
            series: series.into_iter().next(),
            series_weight: self.number("series_weight"),
            language: self.text(&["language", "lang", "locale"]).map(|tag| language::tidy(&tag)).filter(|tag| language::is_language(tag)),
            translation: self.text(&["translationKey", "translationkey", "translation_key"]),
        })
    }

    /// The first of these keys that has words.
    fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| words(self.keys.get(*name)?))
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.keys.get(name)? {
            Value::Bool(yes) => Some(*yes),
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Some(true),
                "false" | "no" | "off" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A list, or one string. Jekyll writes several in one string, with spaces between them.
    fn list(&self, name: &str, several_in_one: bool) -> Vec<String> {
        match self.keys.get(name) {
            Some(Value::String(text)) if several_in_one && text.contains(',') => parts(text.split(',')),
            Some(Value::String(text)) if several_in_one && self.format == Format::Yaml => parts(text.split_whitespace()),
            Some(value) => items(value),
            None => Vec::new(),
        }
    }

    fn below(&self, name: &str, key: &str) -> Vec<String> {
        self.keys.get(name).and_then(|table| table.get(key)).map(items).unwrap_or_default()
    }

    fn number(&self, name: &str) -> i32 {
        let number = match self.keys.get(name) {
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            _ => None,
        };
        number.map_or(0, |number| number as i32)
    }

    /// A picture may be a name, a table with the name in it, or the first of a list.
    fn image(&self) -> Option<String> {
        ["image", "featured_image", "cover", "images"].iter().find_map(|name| match self.keys.get(*name)? {
            Value::Object(table) => ["path", "image", "src", "url"].iter().find_map(|key| words(table.get(*key)?)),
            value => items(value).into_iter().next(),
        })
    }

    fn kind(&self) -> Option<Kind> {
        ["type", "layout"].iter().find_map(|name| match words(self.keys.get(*name)?)?.to_ascii_lowercase().as_str() {
            "post" | "posts" => Some(Kind::Post),
            "page" | "pages" => Some(Kind::Page),
            _ => None,
        })
    }
}

/// What a value says in words; nothing for an empty one.
fn words(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The items of a list; a single value is a list of one; of a table the name counts (`{ name: Ada, url: … }`).
fn items(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(items).collect(),
        Value::Object(table) => table.get("name").and_then(words).into_iter().collect(),
        single => words(single).into_iter().collect(),
    }
}

fn parts<'a>(parts: impl Iterator<Item = &'a str>) -> Vec<String> {
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front(text: &str) -> FrontMatter {
        read(text, Tz::UTC).expect("readable").0
    }

    fn refusal(text: &str) -> String {
        read(text, Tz::UTC).expect_err("broken")
    }

    fn day(text: &str) -> Option<NaiveDateTime> {
        Some(format!("{text}T00:00:00").parse().expect("a day"))
    }

    #[test]
    fn zola_files_are_read() {
        let text = "+++\ntitle = \"GATs\"\npath = \"2022/10/28/gats\"\nauthors = [\"Jack Huey\", \"Ada\"]\naliases = [\"2022/10/28/gats.html\"]\n\
                    date = 2022-10-28\nweight = 3\ndraft = true\n[taxonomies]\ntags = [\"types\"]\ncategories = [\"language\"]\n[extra]\nteam = \"x\"\n+++\nBody\n";
        let (front, body) = read(text, Tz::UTC).expect("readable");
        assert_eq!(body, "Body\n");
        assert_eq!(front.title.as_deref(), Some("GATs"));
        assert_eq!((front.date, front.weight, front.draft), (day("2022-10-28"), 3, true));
        assert_eq!((front.tags, front.categories), (vec!["types".to_owned()], vec!["language".to_owned()]));
        assert_eq!(
            (front.authors.len(), front.aliases, front.path),
            (2, vec!["2022/10/28/gats.html".to_owned()], Some("2022/10/28/gats".to_owned()))
        );
    }

    #[test]
    fn jekyll_files_are_read() {
        let text = "---\nlayout: post\ntitle: \"A: B\"\ndate: 2015-05-11 10:00:00 +0200\ncategories: web speed\ntags: [a, b c]\nauthor: Ada Byron\n\
                    published: false\nexcerpt: Short.\nredirect_from:\n  - /old\npermalink: /x/y/\n---\nBody";
        let front = front(text);
        assert_eq!((front.kind, front.draft, front.title.as_deref()), (Some(Kind::Post), true, Some("A: B")));
        assert_eq!(front.date.map(|date| date.to_string()).as_deref(), Some("2015-05-11 08:00:00"));
        assert_eq!((front.categories, front.tags), (vec!["web".to_owned(), "speed".to_owned()], vec!["a".to_owned(), "b c".to_owned()]));
        assert_eq!(
            (front.authors, front.aliases, front.summary.as_deref()),
            (vec!["Ada Byron".to_owned()], vec!["/old".to_owned()], Some("Short."))
        );
    }

    #[test]
    fn hugo_files_are_read() {
        let text = "---\ntitle: 2026\ndate: 2026-11-19T08:00:00+01:00\ntype: page\nurl: /a/b/\nfeatured_image: p.png\ncover:\n  alt: A pear\n\
                    featured: true\nauthor:\n  name: Ada\ntags: one, two words\n---\n";
        let front = front(text);
        assert_eq!((front.title.as_deref(), front.kind, front.path.as_deref()), (Some("2026"), Some(Kind::Page), Some("/a/b/")));
        assert_eq!((front.image.as_deref(), front.image_alt.as_deref(), front.featured), (Some("p.png"), Some("A pear"), true));
        assert_eq!((front.authors, front.tags), (vec!["Ada".to_owned()], vec!["one".to_owned(), "two words".to_owned()]));
    }

    #[test]
    fn series_and_languages_are_read() {
        let hugo = front("---\nseries: [First steps]\nseries_weight: 2\nlang: DE_ch\ntranslationKey: steps\n---\n");
        assert_eq!(hugo.series_weight, 2);
        assert_eq!(
            (hugo.series.as_deref(), hugo.language.as_deref(), hugo.translation.as_deref()),
            (Some("First steps"), Some("de-CH"), Some("steps"))
        );
        let zola = front("+++\ntitle = \"A\"\nlanguage = \"not a tag\"\n[taxonomies]\nseries = [\"One\", \"Two\"]\n+++\n");
        assert_eq!((zola.series.as_deref(), zola.language), (Some("One"), None));
    }

    #[test]
    fn windows_files_are_read() {
        let (front, body) = read("\u{feff}---\r\ntitle: Ä\r\ndate: 2026-01-02\r\n---\r\nBody\r\n", Tz::UTC).expect("readable");
        assert_eq!((front.title.as_deref(), front.date, body), (Some("Ä"), day("2026-01-02"), "Body\r\n"));
        assert_eq!(read("+++\r\ntitle = \"T\"\r\n+++\r\nB", Tz::UTC).expect("readable").0.title.as_deref(), Some("T"));
    }

    #[test]
    fn a_file_without_front_matter_is_all_body() {
        assert_eq!(read("# Hello\n", Tz::UTC), Ok((FrontMatter::default(), "# Hello\n")));
        assert_eq!(read("", Tz::UTC), Ok((FrontMatter::default(), "")));
        assert_eq!(read("---\n---\nB", Tz::UTC), Ok((FrontMatter::default(), "B")));
    }

    #[test]
    fn a_broken_head_says_why() {
        assert!(refusal("---\ntitle: [\n---\nB").starts_with("its YAML cannot be read"));
        assert!(refusal("+++\ntitle = \n+++\nB").starts_with("its TOML cannot be read"));
        assert_eq!(refusal("---\ntitle: x\n"), "its front matter has no closing ---");
        assert_eq!(refusal("---\ndate: someday\n---\n"), "its date “someday” cannot be read");
        assert!(refusal("---\n- a\n- b\n---\n").contains("not a list of keys and values"));
    }

    #[test]
    fn unknown_keys_and_odd_values_do_no_harm() {
        let front = front("---\ntitle: [a]\ndraft: maybe\nweight: heavy\ntags: {a: 1}\nimage: {}\nfoo: [1, {b: ~}]\n---\n");
        assert_eq!(front, FrontMatter::default());
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = "---\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            text += &format!("a{level}: &a{level} [{before}]\n");
        }
        assert!(read(&format!("{text}---\n"), Tz::UTC).is_err());
    }
}
