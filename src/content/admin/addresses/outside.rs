//! The report of links to other sites at which nothing is any more.

use super::{
    super::super::{
        jobs::CheckOutsideNow,
        model::link::{
            outside::{self, OutsideState},
            outside_report::{self, Outside, SHOWN},
            report::Source,
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
        Page, SiteSettings,
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
    cfg.route(paths::OUTSIDE, read().to(index)).route(paths::OUTSIDE, post().to(check));
}

impl OutsideState {
    /// Class and words, for `span.state`.
    fn shown(self) -> (&'static str, &'static str) {
        match self {
            OutsideState::Gone => ("is-bad", "Gone"),
            OutsideState::Silent => ("is-bad", "No answer"),
            OutsideState::Moved => ("is-ahead", "Moved"),
            OutsideState::Unasked => ("is-draft", "Not asked"),
            OutsideState::Closed => ("is-draft", "Closed to programs"),
            OutsideState::New => ("is-draft", "Not looked at yet"),
            OutsideState::Well => ("is-live", "There"),
        }
    }

    fn explanation(self) -> &'static str {
        match self {
            OutsideState::Gone => {
                "Twice in a row, a day apart, the server said that nothing is there. Look for a new address, or take the link out."
            }
            OutsideState::Silent => "Twice in a row, a day apart, no server answered, or it could not. It may come back by itself.",
            OutsideState::Moved => "These links work: the other site leads visitors on, and says that it is for good.",
            OutsideState::Unasked => {
                "These lead into a private network, to another service, or have a password in them. Visitors can hardly follow them."
            }
            _ => "",
        }
    }
}

/// What the address of the list may say.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Params {
    state: String,
    before: Option<String>,
    after: Option<String>,
}

/// An address, the first entries that link to it, and how many more do.
struct Row {
    target: Outside,
    sources: Vec<Source>,
    more: i64,
}

#[derive(Template)]
#[template(path = "content/admin/links/outside.html")]
struct Index {
    page: Page,
    tabs: Tabs,
    /// Address, name, count, current.
    states: Vec<(String, &'static str, String, bool)>,
    state: OutsideState,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
    /// How many addresses are known, and how many of them were not looked at yet.
    known: String,
    is_on: bool,
    has_any: bool,
}

fn address(state: OutsideState, name: &str, mark: &str) -> String {
    let mark = if mark.is_empty() { String::new() } else { format!("&{name}={}", query_value(mark)) };
    format!("{}?state={state}{mark}", paths::OUTSIDE)
}

/// `GET /admin/links/outside` — addresses of other sites at which nothing is any more, looked at last first.
async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let state = OutsideState::from_word(&params.state).filter(|state| SHOWN.contains(state)).unwrap_or(OutsideState::Gone);
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let Slice { rows, newer, older } = Outside::page(conn, state, cursor.as_ref(), PAGE)?;
        let mut named = outside_report::named(conn, &rows)?;
        let counts = outside_report::counts(conn)?;
        let row = |target: Outside| {
            let (sources, many) = named.remove(&target.id).unwrap_or_default();
            Row { more: many - sources.len() as i64, target, sources }
        };
        Ok(Index {
            rows: rows.into_iter().map(row).collect(),
            page: Page::admin(conn, visit)?,
            tabs: Tabs::load(conn)?,
            states: SHOWN.map(|of| tab(of, state, &counts)).to_vec(),
            state,
            newer: newer.map(|mark| address(state, "after", &mark)),
            older: older.map(|mark| address(state, "before", &mark)),
            known: known(&counts),
            is_on: SiteSettings::load(conn)?.check_outside,
            has_any: !counts.is_empty(),
        })
    })
    .await
}

fn tab(of: OutsideState, state: OutsideState, counts: &HashMap<OutsideState, i64>) -> (String, &'static str, String, bool) {
    (address(of, "", ""), of.shown().1, number(counts.get(&of).copied().unwrap_or(0)), of == state)
}

fn known(counts: &HashMap<OutsideState, i64>) -> String {
    let (all, new): (i64, i64) = (counts.values().sum(), counts.get(&OutsideState::New).copied().unwrap_or(0));
    let all = count(all, "address", "addresses");
    if new == 0 {
        format!("{all} of other sites, all looked at.")
    } else {
        format!("{all} of other sites, {} still to be looked at.", number(new))
    }
}

/// `POST /admin/links/outside` — looks at all of them again, by a job.
async fn check(ctx: Ctx, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let now = ctx.now();
    ctx.db
        .write(move |conn| {
            outside::let_all_be_due(conn, now)?;
            Ok(CheckOutsideNow.enqueue_once(conn, CheckOutsideNow::KIND, now)?)
        })
        .await?;
    ctx.flash("Other sites are asked one after the other, in the background. Come back in some minutes.").see_other(paths::OUTSIDE)
}
