//! Providers of the site's own: the form, deletion.

use crate::{
    content::{
        forms::embed::EmbedProviderForm,
        model::embed::provider::{self, Provider, ProviderId},
        paths,
    },
    error::{AppError, AppResult},
    site::Page,
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
#[template(path = "content/admin/embeds/provider.html")]
struct EditProvider {
    page: Page,
    /// What is stored; `None` for a new one.
    own: Option<Provider>,
    form: EmbedProviderForm,
    errors: FormErrors,
}

impl EditProvider {
    fn action(&self) -> String {
        self.own.as_ref().map_or_else(|| paths::EMBED_PROVIDERS.to_owned(), |own| paths::embed_provider(own.id))
    }

    fn heading(&self) -> &str {
        self.own.as_ref().map_or("New provider", |own| &own.name)
    }
}

/// `GET /admin/embeds/providers/new` — an empty form.
pub async fn new(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    form_page(&ctx, None, Some(EmbedProviderForm::default()), FormErrors::none()).await
}

/// `POST /admin/embeds/providers` — makes a provider.
pub async fn create(ctx: Ctx, form: Submitted<EmbedProviderForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let form = form.into_inner();
    let (typed, actor, now) = (form.clone(), ctx.actor(), ctx.now());
    match ctx.db.write(move |conn| provider::create(conn, &typed.check()?, &actor, now)).await {
        Ok(_) => ctx.flash(format!("“{}” is asked from now on.", form.name)).see_other(paths::EMBED_SETTINGS),
        Err(AppError::Invalid(errors)) => form_page(&ctx, None, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

/// `GET /admin/embeds/providers/{id}` — the form with what is stored.
pub async fn edit(ctx: Ctx, id: web::Path<ProviderId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    form_page(&ctx, Some(*id), None, FormErrors::none()).await
}

/// `POST /admin/embeds/providers/{id}` — saves it; what it knows is asked again.
pub async fn update(ctx: Ctx, id: web::Path<ProviderId>, form: Submitted<EmbedProviderForm>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    let (typed, actor, now) = (form.clone(), ctx.actor(), ctx.now());
    match ctx.db.write(move |conn| provider::change(conn, id, &typed.check()?, &actor, now)).await {
        Ok(()) => ctx.flash(format!("Saved “{}”. What it knows is asked again.", form.name)).see_other(paths::EMBED_SETTINGS),
        Err(AppError::Invalid(errors)) => form_page(&ctx, Some(id), Some(form), errors).await,
        Err(other) => Err(other),
    }
}

async fn form_page(ctx: &Ctx, id: Option<ProviderId>, form: Option<EmbedProviderForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let own = id.map(|id| Provider::find(conn, id)).transpose()?;
        let form = form.or_else(|| own.as_ref().map(EmbedProviderForm::of)).unwrap_or_default();
        Ok(EditProvider { page: Page::admin(conn, visit)?, own, form, errors })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

#[derive(Template)]
#[template(path = "content/admin/embeds/deletion.html")]
struct ConfirmDeletion {
    page: Page,
    own: Provider,
}

/// `GET /admin/embeds/providers/{id}/deletion` — asks.
pub async fn deletion(ctx: Ctx, id: web::Path<ProviderId>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (visit, id) = (ctx.visit(), id.into_inner());
    ctx.draw(move |conn| Ok(ConfirmDeletion { own: Provider::find(conn, id)?, page: Page::admin(conn, visit)? })).await
}

/// `POST /admin/embeds/providers/{id}/deletion` — deletes it; its cards become links.
pub async fn destroy(ctx: Ctx, id: web::Path<ProviderId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let gone = ctx.db.write(move |conn| provider::delete(conn, id, &actor, now)).await?;
    ctx.flash(format!("Deleted “{}”. Its cards become links again.", gone.name)).see_other(paths::EMBED_SETTINGS)
}
