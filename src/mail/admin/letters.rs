//! The list of letters.

use super::typed;
use crate::{
    db::cursor::{Cursor, Slice},
    error::AppResult,
    mail::{
        model::{
            letter::LetterState,
            lists::{self, Filter, Listed},
        },
        paths,
    },
    site::{Page, page::number},
    web::{ctx::Ctx, local_path::query_value, person::Right},
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

/// Rows on one page.
const PAGE: usize = 50;

/// What the address of the list may say.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Params {
    state: String,
    kind: String,
    to: String,
    before: Option<String>,
    after: Option<String>,
}

impl Params {
    fn filter(&self) -> Filter {
        Filter { state: LetterState::from_word(&self.state), kind: typed(&self.kind), recipient: typed(&self.to) }
    }

    fn with(&self, name: &str, value: &str) -> String {
        let now = [("state", &self.state), ("kind", &self.kind), ("to", &self.to)];
        let kept = now.iter().filter(|(_, text)| !text.is_empty()).map(|(known, text)| (*known, text.as_str()));
        let query: Vec<String> = kept.chain([(name, value)]).map(|(name, value)| format!("{name}={}", query_value(value))).collect();
        format!("{}?{}", paths::LETTERS, query.join("&"))
    }
}

#[derive(Template)]
#[template(path = "mail/admin/index.html")]
struct Index {
    page: Page,
    params: Params,
    is_filtered: bool,
    states: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    rows: Vec<Listed>,
    newer: Option<String>,
    older: Option<String>,
}

/// `GET /admin/mail` — every letter, newest first; filtered by state, kind and address.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let (filter, cursor) = (params.filter(), Cursor::parse(params.before.as_deref(), params.after.as_deref()));
        let Slice { rows, newer, older } = Listed::page(conn, &filter, cursor.as_ref(), PAGE)?;
        let counts = lists::counts(conn)?;
        let any = (String::new(), "Any".to_owned());
        let kinds = lists::kinds(conn)?.into_iter().map(|kind| (kind.clone(), kind));
        Ok(Index {
            page: Page::admin(conn, visit)?,
            is_filtered: filter != Filter::default(),
            states: [any.clone()].into_iter().chain(states(&counts)).collect(),
            kinds: [any].into_iter().chain(kinds).collect(),
            rows,
            newer: newer.map(|mark| params.with("after", &mark)),
            older: older.map(|mark| params.with("before", &mark)),
            params,
        })
    })
    .await
}

/// The states for the filter, each with how many letters it has.
fn states(counts: &HashMap<LetterState, i64>) -> Vec<(String, String)> {
    let many = |state: &LetterState| number(counts.get(state).copied().unwrap_or(0));
    LetterState::ALL.iter().map(|state| (state.word().to_owned(), format!("{} ({})", state.shown().1, many(state)))).collect()
}
