//! The settings form of the admin.

use super::{Page, forms::SettingsForm, paths, settings::SiteSettings};
use crate::{
    error::{AppError, AppResult},
    schema::entries,
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        person::{Right, Role},
        render::render_form,
    },
};
use actix_web::HttpResponse;
use askama::Template;
use diesel::prelude::*;

#[derive(Template)]
#[template(path = "site/admin/settings.html")]
struct EditSettings {
    page: Page,
    form: SettingsForm,
    errors: FormErrors,
    zones: Vec<&'static str>,
}

impl EditSettings {
    /// Word, label, and whether it must have a second factor; of roles that work on the site.
    fn roles(&self) -> Vec<(&'static str, &'static str, bool)> {
        Role::that_may(Right::Write).map(|role| (role.word(), role.label(), self.form.needs_second_factor(role))).collect()
    }
}

/// `GET /admin/settings` — the form of the site's settings.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let site = ctx.db.read(|conn| Ok(SiteSettings::load(conn)?)).await?;
    form_page(&ctx, SettingsForm::of(&site), FormErrors::none()).await
}

/// `POST /admin/settings` — saves them; every page follows at once.
pub async fn update(ctx: Ctx, form: Submitted<SettingsForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let form = form.into_inner();
    match save(&ctx, &form).await {
        Ok(()) => ctx.flash("Saved the settings.").see_other(paths::SETTINGS),
        Err(AppError::Invalid(errors)) => form_page(&ctx, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn save(ctx: &Ctx, form: &SettingsForm) -> AppResult<()> {
    let (form, actor, now, sudo) = (form.clone(), ctx.actor(), ctx.now(), ctx.is_confirmed());
    ctx.db
        .write(move |conn| {
            let stored = SiteSettings::load(conn)?;
            let site = form.check(&stored)?;
            if site.second_factor != stored.second_factor && !sudo {
                return Err(FormErrors::unconfirmed().into());
            }
            if !site.home_page.is_empty() {
                let live = entries::table.filter(entries::path.eq(&site.home_page)).filter(entries::state.eq("published"));
                if live.select(entries::id).first::<i64>(conn).optional()?.is_none() {
                    return Err(AppError::invalid(
                        "home_page",
                        "There is no published page at this path. Publish it first, or choose another.",
                    ));
                }
            }
            Ok(site.save(conn, &actor, now)?)
        })
        .await
}

async fn form_page(ctx: &Ctx, form: SettingsForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let page = ctx.db.read(move |conn| Ok(Page::admin(conn, visit)?)).await?;
    let zones = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| name.contains('/') || *name == "UTC").collect();
    let view = EditSettings { page, form, errors, zones };
    render_form(&view, &view.errors)
}
