//! Categories in the admin: the tree, the form, deletion.

use crate::{
    content::{
        forms::category::CategoryForm,
        model::{
            category::{Category, CategoryId},
            category_changes, list,
        },
        paths,
    },
    error::{AppError, AppResult},
    site::{
        Page,
        page::{count, number},
    },
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
use std::collections::HashMap;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::ADMIN_CATEGORIES, read().to(index))
        .route(paths::ADMIN_CATEGORIES, post().to(create))
        .route("/admin/categories/new", read().to(new))
        .route("/admin/categories/{id}", read().to(edit))
        .route("/admin/categories/{id}", post().to(update))
        .route("/admin/categories/{id}/deletion", read().to(deletion))
        .route("/admin/categories/{id}/deletion", post().to(destroy));
}

/// A category in the tree, with how many posts its list has.
struct Row {
    category: Category,
    posts: String,
}

#[derive(Template)]
#[template(path = "content/admin/categories/index.html")]
struct Index {
    page: Page,
    rows: Vec<Row>,
}

/// `GET /admin/categories` — the tree.
async fn index(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let counts: HashMap<i64, i64> = list::counts(conn, "category")?.into_iter().collect();
        let posts = |category: &Category| number(counts.get(&category.id.number()).copied().unwrap_or(0));
        let rows = Category::tree(conn)?.into_iter().map(|category| Row { posts: posts(&category), category }).collect();
        Ok(Index { page: Page::admin(conn, visit)?, rows })
    })
    .await
}

/// `GET /admin/categories/new` — an empty form.
async fn new(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    form_page(&ctx, None, Some(CategoryForm::default()), FormErrors::none()).await
}

/// `POST /admin/categories` — makes a category.
async fn create(ctx: Ctx, form: Submitted<CategoryForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let form = form.into_inner();
    match save(&ctx, None, &form).await {
        Ok(()) => ctx.flash(format!("Created the category “{}”.", form.name)).see_other(paths::ADMIN_CATEGORIES),
        Err(AppError::Invalid(errors)) => form_page(&ctx, None, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

/// `GET /admin/categories/{id}` — the form with what is stored.
async fn edit(ctx: Ctx, id: web::Path<CategoryId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    form_page(&ctx, Some(id.into_inner()), None, FormErrors::none()).await
}

/// `POST /admin/categories/{id}` — saves it; what is below it and its old address follow.
async fn update(ctx: Ctx, id: web::Path<CategoryId>, form: Submitted<CategoryForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    match save(&ctx, Some(id), &form).await {
        Ok(()) => ctx.flash(format!("Saved the category “{}”.", form.name)).see_other(paths::ADMIN_CATEGORIES),
        Err(AppError::Invalid(errors)) => form_page(&ctx, Some(id), Some(form), errors).await,
        Err(other) => Err(other),
    }
}

async fn save(ctx: &Ctx, id: Option<CategoryId>, form: &CategoryForm) -> AppResult<()> {
    let (wanted, actor, now) = (form.check()?, ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| match id {
            Some(id) => category_changes::change(conn, id, &wanted, &actor, now),
            None => category_changes::create(conn, &wanted, &actor, now).map(drop),
        })
        .await
}

#[derive(Template)]
#[template(path = "content/admin/categories/edit.html")]
struct EditCategory {
    page: Page,
    /// What is stored; `None` for a new one.
    own: Option<Category>,
    form: CategoryForm,
    parents: Vec<(String, String)>,
    errors: FormErrors,
}

impl EditCategory {
    fn action(&self) -> String {
        self.own.as_ref().map_or_else(|| paths::ADMIN_CATEGORIES.to_owned(), Category::admin_url)
    }
}

/// Draws the form: with what was typed, else with what is stored.
async fn form_page(ctx: &Ctx, id: Option<CategoryId>, form: Option<CategoryForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let tree = Category::tree(conn)?;
        let own = match id {
            Some(id) => Some(tree.iter().find(|category| category.id == id).cloned().ok_or(AppError::NotFound)?),
            None => None,
        };
        let form = form.or_else(|| own.as_ref().map(CategoryForm::of)).unwrap_or_default();
        Ok(EditCategory { page: Page::admin(conn, visit)?, parents: parents(&tree, own.as_ref()), own, form, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// Where a category may stand: not below itself, and not on the lowest level. Names from the top, as in “Servers › Nginx”.
fn parents(tree: &[Category], own: Option<&Category>) -> Vec<(String, String)> {
    let mut options = vec![(String::new(), "None: it stands at the top".to_owned())];
    let mut trail: Vec<&str> = Vec::new();
    for category in tree {
        trail.truncate(category.depth());
        trail.push(&category.name);
        let fits = category.depth() + 1 < category_changes::DEEPEST && own.is_none_or(|own| !category.is_within(own));
        if fits {
            options.push((category.id.to_string(), trail.join(" › ")));
        }
    }
    options
}

#[derive(Template)]
#[template(path = "content/admin/categories/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    category: Category,
    /// “3 entries stand”.
    entries: Option<String>,
    /// “2 categories below it move”.
    children: Option<String>,
    /// Where its address will lead.
    up: String,
    errors: FormErrors,
}

/// `GET /admin/categories/{id}/deletion` — asks, and says what becomes of what is in it.
async fn deletion(ctx: Ctx, id: web::Path<CategoryId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    deletion_page(&ctx, id.into_inner(), FormErrors::none()).await
}

/// `POST /admin/categories/{id}/deletion` — deletes it.
async fn destroy(ctx: Ctx, id: web::Path<CategoryId>, form: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageTopics)?;
    let (id, actor, now, _) = (id.into_inner(), ctx.actor(), ctx.now(), form.into_inner());
    match ctx.db.write(move |conn| category_changes::delete(conn, id, &actor, now)).await {
        Ok(gone) => ctx.flash(format!("Deleted the category “{}”.", gone.name)).see_other(paths::ADMIN_CATEGORIES),
        Err(AppError::Invalid(errors)) => deletion_page(&ctx, id, errors).await,
        Err(other) => Err(other),
    }
}

async fn deletion_page(ctx: &Ctx, id: CategoryId, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let category = Category::find(conn, id)?;
        let (entries, children) = category_changes::contents(conn, id)?;
        Ok(ConfirmDeletion {
            page: Page::admin(conn, visit)?,
            entries: (entries > 0).then(|| count(entries, "entry stands", "entries stand")),
            children: (children > 0).then(|| count(children, "category below it moves", "categories below it move")),
            up: category.path_above().map_or_else(|| paths::CATEGORIES.to_owned(), paths::category),
            category,
            errors,
        })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}
