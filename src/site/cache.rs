//! The page cache in the admin.

use super::{
    Page,
    page::{number, percent},
    paths,
};
use crate::{
    error::AppResult,
    journal::Change,
    web::{
        ctx::Ctx,
        form::{Confirmed, Submitted},
        page_cache::{self, store::Figures},
        person::Right,
        render::render,
    },
};
use actix_web::HttpResponse;
use askama::Template;
use serde_json::json;

#[derive(Template)]
#[template(path = "site/admin/cache.html")]
struct ShowCache {
    page: Page,
    figures: Figures,
}

impl ShowCache {
    fn is_on(&self) -> bool {
        self.figures.bound > 0
    }

    fn megabytes(bytes: &u64) -> String {
        format!("{:.1} MB", *bytes as f64 / 1_048_576.0)
    }

    fn number(value: &u64) -> String {
        number(i64::try_from(*value).unwrap_or(i64::MAX))
    }

    fn rate(&self) -> String {
        percent(self.figures.hits, self.figures.hits + self.figures.misses)
    }
}

/// `GET /admin/cache` — what the page cache of this process holds and does.
pub async fn show(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (visit, figures) = (ctx.visit(), ctx.state.pages.figures());
    let page = ctx.db.read(move |conn| Ok(Page::admin(conn, visit)?)).await?;
    render(&ShowCache { page, figures })
}

/// `POST /admin/cache` — empties it, on every node.
pub async fn empty(ctx: Ctx, _form: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (actor, now) = (ctx.actor(), ctx.now());
    let emptied = ctx.db.write(move |conn| {
        let cache_tags = vec![page_cache::ALL.to_owned()];
        let change = Change { kind: "cache.emptied", subject: "cache", key: 0, label: "", detail: json!({}), cache_tags };
        Ok(change.record(conn, &actor, now)?)
    });
    emptied.await?;
    ctx.flash("Emptied the cache. Each page is made anew when it is next asked for.").see_other(paths::CACHE)
}
