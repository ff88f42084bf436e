//! Pages that carry a contact form. Who gets what visitors write is for those who change the site's settings.

use crate::{
    contact::{
        forms::form::ContactFormForm,
        model::form::{self, ContactForm, FormId},
        paths,
    },
    content::model::entry::Entry,
    error::{AppError, AppResult},
    site::{Page, page::count},
    web::{
        ctx::Ctx,
        form::{Confirmed, FormErrors, Submitted},
        person::Right,
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "contact/admin/forms.html")]
struct Index {
    page: Page,
    rows: Vec<(ContactForm, Entry)>,
}

impl Index {
    fn told(form: &ContactForm) -> String {
        match form.recipients().count() {
            0 => "Nobody by mail".to_owned(),
            many => count(many as i64, "address", "addresses"),
        }
    }
}

/// `GET /admin/messages/forms` — the pages that carry one.
pub async fn index(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let visit = ctx.visit();
    ctx.draw(move |conn| Ok(Index { page: Page::admin(conn, visit)?, rows: ContactForm::all(conn)? })).await
}

#[derive(Template)]
#[template(path = "contact/admin/form.html")]
struct EditForm {
    page: Page,
    /// What is stored, and its page; `None` for a new one.
    own: Option<(ContactForm, Entry)>,
    form: ContactFormForm,
    errors: FormErrors,
}

impl EditForm {
    fn action(&self) -> String {
        self.own.as_ref().map_or_else(|| paths::FORMS.to_owned(), |(form, _)| paths::form(form.id))
    }

    fn heading(&self) -> &str {
        self.own.as_ref().map_or("New contact form", |(_, page)| &page.title)
    }
}

/// `GET /admin/messages/forms/new` — an empty form.
pub async fn new(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    draw(&ctx, None, Some(ContactFormForm::fresh()), FormErrors::none()).await
}

/// `POST /admin/messages/forms` — puts one on a page.
pub async fn create(ctx: Ctx, form: Submitted<ContactFormForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let form = form.into_inner();
    let (typed, actor, now) = (form.clone(), ctx.actor(), ctx.now());
    match ctx.db.write(move |conn| form::create(conn, &typed.check()?, &actor, now)).await {
        Ok(_) => ctx.flash(format!("Visitors can write to you at {} now.", form.path)).see_other(paths::FORMS),
        Err(AppError::Invalid(errors)) => draw(&ctx, None, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

/// `GET /admin/messages/forms/{id}` — the form with what is stored.
pub async fn edit(ctx: Ctx, id: web::Path<FormId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    draw(&ctx, Some(id.into_inner()), None, FormErrors::none()).await
}

/// `POST /admin/messages/forms/{id}` — changes it.
pub async fn update(ctx: Ctx, id: web::Path<FormId>, form: Submitted<ContactFormForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    let (typed, actor, now) = (form.clone(), ctx.actor(), ctx.now());
    match ctx.db.write(move |conn| form::change(conn, id, &typed.check()?, &actor, now)).await {
        Ok(true) => ctx.flash("Saved the contact form.").see_other(paths::FORMS),
        Ok(false) => ctx.flash("Nothing was changed.").see_other(paths::FORMS),
        Err(AppError::Invalid(errors)) => draw(&ctx, Some(id), Some(form), errors).await,
        Err(other) => Err(other),
    }
}

async fn draw(ctx: &Ctx, id: Option<FormId>, typed: Option<ContactFormForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let mut own = None;
        if let Some(id) = id {
            let form = ContactForm::find(conn, id)?;
            let entry = Entry::find(conn, form.entry_id)?;
            own = Some((form, entry));
        }
        let stored = || own.as_ref().map(|(form, entry)| ContactFormForm::of(form, entry.path.as_deref().unwrap_or("")));
        let form = typed.or_else(stored).unwrap_or_default();
        Ok(EditForm { page: Page::admin(conn, visit)?, own, form, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

#[derive(Template)]
#[template(path = "contact/admin/form_deletion.html")]
struct ConfirmDeletion {
    page: Page,
    form: ContactForm,
    entry: Entry,
}

/// `GET /admin/messages/forms/{id}/deletion` — asks.
pub async fn deletion(ctx: Ctx, id: web::Path<FormId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    ctx.draw(move |conn| {
        let form = ContactForm::find(conn, id)?;
        let entry = Entry::find(conn, form.entry_id)?;
        Ok(ConfirmDeletion { page: Page::admin(conn, visit)?, form, entry })
    })
    .await
}

/// `POST /admin/messages/forms/{id}/deletion` — takes it off its page.
pub async fn destroy(ctx: Ctx, id: web::Path<FormId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let page = ctx.db.write(move |conn| form::delete(conn, id, &actor, now)).await?;
    ctx.flash(format!("“{}” carries no form any more. What was written by it stays in the inbox.", page.title)).see_other(paths::FORMS)
}
