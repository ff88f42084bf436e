//! The report of links that lead nowhere: by address, with the entries that hold them, and ways to mend them.

use super::{
    super::super::{
        jobs::CheckAllLinks,
        model::{
            link::{
                broken::{Reason, TargetId},
                mend,
                report::{self, Broken, Source},
            },
            lost,
        },
        paths,
    },
    PAGE, Tabs,
};
use crate::{
    db::cursor::{Cursor, Slice},
    error::AppResult,
    jobs::Job,
    site::{
        Page,
        page::{count, number},
    },
    web::{
        ctx::Ctx,
        form::{Confirmed, Submitted},
        local_path::query_value,
        methods::{post, read},
        person::Right,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::LINKS, read().to(index))
        .route(paths::LINKS, post().to(check))
        .route("/admin/links/{id}", read().to(show))
        .route("/admin/links/{id}/mending", post().to(mend_all));
}

impl Reason {
    /// Class and words, for `span.state`.
    fn shown(self) -> (&'static str, &'static str) {
        match self {
            Reason::Missing => ("is-bad", "Nothing there"),
            Reason::Trashed => ("is-bad", "In the trash"),
            Reason::Draft => ("is-draft", "Not live"),
            Reason::Moved => ("is-ahead", "Led on"),
        }
    }

    fn explanation(self) -> &'static str {
        match self {
            Reason::Missing => "There is no page at this address. Lead it elsewhere, or mend the links where they stand.",
            Reason::Trashed => "What stood at this address lies in the trash. Restore it, lead the address elsewhere, or mend the links.",
            Reason::Draft => "What stands at this address is not live. Publish it, or mend the links.",
            Reason::Moved => "A redirect leads visitors on, so these links work. Rewritten, they lead there at once.",
        }
    }
}

/// What the address of the list may say.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Params {
    reason: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "content/admin/links/index.html")]
struct Index {
    page: Page,
    tabs: Tabs,
    /// Address, name, count, current.
    reasons: Vec<(String, &'static str, String, bool)>,
    rows: Vec<(Broken, Vec<Source>)>,
    newer: Option<String>,
    older: Option<String>,
    is_filtered: bool,
}

impl Index {
    fn more(row: &(Broken, Vec<Source>)) -> i64 {
        (row.0.sources - row.1.len() as i64).max(0)
    }
}

fn address(reason: Option<Reason>, name: &str, mark: &str) -> String {
    let reason = reason.map(|reason| format!("reason={reason}"));
    let mark = (!mark.is_empty()).then(|| format!("{name}={}", query_value(mark)));
    let query: Vec<String> = reason.into_iter().chain(mark).collect();
    if query.is_empty() { paths::LINKS.to_owned() } else { format!("{}?{}", paths::LINKS, query.join("&")) }
}

/// `GET /admin/links` — addresses to which links lead although nothing live stands there, those with the most links first.
async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let reason = Reason::from_word(&params.reason);
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let slice = Broken::page(conn, reason, cursor.as_ref(), PAGE)?;
        let mut named: HashMap<TargetId, Vec<Source>> = report::named(conn, &slice.rows)?;
        let counts: HashMap<Reason, i64> = report::counts(conn)?.into_iter().collect();
        let tab = |of: Option<Reason>| {
            let many = of.map_or_else(|| counts.values().sum(), |of| counts.get(&of).copied().unwrap_or(0));
            (address(of, "", ""), of.map_or("All", |of| of.shown().1), number(many), of == reason)
        };
        let (newer, older) = (slice.newer.clone(), slice.older.clone());
        Ok(Index {
            page: Page::admin(conn, visit)?,
            tabs: Tabs::load(conn)?,
            reasons: [None].into_iter().chain(Reason::ALL.iter().copied().map(Some)).map(tab).collect(),
            rows: slice
                .rows
                .into_iter()
                .map(|row| (named.remove(&row.id).unwrap_or_default(), row))
                .map(|(names, row)| (row, names))
                .collect(),
            newer: newer.map(|mark| address(reason, "after", &mark)),
            older: older.map(|mark| address(reason, "before", &mark)),
            is_filtered: reason.is_some(),
        })
    })
    .await
}

/// `POST /admin/links` — looks at all links again, by a job.
async fn check(ctx: Ctx, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let now = ctx.now();
    ctx.db.write(move |conn| Ok(CheckAllLinks.enqueue_once(conn, CheckAllLinks::KIND, now)?)).await?;
    ctx.flash("All links are looked at again, in the background. Load this page again in a moment.").see_other(paths::LINKS)
}

#[derive(Template)]
#[template(path = "content/admin/links/show.html")]
struct Show {
    page: Page,
    broken: Broken,
    near: Option<(String, String)>,
    sources: Vec<Source>,
    newer: Option<String>,
    older: Option<String>,
}

impl Show {
    fn many(&self) -> String {
        count(self.broken.sources, "live entry links", "live entries link")
    }

    fn new_redirect(&self) -> String {
        format!("{}/new?from={}", paths::REDIRECTS, query_value(&self.broken.path))
    }
}

/// `GET /admin/links/{id}` — the entries that link to an address, and what can be done.
async fn show(ctx: Ctx, id: web::Path<TargetId>, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (visit, id, params) = (ctx.visit(), id.into_inner(), params.into_inner());
    ctx.draw(move |conn| {
        let broken = Broken::find(conn, id)?;
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let slice = broken.sources(conn, cursor.as_ref(), PAGE)?;
        let link =
            |name: &str, mark: &Option<String>| mark.as_ref().map(|mark| format!("{}/{id}?{name}={}", paths::LINKS, query_value(mark)));
        let (newer, older) = (link("after", &slice.newer), link("before", &slice.older));
        let near = if broken.reason == Reason::Missing { lost::nearest(conn, &broken.path)? } else { None };
        let Slice { rows: sources, .. } = slice;
        Ok(Show { page: Page::admin(conn, visit)?, near, broken, sources, newer, older })
    })
    .await
}

/// `POST /admin/links/{id}/mending` — rewrites the links to lead where the redirect leads.
async fn mend_all(ctx: Ctx, id: web::Path<TargetId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ManageAddresses)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let told = ctx.db.write(move |conn| {
        let broken = Broken::find(conn, id)?;
        mend::links_to(conn, &[broken.path], &person, &actor, now)
    });
    let told = told.await?;
    let told = if told.is_empty() { "There was nothing to rewrite: these links lead nowhere, or only for now.".to_owned() } else { told };
    ctx.flash(told).see_other(paths::LINKS)
}
