//! Tags in the admin: the list, renaming, deletion. Merging is in [`super::tag_merges`].

use super::tag_merges;
use crate::{
    content::{
        forms::tag::TagForm,
        model::{
            tag::{Tag, TagId},
            tag_changes,
        },
        paths,
    },
    db::cursor::{Cursor, Slice},
    error::{AppError, AppResult},
    site::{
        Page,
        page::{count, number},
    },
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
const PAGE: usize = 50;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::ADMIN_TAGS, read().to(index))
        .route("/admin/tags/{id}", read().to(edit))
        .route("/admin/tags/{id}", post().to(update))
        .route("/admin/tags/{id}/merge", read().to(tag_merges::new))
        .route("/admin/tags/{id}/merge", post().to(tag_merges::create))
        .route("/admin/tags/{id}/deletion", read().to(deletion))
        .route("/admin/tags/{id}/deletion", post().to(destroy));
}

/// What the address of the list may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Params {
    q: String,
    before: Option<String>,
    after: Option<String>,
}

/// A tag in the list, with how many live posts have it.
struct Row {
    tag: Tag,
    posts: String,
}

#[derive(Template)]
#[template(path = "content/admin/tags/index.html")]
struct Index {
    page: Page,
    words: String,
    rows: Vec<Row>,
    earlier: Option<String>,
    later: Option<String>,
}

/// `GET /admin/tags` — all tags from A to Z, or those whose name holds the words.
async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let words: String = params.q.trim().chars().take(80).collect();
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let slice = Tag::page(conn, &words, cursor.as_ref(), PAGE)?;
        let counts = Tag::counts(conn, &slice.rows)?;
        let posts = |tag: &Tag| number(counts.get(&tag.id.number()).copied().unwrap_or(0));
        let link = |way: &str, mark: &Option<String>| {
            mark.as_ref().map(|mark| format!("{}?q={}&{way}={}", paths::ADMIN_TAGS, query_value(&words), query_value(mark)))
        };
        let (earlier, later) = (link("after", &slice.newer), link("before", &slice.older));
        let Slice { rows, .. } = slice.map(|tag| Row { posts: posts(&tag), tag });
        Ok(Index { page: Page::admin(conn, visit)?, words, rows, earlier, later })
    })
    .await
}

#[derive(Template)]
#[template(path = "content/admin/tags/edit.html")]
struct EditTag {
    page: Page,
    tag: Tag,
    form: TagForm,
    errors: FormErrors,
}

/// `GET /admin/tags/{id}` — the form with what is stored.
async fn edit(ctx: Ctx, id: web::Path<TagId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    form_page(&ctx, id.into_inner(), None, FormErrors::none()).await
}

/// `POST /admin/tags/{id}` — renames it; the old address leads to the new one.
async fn update(ctx: Ctx, id: web::Path<TagId>, form: Submitted<TagForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    match save(&ctx, id, &form).await {
        Ok(()) => ctx.flash(format!("Saved the tag “{}”.", form.name)).see_other(paths::ADMIN_TAGS),
        Err(AppError::Invalid(errors)) => form_page(&ctx, id, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

async fn save(ctx: &Ctx, id: TagId, form: &TagForm) -> AppResult<()> {
    form.check()?;
    let (form, actor, now) = (form.clone(), ctx.actor(), ctx.now());
    ctx.db.write(move |conn| tag_changes::rename(conn, id, &form.name, &form.slug, &actor, now)).await
}

async fn form_page(ctx: &Ctx, id: TagId, form: Option<TagForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let tag = Tag::find(conn, id)?;
        Ok(EditTag { page: Page::admin(conn, visit)?, form: form.unwrap_or_else(|| TagForm::of(&tag)), tag, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

#[derive(Template)]
#[template(path = "content/admin/tags/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    tag: Tag,
    /// “3 entries have”; `None`: none has it.
    entries: Option<String>,
}

/// `GET /admin/tags/{id}/deletion` — asks, and says how many entries lose it.
async fn deletion(ctx: Ctx, id: web::Path<TagId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    ctx.draw(move |conn| {
        let tag = Tag::find(conn, id)?;
        let entries = tag_changes::entries_with(conn, id)?;
        let entries = (entries > 0).then(|| count(entries, "entry has it and loses it", "entries have it and lose it"));
        Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, tag, entries })
    })
    .await
}

/// `POST /admin/tags/{id}/deletion` — takes it off everything and away.
async fn destroy(ctx: Ctx, id: web::Path<TagId>, form: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (id, actor, now, _) = (id.into_inner(), ctx.actor(), ctx.now(), form.into_inner());
    let gone = ctx.db.write(move |conn| tag_changes::delete(conn, id, &actor, now)).await?;
    ctx.flash(format!("Deleted the tag “{}”.", gone.name)).see_other(paths::ADMIN_TAGS)
}
