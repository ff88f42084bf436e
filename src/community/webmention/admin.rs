//! Mentions that were sent, with what became of them; and whether there are any.

use super::{
    forms::SettingsForm,
    jobs::Deliver,
    model::{self, MentionId, MentionState, Sent},
};
use crate::{
    community::admin::{Tabs, require_all},
    db::cursor::{Cursor, Slice},
    error::{AppError, AppResult},
    jobs::Job,
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

/// The list.
pub const MENTIONS: &str = "/admin/comments/mentions";

/// Rows on one page.
const PAGE: usize = 50;

/// What the address of the list may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    state: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "community/webmention/index.html")]
struct Index {
    page: Page,
    tabs: Tabs,
    /// Address, name, count, current.
    states: Vec<(String, &'static str, String, bool)>,
    rows: Vec<Sent>,
    newer: Option<String>,
    older: Option<String>,
    has_any: bool,
}

fn address(state: Option<MentionState>, name: &str, mark: &str) -> String {
    let pairs = [("state", state.map_or("", MentionState::word)), (name, mark)];
    let query: Vec<String> =
        pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", query_value(value))).collect();
    if query.is_empty() { MENTIONS.to_owned() } else { format!("{MENTIONS}?{}", query.join("&")) }
}

fn of_states(counts: &HashMap<MentionState, i64>, chosen: Option<MentionState>) -> Vec<(String, &'static str, String, bool)> {
    let all = (address(None, "", ""), "All", number(counts.values().sum()), chosen.is_none());
    let tab = |state: &MentionState| {
        let many = counts.get(state).copied().filter(|many| *many > 0)?;
        Some((address(Some(*state), "", ""), state.shown().1, number(many), chosen == Some(*state)))
    };
    std::iter::once(all).chain(MentionState::ALL.iter().filter_map(tab)).collect()
}

/// `GET /admin/comments/mentions` — mentions that were sent or wait to be, the last first.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = require_all(&ctx)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let state = MentionState::from_word(&params.state);
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let Slice { rows, newer, older } = Sent::page(conn, state, cursor.as_ref(), PAGE)?;
        let counts = model::counts(conn)?;
        Ok(Index {
            page: Page::admin(conn, visit)?,
            tabs: Tabs::load(conn, &person, "mentions")?,
            states: of_states(&counts, state),
            rows,
            newer: newer.map(|mark| address(state, "after", &mark)),
            older: older.map(|mark| address(state, "before", &mark)),
            has_any: !counts.is_empty(),
        })
    })
    .await
}

/// `POST /admin/comments/mentions` — whether they are taken and sent.
pub async fn settings(ctx: Ctx, form: Submitted<SettingsForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (chosen, actor, now) = (form.into_inner().chosen(), ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| {
            let site = SiteSettings { webmention: chosen, ..SiteSettings::load(conn)? };
            site.save_as("webmention.changed", conn, &actor, now)?;
            if chosen.send {
                Deliver.enqueue(conn, now)?; // what waited while it was off
            }
            Ok(())
        })
        .await?;
    ctx.flash("Saved whether mentions are taken and sent.").see_other(MENTIONS)
}

/// `POST /admin/comments/mentions/{id}/again` — sends one again.
pub async fn again(ctx: Ctx, id: web::Path<MentionId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    require_all(&ctx)?;
    let (id, now) = (*id, ctx.now());
    ctx.db
        .write(move |conn| {
            if !SiteSettings::load(conn)?.webmention.send {
                return Err(AppError::Conflict("Sending is switched off. Switch it on first."));
            }
            if !model::send_again(conn, id, now)? {
                return Err(AppError::NotFound);
            }
            Ok(Deliver.enqueue(conn, now)?)
        })
        .await?;
    ctx.flash("It is sent again, in the background. Come back in a minute.").see_other(MENTIONS)
}
