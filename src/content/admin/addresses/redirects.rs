//! The list of redirects; taking them away; the whole list as CSV.

use super::{
    super::super::{
        model::redirect::{
            Origin, Redirect, RedirectId, changes, csv,
            listed::{self, Filter, LOOKED_THROUGH, Order, Row},
        },
        paths,
    },
    PAGE, Tabs, chosen,
};
use crate::{
    db::cursor::{Cursor, Slice},
    error::{AppError, AppResult},
    site::{
        Page,
        page::{count, number},
    },
    web::{
        csv::download,
        ctx::Ctx,
        form::Submitted,
        local_path::query_value,
        methods::{post, read},
        person::Right,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::REDIRECTS, read().to(index))
        .route("/admin/redirects.csv", read().to(export))
        .route("/admin/redirects/deletion", read().to(deletion))
        .route("/admin/redirects/deletion", post().to(destroy));
}

/// What the address of the list may say.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Params {
    q: String,
    origin: String,
    order: String,
    before: Option<String>,
    after: Option<String>,
}

impl Params {
    fn filter(&self) -> Filter {
        Filter {
            origin: Origin::from_word(&self.origin),
            words: self.q.trim().chars().take(200).collect(),
            order: Order::from_word(&self.order).unwrap_or(Order::Newest),
        }
    }

    fn with(&self, name: &str, value: &str) -> String {
        let now = [("q", &self.q), ("origin", &self.origin), ("order", &self.order)];
        let kept = now.iter().filter(|(known, text)| *known != name && !text.is_empty()).map(|(known, text)| (*known, text.as_str()));
        let all = kept.chain([(name, value)].into_iter().filter(|(_, value)| !value.is_empty()));
        let query: Vec<String> = all.map(|(name, value)| format!("{name}={}", query_value(value))).collect();
        if query.is_empty() { paths::REDIRECTS.to_owned() } else { format!("{}?{}", paths::REDIRECTS, query.join("&")) }
    }
}

#[derive(Template)]
#[template(path = "content/admin/redirects/index.html")]
struct Index {
    page: Page,
    tabs: Tabs,
    params: Params,
    filter: Filter,
    origins: Vec<(String, String)>,
    orders: Vec<(String, String)>,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
}

impl Index {
    fn is_filtered(&self) -> bool {
        self.filter.origin.is_some() || !self.filter.words.is_empty()
    }

    fn number(value: &i64) -> String {
        number(*value)
    }

    /// What is said where the search has stopped before the end.
    fn looked_through(&self) -> Option<String> {
        let stopped = self.filter.is_for_a_part() && self.rows.len() < PAGE && self.older.is_some();
        let many = number(LOOKED_THROUGH as i64);
        stopped
            .then(|| format!("A part of an address is looked for among {many} redirects at a time. What begins with / is found among all."))
    }
}

/// `GET /admin/redirects` — redirects by how they came about and by their addresses.
async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let filter = params.filter();
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let slice = listed::page(conn, &filter, cursor.as_ref(), PAGE)?;
        let link = |name: &str, mark: &Option<String>| mark.as_ref().map(|mark| params.with(name, mark));
        let (newer, older) = (link("after", &slice.newer), link("before", &slice.older));
        let Slice { rows, .. } = slice;
        let origins = Origin::ALL.iter().map(|origin| (origin.word().to_owned(), origin.label().to_owned()));
        let orders = [("", "Newest first"), ("hits", "Used most"), ("used", "Used last")];
        Ok(Index {
            page: Page::admin(conn, visit)?,
            tabs: Tabs::load(conn)?,
            origins: [(String::new(), "Any way".to_owned())].into_iter().chain(origins).collect(),
            orders: orders.map(|(word, label)| (word.to_owned(), label.to_owned())).to_vec(),
            rows,
            newer,
            older,
            filter,
            params,
        })
    })
    .await
}

/// `GET /admin/redirects.csv` — all of them, in the columns that an import reads.
async fn export(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let list = ctx.db.read(csv::export).await?;
    Ok(download("redirects.csv", list))
}

#[derive(Template)]
#[template(path = "content/admin/redirects/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    chosen: Vec<Redirect>,
}

impl ConfirmDeletion {
    fn question(&self) -> String {
        match self.chosen.as_slice() {
            [one] => format!("Delete the redirect from “{}”?", one.from_path),
            many => format!("Delete {}?", count(many.len() as i64, "redirect", "redirects")),
        }
    }

    fn used(&self) -> String {
        number(self.chosen.iter().map(|one| one.hits).sum())
    }
}

/// `GET /admin/redirects/deletion?id=1&id=2` — asks.
async fn deletion(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let visit = ctx.visit();
    let ids: Vec<RedirectId> = chosen(&visit.query).into_iter().map(RedirectId::from).collect();
    if ids.is_empty() {
        return ctx.warn("Nothing was chosen. Tick the redirects first.").see_other(paths::REDIRECTS);
    }
    ctx.draw(move |conn| {
        let chosen = listed::chosen(conn, &ids)?;
        if chosen.is_empty() { Err(AppError::NotFound) } else { Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, chosen }) }
    })
    .await
}

/// The redirects to delete.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chosen {
    id: Vec<String>,
}

/// `POST /admin/redirects/deletion` — takes them away.
async fn destroy(ctx: Ctx, form: Submitted<Chosen>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let ids: Vec<RedirectId> = form.into_inner().id.iter().filter_map(|id| id.parse().ok()).take(200).collect();
    let (actor, now) = (ctx.actor(), ctx.now());
    let gone = ctx.db.write(move |conn| changes::delete(conn, &ids, &actor, now)).await?;
    ctx.flash(format!("Deleted {}.", count(gone as i64, "redirect", "redirects"))).see_other(paths::REDIRECTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_every_other_choice() {
        let params = Params { q: "/a&b".to_owned(), order: "hits".to_owned(), before: Some("9~9".to_owned()), ..Params::default() };
        assert_eq!(params.with("origin", "hand"), "/admin/redirects?q=/a%26b&order=hits&origin=hand");
        assert_eq!(Params::default().with("origin", ""), "/admin/redirects");
    }

    #[test]
    fn the_chosen_rows_are_read_from_an_address() {
        assert_eq!(chosen("id=3&x=y&id=nonsense&id=4"), [3, 4]);
        assert_eq!(chosen(""), [] as [i64; 0]);
    }
}
