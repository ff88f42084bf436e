//! What pages say of themselves to search engines (schema.org, JSON-LD); the tags that pages have anyway cover it.

use super::posts::Named;
use crate::{
    content::{
        model::{
            entry::{Author, Entry, Kind},
            series::{self, Series},
        },
        paths,
    },
    markup::{self, SafeHtml},
    site::{
        Page,
        json_ld::{JsonLd, Trail},
    },
};
use chrono::NaiveDateTime;
use serde::Serialize;
use serde_json::{Value, json};

/// The home page: the site, and how it is searched.
pub fn site(page: &Page) -> JsonLd {
    JsonLd::default().with(&json!({
        "@type": "WebSite",
        "@id": page.absolute("/#site"),
        "name": page.site.title,
        "description": page.site.description,
        "url": page.absolute("/"),
        "inLanguage": page.site.language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": { "@type": "EntryPoint", "urlTemplate": page.absolute("/search?q={search_term_string}") },
            "query-input": "required name=search_term_string",
        },
    }))
}

/// What else is told of an entry.
pub struct Told<'a> {
    /// The language of its text (BCP 47).
    pub language: &'a str,
    /// The series that it is part of, and its number there.
    pub series: Option<(&'a series::Named, usize)>,
    /// Its text, where its questions stand.
    pub text: &'a SafeHtml,
    /// A sentence, or empty.
    pub description: &'a str,
    /// The full address of its picture.
    pub picture: Option<String>,
    /// What it stands below.
    pub crumbs: &'a [Named],
    /// When its words last changed, if that was after it went out.
    pub changed: Option<NaiveDateTime>,
}

/// A post or a page. Every post has one, hence no tree of values that is built and thrown away.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct About<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: &'a str,
    url: &'a str,
    name: &'a str,
    in_language: &'a str,
    is_part_of: Vec<Thing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<[String; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(flatten)]
    post: Option<Post<'a>>,
}

/// What only a post says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Post<'a> {
    headline: &'a str,
    word_count: i32,
    main_entity_of_page: &'a str,
    author: Thing<'a>,
}

/// Something else that has a name and an address.
#[derive(Serialize)]
struct Thing<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id", skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    name: &'a str,
    url: String,
}

/// Letters of a headline at most.
const HEADLINE: usize = 110;

/// A post (`BlogPosting`) or a page (`WebPage`), the questions that its text answers (`FAQPage`), and where it stands.
pub fn entry(page: &Page, entry: &Entry, author: &Author, told: Told<'_>) -> JsonLd {
    let Told { text, description, picture, crumbs, changed, language, series } = told;
    let url = page.absolute(entry.address());
    let site = Thing { kind: "WebSite", id: Some(page.absolute("/#site")), name: &page.site.title, url: page.absolute("/") };
    let whole = series.map(|(series, _)| {
        let url = page.absolute(&series.url());
        Thing { kind: "CreativeWorkSeries", id: Some(url.clone()), name: &series.title, url }
    });
    let title = &entry.title;
    let post = (entry.kind == Kind::Post).then(|| Post {
        headline: title.char_indices().nth(HEADLINE).map_or(title, |(end, _)| &title[..end]),
        word_count: entry.words,
        main_entity_of_page: &url,
        author: Thing { kind: "Person", id: None, name: &author.name, url: page.absolute(&paths::author(&author.slug)) },
    });
    let about = About {
        kind: match entry.kind {
            Kind::Post => "BlogPosting",
            Kind::Page => "WebPage",
        },
        id: &url,
        url: &url,
        name: title,
        in_language: language,
        is_part_of: [site].into_iter().chain(whole).collect(),
        position: series.map(|(_, number)| number),
        description,
        image: picture.map(|picture| [picture]),
        date_published: entry.published_at.as_ref().map(|at| page.machine_time(at)),
        date_modified: entry.published_at.map(|at| page.machine_time(&changed.unwrap_or(at))),
        post,
    };
    let things = JsonLd::default().with(&about).with(&trail(page, crumbs, (entry.address(), title)));
    match faq(&url, &markup::questions(text)) {
        Some(faq) => things.with(&faq),
        None => things,
    }
}

fn faq(url: &str, questions: &[(String, String)]) -> Option<Value> {
    let answered = |(question, answer): &(String, String)| json!({ "@type": "Question", "name": question, "acceptedAnswer": { "@type": "Answer", "text": answer } });
    let all: Vec<Value> = questions.iter().map(answered).collect();
    (!all.is_empty()).then(|| json!({ "@type": "FAQPage", "@id": format!("{url}#questions"), "url": url, "mainEntity": all }))
}

/// A list of posts: of an author, with the person; else what it collects.
pub fn list(page: &Page, (path, title): (&str, &str), lead: &str, crumbs: &[Named], author: bool) -> JsonLd {
    let url = page.absolute(path);
    let mut about = match author {
        true => json!({ "@type": "ProfilePage", "url": url, "mainEntity": { "@type": "Person", "name": title, "url": url } }),
        false => json!({ "@type": "CollectionPage", "url": url, "name": title }),
    };
    if !lead.is_empty() {
        let told = if author { &mut about["mainEntity"] } else { &mut about };
        told["description"] = json!(lead);
    }
    JsonLd::default().with(&about).with(&trail(page, crumbs, (path, title)))
}

/// A series with its parts on this page: number, address and title of each.
pub fn series(page: &Page, series: &Series, crumbs: &[Named], parts: &[(usize, &str, &str)]) -> JsonLd {
    let url = page.absolute(&series.url());
    let part = |(number, path, title): &(usize, &str, &str)| {
        let url = page.absolute(path);
        json!({ "@type": "BlogPosting", "@id": url, "url": url, "name": title, "position": number })
    };
    let mut about = json!({
        "@type": "CreativeWorkSeries",
        "@id": url,
        "url": url,
        "name": series.title,
        "inLanguage": page.site.language,
        "hasPart": parts.iter().map(part).collect::<Vec<Value>>(),
    });
    if !series.description.is_empty() {
        about["description"] = json!(series.description);
    }
    JsonLd::default().with(&about).with(&trail(page, crumbs, (&series.url(), &series.title)))
}

fn trail<'a>(page: &'a Page, crumbs: &'a [Named], (path, title): (&str, &'a str)) -> Trail<'a> {
    let above = crumbs.iter().map(|(path, name)| (page.absolute(path), name.as_str()));
    Trail::of([(page.absolute("/"), page.site.title.as_str())].into_iter().chain(above).chain([(page.absolute(path), title)]))
}
