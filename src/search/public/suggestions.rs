//! The first results while somebody types, for the list below the field.

use crate::{
    content::model::{category::Topics, entry::EntryId, list::Brief},
    error::AppResult,
    search::{
        model::{
            finding::{self, Setting},
            planning::Filters,
        },
        passage::{self, Marks},
        query::Query,
    },
    site::SiteSettings,
    web::ctx::Ctx,
};
use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Results that are suggested.
const MOST: usize = 6;

/// What was typed so far.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    q: String,
}

/// A result.
#[derive(Debug, Serialize)]
struct Suggestion {
    url: String,
    /// The title in pieces: text, and whether it is marked.
    title: Vec<(String, bool)>,
    /// Its main category.
    topic: String,
}

/// `GET /search/suggestions?q=…` — the six best as JSON. The same for everybody, so a browser may keep them for half a minute.
pub async fn list(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let (visit, now) = (ctx.visit(), ctx.now());
    let found: Vec<Suggestion> = ctx
        .db
        .read(move |conn| {
            let (site, topics): (Arc<SiteSettings>, Arc<Topics>) = (visit.pages.remembered(conn)?, visit.pages.remembered(conn)?);
            let setting = Setting { topics: &topics, zone: site.time_zone, now, pages: &visit.pages };
            let found = finding::search(conn, &Query::parse(&params.q), &Filters::default(), &setting, false)?;
            let ids: Vec<EntryId> = found.hits.iter().take(MOST).map(|hit| hit.id).collect();
            let briefs = Brief::load(conn, &visit.pages, &ids)?;
            Ok(briefs.iter().map(|brief| suggestion(brief, &found.marks)).collect())
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=30")).json(found))
}

fn suggestion(brief: &Brief, marks: &Marks) -> Suggestion {
    let title = passage::whole(&brief.entry.title, marks).into_iter().map(|piece| (piece.text, piece.is_mark));
    Suggestion {
        url: brief.entry.address().to_owned(),
        title: title.collect(),
        topic: brief.topic.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
    }
}
