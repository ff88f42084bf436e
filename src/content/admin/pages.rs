//! The tree of pages in the admin: a level at a time, branches opened by links, siblings put in order by buttons or by drag.

use super::super::{
    model::{
        entry::{EntryId, Kind, Listed},
        reach::{self, Ground},
        tree::{
            self,
            order::{self, Spot},
        },
    },
    paths,
};
use super::{
    editor::may_change_now,
    suggested::{self, Typed},
};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice},
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::{Ctx, Visit},
        form::Submitted,
        local_path::{local_or, query_value},
        methods::{post, read},
        person::{Person, Right},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::QueryResult;
use serde::Deserialize;
use std::collections::HashSet;

/// Pages of the level that is paged, and of each branch that is open in it.
const PAGE: usize = 50;
const BRANCH: usize = 25;
/// Branches that may be open at once.
const MOST_OPEN: usize = 20;
/// Levels that are drawn one below the other; what lies deeper has a view of its own.
const DEEPEST: usize = 3;
/// Pages that are suggested.
const SUGGESTED: usize = 20;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::PAGES, read().to(index))
        .route("/admin/pages/suggestions", read().to(suggestions))
        .route("/admin/pages/{id}/position", post().to(sort));
}

/// What the address may say. Nonsense is the default, not an error.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Params {
    /// The page whose level is shown.
    below: String,
    /// Keys of the branches that are open, with commas.
    open: String,
    before: Option<String>,
    after: Option<String>,
}

impl Params {
    fn open(&self) -> Vec<EntryId> {
        self.open.split(',').filter_map(|id| id.parse().ok()).take(MOST_OPEN).collect()
    }

    /// The address of this view with other branches open.
    fn with(&self, open: &[EntryId]) -> String {
        let open: Vec<String> = open.iter().map(EntryId::to_string).collect();
        self.address(&open.join(","), &[("before", self.before.as_deref()), ("after", self.after.as_deref())])
    }

    fn address(&self, open: &str, place: &[(&str, Option<&str>)]) -> String {
        let all = [("below", Some(self.below.as_str())), ("open", Some(open))];
        let all = all.iter().chain(place).filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
        let query: Vec<String> = all.map(|(name, value)| format!("{name}={}", query_value(value))).collect();
        if query.is_empty() { paths::PAGES.to_owned() } else { format!("{}?{}", paths::PAGES, query.join("&")) }
    }
}

/// A line of the tree.
struct Row {
    entry: Listed,
    /// 0 for the level that is shown.
    depth: usize,
    /// Opens or closes what stands below it; `None`: nothing does.
    toggle: Option<String>,
    is_open: bool,
    is_first: bool,
    is_last: bool,
    may_change: bool,
    may_move: bool,
    may_sort: bool,
    /// Of the last page of a branch of which not all are shown: the page above, and where all are.
    more: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "content/admin/pages/index.html")]
struct Index {
    page: Page,
    /// The page whose level is shown, with everything above it, from the top.
    trail: Vec<Listed>,
    rows: Vec<Row>,
    /// This view, to come back to.
    here: String,
    earlier: Option<String>,
    later: Option<String>,
    may_sort: bool,
    /// Whether this person may change the page whose level is shown.
    may_edit_top: bool,
    /// Whether this person may make a page there.
    may_add: bool,
}

/// `GET /admin/pages` — the pages at the top, or right below one, and those of the branches that are open.
async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| load(conn, visit, &person, &params)).await
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, params: &Params) -> AppResult<Index> {
    let below: Option<EntryId> = params.below.parse().ok();
    let trail = below.map_or(Ok(Vec::new()), |id| tree::trail(conn, id))?;
    let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
    let slice = tree::level(conn, below, cursor.as_ref(), PAGE)?;
    let open = params.open();
    let mut rows = Vec::new();
    let (earlier, later) = (slice.newer.clone(), slice.older.clone());
    let drawn = Drawn { params, person, ground: Ground::of(conn, person)?, open: &open };
    lines(conn, &drawn, slice, 0, None, &mut rows)?;
    let may_edit_top = trail.last().map_or(Ok(false), |top| drawn.may_change(conn, top))?;
    let link = |name: &str, mark: Option<String>| mark.map(|mark| params.address("", &[(name, Some(&mark))]));
    Ok(Index {
        page: Page::admin(conn, visit)?,
        trail,
        here: params.with(&open),
        earlier: link("after", earlier),
        later: link("before", later),
        may_sort: rows.iter().any(|row| row.may_sort),
        may_edit_top,
        may_add: drawn.ground.holds_place(conn, Kind::Page, below)?,
        rows,
    })
}

/// What every line of a view goes by.
struct Drawn<'a> {
    params: &'a Params,
    person: &'a Person,
    ground: Ground,
    open: &'a [EntryId],
}

impl Drawn<'_> {
    fn may_change(&self, conn: &mut Conn, entry: &Listed) -> QueryResult<bool> {
        Ok(self.person.may_on(Right::Write, entry.author_id == self.person.id) && self.ground.holds(conn, entry)?)
    }
}

/// Adds the lines of a level, each followed by its branch where that is open.
fn lines(
    conn: &mut Conn,
    drawn: &Drawn<'_>,
    slice: Slice<Listed>,
    depth: usize,
    above: Option<&Listed>,
    rows: &mut Vec<Row>,
) -> AppResult<()> {
    let ids: Vec<EntryId> = slice.rows.iter().map(|entry| entry.id).collect();
    let parents: HashSet<EntryId> = tree::with_children(conn, &ids)?;
    let may_sort = match slice.rows.first() {
        Some(first) => drawn.person.may_any(Right::Write) && drawn.ground.holds_place(conn, first.kind, first.parent_id)?,
        None => false,
    };
    let last = slice.rows.len().saturating_sub(1);
    for (place, entry) in slice.rows.into_iter().enumerate() {
        let is_open = depth < DEEPEST && drawn.open.contains(&entry.id);
        let toggle = parents.contains(&entry.id).then(|| toggled(drawn, &entry, depth, is_open));
        let branch = is_open && toggle.is_some();
        let more = above.filter(|_| place == last && slice.older.is_some());
        let may_change = drawn.may_change(conn, &entry)?;
        let row = Row {
            depth,
            toggle,
            is_open: branch,
            is_first: place == 0 && slice.newer.is_none(),
            is_last: place == last && slice.older.is_none(),
            may_change,
            may_move: may_change && (!entry.is_live() || drawn.person.may(Right::Publish)),
            may_sort,
            more: more.map(|above| (above.title.clone(), format!("{}?below={}", paths::PAGES, above.id))),
            entry: entry.clone(),
        };
        rows.push(row);
        if branch {
            let slice = tree::level(conn, Some(entry.id), None, BRANCH)?;
            lines(conn, drawn, slice, depth + 1, Some(&entry), rows)?;
        }
    }
    Ok(())
}

/// Where the sign before a page leads: the same view with its branch open or closed, or a view of its own where it lies too deep.
fn toggled(drawn: &Drawn<'_>, entry: &Listed, depth: usize, is_open: bool) -> String {
    if depth >= DEEPEST || !is_open && drawn.open.len() >= MOST_OPEN {
        return format!("{}?below={}", paths::PAGES, entry.id);
    }
    let mut open: Vec<EntryId> = drawn.open.iter().copied().filter(|id| *id != entry.id).collect();
    if !is_open {
        open.push(entry.id);
    }
    format!("{}#page-{}", drawn.params.with(&open), entry.id)
}

/// Where a page goes among its siblings.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct SortForm {
    /// `up`, `down`, `first`, `last`, `before` or `after`.
    to: String,
    /// Before or after which one.
    beside: String,
    /// The view to come back to.
    back: String,
}

impl SortForm {
    fn spot(&self) -> AppResult<Spot> {
        let beside = || self.beside.parse().map_err(|_| AppError::BadRequest("That is not a page of this tree. Load it again."));
        match self.to.as_str() {
            "up" => Ok(Spot::Up),
            "down" => Ok(Spot::Down),
            "first" => Ok(Spot::First),
            "last" => Ok(Spot::Last),
            "before" => Ok(Spot::Before(beside()?)),
            "after" => Ok(Spot::After(beside()?)),
            _ => Err(AppError::BadRequest("Choose where the page goes: up, down, or beside another one.")),
        }
    }
}

/// `POST /admin/pages/{id}/position` — puts a page at another spot among its siblings; visitors see the new order at once.
async fn sort(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<SortForm>) -> AppResult<HttpResponse> {
    let person = ctx.require_any(Right::Write)?;
    let (id, form, actor, now) = (id.into_inner(), form.into_inner(), ctx.actor(), ctx.now());
    let spot = form.spot()?;
    ctx.db
        .write(move |conn| {
            let page = may_change_now(conn, id, &person)?;
            if !Ground::of(conn, &person)?.holds_place(conn, page.kind, page.parent_id)? {
                return Err(AppError::Forbidden("What stands beside this page is outside of the branches that you write in."));
            }
            order::sort(conn, id, spot, &actor, now)
        })
        .await?;
    ctx.see_other(format!("{}#page-{id}", local_or(&form.back, paths::PAGES)))
}

/// `GET /admin/pages/suggestions?q=` — pages whose address begins so, or whose title has these words, as JSON: path and title.
async fn suggestions(ctx: Ctx, typed: web::Query<Typed>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let words = typed.into_inner().words();
    Ok(suggested::answer(&ctx.db.read(move |conn| Ok(reach::offered(conn, &person, &words, SUGGESTED)?)).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_is_open() {
        let params = Params { below: "7".to_owned(), open: "1,x,3".to_owned(), before: Some("9~2".to_owned()), ..Params::default() };
        assert_eq!(params.with(&params.open()), "/admin/pages?below=7&open=1%2C3&before=9~2");
        assert_eq!(Params::default().with(&[]), "/admin/pages");
    }

    #[test]
    fn a_spot_is_one_of_six() {
        let spot = |to: &str, beside: &str| SortForm { to: to.to_owned(), beside: beside.to_owned(), back: String::new() }.spot();
        assert_eq!(spot("before", "4").ok(), Some(Spot::Before(4.into())));
        assert!(spot("after", "x").is_err() && spot("", "").is_err());
    }
}
