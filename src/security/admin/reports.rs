//! What browsers refused by the policy, in the admin.

use crate::{
    db::cursor::{Cursor, Slice},
    error::AppResult,
    security::{
        model::reports::{self, Group},
        paths,
    },
    site::{
        Page,
        page::{count, number},
    },
    web::{
        ctx::Ctx,
        form::{Confirmed, Submitted},
        local_path::query_value,
        person::Right,
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
    directive: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "security/admin/reports.html")]
struct Index {
    page: Page,
    /// Address, name, count, current.
    directives: Vec<(String, String, String, bool)>,
    rows: Vec<Group>,
    newer: Option<String>,
    older: Option<String>,
}

impl Index {
    fn times(group: &Group) -> String {
        number(group.times)
    }
}

fn address(directive: &str, name: &str, mark: &str) -> String {
    let pairs = [("directive", directive), (name, mark)];
    let query: Vec<String> =
        pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", query_value(value))).collect();
    if query.is_empty() { paths::REPORTS.to_owned() } else { format!("{}?{}", paths::REPORTS, query.join("&")) }
}

/// `GET /admin/security/reports` — what was refused where, reported last first.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::SeeSecurity)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let chosen = params.directive.as_str();
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let slice = Group::page(conn, (!chosen.is_empty()).then_some(chosen), cursor.as_ref(), PAGE)?;
        let counts = reports::counts(conn)?;
        let all: i64 = counts.iter().map(|(_, many)| many).sum();
        let tab = |name: &str, label: &str, many: i64| (address(name, "", ""), label.to_owned(), number(many), name == chosen);
        let tabs = counts.iter().map(|(name, many)| tab(name, name, *many));
        let Slice { rows, newer, older } = slice;
        Ok(Index {
            page: Page::admin(conn, visit)?,
            directives: [tab("", "All", all)].into_iter().chain(tabs).collect(),
            rows,
            newer: newer.map(|mark| address(chosen, "after", &mark)),
            older: older.map(|mark| address(chosen, "before", &mark)),
        })
    })
    .await
}

#[derive(Template)]
#[template(path = "security/admin/reports_deletion.html")]
struct ConfirmDeletion {
    page: Page,
    many: String,
}

/// `GET /admin/security/reports/deletion` — asks.
pub async fn deletion(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::SeeSecurity)?;
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let all: i64 = reports::counts(conn)?.into_iter().map(|(_, many)| many).sum();
        Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, many: count(all, "kind of report", "kinds of reports") })
    })
    .await
}

/// `POST /admin/security/reports/deletion` — forgets all of them: what still happens comes back by itself.
pub async fn forget(ctx: Ctx, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::SeeSecurity)?;
    let (actor, now) = (ctx.actor(), ctx.now());
    let gone = ctx.db.write(move |conn| Ok(reports::forget(conn, &actor, now)?)).await?;
    ctx.flash(format!("Forgot {}.", count(gone as i64, "kind of report", "kinds of reports"))).see_other(paths::REPORTS)
}
