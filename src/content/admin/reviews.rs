//! Lists of what is in review: what waits for oneself, what one handed in, everything.

use crate::{
    content::{
        model::workflow::lists::{self, Row},
        paths,
    },
    db::cursor::{Cursor, Slice},
    error::AppResult,
    site::{Page, waiting},
    text_enum,
    web::{ctx::Ctx, methods::read, person::Right},
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Submissions on one page.
const PAGE: usize = 30;

text_enum!(
    /// Which list.
    View {
        /// What this person is asked to approve.
        Waiting = "waiting",
        /// What this person handed in.
        Own = "own",
        /// Everything, for editors.
        All = "all",
    }
);

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::REVIEWS, read().to(index));
}

/// What the address may say. Nonsense is the default, not an error.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    view: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "content/admin/reviews/index.html")]
struct Index {
    page: Page,
    view: View,
    /// Address, name, count, current.
    tabs: Vec<(String, &'static str, String, bool)>,
    slice: Slice<Row>,
    newer: Option<String>,
    older: Option<String>,
}

/// `GET /admin/reviews` — what waits for whoever asks, longest first; or what was handed in, newest first.
async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    let all = person.may_any(Right::Write);
    let view = View::from_word(&params.view).filter(|view| *view != View::All || all).unwrap_or(View::Waiting);
    let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
    ctx.draw(move |conn| {
        let page = Page::admin(conn, visit)?;
        let slice = match view {
            View::Waiting => lists::waiting(conn, &person, cursor.as_ref(), PAGE)?,
            View::Own => lists::handed_in(conn, Some(person.id), cursor.as_ref(), PAGE)?,
            View::All => lists::handed_in(conn, None, cursor.as_ref(), PAGE)?,
        };
        let names = [(View::Waiting, "Waiting for you"), (View::Own, "Submitted by you"), (View::All, "Everything")];
        let tab = |(one, name): (View, &'static str)| {
            let number = if one == View::Waiting { waiting::shown(page.waiting) } else { String::new() };
            (format!("{}?view={one}", paths::REVIEWS), name, number, one == view)
        };
        let tabs = names.into_iter().filter(|(one, _)| *one != View::All || all).map(tab).collect();
        let link = |way: &str, mark: &Option<String>| mark.as_ref().map(|mark| format!("{}?view={view}&{way}={mark}", paths::REVIEWS));
        let (newer, older) = (link("after", &slice.newer), link("before", &slice.older));
        Ok(Index { page, view, tabs, slice, newer, older })
    })
    .await
}
