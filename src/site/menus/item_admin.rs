//! The items of a menu in the admin: adding, changing, removing.

use super::{
    ItemId, Menu,
    admin::{Choice, choice},
    changes,
    forms::ItemForm,
    items::{self, Row},
    targets::{self, Found},
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    site::{Page, page::count, paths},
    web::{
        ctx::Ctx,
        form::{Confirmed, FormErrors, Submitted},
        methods::{post, read},
        person::Right,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/menus/{menu}/items", post().to(create))
        .route("/admin/menus/{menu}/items/new", read().to(new))
        .route("/admin/menus/{menu}/items/{item}", read().to(edit))
        .route("/admin/menus/{menu}/items/{item}", post().to(update))
        .route("/admin/menus/{menu}/items/{item}/deletion", read().to(deletion))
        .route("/admin/menus/{menu}/items/{item}/deletion", post().to(destroy));
}

/// What an item can lead to: value, label, hint.
const KINDS: [(&str, &str, &str); 4] = [
    ("entry", "A page or a post", "The item follows its address, and its title where you give no label."),
    ("category", "A category", "The list of its posts."),
    ("address", "An address", "A path of this site, or a page elsewhere."),
    ("heading", "Nothing: a heading", "It stands over other items."),
];

#[derive(Template)]
#[template(path = "site/admin/menus/item.html")]
struct ItemPage {
    page: Page,
    menu: Menu,
    /// What is stored; `None` for a new one.
    own: Option<Row>,
    form: ItemForm,
    errors: FormErrors,
    /// Entries to choose from, each with whether it is chosen.
    entries: Vec<(Found, bool)>,
    /// Categories to choose from: key, name, whether it is chosen.
    categories: Vec<(String, String, bool)>,
    /// Items below which it may stand.
    tops: Vec<(String, String)>,
}

impl ItemPage {
    fn action(&self) -> String {
        self.own
            .as_ref()
            .map_or_else(|| format!("{}/items", self.menu.admin_url()), |own| format!("{}/items/{}", self.menu.admin_url(), own.id))
    }

    /// Several can be chosen at once for new items.
    fn choice(&self) -> &'static str {
        if self.own.is_some() { "radio" } else { "checkbox" }
    }

    fn kinds(&self) -> Vec<Choice> {
        KINDS.map(choice).to_vec()
    }
}

/// `GET /admin/menus/{menu}/items/new` — asks what to add.
async fn new(ctx: Ctx, key: web::Path<String>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    form_page(&ctx, key.into_inner(), None, Some(ItemForm::empty()), FormErrors::none()).await
}

/// `POST /admin/menus/{menu}/items` — adds what was chosen, or only looks for entries.
async fn create(ctx: Ctx, key: web::Path<String>, form: Submitted<ItemForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (key, form) = (key.into_inner(), form.into_inner());
    store(&ctx, key, None, form, "Added to the menu. Visitors see it now.").await
}

/// `GET /admin/menus/{menu}/items/{item}` — the form with what is stored.
async fn edit(ctx: Ctx, path: web::Path<(String, ItemId)>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (key, id) = path.into_inner();
    form_page(&ctx, key, Some(id), None, FormErrors::none()).await
}

/// `POST /admin/menus/{menu}/items/{item}` — saves it, or only looks for entries.
async fn update(ctx: Ctx, path: web::Path<(String, ItemId)>, form: Submitted<ItemForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (key, id) = path.into_inner();
    store(&ctx, key, Some(id), form.into_inner(), "Saved the item. Visitors see it now.").await
}

async fn store(ctx: &Ctx, key: String, id: Option<ItemId>, form: ItemForm, done: &str) -> AppResult<HttpResponse> {
    if form.is_search() {
        return form_page(ctx, key, id, Some(form), FormErrors::none()).await;
    }
    match save(ctx, &key, id, &form).await {
        Ok(()) => ctx.flash(done).see_other(paths::menu(&key)),
        Err(AppError::Invalid(errors)) => form_page(ctx, key, id, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

async fn save(ctx: &Ctx, key: &str, id: Option<ItemId>, form: &ItemForm) -> AppResult<()> {
    let (key, wanted, actor, now) = (key.to_owned(), form.check()?, ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| match id {
            Some(id) => changes::change_item(conn, &key, id, &wanted, &actor, now),
            None => changes::add(conn, &key, &wanted, &actor, now),
        })
        .await
}

/// Draws the form: with what was chosen, else with what is stored.
async fn form_page(ctx: &Ctx, key: String, id: Option<ItemId>, form: Option<ItemForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let menu = Menu::find(conn, &key)?;
        let rows = items::of(conn, menu.id)?;
        let own = id.map(|id| rows.iter().find(|row| row.id == id).cloned().ok_or(AppError::NotFound)).transpose()?;
        let form = form.or_else(|| own.as_ref().map(ItemForm::of)).unwrap_or_default();
        let tops = rows.iter().filter(|row| row.parent_id.is_none()).map(|row| (row.id.to_string(), row.shown_label().to_owned()));
        Ok(ItemPage {
            page: Page::admin(conn, visit)?,
            tops: [(String::new(), "Nothing: it stands at the top".to_owned())].into_iter().chain(tops).collect(),
            entries: entries(conn, &form)?,
            categories: categories(conn, &form)?,
            menu,
            own,
            form,
            errors,
        })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// First what is chosen, then what was looked for.
fn entries(conn: &mut Conn, form: &ItemForm) -> AppResult<Vec<(Found, bool)>> {
    let chosen = targets::chosen(conn, &form.entries())?;
    let found: Vec<Found> = targets::find(conn, &form.q)?.into_iter().filter(|one| !chosen.contains(one)).take(targets::OFFERED).collect();
    Ok(chosen.into_iter().map(|one| (one, true)).chain(found.into_iter().map(|one| (one, false))).collect())
}

fn categories(conn: &mut Conn, form: &ItemForm) -> AppResult<Vec<(String, String, bool)>> {
    let all = targets::categories(conn)?.into_iter().map(|(key, name)| (key.to_string(), name));
    Ok(all.map(|(key, name)| (form.category.contains(&key), key, name)).map(|(chosen, key, name)| (key, name, chosen)).collect())
}

#[derive(Template)]
#[template(path = "site/admin/menus/item_deletion.html")]
struct ConfirmDeletion {
    page: Page,
    menu: Menu,
    row: Row,
    /// “3 items stand”.
    below: Option<String>,
}

/// `GET /admin/menus/{menu}/items/{item}/deletion` — asks.
async fn deletion(ctx: Ctx, path: web::Path<(String, ItemId)>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let ((key, id), visit) = (path.into_inner(), ctx.visit());
    ctx.draw(move |conn| {
        let menu = Menu::find(conn, &key)?;
        let rows = items::of(conn, menu.id)?;
        let below = rows.iter().filter(|row| row.parent_id == Some(id)).count() as i64;
        let row = rows.into_iter().find(|row| row.id == id).ok_or(AppError::NotFound)?;
        let below = (below > 0).then(|| count(below, "item stands", "items stand"));
        Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, menu, row, below })
    })
    .await
}

/// `POST /admin/menus/{menu}/items/{item}/deletion` — removes it with what stands below it.
async fn destroy(ctx: Ctx, path: web::Path<(String, ItemId)>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let ((key, id), actor, now) = (path.into_inner(), ctx.actor(), ctx.now());
    let menu = paths::menu(&key);
    let label = ctx.db.write(move |conn| changes::remove(conn, &key, id, &actor, now)).await?;
    ctx.flash(format!("Removed “{label}” from the menu.")).see_other(menu)
}
