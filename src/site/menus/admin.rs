//! Menus in the admin: the list, a menu with its items in order, deletion.

use super::{
    ItemId, Menu, Place, changes,
    forms::{MenuForm, OrderForm},
    items::{self, MOST},
    order::{Order, Way},
    report::{self, Missing},
};
use crate::{
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
    cfg.route(paths::MENUS, read().to(index))
        .route(paths::MENUS, post().to(create))
        .route("/admin/menus/new", read().to(new))
        .route("/admin/menus/{menu}", read().to(show))
        .route("/admin/menus/{menu}", post().to(update))
        .route("/admin/menus/{menu}/order", post().to(order))
        .route("/admin/menus/{menu}/deletion", read().to(deletion))
        .route("/admin/menus/{menu}/deletion", post().to(destroy));
}

#[derive(Template)]
#[template(path = "site/admin/menus/index.html")]
struct Index {
    page: Page,
    /// Each menu with how many items it has.
    menus: Vec<(Menu, String)>,
    missing: Vec<Missing>,
}

/// `GET /admin/menus` — all menus, and the items of which visitors see nothing.
async fn index(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let rows = items::all(conn)?;
        let number = |menu: &Menu| count(rows.iter().filter(|row| row.menu_id == menu.id).count() as i64, "item", "items");
        let menus = Menu::all(conn)?.into_iter().map(|menu| (number(&menu), menu)).map(|(number, menu)| (menu, number)).collect();
        Ok(Index { menus, missing: report::missing(conn)?, page: Page::admin(conn, visit)? })
    })
    .await
}

/// One of a few: value, label, hint.
pub(super) type Choice = (String, String, String);

/// As the templates want it.
pub(super) fn choice((value, label, hint): (&str, &str, &str)) -> Choice {
    (value.to_owned(), label.to_owned(), hint.to_owned())
}

/// Where people may show a menu that they make.
fn places() -> Vec<Choice> {
    let places = [
        (Place::Branch.word(), "Beside a branch of pages", "On the page at its top and on every page below that."),
        (Place::Home.word(), "On the home page", "As a section of its own, with the menu's name as heading."),
        (Place::Nowhere.word(), "Nowhere yet", "While you put it together."),
    ];
    places.map(choice).to_vec()
}

#[derive(Template)]
#[template(path = "site/admin/menus/new.html")]
struct NewMenuPage {
    page: Page,
    form: MenuForm,
    errors: FormErrors,
    places: Vec<Choice>,
}

/// `GET /admin/menus/new` — asks for name and place.
async fn new(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    new_page(&ctx, MenuForm::empty(), FormErrors::none()).await
}

/// `POST /admin/menus` — makes a menu, and goes on to its items.
async fn create(ctx: Ctx, form: Submitted<MenuForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (form, actor, now) = (form.into_inner(), ctx.actor(), ctx.now());
    let created = match form.check() {
        Ok(wanted) => ctx.db.write(move |conn| changes::create(conn, &wanted, &actor, now)).await,
        Err(errors) => Err(errors.into()),
    };
    match created {
        Ok(key) => ctx.flash(format!("Created the menu “{}”. Add its items now.", form.name)).see_other(paths::menu(&key)),
        Err(AppError::Invalid(errors)) => new_page(&ctx, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn new_page(ctx: &Ctx, form: MenuForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let page = ctx.db.read(move |conn| Ok(Page::admin(conn, visit)?)).await?;
    let view = NewMenuPage { page, form, errors, places: places() };
    render_form(&view, &view.errors)
}

/// An item as the page of its menu draws it.
struct Drawn {
    id: ItemId,
    label: String,
    target: String,
    depth: usize,
    /// Which ways it can go.
    ways: Vec<Way>,
    /// Why visitors do not see it, or empty.
    why: &'static str,
}

impl Drawn {
    /// Each way with its word, and whether the item can go there.
    fn moves(&self) -> [(&'static str, &'static str, bool); 4] {
        let names = ["Up", "Down", "In", "Out"];
        std::array::from_fn(|place| (Way::ALL[place].1, names[place], self.ways.contains(&Way::ALL[place].0)))
    }
}

#[derive(Template)]
#[template(path = "site/admin/menus/show.html")]
struct ShowMenu {
    page: Page,
    menu: Menu,
    items: Vec<Drawn>,
    form: MenuForm,
    errors: FormErrors,
    /// Why an item was not moved.
    refusal: FormErrors,
    places: Vec<Choice>,
}

impl ShowMenu {
    fn is_full(&self) -> bool {
        self.items.len() >= MOST
    }

    fn most(&self) -> usize {
        MOST
    }
}

/// `GET /admin/menus/{menu}` — its items in order, and what it is called.
async fn show(ctx: Ctx, key: web::Path<String>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    show_page(&ctx, key.into_inner(), None, FormErrors::none(), FormErrors::none()).await
}

/// `POST /admin/menus/{menu}` — renames a menu or shows it elsewhere.
async fn update(ctx: Ctx, key: web::Path<String>, form: Submitted<MenuForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (key, form, actor, now) = (key.into_inner(), form.into_inner(), ctx.actor(), ctx.now());
    let changed = match form.check() {
        Ok(wanted) => {
            let key = key.clone();
            ctx.db.write(move |conn| changes::change(conn, &key, &wanted, &actor, now)).await
        }
        Err(errors) => Err(errors.into()),
    };
    match changed {
        Ok(()) => ctx.flash(format!("Saved the menu “{}”.", form.name)).see_other(paths::menu(&key)),
        Err(AppError::Invalid(errors)) => show_page(&ctx, key, Some(form), errors, FormErrors::none()).await,
        Err(other) => Err(other),
    }
}

/// `POST /admin/menus/{menu}/order` — moves one item by a step, or puts all in order.
async fn order(ctx: Ctx, key: web::Path<String>, form: Submitted<OrderForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (key, form, actor, now) = (key.into_inner(), form.into_inner(), ctx.actor(), ctx.now());
    let moved = form.step().map(|(id, _)| id);
    let place = key.clone();
    let done = ctx.db.write(move |conn| match (form.step(), form.order()) {
        (Some((id, way)), _) => changes::shift(conn, &place, id, way, &actor, now),
        (None, Some(order)) => changes::arrange(conn, &place, &order, &actor, now),
        (None, None) => Err(FormErrors::whole("Press one of the buttons beside an item to move it.").into()),
    });
    match done.await {
        Ok(()) => {
            let anchor = moved.map_or_else(String::new, |id| format!("#item-{id}"));
            ctx.flash("Moved. Visitors see the new order.").see_other(format!("{}{anchor}", paths::menu(&key)))
        }
        Err(AppError::Invalid(refusal)) => show_page(&ctx, key, None, FormErrors::none(), refusal).await,
        Err(other) => Err(other),
    }
}

/// Draws the page of a menu: with what was typed about it, else with what is stored.
async fn show_page(ctx: &Ctx, key: String, form: Option<MenuForm>, errors: FormErrors, refusal: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let menu = Menu::find(conn, &key)?;
        let rows = items::of(conn, menu.id)?;
        let order = Order::of(&rows);
        let drawn = items::in_order(&rows).into_iter().map(|(row, depth)| Drawn {
            id: row.id,
            label: row.shown_label().to_owned(),
            target: row.target_shown(),
            depth,
            ways: order.ways(row.id),
            why: report::hidden(&rows, row).map_or("", super::items::Hidden::words),
        });
        let form = form.unwrap_or_else(|| MenuForm::of(&menu));
        Ok(ShowMenu { items: drawn.collect(), page: Page::admin(conn, visit)?, menu, form, errors, refusal, places: places() })
    });
    let view = view.await?;
    let mut all = view.errors.clone();
    all.merge(view.refusal.clone());
    render_form(&view, &all)
}

#[derive(Template)]
#[template(path = "site/admin/menus/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    menu: Menu,
    /// “3 items”.
    items: String,
}

/// `GET /admin/menus/{menu}/deletion` — asks.
async fn deletion(ctx: Ctx, key: web::Path<String>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let menu = Menu::find(conn, &key)?;
        if menu.is_fixed() {
            return Err(AppError::Conflict("Header and footer cannot be deleted. Remove their items instead."));
        }
        let items = count(items::of(conn, menu.id)?.len() as i64, "item", "items");
        Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, menu, items })
    })
    .await
}

/// `POST /admin/menus/{menu}/deletion` — deletes it.
async fn destroy(ctx: Ctx, key: web::Path<String>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (key, actor, now) = (key.into_inner(), ctx.actor(), ctx.now());
    let gone = ctx.db.write(move |conn| changes::delete(conn, &key, &actor, now)).await?;
    ctx.flash(format!("Deleted the menu “{}”.", gone.label())).see_other(paths::MENUS)
}
