//! What was asked for and not found: led elsewhere in one click, ignored, forgotten.

use super::{
    super::super::{
        forms::lost::RulesForm,
        model::{
            lost::{
                self,
                counted::{self, LostId, LostPath, Order},
                rules::Rules,
            },
            redirect::{Status, changes, changes::Wish},
        },
        paths,
    },
    Tabs, chosen,
};
use crate::{
    db::cursor::{Cursor, Slice},
    error::{AppError, AppResult},
    journal::Change,
    site::{
        Page,
        page::{count, number},
    },
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        local_path::query_value,
        methods::{post, read},
        person::Right,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::json;

/// Rows on one page; for each the nearest page is looked for.
const PAGE: usize = 25;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::LOST, read().to(index))
        .route(paths::LOST, post().to(ignore))
        .route("/admin/lost/deletion", read().to(deletion))
        .route("/admin/lost/deletion", post().to(forget))
        .route("/admin/lost/rules", read().to(rules))
        .route("/admin/lost/rules", post().to(set_rules))
        .route("/admin/lost/{id}/redirect", post().to(lead));
}

/// What the address of the list may say.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Params {
    view: String,
    q: String,
    order: String,
    before: Option<String>,
    after: Option<String>,
}

impl Params {
    fn with(&self, name: &str, value: &str) -> String {
        let now = [("view", &self.view), ("q", &self.q), ("order", &self.order)];
        let kept = now.iter().filter(|(known, text)| *known != name && !text.is_empty()).map(|(known, text)| (*known, text.as_str()));
        let all = kept.chain([(name, value)].into_iter().filter(|(_, value)| !value.is_empty()));
        let query: Vec<String> = all.map(|(name, value)| format!("{name}={}", query_value(value))).collect();
        if query.is_empty() { paths::LOST.to_owned() } else { format!("{}?{}", paths::LOST, query.join("&")) }
    }

    fn shows_ignored(&self) -> bool {
        self.view == "ignored"
    }
}

/// An address in the list, with the page that was most likely meant.
struct Row {
    lost: LostPath,
    near: Option<(String, String)>,
}

impl Row {
    fn new_redirect(&self) -> String {
        format!("{}/new?from={}", paths::REDIRECTS, query_value(&self.lost.path))
    }
}

#[derive(Template)]
#[template(path = "content/admin/lost/index.html")]
struct Index {
    page: Page,
    tabs: Tabs,
    params: Params,
    orders: Vec<(String, String)>,
    views: Vec<(String, String)>,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
}

impl Index {
    fn number(value: &i64) -> String {
        number(*value)
    }
}

/// `GET /admin/lost` — what people asked for most and did not find.
async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| {
        let words: String = params.q.trim().chars().take(100).collect();
        let order = Order::from_word(&params.order).unwrap_or(Order::Hits);
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let slice = LostPath::page(conn, params.shows_ignored(), &words, order, cursor.as_ref(), PAGE)?;
        let link = |name: &str, mark: &Option<String>| mark.as_ref().map(|mark| params.with(name, mark));
        let (newer, older) = (link("after", &slice.newer), link("before", &slice.older));
        let mut rows = Vec::new();
        let Slice { rows: found, .. } = slice;
        for lost in found {
            rows.push(Row { near: lost::nearest(conn, &lost.path)?, lost });
        }
        let named = |pairs: [(&str, &str); 2]| pairs.map(|(word, label)| (word.to_owned(), label.to_owned())).to_vec();
        Ok(Index {
            page: Page::admin(conn, visit)?,
            tabs: Tabs::load(conn)?,
            orders: named([("", "Asked for most"), ("latest", "Asked for last")]),
            views: named([("", "Not ignored"), ("ignored", "Ignored")]),
            rows,
            newer,
            older,
            params,
        })
    })
    .await
}

/// The chosen rows, and what is done with them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chosen {
    id: Vec<String>,
    r#do: String,
}

impl Chosen {
    fn ids(&self) -> Vec<LostId> {
        self.id.iter().filter_map(|id| id.parse().ok()).take(200).collect()
    }
}

/// `POST /admin/lost` — takes the chosen ones out of sight, or back into it, or asks whether to forget them.
async fn ignore(ctx: Ctx, form: Submitted<Chosen>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let form = form.into_inner();
    let (ids, ignored, actor, now) = (form.ids(), form.r#do != "show", ctx.actor(), ctx.now());
    if ids.is_empty() {
        return ctx.warn("Nothing was chosen. Tick the addresses first.").see_other(paths::LOST);
    }
    if form.r#do == "forget" {
        let query: Vec<String> = ids.iter().map(|id| format!("id={id}")).collect();
        return ctx.see_other(format!("/admin/lost/deletion?{}", query.join("&")));
    }
    let changed = ctx.db.write(move |conn| {
        let changed = counted::ignore(conn, &ids, ignored)?;
        let (kind, detail) = (if ignored { "lost_paths.ignored" } else { "lost_paths.shown" }, json!({ "count": changed }));
        Change { kind, subject: "lost_paths", key: 0, label: "", detail, cache_tags: Vec::new() }.record(conn, &actor, now)?;
        Ok(changed)
    });
    let told = count(changed.await? as i64, "address", "addresses");
    let told =
        if ignored { format!("{told} ignored from now on. They stand under “Ignored”.") } else { format!("{told} back in the list.") };
    ctx.flash(told).see_other(paths::LOST)
}

/// Where an address is to lead.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Lead {
    to: String,
}

/// `POST /admin/lost/{id}/redirect` — leads an address to the page that was most likely meant.
async fn lead(ctx: Ctx, id: web::Path<LostId>, form: Submitted<Lead>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (id, to, base_url) = (id.into_inner(), form.into_inner().to, ctx.state.base_url.clone());
    let (actor, now) = (ctx.actor(), ctx.now());
    let made = ctx.db.write(move |conn| {
        let lost = LostPath::find(conn, id)?;
        let wish = Wish { from: lost.path.clone(), to: to.clone(), status: Status::Moved, note: String::new() };
        changes::create(conn, &wish.read(&base_url)?, &actor, now)?;
        Ok((lost.path, to.clone()))
    });
    match made.await {
        Ok((from, to)) => ctx.flash(format!("{from} leads to {to} now.")).see_other(paths::LOST),
        Err(AppError::Invalid(errors)) => {
            let why = errors
                .fields()
                .map(|(_, sentence)| sentence)
                .chain(errors.general().iter().map(String::as_str))
                .collect::<Vec<_>>()
                .join(" ");
            ctx.warn(why).see_other(paths::LOST)
        }
        Err(other) => Err(other),
    }
}

#[derive(Template)]
#[template(path = "content/admin/lost/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    ids: Vec<i64>,
}

impl ConfirmDeletion {
    fn many(&self) -> String {
        count(self.ids.len() as i64, "address", "addresses")
    }
}

/// `GET /admin/lost/deletion?id=1&id=2` — asks.
async fn deletion(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let visit = ctx.visit();
    let ids = chosen(&visit.query);
    if ids.is_empty() {
        return ctx.warn("Nothing was chosen. Tick the addresses first.").see_other(paths::LOST);
    }
    ctx.draw(move |conn| Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, ids })).await
}

/// `POST /admin/lost/deletion` — forgets the chosen ones, and how often they were asked for.
async fn forget(ctx: Ctx, form: Submitted<Chosen>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let (ids, actor, now) = (form.into_inner().ids(), ctx.actor(), ctx.now());
    let gone = ctx.db.write(move |conn| {
        let gone = counted::forget(conn, &ids)?;
        let detail = json!({ "count": gone });
        let change = Change { kind: "lost_paths.forgotten", subject: "lost_paths", key: 0, label: "", detail, cache_tags: Vec::new() };
        change.record(conn, &actor, now)?;
        Ok(gone)
    });
    ctx.flash(format!("Forgot {}.", count(gone.await? as i64, "address", "addresses"))).see_other(paths::LOST)
}

#[derive(Template)]
#[template(path = "content/admin/lost/rules.html")]
struct EditRules {
    page: Page,
    form: RulesForm,
    errors: FormErrors,
}

/// `GET /admin/lost/rules` — what is not counted.
async fn rules(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    rules_page(&ctx, None, FormErrors::none()).await
}

/// `POST /admin/lost/rules` — changes it.
async fn set_rules(ctx: Ctx, form: Submitted<RulesForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageAddresses)?;
    let form = form.into_inner();
    let rules = match form.check() {
        Ok(rules) => rules,
        Err(errors) => return rules_page(&ctx, Some(form), errors).await,
    };
    let (actor, now) = (ctx.actor(), ctx.now());
    ctx.db.write(move |conn| rules.replace(conn, &actor, now)).await?;
    ctx.flash("Saved the rules. What they cover is not counted any more.").see_other(paths::LOST)
}

async fn rules_page(ctx: &Ctx, form: Option<RulesForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let form = match form {
            Some(form) => form,
            None => RulesForm::of(&Rules::load(conn)?),
        };
        Ok(EditRules { page: Page::admin(conn, visit)?, form, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}
