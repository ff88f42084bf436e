//! Previews: what is in the form, or any revision, as visitors would see it; alone, or in frames as wide as a phone, a tablet
//! and a desk.
//!
//! Of all pages only these may stand in a frame, and only in a frame of ours. Nobody keeps them.

use super::{
    super::{
        forms::entry::EntryForm,
        model::{
            category,
            entry::{Author, Entry, EntryId, EntryState, Kind, Listed, Text},
            live::Live,
            reach, rendering,
            revision::{self, Draft, Revision, RevisionId},
            series, tag,
            translation::Spoken,
        },
        paths,
        public::ShowEntry,
    },
    editor::may_change,
    parent_field,
};
use crate::{
    accounts::model::user::User,
    db::Conn,
    error::{AppError, AppResult},
    media::model::picture::Picture,
    site::{Page, SiteSettings},
    web::{
        ctx::{Ctx, Visit},
        form::Submitted,
        headers,
        methods::{post, read},
        person::{Person, Right},
        render::render,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::OptionalExtension;
use serde::Deserialize;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/entries/preview", post().to(preview))
        .route("/admin/entries/{id}/preview", read().to(preview_saved))
        .route("/admin/entries/{id}/preview/frames", read().to(frames))
        .route("/admin/entries/{id}/revisions/{number}/preview", read().to(preview_revision));
}

/// `POST /admin/entries/preview` — what is in the form, in the theme. Nothing is saved.
async fn preview(ctx: Ctx, form: Submitted<EntryForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, mut form) = (ctx.visit(), form.into_inner());
    let view = ctx.db.read(move |conn| {
        parent_field::settle_known(conn, &mut form)?;
        let zone = SiteSettings::load(conn)?.time_zone;
        // A preview is drawn of whatever can be read; mistakes are told when it is saved.
        let (draft, _) = EntryForm { r#do: String::new(), ..form.clone() }.check(&person, zone).or_else(|_| {
            let plain = EntryForm { title: form.title.chars().take(300).collect(), body: form.body.clone(), ..EntryForm::default() };
            EntryForm { title: if plain.title.is_empty() { "Untitled".to_owned() } else { plain.title.clone() }, ..plain }
                .check(&person, zone)
        })?;
        let kind = Kind::from_word(&form.kind).unwrap_or(Kind::Post);
        let base = form.base.parse::<RevisionId>().ok().map(|base| own_base(conn, base, &person)).transpose()?.flatten();
        show_draft(conn, visit, kind, base, &draft)
    });
    framed(&view.await?)
}

/// The revision from which a form began, if its entry is one that this person may change: else its topics would be told.
fn own_base(conn: &mut Conn, base: RevisionId, person: &Person) -> AppResult<Option<RevisionId>> {
    let Some(found) = Revision::find(conn, base).optional()? else { return Ok(None) };
    let entry = Entry::find(conn, found.entry_id)?;
    Ok(reach::may_change(conn, &entry, person)?.then_some(base))
}

/// `GET /admin/entries/{id}/preview` — the newest revision in the theme.
async fn preview_saved(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    let view = ctx.db.read(move |conn| {
        let entry = may_change(conn, id, &person)?;
        let newest = entry.latest_revision_id.ok_or(AppError::NotFound)?;
        let draft = Revision::find(conn, newest)?.draft();
        show_draft(conn, visit, entry.kind, Some(newest), &draft)
    });
    framed(&view.await?)
}

/// `GET /admin/entries/{id}/revisions/{number}/preview` — any revision in the theme.
async fn preview_revision(ctx: Ctx, path: web::Path<(EntryId, i32)>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, (id, number)) = (ctx.visit(), path.into_inner());
    let view = ctx.db.read(move |conn| {
        let entry = may_change(conn, id, &person)?;
        let revision = Revision::numbered(conn, id, number)?;
        show_draft(conn, visit, entry.kind, Some(revision.id), &revision.draft())
    });
    framed(&view.await?)
}

/// A preview, which pages of ours may show in a frame.
fn framed(view: &impl Template) -> AppResult<HttpResponse> {
    let mut answer = render(view)?;
    headers::allow_in_frames(&mut answer);
    Ok(answer)
}

/// A draft as visitors would see it: without what the person who looks at it is offered.
pub fn show_draft(conn: &mut Conn, visit: Visit, kind: Kind, base: Option<RevisionId>, draft: &Draft) -> AppResult<ShowEntry> {
    let visit = Visit { person: None, token: None, flashes: Vec::new(), ..visit };
    let now = visit.now;
    let rendered = rendering::render(conn, &draft.body, &draft.image_url)?;
    let stored = match base {
        Some(base) => Revision::find(conn, base).ok().map(|revision| Entry::find(conn, revision.entry_id)).transpose()?,
        None => None,
    };
    let author = User::find(conn, draft.author)?;
    let author = Author { id: author.id, name: author.name, slug: author.slug, bio: author.bio };
    let listed = Listed {
        id: stored.as_ref().map_or(0.into(), |entry| entry.id),
        kind,
        parent_id: draft.parent,
        path: stored.as_ref().and_then(|entry| entry.path.clone()).or_else(|| Some("/posts/preview".to_owned())),
        position: stored.as_ref().map_or(0, |entry| entry.position),
        state: EntryState::Draft,
        title: draft.title.clone(),
        author_id: draft.author,
        live_revision_id: None,
        latest_revision_id: base,
        publish_at: None,
        scheduled_revision_id: None,
        unpublish_at: None,
        changed_at: now,
    };
    let entry = Entry {
        listed,
        slug: draft.slug.clone(),
        summary: draft.summary.clone(),
        words: rendered.words as i32,
        image_url: draft.image_url.clone(),
        image_alt: draft.image_alt.clone(),
        meta_title: draft.meta_title.clone(),
        meta_description: draft.meta_description.clone(),
        featured: draft.featured,
        published_at: draft.dated_at.or(stored.and_then(|entry| entry.published_at)).or(Some(now)),
        created_at: now,
        trashed_at: None,
        trashed_with_id: None,
    };
    let live = Live {
        picture: Picture::at(conn, &entry.image_url)?,
        topics: category::of_entry(conn, entry.id)?,
        tags: tag::of_entry(conn, entry.id)?,
        series: series::of_entry(conn, entry.id)?,
        spoken: Spoken::of(conn, entry.id)?,
        text: Text { html: rendered.html, headings: rendered.headings },
        went_live: None,
        entry,
        author,
    };
    let view = match kind {
        Kind::Post => ShowEntry::post(conn, visit, live)?,
        Kind::Page => ShowEntry::page(conn, visit, live)?,
    };
    Ok(view.into_preview())
}

/// A width to look at: its word in the address, its name, pixels.
const WIDTHS: &[(&str, &str, u32)] = &[("phone", "Phone", 360), ("tablet", "Tablet", 768), ("desk", "Desk", 1280)];

/// What the address of the frames may say. Nonsense is the default.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FrameParams {
    revision: String,
    width: String,
}

#[derive(Template)]
#[template(path = "content/admin/entries/frames.html")]
struct Frames {
    page: Page,
    entry: Entry,
    number: i32,
    newest: i32,
    live: Option<i32>,
    /// The word of the one width that is shown; empty: all.
    width: String,
}

impl Frames {
    fn address(&self, revision: &i32, width: &str) -> String {
        let width = if width.is_empty() { String::new() } else { format!("&width={width}") };
        format!("{}/preview/frames?revision={revision}{width}", paths::edit(self.entry.id))
    }

    fn source(&self) -> String {
        format!("{}/revisions/{}/preview", paths::edit(self.entry.id), self.number)
    }

    fn shown(&self) -> impl Iterator<Item = &'static (&'static str, &'static str, u32)> {
        WIDTHS.iter().filter(|(word, ..)| self.width.is_empty() || self.width == *word)
    }
}

/// `GET /admin/entries/{id}/preview/frames?revision=5&width=phone` — a revision as wide as a phone, a tablet and a desk.
async fn frames(ctx: Ctx, id: web::Path<EntryId>, params: web::Query<FrameParams>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, id, params) = (ctx.visit(), id.into_inner(), params.into_inner());
    let mut answer = ctx
        .draw(move |conn| {
            let entry = may_change(conn, id, &person)?;
            let newest = revision::number(conn, entry.latest_revision_id.ok_or(AppError::NotFound)?)?;
            let live = entry.live_revision_id.map(|live| revision::number(conn, live)).transpose()?;
            let number = match params.revision.parse() {
                Ok(number) => Revision::numbered(conn, id, number)?.number,
                Err(_) => newest,
            };
            let width = WIDTHS.iter().find(|(word, ..)| *word == params.width).map_or("", |(word, ..)| word).to_owned();
            Ok(Frames { page: Page::admin(conn, visit)?, entry, number, newest, live, width })
        })
        .await?;
    headers::allow_frames(&mut answer);
    Ok(answer)
}
