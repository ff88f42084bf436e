//! The passkeys of the own account: adding, naming, removing. Adding needs a script (`passkey.js`), as browsers offer no other way.

use super::second_factor::{Acting, keep_codes};
use crate::{
    accounts::{
        forms::{ButtonForm, NameForm, NewPasskeyForm},
        model::passkey::{self, Listed, PasskeyId},
        paths, relying_party,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::{HttpResponse, http::header, web};
use askama::Template;
use webauthn_rs::prelude::{Passkey, PasskeyRegistration};
use webauthn_rs_proto::ResidentKeyRequirement;

/// The session key of what was asked for when a passkey is made.
const ASKED: &str = "passkey_registration";

#[derive(Template)]
#[template(path = "accounts/admin/passkeys.html")]
struct Index {
    page: Page,
    passkeys: Vec<Listed>,
    /// Whether the site can have any.
    possible: bool,
    form: NewPasskeyForm,
    errors: FormErrors,
}

#[derive(Template)]
#[template(path = "accounts/admin/passkey_deletion.html")]
struct AskToRemove {
    page: Page,
    passkey: Listed,
    is_last: bool,
}

/// `GET /admin/profile/passkeys` — all of them, and the form that adds one.
pub async fn index(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    ctx.sudo()?;
    index_page(&ctx, &person, NewPasskeyForm::default(), FormErrors::none()).await
}

async fn index_page(ctx: &Ctx, person: &Person, form: NewPasskeyForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, id, possible) = (ctx.visit(), person.id, relying_party::of(&ctx.state.base_url).is_some());
    let view = ctx
        .db
        .read(move |conn| Ok(Index { page: Page::admin(conn, visit)?, passkeys: passkey::of_user(conn, id)?, possible, form, errors }));
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// `POST /admin/profile/passkeys/options` — what the browser is asked to make, as JSON for the script.
pub async fn options(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    ctx.sudo_for_form()?;
    let (site, id) = (relying_party::required(&ctx.state.base_url)?, person.id);
    let known = ctx.db.read(move |conn| passkey::keys(conn, id)).await?.iter().map(|key| key.cred_id().clone()).collect();
    let begun = site.start_passkey_registration(relying_party::handle(id), &person.email, &person.name, Some(known));
    let (mut options, asked) = begun.map_err(|error| relying_party::refused(&error))?;
    if let Some(wanted) = &mut options.public_key.authenticator_selection {
        wanted.resident_key = Some(ResidentKeyRequirement::Preferred); // so that it can stand in for the address as well
    }
    ctx.keep_in_session(ASKED, asked)?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(options))
}

/// `POST /admin/profile/passkeys` — keeps the one that the browser has made.
pub async fn create(ctx: Ctx, form: Submitted<NewPasskeyForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let form = form.into_inner();
    match add(&ctx, &person, &form).await {
        Ok(codes) if codes.is_empty() => ctx.flash("Added the passkey.").see_other(paths::PASSKEYS),
        Ok(codes) => {
            keep_codes(&ctx, codes)?;
            ctx.flash("Added the passkey. It is asked for after the password from now on, or stands in for it.")
                .see_other(paths::SECOND_FACTOR)
        }
        Err(AppError::Invalid(errors)) => index_page(&ctx, &person, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn add(ctx: &Ctx, person: &Person, form: &NewPasskeyForm) -> AppResult<Vec<String>> {
    ctx.sudo_for_form()?;
    let (name, credential) = form.check()?;
    let asked = ctx.session.remove_as::<PasskeyRegistration>(ASKED).and_then(Result::ok);
    let asked = asked.ok_or_else(|| AppError::Invalid(FormErrors::whole("This took too long. Add the passkey once more.")))?;
    let made = relying_party::required(&ctx.state.base_url)?.finish_passkey_registration(&credential, &asked);
    let key: Passkey = made.map_err(|error| {
        log::info!("a passkey was refused: {error}");
        AppError::Invalid(FormErrors::whole("The browser's answer does not fit. Add the passkey once more."))
    })?;
    let (person, acting) = (person.clone(), Acting::of(ctx));
    ctx.db.write(move |conn| passkey::add(conn, &person, &key, &name, &acting.by())).await
}

/// `POST /admin/profile/passkeys/{id}` — gives it another name.
pub async fn update(ctx: Ctx, id: web::Path<PasskeyId>, form: Submitted<NameForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let name = match form.into_inner().check() {
        Ok(name) => name,
        Err(errors) => return index_page(&ctx, &person, NewPasskeyForm::default(), errors).await,
    };
    ctx.db.write(move |conn| Ok(passkey::rename(conn, person.id, *id, &name)?)).await?;
    ctx.flash("Renamed the passkey.").see_other(paths::PASSKEYS)
}

/// `GET /admin/profile/passkeys/{id}/deletion` — asks whether to.
pub async fn ask_to_remove(ctx: Ctx, id: web::Path<PasskeyId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    ctx.sudo()?;
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let (passkey, is_last) = (passkey::find(conn, person.id, *id)?, passkey::count(conn, person.id)? == 1);
        Ok(AskToRemove { page: Page::admin(conn, visit)?, passkey, is_last })
    })
    .await
}

/// `POST /admin/profile/passkeys/{id}/deletion` — removes it.
pub async fn remove(ctx: Ctx, id: web::Path<PasskeyId>, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    ctx.sudo()?;
    let acting = Acting::of(&ctx);
    let name = ctx.db.write(move |conn| Ok(passkey::remove(conn, person.id, *id, &acting.by())?)).await?;
    ctx.flash(format!("Removed the passkey “{name}”.")).see_other(paths::PASSKEYS)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::PASSKEYS, read().to(index))
        .route(paths::PASSKEYS, post().to(create))
        .route("/admin/profile/passkeys/options", post().to(options))
        .route("/admin/profile/passkeys/{id}", post().to(update))
        .route("/admin/profile/passkeys/{id}/deletion", read().to(ask_to_remove))
        .route("/admin/profile/passkeys/{id}/deletion", post().to(remove));
}
