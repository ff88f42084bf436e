//! The links below a post: those that an editor chooses, and those that were found.

use super::super::{forms::links::LinksForm, model::related, paths};
use crate::{
    content::model::{
        entry::{Entry, EntryId, Listed},
        reach,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "search/admin/links.html")]
struct Edit {
    page: Page,
    entry: Entry,
    /// What a job has found.
    found: Vec<Listed>,
    form: LinksForm,
    errors: FormErrors,
}

/// `GET /admin/entries/{id}/links` — what is chosen, and what was found.
pub async fn edit(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    form_page(&ctx, *id, person, None, FormErrors::none()).await
}

/// `POST /admin/entries/{id}/links` — puts links first.
pub async fn update(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<LinksForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    let (wanted, who, base_url, actor, now) = (form.clone(), person.clone(), ctx.state.base_url.clone(), ctx.actor(), ctx.now());
    let saved = ctx.db.write(move |conn| {
        reach::require(conn, id, &who)?;
        let links = wanted.check(conn, id, &base_url)?;
        related::choose(conn, id, &links, &actor, now)
    });
    match saved.await {
        Ok(true) => ctx.flash("Saved. The post shows these links first."),
        Ok(false) => ctx.flash("Nothing was changed, so there is nothing new to save."),
        Err(AppError::Invalid(errors)) => return form_page(&ctx, id, person, Some(form), errors).await,
        Err(other) => return Err(other),
    }
    .see_other(paths::links(id))
}

async fn form_page(ctx: &Ctx, id: EntryId, person: Person, form: Option<LinksForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let entry = reach::require(conn, id, &person)?;
        let form = match form {
            Some(form) => form,
            None => LinksForm::of(&related::chosen(conn, id)?),
        };
        Ok(Edit { found: related::found(conn, id)?, page: Page::admin(conn, visit)?, entry, form, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}
