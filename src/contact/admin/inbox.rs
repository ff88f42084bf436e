//! The inbox: what visitors have written, by where it lies or by who wrote it.

use crate::{
    contact::{
        model::{
            inbox::{self, Filter, MOST_EXPORTED},
            message::{Message, MessageState},
        },
        paths,
    },
    db::cursor::{Cursor, Slice},
    error::AppResult,
    site::{Page, page::number},
    web::{csv::download, ctx::Ctx, local_path::query_value, person::Right},
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

/// Rows on one page.
const PAGE: usize = 50;

/// Characters of a message that a row shows.
const SHOWN: usize = 160;

/// What the address of the list may say.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Params {
    state: String,
    q: String,
    before: Option<String>,
    after: Option<String>,
}

impl Params {
    fn state(&self) -> MessageState {
        MessageState::from_word(&self.state).unwrap_or(MessageState::New)
    }

    fn filter(&self) -> Filter {
        let email: String = self.q.trim().chars().take(254).collect();
        if email.is_empty() { Filter::In(self.state()) } else { Filter::From(email) }
    }

    /// The address of something with this filter.
    fn with(&self, path: &str, place: Option<(&str, &str)>) -> String {
        let now = [("state", self.state.as_str()), ("q", self.q.as_str())];
        let all = now.into_iter().filter(|(_, text)| !text.is_empty()).chain(place);
        let query: Vec<String> = all.map(|(name, value)| format!("{name}={}", query_value(value))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }
}

#[derive(Template)]
#[template(path = "contact/admin/index.html")]
struct Index {
    page: Page,
    params: Params,
    /// Address, name, count, current.
    tabs: Vec<(String, &'static str, String, bool)>,
    rows: Vec<Message>,
    newer: Option<String>,
    older: Option<String>,
    file: String,
    has_any: bool,
}

impl Index {
    fn is_search(&self) -> bool {
        !self.params.q.trim().is_empty()
    }

    /// What a row shows of a message: its first words.
    fn begin(message: &Message) -> String {
        let words = message.body.split_whitespace().collect::<Vec<_>>().join(" ");
        let begin: String = words.chars().take(SHOWN).collect();
        if begin.len() < words.len() { format!("{begin}…") } else { begin }
    }

    fn about(message: &Message) -> &str {
        if message.subject.is_empty() { "No subject" } else { &message.subject }
    }

    fn most() -> String {
        number(MOST_EXPORTED as i64)
    }
}

/// `GET /admin/messages` — what waits; what is done, what is spam, or everything from one address.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ReadMessages)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let (filter, cursor) = (params.filter(), Cursor::parse(params.before.as_deref(), params.after.as_deref()));
        let Slice { rows, newer, older } = inbox::page(conn, &filter, cursor.as_ref(), PAGE)?;
        let counts = inbox::counts(conn)?;
        let link = |name: &str, mark: Option<String>| mark.map(|mark| params.with(paths::MESSAGES, Some((name, &mark))));
        Ok(Index {
            page: Page::admin(conn, visit)?,
            tabs: tabs(&filter, &counts),
            rows,
            newer: link("after", newer),
            older: link("before", older),
            file: params.with(paths::FILE, None),
            has_any: !counts.is_empty(),
            params,
        })
    })
    .await
}

fn tabs(filter: &Filter, counts: &HashMap<MessageState, i64>) -> Vec<(String, &'static str, String, bool)> {
    let tab = |state: &MessageState| {
        let many = number(counts.get(state).copied().unwrap_or(0));
        (format!("{}?state={state}", paths::MESSAGES), state.shown().1, many, *filter == Filter::In(*state))
    };
    MessageState::ALL.iter().map(tab).collect()
}

/// `GET /admin/messages.csv` — the same as a file; the journal says that it was taken.
pub async fn export(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ReadMessages)?;
    let (filter, actor, now) = (params.filter(), ctx.actor(), ctx.now());
    let table = ctx.db.write(move |conn| inbox::export(conn, &filter, &actor, now)).await?;
    Ok(download("messages.csv", table))
}
