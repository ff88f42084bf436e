//! A post.

mod spoken;

use super::super::{
    model::{
        around::{Around, Middle, Standing},
        category::{Category, Topics},
        entry::{Author, Entry, EntryId, Text},
        list::{self, Brief, List},
        live::{self, Live},
        reach, series, shown,
        tag::Tag,
        translation::Spoken,
    },
    paths,
};
use super::{
    below::{self, Piece},
    shared::Shared,
    structured,
};
use crate::{
    db::Conn,
    error::AppResult,
    markup::{self, Heading, IN_TEXT, SafeHtml, reading_minutes},
    media::{
        model::picture::{Form, Picture},
        pixels::Crop,
        shown::{about_file, file},
    },
    site::{
        Page,
        json_ld::JsonLd,
        menus::{self, Named as Menu},
        page::number,
        reach::{SHARE_SIZE, share_picture},
    },
    web::{
        ctx::{Ctx, Visit},
        local_path::query_value,
        page_cache::{CacheTags, Doubt, PageCache},
        person::initials,
        render::render_public,
    },
};
use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
    web,
};
use askama::Template;
use chrono::{NaiveDateTime, TimeDelta};
use std::sync::Arc;

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
    went_live: Option<NaiveDateTime>,
    crumbs: Vec<Named>,
    tags: Vec<Tag>,
    related: Vec<Arc<Brief>>,
    older: Option<Named>,
    newer: Option<Named>,
    children: Vec<Entry>,
    /// The series that it is part of, and where it stands there.
    series: Option<(series::Named, Standing)>,
    /// Its language, and in which others it can be read.
    spoken: Spoken,
    /// The picture above the text, where it is one of the library.
    picture: Option<Picture>,
    preview: bool,
    /// Whether the person who looks at it may change it.
    may_edit: bool,
    /// The link that opened it, if it is a draft that was shared.
    shared: Option<Shared>,
    /// Tags of what stands around the text.
    around: Vec<String>,
    /// What the related posts are chosen from.
    doubt: Option<Doubt>,
    /// What other rooms put below the text.
    below: Vec<Piece>,
}

/// `GET /posts/{slug}` — a post.
pub async fn show(ctx: Ctx, slug: web::Path<String>) -> AppResult<HttpResponse> {
    let (visit, path) = (ctx.visit(), format!("/posts/{slug}"));
    let view = ctx.db.read(move |conn| {
        let live = Live::at(conn, &visit.pages, &path)?;
        ShowEntry::post(conn, visit, live)?.with_below(conn)
    });
    let view = view.await?;
    let mut answer = render_public(&view, view.cache_tags())?;
    if view.takes_mentions() {
        answer.headers_mut().append(header::LINK, HeaderValue::from_static("</webmention>; rel=\"webmention\""));
    }
    Ok(answer)
}

impl ShowEntry {
    /// A post with everything around it.
    pub fn post(conn: &mut Conn, visit: Visit, live: Live) -> AppResult<ShowEntry> {
        let topics: Arc<Topics> = visit.pages.remembered(conn)?;
        let middle = Middle {
            id: live.entry.id,
            published_at: live.entry.published_at,
            is_live: live.entry.is_live(),
            topics: live::with_above(&topics, &live.topics),
            tags: live.tags.iter().map(|tag| tag.id).collect(),
            series: live.series.as_ref().map(|series| series.id),
        };
        let mut found = Around::of(conn, &visit.pages, &middle)?;
        let trail = live.topics.first().map(|main| topics.trail(*main)).unwrap_or_default();
        let mut around: Vec<String> = middle.topics.iter().map(|id| shown::category(*id)).collect();
        around.extend(middle.tags.iter().map(|id| shown::tag(*id)));
        around.extend([&found.older, &found.newer].into_iter().flatten().map(|(id, _)| shown::entry(*id)));
        around.extend(found.related.iter().flat_map(|one| [Some(shown::entry(one.entry.id)), one.topic_id.map(shown::category)]).flatten());
        around.extend(found.standing.iter().flat_map(|standing| &standing.near).map(|part| shown::entry(part.id)));
        around.extend(middle.series.map(shown::series));
        let doubt = doubt(middle, &found);
        Ok(ShowEntry {
            doubt: Some(doubt),
            series: live.series.clone().zip(found.standing.take()),
            crumbs: crumbs(trail),
            related: found.related,
            older: found.older.map(|(_, named)| named),
            newer: found.newer.map(|(_, named)| named),
            ..ShowEntry::alone(conn, visit, live, around)?
        })
    }

    /// The newest post on a page of its own, with these globals, to try a look on it.
    pub fn newest(conn: &mut Conn, page: &Page) -> AppResult<Option<ShowEntry>> {
        let Some(brief) = list::page(conn, &page.visit.pages, List::All, None, 1)?.rows.pop() else { return Ok(None) };
        let live = Live::at(conn, &page.visit.pages, brief.entry.address())?;
        let shown = ShowEntry::post(conn, page.visit.clone(), live)?;
        Ok(Some(ShowEntry { page: Page { language: shown.page.language.clone(), ..page.clone() }, ..shown }))
    }

    /// A page with the pages above and below it.
    pub fn page(conn: &mut Conn, visit: Visit, live: Live) -> AppResult<ShowEntry> {
        let (crumbs, mut around) = super::pages::above(conn, live.entry.address())?;
        let children = Entry::live_children(conn, live.entry.id)?;
        around.push(shown::children(live.entry.id));
        around.extend(menus::shown::beside(live.entry.address()));
        around.extend(children.iter().map(|child| shown::entry(child.id)));
        let live = Live { tags: Vec::new(), ..live };
        Ok(ShowEntry { crumbs, children, ..ShowEntry::alone(conn, visit, live, around)? })
    }

    fn alone(conn: &mut Conn, visit: Visit, live: Live, around: Vec<String>) -> AppResult<ShowEntry> {
        let Live { entry, author, text, picture, tags, went_live, spoken, .. } = live;
        let page = Page::load(conn, visit)?;
        let page = Page { language: spoken.language.clone().filter(|tag| *tag != page.site.language), ..page };
        let visit = &page.visit;
        let may_edit = visit.person.as_ref().map_or(Ok(false), |person| reach::may_change(conn, &entry, person))?;
        Ok(ShowEntry {
            page,
            spoken,
            series: None,
            may_edit,
            entry,
            author,
            text,
            went_live,
            tags,
            picture,
            around,
            crumbs: Vec::new(),
            related: Vec::new(),
            older: None,
            newer: None,
            children: Vec::new(),
            preview: false,
            shared: None,
            doubt: None,
            below: Vec::new(),
        })
    }

    /// With what other rooms put below it: on its own page, not in previews.
    pub fn with_below(self, conn: &mut Conn) -> AppResult<ShowEntry> {
        Ok(ShowEntry { below: below::pieces(conn, &self.page, &self.entry)?, ..self })
    }

    /// With this alone below it: a form that came back with something to mend.
    pub fn with_piece(self, piece: Piece) -> ShowEntry {
        ShowEntry { below: vec![piece], ..self }
    }

    /// What it shows, and what that is chosen from, for the page cache.
    pub fn cache_tags(&self) -> CacheTags {
        CacheTags { tags: self.shown(), doubt: self.doubt.clone() }
    }

    fn shown(&self) -> Vec<String> {
        let mut tags = Page::shown();
        tags.extend([shown::entry(self.entry.id), shown::own_page(self.entry.id)]);
        if self.is_post() {
            tags.push(shown::author(self.author.id));
        }
        tags.extend(self.picture.iter().flat_map(|picture| [file(picture.id), about_file(picture.id)]));
        tags.extend_from_slice(&self.around);
        tags.extend(self.spoken.group.map(shown::translations));
        tags.extend(self.below.iter().flat_map(|piece| piece.tags.iter().cloned()));
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

    /// Whether it says where mentions of it are taken (W3C Webmention, 3.1.2).
    fn takes_mentions(&self) -> bool {
        self.is_post() && !self.preview && self.page.site.webmention.receive
    }

    fn minutes(&self) -> u32 {
        reading_minutes(self.entry.words.max(0) as u32)
    }

    fn words(&self) -> String {
        number(i64::from(self.entry.words))
    }

    /// The picture above the text.
    fn lead(&self) -> SafeHtml {
        let other = || markup::Picture { src: self.entry.image_url.clone(), ..markup::Picture::default() };
        let picture = self.picture.as_ref().map_or_else(other, |picture| picture.shown(Crop::Whole));
        picture.html(self.lead_alt(), IN_TEXT, true)
    }

    /// What it shows: as said here, or in the library.
    fn lead_alt(&self) -> &str {
        let known = self.picture.as_ref().map_or("", |picture| picture.alt.as_str());
        if self.entry.image_alt.is_empty() { known } else { &self.entry.image_alt }
    }

    /// What other services show of it.
    fn share(&self) -> Option<Form> {
        let other = || Form { url: self.entry.image_url.clone(), width: 0, height: 0 };
        (!self.entry.image_url.is_empty()).then(|| self.picture.as_ref().map_or_else(other, Picture::share))
    }

    /// What is drawn for them where it has no picture.
    fn drawn(&self) -> Option<Form> {
        let site = &self.page.site;
        let wanted = self.entry.image_url.is_empty() && site.reach.share_pictures;
        let (width, height) = SHARE_SIZE;
        wanted.then(|| Form { url: share_picture(site, self.entry.id.number(), &self.entry.title), width, height })
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

    /// The menu beside it.
    fn beside(&self) -> Option<&Menu> {
        self.page.menus.beside(self.entry.path.as_deref()?)
    }

    fn is_plain(&self) -> bool {
        !self.has_contents() && self.beside().is_none()
    }

    fn meta_title(&self) -> &str {
        if self.entry.meta_title.is_empty() { &self.entry.title } else { &self.entry.meta_title }
    }

    fn meta_description(&self) -> &str {
        if self.entry.meta_description.is_empty() { &self.entry.summary } else { &self.entry.meta_description }
    }

    /// Its address as a parameter of another.
    fn oembed_url(&self) -> String {
        query_value(&self.page.absolute(self.entry.address()))
    }

    fn structured(&self) -> JsonLd {
        let picture = self.share().map(|form| self.page.absolute(&form.url));
        let told = structured::Told {
            language: self.page.spoken(),
            series: self.series.as_ref().map(|(series, standing)| (series, standing.number)),
            text: &self.text.html,
            description: self.meta_description(),
            picture,
            crumbs: &self.crumbs,
            changed: self.changed(),
        };
        structured::entry(&self.page, &self.entry, &self.author, told)
    }

    fn may_edit(&self) -> bool {
        !self.preview && self.may_edit
    }

    fn edit_url(&self) -> String {
        paths::edit(self.entry.id)
    }

    /// When visitors got another text after it came out. What was imported came out before it was here.
    fn changed(&self) -> Option<NaiveDateTime> {
        let out = self.entry.published_at?.max(self.entry.created_at);
        self.went_live.filter(|at| *at > out)
    }

    /// The same, where that was a day or more after.
    fn changed_later(&self) -> Option<NaiveDateTime> {
        let out = self.entry.published_at?;
        self.changed().filter(|at| *at - out.max(self.entry.created_at) > TimeDelta::days(1))
    }
}

/// Related posts are chosen from lists that change more often than the choice does; so do the nearest parts of a series from all.
fn doubt(middle: Middle, found: &Around) -> Doubt {
    let lists = middle.tags.iter().map(|id| List::Tag(*id)).chain(middle.topics.iter().map(|id| List::Category(*id)));
    let tags = lists.map(List::cache_tag).chain(middle.series.map(shown::parts)).collect();
    let chosen: Vec<EntryId> = found.chosen().collect();
    let standing = found.standing.clone();
    let still = move |conn: &mut Conn, pages: &PageCache| {
        let now = Around::of(conn, pages, &middle)?;
        Ok(now.chosen().eq(chosen.iter().copied()) && now.standing == standing)
    };
    Doubt { tags, still: Arc::new(still) }
}

/// A category and those above it, as a trail.
fn crumbs(trail: Vec<&Category>) -> Vec<Named> {
    let first = (paths::POSTS.to_owned(), "Articles".to_owned());
    [first].into_iter().chain(trail.into_iter().map(|one| (one.url(), one.name.clone()))).collect()
}
