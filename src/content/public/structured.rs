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
    site::{Page, json_ld::JsonLd},
};
use chrono::NaiveDateTime;
use serde_json::{Value, json};

/// The home page: the site, and how it is searched.
pub fn site(page: &Page) -> JsonLd {
    JsonLd::of(&[json!({
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
    })])
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

/// A post (`BlogPosting`) or a page (`WebPage`), the questions that its text answers (`FAQPage`), and where it stands.
pub fn entry(page: &Page, entry: &Entry, author: &Author, told: Told<'_>) -> JsonLd {
    let Told { text, description, picture, crumbs, changed, language, series } = told;
    let url = page.absolute(entry.address());
    let site = json!({ "@type": "WebSite", "@id": page.absolute("/#site"), "name": page.site.title, "url": page.absolute("/") });
    let mut about = json!({
        "@type": match entry.kind { Kind::Post => "BlogPosting", Kind::Page => "WebPage" },
        "@id": url,
        "url": url,
        "name": entry.title,
        "inLanguage": language,
        "isPartOf": site,
    });
    if let Some((series, number)) = series {
        let url = page.absolute(&series.url());
        about["isPartOf"] = json!([site, { "@type": "CreativeWorkSeries", "@id": url, "name": series.title, "url": url }]);
        about["position"] = json!(number);
    }
    if !description.is_empty() {
        about["description"] = json!(description);
    }
    if let Some(picture) = picture {
        about["image"] = json!([picture]);
    }
    if let Some(at) = &entry.published_at {
        about["datePublished"] = json!(page.machine_time(at));
        about["dateModified"] = json!(page.machine_time(&changed.unwrap_or(*at)));
    }
    if entry.kind == Kind::Post {
        about["headline"] = json!(entry.title.chars().take(110).collect::<String>());
        about["wordCount"] = json!(entry.words);
        about["mainEntityOfPage"] = json!(url);
        about["author"] = json!({ "@type": "Person", "name": author.name, "url": page.absolute(&paths::author(&author.slug)) });
    }
    let mut things = vec![about, trail(page, crumbs, (entry.address(), &entry.title))];
    things.extend(faq(&url, &markup::questions(text)));
    JsonLd::of(&things)
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
    JsonLd::of(&[about, trail(page, crumbs, (path, title))])
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
    JsonLd::of(&[about, trail(page, crumbs, (&series.url(), &series.title))])
}

fn trail(page: &Page, crumbs: &[Named], (path, title): (&str, &str)) -> Value {
    let home = ("/".to_owned(), page.site.title.clone());
    let all = [home].into_iter().chain(crumbs.iter().cloned()).chain([(path.to_owned(), title.to_owned())]);
    JsonLd::crumbs(all.map(|(path, name)| (page.absolute(&path), name)))
}
