//! How there are comments.

use super::Tabs;
use crate::{
    community::{forms::settings::SettingsForm, paths},
    error::{AppError, AppResult},
    site::{Page, SiteSettings},
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::HttpResponse;
use askama::Template;

/// Value, label, hint.
type Choice = (String, String, String);

#[derive(Template)]
#[template(path = "community/admin/settings.html")]
struct EditSettings {
    page: Page,
    tabs: Tabs,
    form: SettingsForm,
    errors: FormErrors,
}

fn choices(all: &[(&str, &str, &str)]) -> Vec<Choice> {
    all.iter().map(|(value, label, hint)| ((*value).to_owned(), (*label).to_owned(), (*hint).to_owned())).collect()
}

impl EditSettings {
    fn whos(&self) -> Vec<Choice> {
        choices(&[
            ("everybody", "Everybody", "Guests give a name."),
            ("people", "Who is logged in", "Others read."),
            ("nobody", "Nobody", "What was written stays on its page."),
        ])
    }

    fn policies(&self) -> Vec<Choice> {
        choices(&[
            ("first", "The first of each author", "Whoever had one approved, and has an account or answered a letter, need not wait."),
            ("held", "Every one", ""),
            ("open", "None but what looks like spam", ""),
        ])
    }

    fn tells(&self) -> Vec<Choice> {
        choices(&[
            ("all", "Everybody who decides about it", "The author of the entry, editors and those above."),
            ("author", "The author of the entry", ""),
            ("nobody", "Nobody", "The queue shows it."),
        ])
    }
}

/// `GET /admin/comments/settings` — the form.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ManageSettings)?;
    let site = ctx.db.read(|conn| Ok(SiteSettings::load(conn)?)).await?;
    draw(&ctx, person, SettingsForm::of(&site.comments), FormErrors::none()).await
}

/// `POST /admin/comments/settings` — saves it.
pub async fn update(ctx: Ctx, form: Submitted<SettingsForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ManageSettings)?;
    let (form, actor, now) = (form.into_inner(), ctx.actor(), ctx.now());
    let typed = form.clone();
    let saved = ctx.db.write(move |conn| {
        let site = typed.check(&SiteSettings::load(conn)?)?;
        Ok(site.save_as("comments.arranged", conn, &actor, now)?)
    });
    match saved.await {
        Ok(_) => ctx.flash("Saved how there are comments.").see_other(paths::SETTINGS),
        Err(AppError::Invalid(errors)) => draw(&ctx, person, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn draw(ctx: &Ctx, person: Person, form: SettingsForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx
        .db
        .read(move |conn| Ok(EditSettings { tabs: Tabs::load(conn, &person, "settings")?, page: Page::admin(conn, visit)?, form, errors }))
        .await?;
    render_form(&view, &view.errors)
}
