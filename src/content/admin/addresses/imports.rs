//! A list of redirects: sent, looked at line by line, then made.

use super::{
    super::super::{
        model::redirect::import::{
            self, Fate, Import, ImportId, Progress, Row,
            reading::{self, LARGEST},
            writing,
        },
        paths,
    },
    PAGE,
};
use crate::{
    db::cursor::{Cursor, Slice},
    error::AppResult,
    site::{
        Page,
        page::{count, number},
    },
    web::{
        blocking::blocking,
        ctx::Ctx,
        form::{Confirmed, FormErrors, Submitted},
        local_path::query_value,
        methods::{post, read},
        person::Right,
        render::render_form,
        upload::{self, Most},
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::IMPORTS, read().to(index))
        .route(paths::IMPORTS, post().to(receive))
        .route("/admin/redirects/imports/{id}", read().to(show))
        .route("/admin/redirects/imports/{id}", post().to(begin));
}

/// Class and words of a fate, for `span.state`.
fn shown(fate: Fate) -> (&'static str, &'static str) {
    match fate {
        Fate::Unchecked => ("is-draft", "Not looked at yet"),
        Fate::New => ("is-live", "New"),
        Fate::Replaces => ("is-ahead", "Replaces one"),
        Fate::Same => ("is-draft", "There already"),
        Fate::Refused => ("is-bad", "Left out"),
    }
}

#[derive(Template)]
#[template(path = "content/admin/redirects/imports.html")]
struct Index {
    page: Page,
    text: String,
    errors: FormErrors,
    imports: Vec<Import>,
}

impl Index {
    fn state(import: &Import) -> (&'static str, &'static str) {
        match import.state {
            Progress::Checking => ("is-scheduled", "Being looked at"),
            Progress::Checked => ("is-review", "Waits for a yes"),
            Progress::Writing => ("is-scheduled", "Being made"),
            Progress::Written => ("is-live", "Done"),
        }
    }

    fn lines(import: &Import) -> String {
        count(i64::from(import.rows_all), "line", "lines")
    }
}

/// `GET /admin/redirects/imports` — the form, and the lists sent last.
async fn index(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    sheet(&ctx, String::new(), FormErrors::none()).await
}

async fn sheet(ctx: &Ctx, text: String, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| Ok(Index { imports: Import::latest(conn)?, page: Page::admin(conn, visit)?, text, errors }));
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// `POST /admin/redirects/imports` — takes a list in, as a file or as text, and looks at its lines.
async fn receive(ctx: Ctx, req: HttpRequest, payload: web::Payload) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let mut sent = upload::read(&req, payload, Most { files: 1, bytes: LARGEST as u64, fields: LARGEST }).await?;
    let (file, text) = (sent.files.pop(), sent.field("text").to_owned());
    let (name, listed) = match file {
        Some(file) => (plain_name(&file.name), blocking(move || file.read()).await?),
        None => (String::new(), Some(text.clone().into_bytes())),
    };
    let lines = match listed.map(|bytes| reading::read(if bytes.is_empty() { text.as_bytes() } else { &bytes })) {
        Some(Ok(lines)) => lines,
        Some(Err(sentence)) => return sheet(&ctx, text, FormErrors::one("file", sentence)).await,
        None => return sheet(&ctx, text, FormErrors::one("file", "This file is larger than 16 MB. Send the list in parts.")).await,
    };
    let (actor, now, base_url) = (ctx.actor(), ctx.now(), ctx.state.base_url.clone());
    let id = ctx.db.write(move |conn| import::receive(conn, &name, &lines, &base_url, &actor, now)).await?;
    ctx.see_other(paths::import(id))
}

/// A file's name without folders and signs that no name has.
fn plain_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or("").chars().filter(|sign| !sign.is_control()).collect()
}

/// What the address of a list may say.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Params {
    fate: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "content/admin/redirects/import.html")]
struct Show {
    page: Page,
    import: Import,
    /// Address, name, count, current.
    tabs: Vec<(String, &'static str, String, bool)>,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
    /// How many redirects are made, or replaced.
    makes: i64,
}

impl Show {
    fn heading(&self) -> String {
        if self.import.name.is_empty() { "A list of redirects".to_owned() } else { self.import.name.clone() }
    }

    fn is_busy(&self) -> bool {
        matches!(self.import.state, Progress::Checking | Progress::Writing)
    }

    fn is_checked(&self) -> bool {
        self.import.state == Progress::Checked
    }

    fn done(&self) -> String {
        number(i64::from(self.import.rows_done.min(self.import.rows_all)))
    }

    fn all(&self) -> String {
        count(i64::from(self.import.rows_all), "line", "lines")
    }

    fn makes(&self) -> String {
        count(self.makes, "redirect", "redirects")
    }

    fn state(row: &Row) -> (&'static str, &'static str) {
        shown(row.fate)
    }
}

/// `GET /admin/redirects/imports/{id}` — what becomes of each line.
async fn show(ctx: Ctx, id: web::Path<ImportId>, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (visit, id, params) = (ctx.visit(), id.into_inner(), params.into_inner());
    ctx.draw(move |conn| {
        let import = Import::find(conn, id)?;
        let fate = Fate::from_word(&params.fate);
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let slice = import.rows(conn, fate, cursor.as_ref(), PAGE)?;
        let fates: HashMap<Fate, i64> = import.fates(conn)?.into_iter().collect();
        let many = |fate: Fate| fates.get(&fate).copied().unwrap_or(0);
        let address = |fate: Option<Fate>| fate.map_or_else(|| paths::import(id), |fate| format!("{}?fate={fate}", paths::import(id)));
        let tab = |of: Option<Fate>| {
            (address(of), of.map_or("All lines", |of| shown(of).1), number(of.map_or(i64::from(import.rows_all), many)), of == fate)
        };
        let present = Fate::ALL.iter().copied().filter(|fate| many(*fate) > 0).map(Some);
        let sign = if fate.is_some() { '&' } else { '?' };
        let link =
            |name: &str, mark: &Option<String>| mark.as_ref().map(|mark| format!("{}{sign}{name}={}", address(fate), query_value(mark)));
        let (newer, older) = (link("after", &slice.newer), link("before", &slice.older));
        let tabs = [None].into_iter().chain(present).map(tab).collect();
        let makes = many(Fate::New) + many(Fate::Replaces);
        let Slice { rows, .. } = slice;
        Ok(Show { page: Page::admin(conn, visit)?, tabs, rows, newer, older, makes, import })
    })
    .await
}

/// `POST /admin/redirects/imports/{id}` — makes the redirects of a list that was looked at.
async fn begin(ctx: Ctx, id: web::Path<ImportId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let import = ctx.db.write(move |conn| writing::begin(conn, id, &actor, now)).await?;
    let told = match import.state {
        Progress::Written => "The redirects are made.",
        _ => "The redirects are being made in the background.",
    };
    ctx.flash(told).see_other(paths::import(id))
}
