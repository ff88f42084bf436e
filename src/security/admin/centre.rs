//! The security centre: what is well, what is not, what to do.

use crate::{
    error::AppResult,
    security::{
        findings::{self, Evidence, Finding, Level},
        model::standing::Standing,
    },
    site::{
        Page,
        page::{count, number},
    },
    web::{ctx::Ctx, person::Right},
};
use actix_web::HttpResponse;
use askama::Template;
use chrono::NaiveDate;

/// The height of the bars, in percent of the chart.
const HEIGHT: f64 = 72.0;

/// A day of failed log-ins, with its bar in percent of the chart.
struct Day {
    date: NaiveDate,
    many: i64,
    x: f64,
    width: f64,
    y: f64,
    height: f64,
}

impl Day {
    fn name(&self) -> String {
        self.date.format("%-d %b").to_string()
    }

    fn number(&self) -> String {
        number(self.many)
    }

    /// The middle of the bar.
    fn middle(&self) -> f64 {
        self.x + self.width / 2.0
    }
}

#[derive(Template)]
#[template(path = "security/admin/centre.html")]
struct Centre {
    page: Page,
    open: Vec<Finding>,
    well: Vec<Finding>,
    days: Vec<Day>,
}

impl Finding {
    /// The picture beside it.
    fn icon(&self) -> &'static str {
        match self.level {
            Level::Danger => "circle-x",
            Level::Missing => "triangle-alert",
            Level::Note => "info",
            Level::Well => "check",
        }
    }

    /// Class and words, for `span.state`.
    fn shown(&self) -> (&'static str, &'static str) {
        match self.level {
            Level::Danger => ("is-bad", "Act now"),
            Level::Missing => ("is-ahead", "To do"),
            Level::Note => ("is-draft", "Good to know"),
            Level::Well => ("is-live", "Well"),
        }
    }
}

impl Centre {
    fn summary(&self) -> String {
        let of = |level: Level| self.open.iter().filter(|finding| finding.level == level).count() as i64;
        match (of(Level::Danger), of(Level::Missing)) {
            (0, 0) => "Nothing has to be done.".to_owned(),
            (0, todo) => format!("{} to do.", count(todo, "thing", "things")),
            (urgent, 0) => format!("{} dangerous.", count(urgent, "thing is", "things are")),
            (urgent, todo) => format!("{} dangerous, {} to do.", count(urgent, "thing is", "things are"), number(todo)),
        }
    }

    fn failed(&self) -> i64 {
        self.days.iter().map(|day| day.many).sum()
    }

    fn failed_words(&self) -> String {
        let most = self.days.iter().max_by_key(|day| day.many);
        let most = most.map_or(String::new(), |day| format!(", most on {}: {}", day.name(), day.number()));
        format!("{} in two weeks{most}", count(self.failed(), "failed log-in", "failed log-ins"))
    }
}

/// `GET /admin/security` — what is well, what is not, what to do.
pub async fn show(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::SeeSecurity)?;
    let (visit, state) = (ctx.visit(), ctx.state.clone());
    ctx.draw(move |conn| {
        let standing = Standing::load(conn, visit.now)?;
        let evidence = Evidence {
            standing: &standing,
            facts: &state.facts,
            seen: &state.entrance.seen,
            base_url: &state.base_url,
            today: visit.now.date(),
        };
        let (well, open) = findings::all(&evidence).into_iter().partition(|finding| finding.level == Level::Well);
        Ok(Centre { days: days(&standing.failed), page: Page::admin(conn, visit)?, open, well })
    })
    .await
}

fn days(failed: &[(NaiveDate, i64)]) -> Vec<Day> {
    let most = failed.iter().map(|(_, many)| *many).max().unwrap_or(0).max(1) as f64;
    let step = 100.0 / failed.len().max(1) as f64;
    let bar = |(place, (date, many)): (usize, &(NaiveDate, i64))| {
        let height = HEIGHT * *many as f64 / most;
        Day { date: *date, many: *many, x: step * place as f64 + step * 0.15, width: step * 0.7, y: 12.0 + HEIGHT - height, height }
    };
    failed.iter().enumerate().map(bar).collect()
}
