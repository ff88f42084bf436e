//! Addresses to which no letters go.

use super::typed;
use crate::{
    db::cursor::{Cursor, Slice},
    error::{AppError, AppResult},
    mail::{
        forms::SuppressionForm,
        model::suppression::{self, Reason, Suppressed, SuppressedId},
        paths,
    },
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
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Params {
    q: String,
    before: Option<String>,
    after: Option<String>,
}

impl Params {
    fn with(&self, name: &str, value: &str) -> String {
        let query = if self.q.is_empty() { String::new() } else { format!("q={}&", query_value(&self.q)) };
        format!("{}?{query}{name}={}", paths::SUPPRESSED, query_value(value))
    }
}

impl Reason {
    fn label(self) -> &'static str {
        match self {
            Reason::Bounce => "No such mailbox",
            Reason::Complaint => "Complained",
            Reason::ByHand => "By hand",
        }
    }
}

#[derive(Template)]
#[template(path = "mail/admin/suppressed.html")]
struct Index {
    page: Page,
    params: Params,
    rows: Vec<Suppressed>,
    newer: Option<String>,
    older: Option<String>,
    form: SuppressionForm,
    errors: FormErrors,
    reasons: Vec<(String, String)>,
}

/// `GET /admin/mail/suppressed` — the addresses, added last first.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    draw(&ctx, params.into_inner(), SuppressionForm::default(), FormErrors::none()).await
}

/// `POST /admin/mail/suppressed` — adds one.
pub async fn add(ctx: Ctx, form: Submitted<SuppressionForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let form = form.into_inner();
    let (typed, actor, now) = (form.clone(), ctx.actor(), ctx.now());
    let added = ctx.db.write(move |conn| {
        let (address, reason) = typed.check()?;
        if suppression::add(conn, &address, reason, &typed.note, &actor, now)? {
            return Ok(address);
        }
        Err(AppError::invalid("address", "This address is on the list already."))
    });
    match added.await {
        Ok(address) => ctx.flash(format!("No letters go to {address} from now on.")).see_other(paths::SUPPRESSED),
        Err(AppError::Invalid(errors)) => draw(&ctx, Params::default(), form, errors).await,
        Err(other) => Err(other),
    }
}

/// `POST /admin/mail/suppressed/{id}/deletion` — takes one off the list.
pub async fn remove(ctx: Ctx, id: web::Path<SuppressedId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let address = ctx.db.write(move |conn| suppression::remove(conn, id, &actor, now)).await?;
    ctx.flash(format!("Letters go to {address} again.")).see_other(paths::SUPPRESSED)
}

async fn draw(ctx: &Ctx, params: Params, form: SuppressionForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let Slice { rows, newer, older } = Suppressed::page(conn, typed(&params.q).as_deref(), cursor.as_ref(), PAGE)?;
        let named = |reason: Reason| (reason.word().to_owned(), reason.label().to_owned());
        Ok(Index {
            page: Page::admin(conn, visit)?,
            rows,
            newer: newer.map(|mark| params.with("after", &mark)),
            older: older.map(|mark| params.with("before", &mark)),
            params,
            form,
            errors,
            reasons: [Reason::ByHand, Reason::Complaint].map(named).to_vec(),
        })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}
