//! The list of links that stand alone in a paragraph, with what is known of each.

use crate::{
    content::{
        model::embed::{
            EmbedId, EmbedState,
            listed::{self, Listed, Source},
            noting,
        },
        paths,
    },
    db::cursor::{Cursor, Slice},
    error::{AppError, AppResult},
    site::{Page, SiteSettings, page::number},
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
use std::collections::HashMap;

/// Rows on one page.
const PAGE: usize = 50;

impl EmbedState {
    /// Class and words, for `span.state`.
    fn shown(self) -> (&'static str, &'static str) {
        match self {
            EmbedState::Known => ("is-live", "Known"),
            EmbedState::Waiting => ("is-scheduled", "Waiting"),
            EmbedState::Gone => ("is-bad", "Gone"),
            EmbedState::Failed => ("is-bad", "No answer"),
            EmbedState::Unlisted => ("is-draft", "Nobody is asked"),
        }
    }
}

/// What the address of the list may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    state: String,
    before: Option<String>,
    after: Option<String>,
}

/// An address, the first entries that have it, and how many more do.
struct Row {
    embed: Listed,
    sources: Vec<Source>,
    more: i64,
}

impl Row {
    /// What visitors see.
    fn shown_as(&self) -> &'static str {
        if self.embed.fetched_at.is_some() && !self.embed.provider.is_empty() { "Shown as a card" } else { "Shown as a link" }
    }
}

#[derive(Template)]
#[template(path = "content/admin/embeds/index.html")]
struct Index {
    page: Page,
    /// Address, name, count, current.
    states: Vec<(String, &'static str, String, bool)>,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
    is_on: bool,
    has_any: bool,
}

fn address(state: Option<EmbedState>, name: &str, mark: &str) -> String {
    let pairs = [("state", state.map_or("", EmbedState::word)), (name, mark)];
    let query: Vec<String> =
        pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", query_value(value))).collect();
    if query.is_empty() { paths::EMBEDS.to_owned() } else { format!("{}?{}", paths::EMBEDS, query.join("&")) }
}

fn of_states(counts: &HashMap<EmbedState, i64>, chosen: Option<EmbedState>) -> Vec<(String, &'static str, String, bool)> {
    let all = (address(None, "", ""), "All", number(counts.values().sum()), chosen.is_none());
    let tab = |state: &EmbedState| {
        let many = counts.get(state).copied().filter(|many| *many > 0)?;
        Some((address(Some(*state), "", ""), state.shown().1, number(many), chosen == Some(*state)))
    };
    std::iter::once(all).chain(EmbedState::ALL.iter().filter_map(tab)).collect()
}

/// `GET /admin/embeds` — links that stand alone, the newest first.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let state = EmbedState::from_word(&params.state);
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let Slice { rows, newer, older } = Listed::page(conn, state, cursor.as_ref(), PAGE)?;
        let (mut sources, counts) = (listed::sources(conn, &rows)?, listed::counts(conn)?);
        let row = |embed: Listed| {
            let (named, many) = sources.remove(&embed.id).unwrap_or_default();
            Row { more: many - named.len() as i64, embed, sources: named }
        };
        Ok(Index {
            rows: rows.into_iter().map(row).collect(),
            page: Page::admin(conn, visit)?,
            states: of_states(&counts, state),
            newer: newer.map(|mark| address(state, "after", &mark)),
            older: older.map(|mark| address(state, "before", &mark)),
            is_on: SiteSettings::load(conn)?.embeds.on,
            has_any: !counts.is_empty(),
        })
    })
    .await
}

/// `POST /admin/embeds/{id}/again` — has one asked again, by a job.
pub async fn again(ctx: Ctx, id: web::Path<EmbedId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (id, now) = (*id, ctx.now());
    let asked = ctx.db.write(move |conn| Ok(noting::ask_again(conn, id, now)?)).await?;
    if !asked {
        return Err(AppError::NotFound);
    }
    ctx.flash("Its provider is asked again, in the background. Come back in a minute.").see_other(paths::EMBEDS)
}
