//! The notes on a draft: its text with the passages marked, the notes beside it, and forms to add, reply, settle.

use super::{
    super::{
        board::Board,
        forms::note::{NoteForm, SettleForm},
        model::{
            entry::{Entry, EntryId},
            note::{self, By, NoteId},
            rendering,
            revision::Revision,
            share,
        },
        paths,
    },
    editor::may_change,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    markup::SafeHtml,
    site::Page,
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/entries/{id}/notes", read().to(index))
        .route("/admin/entries/{id}/notes", post().to(create))
        .route("/admin/entries/{id}/notes/{note}/resolution", post().to(settle));
}

/// What the editor says about notes and links.
#[derive(Default)]
pub struct Outside {
    /// How many notes are open.
    pub notes: i64,
    /// How many links work.
    pub links: i64,
}

impl Outside {
    /// Of that entry.
    pub fn load(conn: &mut Conn, entry: Option<&Entry>, now: NaiveDateTime) -> AppResult<Outside> {
        let Some(entry) = entry else { return Ok(Outside::default()) };
        Ok(Outside { notes: note::open(conn, entry.id)?, links: share::working(conn, entry.id, now)? })
    }
}

#[derive(Template)]
#[template(path = "content/admin/entries/notes.html")]
struct Notes {
    page: Page,
    entry: Entry,
    revision: Revision,
    html: SafeHtml,
    board: Board,
}

/// `GET /admin/entries/{id}/notes` — the newest draft with the notes on it.
async fn index(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    sheet(&ctx, &person, id.into_inner(), NoteForm::empty(), FormErrors::none()).await
}

/// `POST /admin/entries/{id}/notes` — leaves a note or a reply.
async fn create(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<NoteForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    match add(&ctx, &person, id, &form).await {
        Ok(_) if !form.parent.is_empty() => ctx.flash("Replied.").see_other(format!("{}/notes#note-{}", paths::edit(id), form.parent)),
        Ok(note) => ctx.flash("Left the note.").see_other(format!("{}/notes#note-{note}", paths::edit(id))),
        Err(AppError::Invalid(errors)) => sheet(&ctx, &person, id, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn add(ctx: &Ctx, person: &Person, id: EntryId, form: &NoteForm) -> AppResult<NoteId> {
    let (form, person, actor, now) = (form.clone(), person.clone(), ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| {
            let newest = may_change(conn, id, &person)?.latest_revision_id.ok_or(AppError::NotFound)?;
            let newest = Revision::find(conn, newest)?;
            note::add(conn, &newest, &form.check(false)?, &By::Person(person.id), &actor, now)
        })
        .await
}

async fn sheet(ctx: &Ctx, person: &Person, id: EntryId, form: NoteForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, person) = (ctx.visit(), person.clone());
    let view = ctx.db.read(move |conn| {
        let entry = may_change(conn, id, &person)?;
        let revision = Revision::find(conn, entry.latest_revision_id.ok_or(AppError::NotFound)?)?;
        let draft = revision.draft();
        let html = rendering::render(conn, &draft.body, &draft.image_url)?.html;
        let (threads, html) = note::threads(conn, id, &html)?;
        let board = Board { threads, form, errors, address: format!("{}/notes", paths::edit(id)), is_guest: false, may_settle: true };
        Ok(Notes { page: Page::admin(conn, visit)?, entry, revision, html, board })
    });
    let view = view.await?;
    render_form(&view, &view.board.errors)
}

/// `POST /admin/entries/{id}/notes/{note}/resolution` — settles a note, or opens it again.
async fn settle(ctx: Ctx, path: web::Path<(EntryId, NoteId)>, form: Submitted<SettleForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let ((id, note), done) = (path.into_inner(), form.into_inner().done);
    let (actor, now) = (ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| {
            may_change(conn, id, &person)?;
            note::settle(conn, id, note, done, &actor, now)
        })
        .await?;
    let said = if done { "Settled the note." } else { "Opened the note again." };
    ctx.flash(said).see_other(format!("{}/notes#note-{note}", paths::edit(id)))
}
