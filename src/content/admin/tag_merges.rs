//! Merging a tag into another.

use crate::{
    content::{
        forms::tag::MergeForm,
        model::{
            tag::{Tag, TagId},
            tag_changes,
        },
        paths,
    },
    error::{AppError, AppResult},
    site::{Page, page::count},
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        person::Right,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "content/admin/tags/merge.html")]
struct MergeTag {
    page: Page,
    tag: Tag,
    /// “3 entries have it and get the other tag”; `None`: none has it.
    entries: Option<String>,
    form: MergeForm,
    errors: FormErrors,
}

/// `GET /admin/tags/{id}/merge` — asks for the other tag, and says what happens.
pub async fn new(ctx: Ctx, id: web::Path<TagId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    form_page(&ctx, id.into_inner(), MergeForm::default(), FormErrors::none()).await
}

/// `POST /admin/tags/{id}/merge` — gives everything that has this tag the other one; this one is gone.
pub async fn create(ctx: Ctx, id: web::Path<TagId>, form: Submitted<MergeForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    match merge(&ctx, id, &form).await {
        Ok(kept) => ctx.flash(format!("Merged the tag into “{}”.", kept.name)).see_other(paths::ADMIN_TAGS),
        Err(AppError::Invalid(errors)) => form_page(&ctx, id, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn merge(ctx: &Ctx, id: TagId, form: &MergeForm) -> AppResult<Tag> {
    form.check()?;
    let (into, actor, now) = (form.into.clone(), ctx.actor(), ctx.now());
    ctx.db.write(move |conn| tag_changes::merge(conn, id, &into, &actor, now)).await
}

async fn form_page(ctx: &Ctx, id: TagId, form: MergeForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let tag = Tag::find(conn, id)?;
        let entries = tag_changes::entries_with(conn, id)?;
        let entries = (entries > 0).then(|| count(entries, "entry has it and gets the other tag", "entries have it and get the other tag"));
        Ok(MergeTag { page: Page::admin(conn, visit)?, tag, entries, form, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}
