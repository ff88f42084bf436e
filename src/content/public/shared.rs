//! A draft that was shared by a link: for people without an account, who may leave notes if the link allows it.
//!
//! The page is kept by nobody, found by no search engine, and tells no other site its address. A link that has ended, was taken
//! back or never was answers the same.

use super::super::{
    admin::show_draft,
    board::Board,
    forms::note::NoteForm,
    model::{
        entry::Entry,
        note::{self, By, NoteId},
        revision::Revision,
        share::{self, ShareLink},
    },
    paths,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        methods::{post, read},
        render::private,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{CACHE_CONTROL, HeaderName, HeaderValue, REFERRER_POLICY},
    },
    web,
};
use askama::Template;
use chrono::NaiveDateTime;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/review/{token}", read().to(show)).route("/review/{token}/notes", post().to(create));
}

/// What a page says about the link that opened it.
pub struct Shared {
    /// Who made the link.
    pub by: Option<String>,
    /// When it ends.
    pub until: NaiveDateTime,
    /// Which revision it shows.
    pub number: i32,
    /// The notes, if the link allows them.
    pub board: Option<Board>,
}

#[derive(Template)]
#[template(path = "content/public/dead_link.html")]
struct DeadLink {
    page: Page,
}

/// `GET /review/{token}` — the draft in the theme.
async fn show(ctx: Ctx, req: HttpRequest, token: web::Path<String>) -> AppResult<HttpResponse> {
    let counts = req.method() == Method::GET;
    let answer = sheet(&ctx, &token, NoteForm::empty(), FormErrors::none()).await?;
    match answer {
        Sheet::Dead(answer) => Ok(answer),
        Sheet::Alive(answer, link) => {
            let now = ctx.now();
            if counts && link.counts(now) {
                ctx.db.write(move |conn| share::viewed(conn, link.id, now)).await?;
            }
            Ok(answer)
        }
    }
}

/// `POST /review/{token}/notes` — leaves a note or a reply.
async fn create(ctx: Ctx, token: web::Path<String>, form: Submitted<NoteForm>) -> AppResult<HttpResponse> {
    let form = form.into_inner();
    match add(&ctx, &token, &form).await {
        Ok(None) => dead(&ctx).await,
        Ok(Some(note)) => {
            let shown = if form.parent.is_empty() { note.to_string() } else { form.parent };
            Ok(sealed(ctx.see_other(format!("{}#note-{shown}", paths::shared(&token)))?))
        }
        Err(AppError::Invalid(errors)) => Ok(match sheet(&ctx, &token, form, errors).await? {
            Sheet::Alive(answer, _) | Sheet::Dead(answer) => answer,
        }),
        Err(other) => Err(other),
    }
}

/// The new note; `None` where the link opens nothing.
async fn add(ctx: &Ctx, token: &str, form: &NoteForm) -> AppResult<Option<NoteId>> {
    let (token, form, person, actor, now) = (token.to_owned(), form.clone(), ctx.person.clone(), ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| {
            let Some((link, entry)) = share::open(conn, &token, now)? else { return Ok(None) };
            if !link.allows_notes {
                return Err(AppError::Forbidden("This link shows the draft, but takes no notes. Ask who sent it for another one."));
            }
            let new = form.check(person.is_none())?;
            let by = match &person {
                Some(person) => By::Person(person.id),
                None => By::Guest { name: form.name.split_whitespace().collect::<Vec<_>>().join(" "), link: link.id },
            };
            let revision = shown(conn, &link, &entry)?;
            note::add(conn, &revision, &new, &by, &actor, now).map(Some)
        })
        .await
}

/// The revision that a link shows.
fn shown(conn: &mut Conn, link: &ShareLink, entry: &Entry) -> AppResult<Revision> {
    let id = link.revision_id.or(entry.latest_revision_id).ok_or(AppError::NotFound)?;
    Ok(Revision::find(conn, id)?)
}

/// What a link opens.
struct Opened {
    link: ShareLink,
    html: String,
}

/// An answer, and the link that it was opened by.
enum Sheet {
    Alive(HttpResponse, Box<ShareLink>),
    Dead(HttpResponse),
}

async fn sheet(ctx: &Ctx, token: &str, form: NoteForm, errors: FormErrors) -> AppResult<Sheet> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (visit, token) = (ctx.visit(), token.to_owned());
    let opened = ctx.db.read(move |conn| draw(conn, visit, &token, form, errors)).await?;
    match opened {
        Some(opened) => {
            let answer = HttpResponse::build(status).content_type("text/html; charset=utf-8").body(opened.html);
            Ok(Sheet::Alive(sealed(answer), Box::new(opened.link)))
        }
        None => Ok(Sheet::Dead(dead(ctx).await?)),
    }
}

fn draw(conn: &mut Conn, visit: Visit, token: &str, form: NoteForm, errors: FormErrors) -> AppResult<Option<Opened>> {
    let Some((link, entry)) = share::open(conn, token, visit.now)? else { return Ok(None) };
    let revision = shown(conn, &link, &entry)?;
    let is_guest = visit.person.is_none();
    let token_of_forms = visit.token.clone();
    let mut view = show_draft(conn, visit, entry.kind, Some(revision.id), &revision.draft())?;
    let mut board = None;
    if link.allows_notes {
        let (threads, html) = note::threads(conn, entry.id, view.html())?;
        view.set_html(html);
        let address = format!("{}/notes", paths::shared(token));
        board = Some(Board { threads, form, errors, address, is_guest, may_settle: false });
    }
    let shared = Shared { by: link.made_by.clone(), until: link.expires_at, number: revision.number, board };
    Ok(Some(Opened { html: view.into_shared(shared, token_of_forms).render()?, link }))
}

/// The same page for every link that opens nothing.
async fn dead(ctx: &Ctx) -> AppResult<HttpResponse> {
    let visit = Visit { person: None, ..ctx.visit() };
    let view = ctx.db.read(move |conn| Ok(DeadLink { page: Page::load(conn, visit)? })).await?;
    Ok(sealed(private(HttpResponse::NotFound(), &view)?))
}

/// Kept by nobody, listed nowhere, and silent to other sites about where it stands.
fn sealed(mut answer: HttpResponse) -> HttpResponse {
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow, noarchive"));
    answer
}
