//! Promoted results in the admin: the list, the form of a new one, taking one off.

use super::super::{
    forms::promotion::PromotionForm,
    model::promotion::{self, Promotion, PromotionId},
    paths,
};
use crate::{
    content::model::entry::{Entry, Listed},
    db::cursor::{Cursor, Slice},
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::Ctx,
        form::{Confirmed, FormErrors, Submitted},
        local_path::query_value,
        person::Right,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Rows on one page.
const PAGE: usize = 50;

/// What the address of the list may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    before: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "search/admin/promotions/index.html")]
struct Index {
    page: Page,
    rows: Vec<(Promotion, Listed)>,
    earlier: Option<String>,
    later: Option<String>,
}

impl Index {
    fn address(query: &str) -> String {
        format!("{}?q={}", paths::SEARCH, query_value(query))
    }
}

/// `GET /admin/searches/promotions` — what is put first for which words.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let Slice { rows, newer, older } = Promotion::page(conn, cursor.as_ref(), PAGE)?;
        let link = |way: &str, mark: Option<String>| mark.map(|mark| format!("{}?{way}={}", paths::PROMOTIONS, query_value(&mark)));
        Ok(Index { page: Page::admin(conn, visit)?, rows, earlier: link("after", newer), later: link("before", older) })
    })
    .await
}

#[derive(Template)]
#[template(path = "search/admin/promotions/edit.html")]
struct Edit {
    page: Page,
    form: PromotionForm,
    errors: FormErrors,
}

/// `GET /admin/searches/promotions/new` — an empty form, or with the words of a query.
pub async fn new(ctx: Ctx, form: web::Query<PromotionForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    form_page(&ctx, form.into_inner(), FormErrors::none()).await
}

/// `POST /admin/searches/promotions` — puts an entry first.
pub async fn create(ctx: Ctx, form: Submitted<PromotionForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let form = form.into_inner();
    let (wanted, base_url, actor, now) = (form.clone(), ctx.state.base_url.clone(), ctx.actor(), ctx.now());
    let made = ctx.db.write(move |conn| {
        let (query, entry) = wanted.check(conn, &base_url)?;
        promotion::create(conn, &query, entry, &actor, now)
    });
    match made.await {
        Ok(_) => ctx.flash(format!("It stands first now for “{}”.", form.query)).see_other(paths::PROMOTIONS),
        Err(AppError::Invalid(errors)) => form_page(&ctx, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn form_page(ctx: &Ctx, form: PromotionForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| Ok(Edit { page: Page::admin(conn, visit)?, form, errors })).await?;
    render_form(&view, &view.errors)
}

#[derive(Template)]
#[template(path = "search/admin/promotions/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    promotion: Promotion,
    entry: Entry,
}

impl ConfirmDeletion {
    fn action(&self) -> String {
        format!("{}/deletion", paths::promotion(self.promotion.id))
    }
}

/// `GET /admin/searches/promotions/{id}/deletion` — asks.
pub async fn deletion(ctx: Ctx, id: web::Path<PromotionId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    ctx.draw(move |conn| {
        let promotion = Promotion::find(conn, id)?;
        let entry = Entry::find(conn, promotion.entry_id)?;
        Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, promotion, entry })
    })
    .await
}

/// `POST /admin/searches/promotions/{id}/deletion` — takes it off; the entry stays.
pub async fn destroy(ctx: Ctx, id: web::Path<PromotionId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let gone = ctx.db.write(move |conn| promotion::delete(conn, id, &actor, now)).await?;
    ctx.flash(format!("It no longer stands first for “{}”.", gone.query)).see_other(paths::PROMOTIONS)
}
