//! The list of entries: filters, order and page are all in the address.

use super::super::{
    model::{
        bulk::acts::Act,
        category::Topics,
        entry::{EntryId, Kind, Listed},
        pick,
        reach::Mine,
        search::{self, Filter, Order, View},
        workflow::submission::{self, State},
    },
    paths,
};
use super::suggested::{self, Typed};
use crate::{
    accounts::model::user::User,
    db::{
        Conn,
        cursor::{Cursor, Slice},
    },
    error::AppResult,
    site::{Page, page::number},
    web::{
        ctx::{Ctx, Visit},
        local_path::query_value,
        methods::read,
        person::{Person, Right},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

/// Entries on one page.
const PAGE: usize = 30;
/// Entries that are suggested.
const SUGGESTED: usize = 20;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::ENTRIES, read().to(index)).route("/admin/entries/suggestions", read().to(suggestions));
}

/// What the address may say. Nonsense is the default, not an error.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Params {
    view: String,
    kind: String,
    author: String,
    category: String,
    q: String,
    order: String,
    before: Option<String>,
    after: Option<String>,
}

impl Params {
    fn filter(&self) -> Filter {
        Filter {
            view: View::from_word(&self.view).unwrap_or(View::All),
            kind: Kind::from_word(&self.kind),
            author: self.author.parse().ok(),
            category: self.category.parse().ok(),
            words: self.q.trim().chars().take(100).collect(),
            order: Order::from_word(&self.order).unwrap_or(Order::Changed),
        }
    }

    /// The address of this list with one thing changed; the page is the first again.
    fn with(&self, name: &str, value: &str) -> String {
        let now = [
            ("view", &self.view),
            ("kind", &self.kind),
            ("author", &self.author),
            ("category", &self.category),
            ("q", &self.q),
            ("order", &self.order),
        ];
        let kept = now.iter().filter(|(known, text)| *known != name && !text.is_empty()).map(|(known, text)| (*known, text.as_str()));
        let all = kept.chain([(name, value)].into_iter().filter(|(_, value)| !value.is_empty()));
        let query: Vec<String> = all.map(|(name, value)| format!("{name}={}", query_value(value))).collect();
        if query.is_empty() { paths::ENTRIES.to_owned() } else { format!("{}?{}", paths::ENTRIES, query.join("&")) }
    }
}

#[derive(Template)]
#[template(path = "content/admin/entries/index.html")]
struct Index {
    page: Page,
    params: Params,
    /// Address, name, count, current.
    tabs: Vec<(String, &'static str, String, bool)>,
    authors: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    categories: Vec<(String, String)>,
    slice: Slice<(Listed, String)>,
    /// Those of them that this person may change.
    mine: Mine,
    /// Where their submissions are.
    reviews: HashMap<EntryId, State>,
    newer: Option<String>,
    older: Option<String>,
    by_title: bool,
    changed_url: String,
    title_url: String,
    filtered: bool,
    /// What can be done to many at once.
    acts: Vec<Act>,
}

/// `GET /admin/entries` — entries by state, kind, author, category and words of the title.
async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| load(conn, visit, &person, params)).await
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, params: Params) -> AppResult<Index> {
    let mut filter = params.filter();
    let all = person.may_any(Right::Write);
    if !all {
        filter.author = Some(person.id); // an author sees what an author may change
    }
    let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
    let authors = if all { User::authors(conn)? } else { Vec::new() };
    let slice = search::page(conn, Some(&visit.pages), &filter, cursor.as_ref(), PAGE)?;
    let slice = search::with_authors(conn, slice, &authors)?;
    let counts = if all { search::counts(conn)? } else { View::ALL.iter().map(|view| (*view, -1)).collect() };
    let tabs = counts.into_iter().map(|(view, count)| {
        let url = params.with("view", if view == View::All { "" } else { view.word() });
        (url, view_name(view), if count < 0 { String::new() } else { number(count) }, view == filter.view)
    });
    let tabs = tabs.collect();
    let named = |pairs: Vec<(String, String)>, any: &str| [(String::new(), any.to_owned())].into_iter().chain(pairs).collect();
    let authors = authors.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let categories = visit.pages.remembered::<Topics>(conn)?.choices();
    let link = |name: &str, mark: &Option<String>| mark.as_ref().map(|mark| params.with(name, mark));
    let shown: Vec<EntryId> = slice.rows.iter().map(|(entry, _)| entry.id).collect();
    Ok(Index {
        page: Page::admin(conn, visit)?,
        mine: Mine::among(conn, person, &shown)?,
        tabs,
        authors: named(authors, "Anyone"),
        kinds: named(vec![("post".to_owned(), "Posts".to_owned()), ("page".to_owned(), "Pages".to_owned())], "Any"),
        categories: named(categories, "Any"),
        newer: link("after", &slice.newer),
        older: link("before", &slice.older),
        reviews: submission::states(conn, &shown)?,
        slice,
        by_title: filter.order == Order::Title,
        changed_url: params.with("order", ""),
        title_url: params.with("order", "title"),
        filtered: filter.view != View::All
            || filter.kind.is_some()
            || filter.category.is_some()
            || !filter.words.is_empty()
            || all && filter.author.is_some(),
        acts: acts(filter.view, person),
        params,
    })
}

/// What lies in the trash is only restored; what does not is not.
fn acts(view: View, person: &Person) -> Vec<Act> {
    let fits = |act: &Act| (*act == Act::Restore) == (view == View::Trash) && act.is_for(person);
    Act::ALL.iter().copied().filter(fits).collect()
}

fn view_name(view: View) -> &'static str {
    match view {
        View::All => "All",
        View::Live => "Live",
        View::Draft => "Drafts",
        View::Scheduled => "Scheduled",
        View::Trash => "Trash",
    }
}

/// `GET /admin/entries/suggestions?q=` — entries whose address begins so, or whose title has these words, as JSON: path and title.
async fn suggestions(ctx: Ctx, typed: web::Query<Typed>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let words = typed.into_inner().words();
    Ok(suggested::answer(&ctx.db.read(move |conn| Ok(pick::offered(conn, &person, &words, SUGGESTED)?)).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_every_other_choice() {
        let params = Params { view: "draft".to_owned(), q: "a&b".to_owned(), before: Some("9~9".to_owned()), ..Params::default() };
        assert_eq!(params.with("order", "title"), "/admin/entries?view=draft&q=a%26b&order=title");
        assert_eq!(params.with("view", ""), "/admin/entries?q=a%26b");
        assert_eq!(Params::default().with("view", ""), "/admin/entries");
    }
}
