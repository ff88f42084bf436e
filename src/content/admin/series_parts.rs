//! The parts of a series, arranged on its page: added, removed, put in order. All of it counts at once, for visitors too.

use super::series::{Params, form_page};
use crate::{
    content::{
        forms::series::{PartForm, SortForm},
        model::{
            entry::EntryId,
            pick,
            series::{SeriesId, parts},
        },
        paths,
    },
    error::{AppError, AppResult},
    web::{
        ctx::Ctx,
        form::{Confirmed, Submitted},
        local_path::local_or,
        person::Right,
    },
};
use actix_web::{HttpResponse, web};

/// `POST /admin/series/{id}/parts` — makes a post the last part; it leaves the series that it was part of.
pub async fn create(ctx: Ctx, id: web::Path<SeriesId>, form: Submitted<PartForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ManageTopics)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    let (typed, base_url, actor, now) = (form.entry.clone(), ctx.state.base_url.clone(), ctx.actor(), ctx.now());
    let added = ctx.db.write(move |conn| {
        let entry = pick::named(conn, &typed, &base_url, "entry")?;
        parts::add(conn, id, entry, &person, &actor, now)
    });
    match added.await {
        Ok(Some(entry)) => ctx.flash(format!("Added “{}” as the last part.", entry.title)).see_other(paths::admin_series(id)),
        Ok(None) => ctx.flash("This post is a part of the series already.").see_other(paths::admin_series(id)),
        Err(AppError::Invalid(errors)) => form_page(&ctx, Some(id), Params::default(), None, form, errors).await,
        Err(other) => Err(other),
    }
}

/// `POST /admin/series/{id}/parts/{entry}/position` — lets a part change places with the one before or after it.
pub async fn sort(ctx: Ctx, path: web::Path<(SeriesId, EntryId)>, form: Submitted<SortForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let ((id, entry), form, actor, now) = (path.into_inner(), form.into_inner(), ctx.actor(), ctx.now());
    let way = form.way()?;
    ctx.db.write(move |conn| parts::sort(conn, id, entry, way, &actor, now)).await?;
    ctx.see_other(format!("{}#part-{entry}", local_or(&form.back, &paths::admin_series(id))))
}

/// `POST /admin/series/{id}/parts/{entry}/removal` — takes a post out of the series; the post stays, and can be added again.
pub async fn destroy(ctx: Ctx, path: web::Path<(SeriesId, EntryId)>, form: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ManageTopics)?;
    let ((id, entry), actor, now, _) = (path.into_inner(), ctx.actor(), ctx.now(), form.into_inner());
    match ctx.db.write(move |conn| parts::remove(conn, id, entry, &person, &actor, now)).await? {
        Some(gone) => ctx.flash(format!("Took “{}” out of the series. The post itself stays.", gone.title)),
        None => ctx.flash("This post was no part of the series any more."),
    }
    .see_other(paths::admin_series(id))
}
