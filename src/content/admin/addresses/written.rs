//! The form of a redirect, for new ones and for old ones.

use super::super::super::{
    forms::redirect::RedirectForm,
    model::{
        entry::Entry,
        redirect::{Redirect, RedirectId, changes},
    },
    paths,
};
use crate::{
    error::{AppError, AppResult},
    site::{Page, page::number},
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::Right,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/redirects/new", read().to(new))
        .route(paths::REDIRECTS, post().to(create))
        .route("/admin/redirects/{id}", read().to(edit))
        .route("/admin/redirects/{id}", post().to(update));
}

#[derive(Template)]
#[template(path = "content/admin/redirects/edit.html")]
struct EditRedirect {
    page: Page,
    /// `None`: a new one.
    redirect: Option<Redirect>,
    form: RedirectForm,
    errors: FormErrors,
}

impl EditRedirect {
    fn action(&self) -> String {
        self.redirect.as_ref().map_or_else(|| paths::REDIRECTS.to_owned(), |redirect| paths::redirect(redirect.id))
    }

    fn statuses(&self) -> Vec<(String, &'static str, &'static str)> {
        RedirectForm::statuses()
    }

    fn number(value: &i64) -> String {
        number(*value)
    }
}

/// What the address of a new one may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewParams {
    from: String,
}

/// `GET /admin/redirects/new` — an empty form, or one for the address that is given.
async fn new(ctx: Ctx, params: web::Query<NewParams>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let from: String = params.into_inner().from.chars().take(700).collect();
    sheet(&ctx, None, Some(RedirectForm::empty(&from)), FormErrors::none()).await
}

/// `POST /admin/redirects` — makes one.
async fn create(ctx: Ctx, form: Submitted<RedirectForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let form = form.into_inner();
    match save(&ctx, None, &form).await {
        Ok(told) => ctx.flash(format!("Made the redirect. {told}").trim_end()).see_other(paths::REDIRECTS),
        Err(AppError::Invalid(errors)) => sheet(&ctx, None, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

/// `GET /admin/redirects/{id}` — the form with what is stored.
async fn edit(ctx: Ctx, id: web::Path<RedirectId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    sheet(&ctx, Some(id.into_inner()), None, FormErrors::none()).await
}

/// `POST /admin/redirects/{id}` — changes it.
async fn update(ctx: Ctx, id: web::Path<RedirectId>, form: Submitted<RedirectForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    match save(&ctx, Some(id), &form).await {
        Ok(told) => ctx.flash(format!("Saved the redirect. {told}").trim_end()).see_other(paths::REDIRECTS),
        Err(AppError::Invalid(errors)) => sheet(&ctx, Some(id), Some(form), errors).await,
        Err(other) => Err(other),
    }
}

/// Writes it; tells what is remarkable about it.
async fn save(ctx: &Ctx, id: Option<RedirectId>, form: &RedirectForm) -> AppResult<String> {
    let new = form.check().and_then(|wish| wish.read(&ctx.state.base_url))?;
    let (actor, now) = (ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| match id {
            None => Ok(changes::create(conn, &new, &actor, now)?.1),
            Some(id) => changes::change(conn, id, &new, &actor, now),
        })
        .await
}

async fn sheet(ctx: &Ctx, id: Option<RedirectId>, form: Option<RedirectForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let redirect = id.map(|id| Redirect::find(conn, id)).transpose()?;
        let entry = redirect.as_ref().and_then(|redirect| redirect.target_entry_id).map(|id| Entry::find(conn, id)).transpose()?;
        let to = match (&entry, &redirect) {
            (Some(entry), _) => entry.path.clone().unwrap_or_default(),
            (None, Some(redirect)) => redirect.to_path.clone().unwrap_or_default(),
            (None, None) => String::new(),
        };
        let stored = || redirect.as_ref().map(|redirect| RedirectForm::of(redirect, &to)).unwrap_or_default();
        let form = form.unwrap_or_else(stored);
        Ok(EditRedirect { page: Page::admin(conn, visit)?, redirect, form, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}
