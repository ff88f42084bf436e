//! Deleting for good: asked about on a page of its own.

use super::Tabs;
use crate::{
    community::{
        forms::moderation::Chosen,
        model::{
            comment::{Comment, CommentId},
            moderation, rights,
        },
        paths,
    },
    error::AppResult,
    site::{Page, page::count},
    web::{ctx::Ctx, form::Submitted, person::Right},
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// What the address says: keys, parted by commas.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    id: String,
}

#[derive(Template)]
#[template(path = "community/admin/deletion.html")]
struct Ask {
    page: Page,
    tabs: Tabs,
    comments: Vec<Comment>,
}

impl Ask {
    fn many(&self) -> String {
        count(self.comments.len() as i64, "comment", "comments")
    }
}

/// `GET /admin/comments/deletion?id=1,2` — asks.
pub async fn ask(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Moderate)?;
    let ids: Vec<CommentId> = params.id.split(',').filter_map(|id| id.parse().ok()).take(100).collect();
    if ids.is_empty() {
        return ctx.warn("Nothing was chosen. Tick the comments first.").see_other(paths::QUEUE);
    }
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let comments = ids.iter().map(|id| Ok(rights::look(conn, *id, &person)?.0)).collect::<AppResult<Vec<Comment>>>()?;
        Ok(Ask { tabs: Tabs::load(conn, &person, "")?, page: Page::admin(conn, visit)?, comments })
    })
    .await
}

/// `POST /admin/comments/deletion` — deletes the chosen ones for good.
pub async fn delete(ctx: Ctx, form: Submitted<Chosen>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Moderate)?;
    let (ids, actor, now) = (form.into_inner().ids(), ctx.actor(), ctx.now());
    if ids.is_empty() {
        return ctx.warn("Nothing was chosen. Tick the comments first.").see_other(paths::QUEUE);
    }
    let many = count(ids.len() as i64, "comment", "comments");
    ctx.db.write(move |conn| ids.iter().try_for_each(|id| moderation::delete(conn, *id, &person, &actor, now))).await?;
    ctx.flash(format!("Deleted {many} for good.")).see_other(format!("{}?view=trashed", paths::QUEUE))
}
