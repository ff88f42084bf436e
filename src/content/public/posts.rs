//! A post.

use super::super::{
    model::{
        category::{self, Category},
        entry::{Author, Entry, Text},
        file,
        list::{self, Brief, List},
        related, shown,
        tag::{self, Tag},
    },
    paths,
};
use super::shared::Shared;
use crate::{
    db::Conn,
    error::AppResult,
    markup::{Heading, SafeHtml, reading_minutes},
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
    /// The link that opened it, if it is a draft that was shared.
    shared: Option<Shared>,
    /// Tags of what stands around the text.
    around: Vec<String>,
}

/// `GET /posts/{slug}` — a post.
pub async fn show(ctx: Ctx, slug: web::Path<String>) -> AppResult<HttpResponse> {
    let (visit, path) = (ctx.visit(), format!("/posts/{slug}"));
    let view = ctx.db.read(move |conn| {
        let (entry, author, text) = Entry::live_at(conn, &path)?;
        ShowEntry::post(conn, visit, entry, author, text)
    });
    let view = view.await?;
    render_public(&view, view.shown())
}

impl ShowEntry {
    /// A post with everything around it.
    pub fn post(conn: &mut Conn, visit: Visit, entry: Entry, author: Author, text: Text) -> AppResult<ShowEntry> {
        let categories = category::of_entry(conn, entry.id)?;
        let trail = match categories.first() {
            Some(main) => category::trail(conn, &main.path)?,
            None => Vec::new(),
        };
        let (older, newer) = list::neighbours(conn, entry.id, entry.published_at)?;
        let (tags, lists) = (tag::of_entry(conn, entry.id)?, list::of_entry(conn, entry.id)?);
        let related = related::to(conn, &entry, &lists)?;
        let mut around = Vec::new();
        around.extend(categories.iter().chain(&trail).map(|category| shown::category(category.id)));
        around.extend(tags.iter().map(|tag| shown::tag(tag.id)));
        around.extend([&older, &newer].into_iter().flatten().map(|(id, _)| shown::entry(*id)));
        // Related posts are chosen from these lists.
        around.extend(lists.iter().filter(|list| matches!(list, List::Tag(_) | List::Category(_))).map(|list| list.cache_tag()));
        around.extend(related.iter().flat_map(|brief| [Some(shown::entry(brief.entry.id)), brief.topic_id.map(shown::category)]).flatten());
        Ok(ShowEntry {
            page: Page::load(conn, visit)?,
            crumbs: crumbs(trail),
            tags,
            related,
            older: older.map(|(_, named)| named),
            newer: newer.map(|(_, named)| named),
            children: Vec::new(),
            picture: picture_size(conn, &entry)?,
            preview: false,
            shared: None,
            around,
            entry,
            author,
            text,
        })
    }

    /// A page with the pages above and below it.
    pub fn page(conn: &mut Conn, visit: Visit, entry: Entry, author: Author, text: Text) -> AppResult<ShowEntry> {
        let (crumbs, mut around) = super::pages::above(conn, entry.address())?;
        let children = Entry::live_children(conn, entry.id)?;
        around.push(shown::children(entry.id));
        around.extend(children.iter().map(|child| shown::entry(child.id)));
        Ok(ShowEntry {
            page: Page::load(conn, visit)?,
            crumbs,
            tags: Vec::new(),
            related: Vec::new(),
            older: None,
            newer: None,
            children,
            picture: picture_size(conn, &entry)?,
            preview: false,
            shared: None,
            around,
            entry,
            author,
            text,
        })
    }

    /// What it shows, for the page cache.
    pub fn shown(&self) -> Vec<String> {
        let mut tags = Page::shown();
        tags.extend([shown::entry(self.entry.id), shown::own_page(self.entry.id)]);
        if self.is_post() {
            tags.push(shown::author(self.author.id));
        }
        tags.extend_from_slice(&self.around);
        tags
    }

    /// The same, marked as a preview that only its author sees.
    pub fn into_preview(self) -> ShowEntry {
        ShowEntry { preview: true, ..self }
    }

    /// The same, as the link shows it that opened it; `token` is that of forms, where somebody is signed in.
    pub fn into_shared(self, shared: Shared, token: Option<String>) -> ShowEntry {
        let page = Page { visit: Visit { token, ..self.page.visit }, ..self.page };
        ShowEntry { preview: true, shared: Some(shared), page, ..self }
    }

    /// Its text.
    pub fn html(&self) -> &SafeHtml {
        &self.text.html
    }

    /// Puts the same text there with passages marked.
    pub fn set_html(&mut self, html: SafeHtml) {
        self.text.html = html;
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
fn crumbs(trail: Vec<Category>) -> Vec<Named> {
    let first = (paths::POSTS.to_owned(), "Articles".to_owned());
    [first].into_iter().chain(trail.into_iter().map(|one| (one.url(), one.name))).collect()
}
