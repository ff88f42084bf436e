//! Series in the admin: the list, the form, deletion. The parts are in [`super::series_parts`].

use super::series_parts;
use crate::{
    content::{
        forms::series::{PartForm, SeriesForm},
        model::{
            entry::Listed,
            reach::Mine,
            series::{self, Series, SeriesId, changes, parts},
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

/// Series on one page of the list, and parts on one page of a series.
const PAGE: usize = 25;
const PARTS: usize = 50;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::ADMIN_SERIES, read().to(index))
        .route(paths::ADMIN_SERIES, post().to(create))
        .route("/admin/series/new", read().to(new))
        .route("/admin/series/{id}", read().to(edit))
        .route("/admin/series/{id}", post().to(update))
        .route("/admin/series/{id}/deletion", read().to(deletion))
        .route("/admin/series/{id}/deletion", post().to(destroy))
        .route("/admin/series/{id}/parts", post().to(series_parts::create))
        .route("/admin/series/{id}/parts/{entry}/position", post().to(series_parts::sort))
        .route("/admin/series/{id}/parts/{entry}/removal", post().to(series_parts::destroy));
}

/// What the address may say.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Params {
    before: Option<String>,
    after: Option<String>,
}

impl Params {
    fn cursor(&self) -> Option<Cursor> {
        Cursor::parse(self.before.as_deref(), self.after.as_deref())
    }

    /// The address of this view.
    fn address(&self, path: &str) -> String {
        match (&self.before, &self.after) {
            (Some(mark), _) => format!("{path}?before={}", query_value(mark)),
            (None, Some(mark)) => format!("{path}?after={}", query_value(mark)),
            (None, None) => path.to_owned(),
        }
    }
}

fn link(path: &str, way: &str, mark: Option<&String>) -> Option<String> {
    mark.map(|mark| format!("{path}?{way}={}", query_value(mark)))
}

/// A series in the list.
struct Row {
    series: Series,
    live: String,
    /// Drafts, and what lies in the trash.
    others: String,
}

#[derive(Template)]
#[template(path = "content/admin/series/index.html")]
struct Index {
    page: Page,
    rows: Vec<Row>,
    earlier: Option<String>,
    later: Option<String>,
}

/// `GET /admin/series` — all series from A to Z.
async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let slice = Series::page(conn, params.cursor().as_ref(), PAGE)?;
        let ids: Vec<SeriesId> = slice.rows.iter().map(|one| one.id).collect();
        let counts = series::counts(conn, &ids)?;
        let earlier = link(paths::ADMIN_SERIES, "after", slice.newer.as_ref());
        let later = link(paths::ADMIN_SERIES, "before", slice.older.as_ref());
        let rows = slice.rows.into_iter().map(|series| {
            let (all, live) = counts.get(&series.id).copied().unwrap_or((0, 0));
            Row { live: number(live), others: number(all - live), series }
        });
        Ok(Index { rows: rows.collect(), page: Page::admin(conn, visit)?, earlier, later })
    })
    .await
}

/// `GET /admin/series/new` — an empty form.
async fn new(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    form_page(&ctx, None, Params::default(), Some(SeriesForm::default()), PartForm::default(), FormErrors::none()).await
}

/// `POST /admin/series` — makes a series.
async fn create(ctx: Ctx, form: Submitted<SeriesForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let form = form.into_inner();
    match save(&ctx, None, &form).await {
        Ok(id) => ctx.flash(format!("Created the series “{}”. Add its parts here.", form.title)).see_other(paths::admin_series(id)),
        Err(AppError::Invalid(errors)) => form_page(&ctx, None, Params::default(), Some(form), PartForm::default(), errors).await,
        Err(other) => Err(other),
    }
}

/// `GET /admin/series/{id}` — the form with what is stored, and the parts.
async fn edit(ctx: Ctx, id: web::Path<SeriesId>, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    form_page(&ctx, Some(id.into_inner()), params.into_inner(), None, PartForm::default(), FormErrors::none()).await
}

/// `POST /admin/series/{id}` — saves it; the old address leads to the new one.
async fn update(ctx: Ctx, id: web::Path<SeriesId>, form: Submitted<SeriesForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    match save(&ctx, Some(id), &form).await {
        Ok(id) => ctx.flash(format!("Saved the series “{}”.", form.title)).see_other(paths::admin_series(id)),
        Err(AppError::Invalid(errors)) => form_page(&ctx, Some(id), Params::default(), Some(form), PartForm::default(), errors).await,
        Err(other) => Err(other),
    }
}

async fn save(ctx: &Ctx, id: Option<SeriesId>, form: &SeriesForm) -> AppResult<SeriesId> {
    let (wanted, actor, now) = (form.check()?, ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| match id {
            Some(id) => changes::change(conn, id, &wanted, &actor, now).map(|()| id),
            None => changes::create(conn, &wanted, &actor, now),
        })
        .await
}

/// What is stored, with its parts.
struct Stored {
    series: Series,
    /// The number of the first part on this page, from 1.
    first: usize,
    parts: Slice<Listed>,
    mine: Mine,
    earlier: Option<String>,
    later: Option<String>,
    /// This view, to come back to.
    here: String,
}

#[derive(Template)]
#[template(path = "content/admin/series/edit.html")]
struct EditSeries {
    page: Page,
    /// `None` for a new one.
    own: Option<Stored>,
    form: SeriesForm,
    part: PartForm,
    errors: FormErrors,
}

impl EditSeries {
    fn action(&self) -> String {
        self.own.as_ref().map_or_else(|| paths::ADMIN_SERIES.to_owned(), |own| own.series.admin_url())
    }
}

/// Draws the form and the parts: with what was typed, else with what is stored.
pub async fn form_page(
    ctx: &Ctx,
    id: Option<SeriesId>,
    params: Params,
    form: Option<SeriesForm>,
    part: PartForm,
    errors: FormErrors,
) -> AppResult<HttpResponse> {
    let (visit, person) = (ctx.visit(), ctx.require(Right::ManageTopics)?);
    let view = ctx.db.read(move |conn| {
        let own = match id {
            Some(id) => {
                let series = Series::find(conn, id)?;
                let (first, parts) = parts::page(conn, id, params.cursor().as_ref(), PARTS)?;
                let mine = Mine::among(conn, &person, &parts.rows.iter().map(|entry| entry.id).collect::<Vec<_>>())?;
                let url = series.admin_url();
                let (earlier, later) = (link(&url, "after", parts.newer.as_ref()), link(&url, "before", parts.older.as_ref()));
                Some(Stored { first, mine, earlier, later, here: params.address(&url), series, parts })
            }
            None => None,
        };
        let form = form.or_else(|| own.as_ref().map(|own| SeriesForm::of(&own.series))).unwrap_or_default();
        Ok(EditSeries { page: Page::admin(conn, visit)?, own, form, part, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

#[derive(Template)]
#[template(path = "content/admin/series/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    series: Series,
    /// “3 posts are”; `None`: none is.
    parts: Option<String>,
}

/// `GET /admin/series/{id}/deletion` — asks, and says what becomes of the parts.
async fn deletion(ctx: Ctx, id: web::Path<SeriesId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    ctx.draw(move |conn| {
        let series = Series::find(conn, id)?;
        let size = series::size(conn, id)?;
        let parts = (size > 0).then(|| count(size, "post is part of it and stays", "posts are part of it and stay"));
        Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, series, parts })
    })
    .await
}

/// `POST /admin/series/{id}/deletion` — deletes it; its posts stay.
async fn destroy(ctx: Ctx, id: web::Path<SeriesId>, form: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (id, actor, now, _) = (id.into_inner(), ctx.actor(), ctx.now(), form.into_inner());
    let gone = ctx.db.write(move |conn| changes::delete(conn, id, &actor, now)).await?;
    ctx.flash(format!("Deleted the series “{}”. Its posts are where they were.", gone.title)).see_other(paths::ADMIN_SERIES)
}
