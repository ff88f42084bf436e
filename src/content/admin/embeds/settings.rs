//! Who is asked about links that stand alone.

use crate::{
    content::{
        embed::shipped::{self, Shipped},
        forms::embed::EmbedSettingsForm,
        model::embed::provider::{self, Provider},
        paths,
    },
    error::AppResult,
    site::{Page, SiteSettings, embeds::Embeds},
    web::{ctx::Ctx, form::Submitted, person::Right},
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "content/admin/embeds/settings.html")]
struct EditSettings {
    page: Page,
    chosen: Embeds,
    own: Vec<Provider>,
}

impl EditSettings {
    /// Those that the program knows, and whether each is asked.
    fn shipped(&self) -> Vec<(&'static Shipped, bool)> {
        let is_asked = |one: &Shipped| !self.chosen.without.iter().any(|key| key == one.key);
        shipped::ALL.iter().map(|one| (one, is_asked(one))).collect()
    }
}

/// `GET /admin/embeds/settings` — whether anybody is asked, who, and the site's own providers.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let (chosen, own) = (SiteSettings::load(conn)?.embeds, Provider::all(conn)?);
        Ok(EditSettings { page: Page::admin(conn, visit)?, chosen, own })
    })
    .await
}

/// `POST /admin/embeds/settings` — saves it; entries follow by jobs.
pub async fn update(ctx: Ctx, form: Submitted<EmbedSettingsForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (chosen, actor, now) = (form.into_inner().chosen(), ctx.actor(), ctx.now());
    let changed = ctx.db.write(move |conn| provider::choose(conn, &chosen, &actor, now)).await?;
    let told = if changed {
        "Saved. Cards come and go within a minute or two, as providers answer."
    } else {
        "Nothing was changed, so there is nothing new to save."
    };
    ctx.flash(told).see_other(paths::EMBED_SETTINGS)
}
