//! The page with the results.

use super::{
    super::{
        model::{
            counts::Counts,
            finding::{self, Found, Instead, SHOWN, Setting},
            planning::Filters,
            promotion,
        },
        paths,
        query::Query,
    },
    results::{self, Choices, Row},
};
use crate::{
    accounts::model::user::User,
    content::model::{
        category::{CategoryId, Topics},
        entry::{EntryId, Kind},
    },
    db::Conn,
    error::AppResult,
    site::{Page, page::count},
    web::{
        bots::is_bot,
        ctx::{Ctx, Visit},
        local_path::query_value,
        person::Right,
        render::render_fresh,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::OptionalExtension;
use serde::Deserialize;
use std::sync::Arc;

/// Results on one page.
const PAGE: usize = 10;
/// Topics that are offered where nothing is found.
const OFFERED: usize = 12;

/// What the address says. Nonsense is no filter.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Params {
    /// What was typed.
    pub q: String,
    /// `post` or `page`.
    pub kind: String,
    /// The path of a category.
    pub topic: String,
    /// The slug of an author.
    pub author: String,
    /// A year.
    pub year: String,
    /// Which page of the results, from 1.
    pub page: String,
    /// Whether only what was typed is looked for.
    pub exactly: String,
}

impl Params {
    fn number(&self) -> usize {
        self.page.parse().unwrap_or(1).clamp(1, SHOWN / PAGE)
    }

    fn exactly(&self) -> bool {
        self.exactly == "yes"
    }

    fn is_first_look(&self) -> bool {
        [&self.kind, &self.topic, &self.author, &self.year].iter().all(|value| value.is_empty()) && self.number() == 1
    }

    /// The address of another page of the same results.
    fn at(&self, number: usize) -> String {
        let number = if number > 1 { number.to_string() } else { String::new() };
        let all = [
            ("q", &self.q),
            ("kind", &self.kind),
            ("topic", &self.topic),
            ("author", &self.author),
            ("year", &self.year),
            ("exactly", &self.exactly),
            ("page", &number),
        ];
        let all = all.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", query_value(value)));
        format!("{}?{}", paths::SEARCH, all.collect::<Vec<_>>().join("&"))
    }

    fn filters(&self, conn: &mut Conn, topics: &Topics) -> AppResult<(Filters, Option<CategoryId>)> {
        let chosen = topics.all().find(|topic| topic.path == self.topic);
        let within = chosen.map(|branch| topics.all().filter(|topic| topic.is_within(branch)).map(|topic| topic.id).collect());
        let author = if self.author.is_empty() { None } else { User::by_slug(conn, &self.author).optional()? };
        let filters = Filters {
            kind: Kind::from_word(&self.kind),
            author: author.map(|user| user.id),
            categories: within.unwrap_or_default(),
            year: self.year.parse().ok().filter(|year| (1..=9998).contains(year)),
        };
        Ok((filters, chosen.map(|topic| topic.id)))
    }
}

#[derive(Template)]
#[template(path = "search/public/show.html")]
struct Search {
    page: Page,
    params: Params,
    /// Whether there is anything to look for.
    is_asked: bool,
    rows: Vec<Row>,
    found: Found,
    choices: Vec<Choices>,
    newer: Option<String>,
    older: Option<String>,
    /// Topics, where nothing was found.
    offered: Vec<(String, String)>,
    /// What browsers tell when a result is followed; empty: nothing.
    ping: String,
}

impl Search {
    fn total(&self) -> String {
        let many = self.found.hits.len() as i64;
        if self.found.is_whole { count(many, "result", "results") } else { format!("At least {}", count(many, "result", "results")) }
    }

    /// What was searched for in the place of what was typed.
    fn words_instead(&self) -> Option<&str> {
        if let Instead::Words(words) = &self.found.instead { Some(words) } else { None }
    }

    fn has_some_only(&self) -> bool {
        self.found.instead == Instead::Some
    }

    fn exact_address(&self) -> String {
        Params { q: self.params.q.clone(), exactly: "yes".to_owned(), ..Params::default() }.at(1)
    }

    fn address_of(&self, words: &str) -> String {
        Params { q: words.to_owned(), ..Params::default() }.at(1)
    }

    fn is_narrowed(&self) -> bool {
        !self.params.is_first_look()
    }

    /// Where pages end although there are more results.
    fn is_cut(&self) -> bool {
        self.older.is_none() && self.found.hits.len() > SHOWN
    }

    fn place(&self) -> String {
        let pages = self.found.hits.len().min(SHOWN).div_ceil(PAGE);
        if pages > 1 { format!("Page {} of {pages}", self.params.number()) } else { String::new() }
    }
}

/// `GET /search?q=…` — live entries with these words, the best first. Answered anew each time: there are too many queries to keep, and
/// any change may change what is found.
pub async fn show(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let (visit, mut params, searches) = (ctx.visit(), params.into_inner(), ctx.state.searches.clone());
    let query = Query::parse(&params.q);
    params.q.clone_from(&query.typed);
    let is_reader = !ctx.person.as_ref().is_some_and(|person| person.may(Right::Write)) && !is_bot(&ctx.agent);
    let is_counted = is_reader && !query.is_empty() && params.is_first_look() && !params.exactly();
    let view = ctx.db.read(move |conn| load(conn, visit, params, &query)).await?;
    if is_counted {
        let exact = if view.found.instead == Instead::Nothing { view.found.hits.len() } else { 0 };
        searches.searched(&view.params.q, exact);
    }
    render_fresh(&view)
}

fn load(conn: &mut Conn, visit: Visit, params: Params, query: &Query) -> AppResult<Search> {
    let topics: Arc<Topics> = visit.pages.remembered(conn)?;
    let page = Page::load(conn, visit)?;
    let (filters, chosen) = params.filters(conn, &topics)?;
    let setting = Setting { topics: &topics, zone: page.site.time_zone, now: page.visit.now, pages: &page.visit.pages };
    let found = finding::search(conn, query, &filters, &setting, params.exactly())?;
    let promoted = if params.is_first_look() { promotion::of(conn, &params.q)? } else { Vec::new() };
    let counts = Counts::of(&found.counted, &filters, chosen, &setting);
    let choices = results::choices(conn, &topics, &counts, &params, found.is_whole)?;
    let skip = (params.number() - 1) * PAGE;
    let best = found.hits.iter().take(SHOWN).map(|hit| hit.id).filter(|id| !promoted.contains(id));
    let ids: Vec<EntryId> = promoted.iter().copied().chain(best.skip(skip).take(PAGE)).collect();
    let rows = results::rows(conn, &page.visit.pages, &topics, &found, &ids, promoted.len())?;
    let is_last = found.hits.len().min(SHOWN) <= skip + PAGE;
    let offered = topics.all().filter(|topic| topic.parent_id.is_none()).take(OFFERED);
    Ok(Search {
        offered: offered.map(|topic| (topic.url(), topic.name.clone())).collect(),
        newer: (params.number() > 1).then(|| params.at(params.number() - 1)),
        older: (!is_last).then(|| params.at(params.number() + 1)),
        // HTML asks for a whole address here.
        ping: match page.person() {
            None => page.absolute(&format!("{}?q={}", paths::CLICKS, query_value(&params.q))),
            Some(_) => String::new(),
        },
        is_asked: !query.is_empty(),
        page,
        params,
        rows,
        found,
        choices,
    })
}
