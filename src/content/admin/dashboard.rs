//! The first page of the admin: what waits, what goes out next, what was changed.

use super::super::model::{
    entry::{EntryId, Listed},
    note::{self, Note},
    publishing,
    reach::Mine,
    search::{self, Filter, View},
    timing::{self, Planned},
    workflow::lists,
};
use crate::{
    db::Conn,
    error::AppResult,
    jobs::queue,
    journal::model::listed::{self as journal, Row},
    schema::users,
    site::{
        Page,
        menus::{self, report::Missing},
        page::number,
    },
    web::{
        ctx::{Ctx, Visit},
        person::{Person, Right},
    },
};
use actix_web::HttpResponse;
use askama::Template;
use diesel::prelude::*;

/// Rows in each panel.
const ROWS: usize = 6;

/// Something to do on a new site.
struct Step {
    done: bool,
    url: &'static str,
    title: &'static str,
    why: &'static str,
}

#[derive(Template)]
#[template(path = "content/admin/dashboard.html")]
struct Dashboard {
    page: Page,
    today: String,
    drafts: Vec<Listed>,
    changed: Vec<Listed>,
    /// What this person is asked to approve, longest first.
    waiting: Vec<lists::Row>,
    scheduled: Vec<Planned>,
    /// The newest open notes, each with its entry.
    notes: Vec<(Note, EntryId, String)>,
    journal: Vec<Row>,
    /// Those of all these entries that this person may change.
    mine: Mine,
    /// Items of menus that visitors do not see.
    missing: Vec<Missing>,
    figures: Vec<(&'static str, String, &'static str, String)>,
    steps: Vec<Step>,
    waiting_jobs: i64,
    failed_jobs: i64,
    is_author: bool,
}

impl Dashboard {
    fn is_new(&self) -> bool {
        self.steps.iter().any(|step| !step.done)
    }
}

/// `GET /admin` — what waits, what goes out next, what was changed.
pub async fn show(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let visit = ctx.visit();
    ctx.draw(move |conn| load(conn, visit, &person)).await
}

fn load(conn: &mut Conn, visit: Visit, person: &Person) -> AppResult<Dashboard> {
    let page = Page::admin(conn, visit)?;
    let own = (!person.may_any(Right::Write)).then_some(person.id);
    let mine = Filter { author: Some(person.id), view: View::Draft, ..Filter::default() };
    let changed = Filter { author: own, ..Filter::default() };
    let (posts, pages, drafts) = publishing::figures(conn)?;
    let people: i64 = users::table.filter(users::disabled_at.is_null()).count().get_result(conn)?;
    let (waiting_jobs, failed_jobs) = queue::counts(conn)?;
    let changes = journal::Filter { without_accounts: !person.may(Right::ReadSignIns), ..journal::Filter::default() };
    let journal = if person.may(Right::ReadJournal) { Row::page(conn, &changes, None, ROWS)?.rows } else { Vec::new() };
    let (unpublished, changed) = (search::page(conn, None, &mine, None, ROWS)?.rows, search::page(conn, None, &changed, None, ROWS)?.rows);
    let (scheduled, notes) = (timing::planned(conn, own, None, 10)?, note::newest_open(conn, own, ROWS as i64)?);
    let shown = unpublished.iter().chain(&changed).map(|entry| entry.id);
    let shown = shown.chain(scheduled.iter().map(|one| one.entry.id)).chain(notes.iter().map(|(_, id, _)| *id));
    let mine = Mine::among(conn, person, &shown.collect::<Vec<_>>())?;
    let comments = person.may(Right::Moderate).then(|| {
        let words = if page.comments == 0 { "nothing to decide" } else { "for you to decide" };
        ("Comments, waiting", number(page.comments), "/admin/comments", words.to_owned())
    });
    Ok(Dashboard {
        today: page.weekday(&page.visit.now),
        drafts: unpublished,
        changed,
        mine,
        waiting: if page.waiting > 0 { lists::waiting(conn, person, None, ROWS)?.rows } else { Vec::new() },
        scheduled,
        notes,
        journal,
        missing: if person.may(Right::ManageSettings) { menus::report::missing(conn)? } else { Vec::new() },
        figures: [
            ("Posts, live", number(posts), "/admin/entries?view=live&kind=post", "in the lists of the site".to_owned()),
            ("Pages, live", number(pages), "/admin/entries?view=live&kind=page", "in the tree of the site".to_owned()),
            ("Drafts", number(drafts), "/admin/entries?view=draft", "not seen by visitors".to_owned()),
            ("People", number(people), if person.may(Right::ManagePeople) { "/admin/people" } else { "" }, "who write here".to_owned()),
        ]
        .into_iter()
        .chain(comments)
        .collect(),
        steps: if person.may(Right::ManageSettings) { steps(&page, posts + pages + drafts, posts + pages, people) } else { Vec::new() },
        waiting_jobs,
        failed_jobs,
        is_author: own.is_some(),
        page,
    })
}

fn steps(page: &Page, entries: i64, live: i64, people: i64) -> Vec<Step> {
    let named = page.site.title != crate::site::SiteSettings::default().title;
    vec![
        Step { done: named, url: "/admin/settings", title: "Name the site", why: "Its name, tagline and language stand on every page." },
        Step {
            done: entries > 0,
            url: "/admin/entries/new?kind=post",
            title: "Write a first post",
            why: "It stays a draft until you publish it.",
        },
        Step { done: live > 0, url: "/admin/entries?view=draft", title: "Publish it", why: "Visitors see it on the home page at once." },
        Step {
            done: people > 1,
            url: "/admin/people",
            title: "Invite somebody",
            why: "Editors publish everything, authors their own, contributors write.",
        },
    ]
}
