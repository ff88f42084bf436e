//! The queue: what waits, what is shown, spam and trash; decided about one by one or many at once, and taken back.

use super::Tabs;
use crate::{
    community::{
        forms::moderation::Chosen,
        model::{
            comment::{CommentId, State},
            moderation::{self, Verdict},
            queue::{self, Filter, Row},
        },
        paths,
    },
    db::{Conn, cursor::Cursor},
    error::{AppError, AppResult},
    journal::Actor,
    site::{Page, page::count},
    web::{
        ctx::Ctx,
        form::Submitted,
        local_path::{local_or, query_value},
        person::{Person, Right},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;
use serde::Deserialize;

/// Comments on one page.
const PAGE: usize = 25;

/// What the address of the queue may say.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Params {
    view: String,
    q: String,
    entry: String,
    /// Keys of what was decided just now, for undo.
    undo: String,
    before: Option<String>,
    after: Option<String>,
}

impl Params {
    fn state(&self) -> State {
        State::from_word(&self.view).filter(|state| super::LISTS.contains(state)).unwrap_or(State::Held)
    }

    fn filter(&self) -> Filter {
        let words: String = self.q.trim().chars().take(254).collect();
        Filter { state: self.state(), entry: self.entry.parse().ok().map(|entry: i64| entry.into()), words }
    }

    /// This list with one more parameter; the place in it is left out.
    fn with(&self, name: &str, value: &str) -> String {
        let now = [("view", self.view.as_str()), ("q", &self.q), ("entry", &self.entry), (name, value)];
        let query: Vec<String> =
            now.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", query_value(value))).collect();
        if query.is_empty() { paths::QUEUE.to_owned() } else { format!("{}?{}", paths::QUEUE, query.join("&")) }
    }
}

#[derive(Template)]
#[template(path = "community/admin/index.html")]
struct Index {
    page: Page,
    tabs: Tabs,
    params: Params,
    state: State,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
    /// What was decided just now.
    undo: Vec<String>,
}

impl Index {
    fn verdicts(&self) -> Vec<(Verdict, &'static str, &'static str)> {
        let all = [
            (Verdict::Approve, "Approve", "a"),
            (Verdict::Spam, "Spam", "s"),
            (Verdict::Trash, "Trash", "x"),
            (Verdict::Hold, "Hold", "h"),
        ];
        all.into_iter()
            .filter(|(verdict, ..)| verdict.state() != self.state && (*verdict != Verdict::Hold || self.state != State::Held))
            .collect()
    }

    fn may_delete(&self) -> bool {
        matches!(self.state, State::Spam | State::Trashed)
    }

    fn back(&self) -> String {
        self.params.with("", "")
    }

    fn before(row: &Row) -> String {
        match row.shown_before {
            0 if row.comment.is_mention() => "mention".to_owned(),
            0 => "first comment".to_owned(),
            many => format!("{many} shown before"),
        }
    }
}

/// `GET /admin/comments` — one list of the queue.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Moderate)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let slice = queue::page(conn, &person, &params.filter(), cursor.as_ref(), PAGE)?;
        let link = |name: &str, mark: &Option<String>| mark.as_ref().map(|mark| params.with(name, mark));
        Ok(Index {
            tabs: Tabs::load(conn, &person, params.state().word())?,
            page: Page::admin(conn, visit)?,
            state: params.state(),
            newer: link("after", &slice.newer),
            older: link("before", &slice.older),
            rows: slice.rows,
            undo: params.undo.split(',').filter(|id| id.parse::<i64>().is_ok()).take(100).map(str::to_owned).collect(),
            params,
        })
    })
    .await
}

/// `POST /admin/comments` — carries out a decision about the chosen ones, or leads to where deleting is asked about.
pub async fn decide(ctx: Ctx, form: Submitted<Chosen>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Moderate)?;
    let form = form.into_inner();
    let (ids, back) = (form.ids(), local_or(&form.back, paths::QUEUE).to_owned());
    if ids.is_empty() {
        return ctx.warn("Nothing was chosen. Tick the comments first.").see_other(back);
    }
    let keys: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if form.verdict == "delete" {
        return ctx.see_other(format!("/admin/comments/deletion?id={}", keys.join(",")));
    }
    let Some(verdict) = form.verdict() else { return ctx.warn("Choose what to do with them.").see_other(back) };
    let (actor, now) = (ctx.actor(), ctx.now());
    let done = ctx
        .db
        .write(move |conn| {
            each(conn, &ids, |conn, id| Ok(moderation::decide(conn, id, verdict, &person, &actor, now)?.map(|it| it.who().to_owned())))
        })
        .await?;
    let told = match done.as_slice() {
        [] => return ctx.warn("Nothing had to be done: that is what they were already.").see_other(back),
        [(_, who)] => format!("{} the comment by {who}.", verdict.told()),
        many => format!("{} {}.", verdict.told(), count(many.len() as i64, "comment", "comments")),
    };
    ctx.flash(told).see_other(undoable(&back, &done))
}

/// `POST /admin/comments/undo` — takes decisions back.
pub async fn undo(ctx: Ctx, form: Submitted<Chosen>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Moderate)?;
    let form = form.into_inner();
    let (ids, back, actor, now) = (form.ids(), local_or(&form.back, paths::QUEUE).to_owned(), ctx.actor(), ctx.now());
    let done = ctx.db.write(move |conn| take_back(conn, &ids, &person, &actor, now)).await?;
    let told = if done.is_empty() {
        "Nothing was left to take back.".to_owned()
    } else {
        format!("Took the decision about {} back.", count(done.len() as i64, "comment", "comments"))
    };
    ctx.flash(told).see_other(back)
}

fn take_back(
    conn: &mut Conn,
    ids: &[CommentId],
    person: &Person,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<Vec<(CommentId, String)>> {
    each(conn, ids, |conn, id| Ok(moderation::undo(conn, id, person, actor, now)?.map(|it| it.who().to_owned())))
}

/// Does something with each, and says with which it was done. Those that are gone in the meantime are passed over.
fn each(
    conn: &mut Conn,
    ids: &[CommentId],
    act: impl Fn(&mut Conn, CommentId) -> AppResult<Option<String>>,
) -> AppResult<Vec<(CommentId, String)>> {
    let mut done = Vec::new();
    for id in ids {
        match act(conn, *id) {
            Ok(Some(who)) => done.push((*id, who)),
            Ok(None) | Err(AppError::NotFound) => {}
            Err(AppError::Conflict(_)) if ids.len() > 1 => {}
            Err(other) => return Err(other),
        }
    }
    Ok(done)
}

/// The list again, with what can be taken back.
fn undoable(back: &str, done: &[(CommentId, String)]) -> String {
    let keys: Vec<String> = done.iter().map(|(id, _)| id.to_string()).collect();
    format!("{back}{}undo={}", if back.contains('?') { '&' } else { '?' }, keys.join(","))
}
