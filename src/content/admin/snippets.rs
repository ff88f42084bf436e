//! Snippets in the admin: the list, the form with where one is used, deletion.

use crate::{
    content::{
        forms::snippet::SnippetForm,
        model::{
            entry::Listed,
            rendering,
            snippet::{Snippet, SnippetId, changes, uses},
        },
        paths,
    },
    db::cursor::{Cursor, Slice},
    error::{AppError, AppResult},
    markup::SafeHtml,
    site::{Page, page::count},
    web::{
        ctx::Ctx,
        form::{Confirmed, FormErrors, Submitted},
        local_path::query_value,
        methods::{post, read},
        person::Right,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Rows on one page.
const PAGE: usize = 30;
/// Uses that are counted for a row of the list.
const COUNTED: i64 = 100;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::SNIPPETS, read().to(index))
        .route(paths::SNIPPETS, post().to(create))
        .route("/admin/snippets/new", read().to(new))
        .route("/admin/snippets/{id}", read().to(edit))
        .route("/admin/snippets/{id}", post().to(update))
        .route("/admin/snippets/{id}/deletion", read().to(deletion))
        .route("/admin/snippets/{id}/deletion", post().to(destroy));
}

/// What the address of the list may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Params {
    q: String,
    before: Option<String>,
    after: Option<String>,
}

/// A snippet in the list, with on how many entries it stands.
struct Row {
    snippet: Snippet,
    uses: String,
}

#[derive(Template)]
#[template(path = "content/admin/snippets/index.html")]
struct Index {
    page: Page,
    words: String,
    rows: Vec<Row>,
    earlier: Option<String>,
    later: Option<String>,
}

/// `GET /admin/snippets` — all snippets from A to Z, or those whose name holds the words.
async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSnippets)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let words: String = params.q.trim().chars().take(60).collect();
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let Slice { rows: found, newer, older } = Snippet::page(conn, &words, cursor.as_ref(), PAGE)?;
        let mut rows = Vec::new();
        for snippet in found {
            let names = snippet.names(conn)?;
            rows.push(Row { uses: shown(uses::count(conn, &names, COUNTED)?), snippet });
        }
        let link = |way: &str, mark: Option<String>| {
            mark.map(|mark| format!("{}?q={}&{way}={}", paths::SNIPPETS, query_value(&words), query_value(&mark)))
        };
        let (earlier, later) = (link("after", newer), link("before", older));
        Ok(Index { page: Page::admin(conn, visit)?, words, rows, earlier, later })
    })
    .await
}

fn shown(uses: i64) -> String {
    if uses >= COUNTED { format!("{COUNTED} entries or more") } else { count(uses, "entry", "entries") }
}

#[derive(Template)]
#[template(path = "content/admin/snippets/edit.html")]
struct EditSnippet {
    page: Page,
    /// What is stored; `None` for a new one.
    own: Option<Stored>,
    form: SnippetForm,
    errors: FormErrors,
}

/// A snippet that there is, as the form shows it.
struct Stored {
    snippet: Snippet,
    /// What visitors read.
    html: SafeHtml,
    /// Names that it had before.
    earlier: Vec<String>,
    users: Vec<Listed>,
    user_count: i64,
}

impl EditSnippet {
    fn action(&self) -> String {
        self.own.as_ref().map_or_else(|| paths::SNIPPETS.to_owned(), |own| own.snippet.admin_url())
    }

    fn heading(&self) -> String {
        self.own.as_ref().map_or_else(|| "New snippet".to_owned(), |own| own.snippet.name.clone())
    }
}

/// `GET /admin/snippets/new` — an empty form.
async fn new(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSnippets)?;
    form_page(&ctx, None, Some(SnippetForm::default()), FormErrors::none()).await
}

/// `POST /admin/snippets` — makes a snippet.
async fn create(ctx: Ctx, form: Submitted<SnippetForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSnippets)?;
    let form = form.into_inner().at_home(&ctx.state.base_url);
    let (wanted, actor, now) = (form.clone(), ctx.actor(), ctx.now());
    let made = ctx.db.write(move |conn| {
        wanted.check()?;
        changes::create(conn, &wanted.name, &wanted.body, &actor, now)
    });
    match made.await {
        Ok(id) => ctx.flash(format!("Made the snippet “{}”.", form.name)).see_other(paths::snippet(id)),
        Err(AppError::Invalid(errors)) => form_page(&ctx, None, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

/// `GET /admin/snippets/{id}` — the form with what is stored, how it reads, and where it is used.
async fn edit(ctx: Ctx, id: web::Path<SnippetId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSnippets)?;
    form_page(&ctx, Some(*id), None, FormErrors::none()).await
}

/// `POST /admin/snippets/{id}` — saves it; every entry that uses it shows the new words.
async fn update(ctx: Ctx, id: web::Path<SnippetId>, form: Submitted<SnippetForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSnippets)?;
    let (id, form) = (id.into_inner(), form.into_inner().at_home(&ctx.state.base_url));
    let (wanted, actor, now) = (form.clone(), ctx.actor(), ctx.now());
    let saved = ctx.db.write(move |conn| {
        wanted.check()?;
        changes::change(conn, id, &wanted.name, &wanted.body, &actor, now)
    });
    match saved.await {
        Ok(true) => ctx.flash("Saved. Every page that uses it shows the new words."),
        Ok(false) => ctx.flash("Nothing was changed, so there is nothing new to save."),
        Err(AppError::Invalid(errors)) => return form_page(&ctx, Some(id), Some(form), errors).await,
        Err(other) => return Err(other),
    }
    .see_other(paths::snippet(id))
}

async fn form_page(ctx: &Ctx, id: Option<SnippetId>, form: Option<SnippetForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let own = match id {
            Some(id) => {
                let snippet = Snippet::find(conn, id)?;
                let names = snippet.names(conn)?;
                let (users, user_count) = uses::shown(conn, &names)?;
                let html = rendering::render(conn, &snippet.body, "")?.html;
                Some(Stored { html, earlier: names[1..].to_vec(), users, user_count, snippet })
            }
            None => None,
        };
        let form = form.or_else(|| own.as_ref().map(|own| SnippetForm::of(&own.snippet))).unwrap_or_default();
        Ok(EditSnippet { page: Page::admin(conn, visit)?, own, form, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

#[derive(Template)]
#[template(path = "content/admin/snippets/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    snippet: Snippet,
    users: Vec<Listed>,
    user_count: i64,
}

/// `GET /admin/snippets/{id}/deletion` — asks, and says where it is used.
async fn deletion(ctx: Ctx, id: web::Path<SnippetId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSnippets)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    ctx.draw(move |conn| {
        let snippet = Snippet::find(conn, id)?;
        let names = snippet.names(conn)?;
        let (users, user_count) = uses::shown(conn, &names)?;
        Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, snippet, users, user_count })
    })
    .await
}

/// `POST /admin/snippets/{id}/deletion` — takes it away; where it stood, nothing stands.
async fn destroy(ctx: Ctx, id: web::Path<SnippetId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSnippets)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let gone = ctx.db.write(move |conn| changes::delete(conn, id, &actor, now)).await?;
    ctx.flash(format!("Deleted the snippet “{}”.", gone.name)).see_other(paths::SNIPPETS)
}
