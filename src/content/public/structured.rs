//! What pages say of themselves to search engines (schema.org, JSON-LD); the tags that pages have anyway cover it.

use super::posts::Named;
use crate::{
    content::{
        model::entry::{Author, Entry, Kind},
        paths,
    },
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

/// A post (`BlogPosting`) or a page (`WebPage`), and where it stands.
pub fn entry(
    page: &Page,
    entry: &Entry,
    author: &Author,
    description: &str,
    picture: Option<String>,
    crumbs: &[Named],
    changed: Option<NaiveDateTime>,
) -> JsonLd {
    let url = page.absolute(entry.address());
    let mut about = json!({
        "@type": match entry.kind { Kind::Post => "BlogPosting", Kind::Page => "WebPage" },
        "@id": url,
        "url": url,
        "name": entry.title,
        "inLanguage": page.site.language,
        "isPartOf": { "@type": "WebSite", "@id": page.absolute("/#site"), "name": page.site.title, "url": page.absolute("/") },
    });
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
    JsonLd::of(&[about, trail(page, crumbs, (entry.address(), &entry.title))])
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

fn trail(page: &Page, crumbs: &[Named], (path, title): (&str, &str)) -> Value {
    let home = ("/".to_owned(), page.site.title.clone());
    let all = [home].into_iter().chain(crumbs.iter().cloned()).chain([(path.to_owned(), title.to_owned())]);
    JsonLd::crumbs(all.map(|(path, name)| (page.absolute(&path), name)))
}
