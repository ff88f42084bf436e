//! A post.

use super::super::{
    model::{
        category::{self, Category},
        entry::{Author, Entry, Text},
        file,
        list::{self, Brief},
        related,
        tag::{self, Tag},
    },
    paths,
};
use crate::{
    db::Conn,
    error::AppResult,
    markup::{Heading, reading_minutes},
    site::{Page, page::number},
    web::{
        ctx::{Ctx, Visit},
        person::initials,
        render::render_public,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

/// An address and what it is called.
pub type Named = (String, String);

/// A post or a page as it is shown, live or as a preview.
#[derive(Template)]
#[template(path = "content/public/show_entry.html")]
pub struct ShowEntry {
    page: Page,
    entry: Entry,
    author: Author,
    text: Text,
    crumbs: Vec<Named>,
    tags: Vec<Tag>,
    related: Vec<Brief>,
    older: Option<Named>,
    newer: Option<Named>,
    children: Vec<Entry>,
    /// Width and height of the picture above the text, in pixels.
    picture: Option<(i32, i32)>,
    preview: bool,
}

/// `GET /posts/{slug}` — a post.
pub async fn show(ctx: Ctx, slug: web::Path<String>) -> AppResult<HttpResponse> {
    let (visit, path) = (ctx.visit(), format!("/posts/{slug}"));
    let view = ctx.db.read(move |conn| {
        let (entry, author, text) = Entry::live_at(conn, &path)?;
        ShowEntry::post(conn, visit, entry, author, text)
    });
    render_public(&view.await?)
}

impl ShowEntry {
    /// A post with everything around it.
    pub fn post(conn: &mut Conn, visit: Visit, entry: Entry, author: Author, text: Text) -> AppResult<ShowEntry> {
        let categories = category::of_entry(conn, entry.id)?;
        let (older, newer) = list::neighbours(conn, &entry)?;
        Ok(ShowEntry {
            page: Page::load(conn, visit)?,
            crumbs: crumbs(conn, categories.first())?,
            tags: tag::of_entry(conn, entry.id)?,
            related: related::to(conn, &entry)?,
            older,
            newer,
            children: Vec::new(),
            picture: picture_size(conn, &entry)?,
            preview: false,
            entry,
            author,
            text,
        })
    }

    /// A page with the pages above and below it.
    pub fn page(conn: &mut Conn, visit: Visit, entry: Entry, author: Author, text: Text) -> AppResult<ShowEntry> {
        Ok(ShowEntry {
            page: Page::load(conn, visit)?,
            crumbs: super::pages::above(conn, entry.address())?,
            tags: Vec::new(),
            related: Vec::new(),
            older: None,
            newer: None,
            children: Entry::live_children(conn, entry.id)?,
            picture: picture_size(conn, &entry)?,
            preview: false,
            entry,
            author,
            text,
        })
    }

    /// The same, marked as a preview that only its author sees.
    pub fn into_preview(self) -> ShowEntry {
        ShowEntry { preview: true, ..self }
    }

    fn is_post(&self) -> bool {
        self.entry.kind == super::super::model::entry::Kind::Post
    }

    fn minutes(&self) -> u32 {
        reading_minutes(self.entry.words.max(0) as u32)
    }

    fn words(&self) -> String {
        number(i64::from(self.entry.words))
    }

    fn initials(&self) -> String {
        initials(&self.author.name)
    }

    fn author_url(&self) -> String {
        paths::author(&self.author.slug)
    }

    /// Headings of the first level with those below each, for the contents list.
    fn sections(&self) -> Vec<(&Heading, Vec<&Heading>)> {
        let mut sections: Vec<(&Heading, Vec<&Heading>)> = Vec::new();
        for heading in &self.text.headings {
            match (heading.level, sections.last_mut()) {
                (2, _) => sections.push((heading, Vec::new())),
                (3, Some((_, below))) => below.push(heading),
                _ => {}
            }
        }
        sections
    }

    fn has_contents(&self) -> bool {
        self.text.headings.len() >= 3
    }

    fn meta_title(&self) -> &str {
        if self.entry.meta_title.is_empty() { &self.entry.title } else { &self.entry.meta_title }
    }

    fn meta_description(&self) -> &str {
        if self.entry.meta_description.is_empty() { &self.entry.summary } else { &self.entry.meta_description }
    }

    fn may_edit(&self) -> bool {
        !self.preview && self.page.person().is_some_and(|person| self.entry.may_be_changed_by(person))
    }

    fn edit_url(&self) -> String {
        paths::edit(self.entry.id)
    }

    /// Whether it was changed a day or more after it came out. What was imported came out before it was here.
    fn changed_later(&self) -> bool {
        let out = self.entry.published_at.map(|at| at.max(self.entry.created_at));
        out.is_some_and(|at| self.entry.changed_at - at > chrono::TimeDelta::days(1))
    }
}

fn picture_size(conn: &mut Conn, entry: &Entry) -> AppResult<Option<(i32, i32)>> {
    Ok(file::sizes(conn, &[&entry.image_url])?.remove(&entry.image_url))
}

/// A category and those above it, as a trail.
fn crumbs(conn: &mut Conn, category: Option<&Category>) -> AppResult<Vec<Named>> {
    let mut trail = vec![(paths::POSTS.to_owned(), "Articles".to_owned())];
    if let Some(category) = category {
        trail.extend(category::trail(conn, &category.path)?.into_iter().map(|one| (one.url(), one.name)));
    }
    Ok(trail)
}
