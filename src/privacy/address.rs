//! Personal data of people without an account: handed out, and erased, by the mail address that they gave.

use super::{
    model::address::{self, Found},
    paths,
};
use crate::{
    accounts::forms::{address as check, email},
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        local_path::query_value,
        person::Right,
        render::render_form,
    },
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION},
    web,
};
use askama::Template;
use serde::Deserialize;

/// Whose data, and what becomes of it.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct AddressForm {
    /// The mail address.
    pub email: String,
    /// Whether what was said in comments goes as well.
    pub words: bool,
}

impl AddressForm {
    /// The address as it is kept, or what to mend.
    fn check(&self) -> Result<String, FormErrors> {
        let email = email(&self.email);
        if check(&email).is_err() {
            return Err(FormErrors::one("email", "Give the mail address of the person, such as ada@example.org."));
        }
        Ok(email)
    }
}

#[derive(Template)]
#[template(path = "privacy/address.html")]
struct ByAddress {
    page: Page,
    form: AddressForm,
    errors: FormErrors,
    found: Option<Found>,
}

impl ByAddress {
    fn file_url(&self) -> String {
        format!("{}?email={}", paths::BY_ADDRESS_FILE, query_value(&self.form.email))
    }
}

/// `GET /admin/personal-data?email=…` — what is kept with that address.
pub async fn show(ctx: Ctx, form: web::Query<AddressForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    let form = form.into_inner();
    let errors = if form.email.is_empty() { FormErrors::none() } else { form.check().err().unwrap_or_default() };
    draw(&ctx, form, errors).await
}

/// `GET /admin/personal-data.json?email=…` — that as a file.
pub async fn file(ctx: Ctx, form: web::Query<AddressForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    let email = form.check().map_err(|_| AppError::BadRequest("Give the mail address of the person first."))?;
    let (actor, now) = (ctx.actor(), ctx.now());
    let told = ctx.db.write(move |conn| address::export(conn, &email, &actor, now)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"personal-data.json\""))
        .json(told))
}

/// `POST /admin/personal-data` — erases it.
pub async fn erase(ctx: Ctx, form: Submitted<AddressForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManagePeople)?;
    let (form, actor, now) = (form.into_inner(), ctx.actor(), ctx.now());
    if let Err(AppError::Invalid(errors)) = ctx.sudo_for_form() {
        return draw(&ctx, form, errors).await;
    }
    let email = match form.check() {
        Ok(email) => email,
        Err(errors) => return draw(&ctx, form, errors).await,
    };
    let words = form.words;
    ctx.db.write(move |conn| address::erase(conn, &email, words, &actor, now)).await?;
    ctx.flash("Erased what was kept with that address.").see_other(paths::BY_ADDRESS)
}

async fn draw(ctx: &Ctx, form: AddressForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let found = form.check().ok().map(|email| Found::of(conn, &email)).transpose()?;
        Ok(ByAddress { page: Page::admin(conn, visit)?, form, errors, found })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}
