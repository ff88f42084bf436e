//! What visitors searched for, and what they did not find: content to write.

use super::super::{
    model::log::{self, Asked, Which},
    paths,
};
use crate::{
    error::AppResult,
    site::{Page, page::number},
    web::{ctx::Ctx, local_path::query_value, person::Right},
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

/// Rows that are shown.
const MOST: i64 = 200;
/// Periods to choose from, in days.
const PERIODS: [i64; 3] = [7, 30, 90];

/// What the address of the list may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    which: String,
    days: String,
}

impl Params {
    fn which(&self) -> Which {
        match self.which.as_str() {
            "nothing" => Which::Nothing,
            "unfollowed" => Which::Unfollowed,
            _ => Which::All,
        }
    }

    fn days(&self) -> i64 {
        self.days.parse().ok().filter(|days| PERIODS.contains(days)).unwrap_or(30)
    }
}

#[derive(Template)]
#[template(path = "search/admin/queries.html")]
struct Index {
    page: Page,
    which: Which,
    days: i64,
    rows: Vec<Asked>,
    /// Searches, those that found nothing, results followed.
    sums: (i64, i64, i64),
}

impl Index {
    /// Address, name, current.
    fn tabs(&self) -> Vec<(String, &'static str, bool)> {
        let all = [
            (Which::All, "", "All"),
            (Which::Nothing, "nothing", "Found nothing"),
            (Which::Unfollowed, "unfollowed", "Found, not followed"),
        ];
        all.map(|(which, word, name)| (format!("{}?which={word}&days={}", paths::QUERIES, self.days), name, which == self.which)).into()
    }

    fn word(&self) -> &'static str {
        match self.which {
            Which::All => "",
            Which::Nothing => "nothing",
            Which::Unfollowed => "unfollowed",
        }
    }

    /// Value and name.
    fn periods() -> Vec<(String, String)> {
        PERIODS.map(|days| (days.to_string(), format!("{days} days"))).into()
    }

    fn chosen(&self) -> String {
        self.days.to_string()
    }

    fn shown(value: &i64) -> String {
        number(*value)
    }

    fn address(query: &str) -> String {
        format!("{}?q={}", paths::SEARCH, query_value(query))
    }

    fn promote(query: &str) -> String {
        format!("{}?query={}", paths::NEW_PROMOTION, query_value(query))
    }
}

/// `GET /admin/searches` — queries of the last days, the most frequent first.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (visit, which, days) = (ctx.visit(), params.which(), params.days());
    ctx.draw(move |conn| {
        let since = visit.now.date() - TimeDelta::days(days - 1);
        let rows = log::page(conn, since, which, 0, MOST)?;
        Ok(Index { sums: log::sums(conn, since)?, page: Page::admin(conn, visit)?, which, days, rows })
    })
    .await
}
