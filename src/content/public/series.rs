//! Series: the list of all that have a live part, and the parts of one in their order.

use super::{
    super::{
        model::{
            list::{self, Brief},
            series::{Parts, Series},
            shown,
        },
        paths,
    },
    posts::Named,
    structured,
};
use crate::{
    db::cursor::{Cursor, Slice},
    error::AppResult,
    site::{Page, json_ld::JsonLd, page::count},
    web::{ctx::Ctx, render::render_public},
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::{collections::HashMap, sync::Arc};

/// Parts on one page of a series.
const PARTS: usize = 50;

/// Which page of the parts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    before: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "content/public/series.html")]
struct ShowSeries {
    page: Page,
    series: Series,
    crumbs: Vec<Named>,
    slice: Slice<Arc<Brief>>,
    /// The number of the first part on this page, from 1.
    first: usize,
    total: usize,
    newer: Option<String>,
    older: Option<String>,
}

impl ShowSeries {
    fn total_shown(&self) -> String {
        count(self.total as i64, "part", "parts")
    }

    /// The parts on this page with their numbers.
    fn parts(&self) -> impl Iterator<Item = (usize, &Arc<Brief>)> {
        self.slice.rows.iter().enumerate().map(|(place, brief)| (self.first + place, brief))
    }

    fn structured(&self) -> JsonLd {
        let parts: Vec<(usize, &str, &str)> =
            self.parts().map(|(number, brief)| (number, brief.entry.address(), brief.entry.title.as_str())).collect();
        structured::series(&self.page, &self.series, &self.crumbs, &parts)
    }
}

/// `GET /series/{slug}` — a series with its live parts in their order.
pub async fn show(ctx: Ctx, slug: web::Path<String>, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let (visit, slug, params) = (ctx.visit(), slug.into_inner(), params.into_inner());
    let view = ctx.db.read(move |conn| {
        let series = Series::by_slug(conn, &slug)?;
        let page = Page::load(conn, visit)?;
        let parts = Parts::of(conn, &page.visit.pages, series.id)?;
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let (first, slice) = parts.page(cursor.as_ref(), PARTS);
        let link = |way: &str, mark: &Option<String>| mark.as_ref().map(|mark| format!("{}?{way}={mark}", series.url()));
        let (newer, older) = (link("after", &slice.newer), link("before", &slice.older));
        let rows = Brief::load(conn, &page.visit.pages, &slice.rows)?;
        let slice = Slice { rows, newer: slice.newer, older: slice.older };
        let crumbs = vec![(paths::SERIES.to_owned(), "Series".to_owned())];
        Ok(ShowSeries { page, crumbs, slice, first: first + 1, total: parts.0.len(), newer, older, series })
    });
    let view = view.await?;
    let mut tags = Page::shown();
    tags.extend([shown::series(view.series.id), shown::about_series(view.series.id), shown::parts(view.series.id)]);
    tags.extend(shown::briefs(view.slice.rows.iter().cloned()));
    tags.extend(shown::cards(view.slice.rows.iter().cloned()));
    render_public(&view, tags)
}

/// A series in the list of all.
struct Row {
    series: Series,
    parts: String,
}

#[derive(Template)]
#[template(path = "content/public/all_series.html")]
struct ShowAll {
    page: Page,
    rows: Vec<Row>,
}

/// `GET /series` — every series that has a live part, by title.
pub async fn index(ctx: Ctx) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let page = Page::load(conn, visit)?;
        let counts: HashMap<i64, i64> = list::counts_kept(conn, &page.visit.pages, "series")?.into_iter().collect();
        let live = Series::all(conn)?.into_iter().filter_map(|series| {
            let parts = count(*counts.get(&series.id.number())?, "part", "parts");
            Some(Row { series, parts })
        });
        Ok(ShowAll { rows: live.collect(), page })
    });
    let view = view.await?;
    let mut tags = Page::shown();
    tags.push(shown::counts("series"));
    tags.extend(view.rows.iter().flat_map(|row| [shown::series(row.series.id), shown::about_series(row.series.id)]));
    render_public(&view, tags)
}
