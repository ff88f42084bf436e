//! The form for what feeds, robots and language models are told.

use super::{forms::ReachForm, paths};
use crate::{
    error::{AppError, AppResult},
    site::{Page, SiteSettings},
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        person::Right,
        render::render_form,
    },
};
use actix_web::HttpResponse;
use askama::Template;

/// Value, label, hint.
type Choice = (String, String, String);

#[derive(Template)]
#[template(path = "reach/admin/edit.html")]
struct EditReach {
    page: Page,
    form: ReachForm,
    errors: FormErrors,
}

impl EditReach {
    fn texts(&self) -> Vec<Choice> {
        let choice = |value: &str, label: &str, hint: &str| (value.to_owned(), label.to_owned(), hint.to_owned());
        vec![
            choice("full", "Whole articles", "People read in their own program, pictures included."),
            choice("summary", "Summaries", "People come here to read on."),
        ]
    }

    fn draws_pictures(&self) -> bool {
        !self.form.share_pictures.is_empty()
    }

    fn tells_models(&self) -> bool {
        !self.form.llms.is_empty()
    }
}

/// `GET /admin/reach` — the form.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let site = ctx.db.read(|conn| Ok(SiteSettings::load(conn)?)).await?;
    form_page(&ctx, ReachForm::of(&site.reach), FormErrors::none()).await
}

/// `POST /admin/reach` — saves it.
pub async fn update(ctx: Ctx, form: Submitted<ReachForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let form = form.into_inner();
    let (typed, actor, now) = (form.clone(), ctx.actor(), ctx.now());
    let saved = ctx.db.write(move |conn| {
        let site = typed.check(&SiteSettings::load(conn)?)?;
        Ok(site.save_as("reach.changed", conn, &actor, now)?)
    });
    match saved.await {
        Ok(_) => ctx.flash("Saved what feeds and search engines are told.").see_other(paths::REACH),
        Err(AppError::Invalid(errors)) => form_page(&ctx, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn form_page(ctx: &Ctx, form: ReachForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let page = ctx.db.read(move |conn| Ok(Page::admin(conn, visit)?)).await?;
    let view = EditReach { page, form, errors };
    render_form(&view, &view.errors)
}
