//! Passkeys where one is asked for: at the log-in, after the password, and to confirm that it is still oneself.
//!
//! The script `passkey.js` asks for the options, hands them to the browser, and sends its answer as a form.

use super::{
    admit,
    login::target,
    place,
    second_step::{self, Pending},
};
use crate::{
    accounts::{
        forms::{ButtonForm, PasskeyForm},
        model::{login, passkey, user::User},
        paths, relying_party,
    },
    error::{AppError, AppResult},
    web::methods::post,
    web::{ctx::Ctx, form::Submitted, local_path::local_or, person::UserId},
};
use actix_web::{HttpResponse, http::header, web};
use serde::{Deserialize, Serialize};
use webauthn_rs::{
    Webauthn,
    prelude::{
        AuthenticationResult, DiscoverableAuthentication, Passkey, PasskeyAuthentication, PublicKeyCredential, RequestChallengeResponse,
        WebauthnError,
    },
};

/// The session key of what was asked for.
const ASKED: &str = "passkey_authentication";

/// What a browser was asked for; lies in the session, on the server.
#[derive(Serialize, Deserialize)]
enum Asked {
    /// Any passkey of this site: the answer tells whose.
    Anybody(DiscoverableAuthentication),
    /// One of this user's.
    One(UserId, PasskeyAuthentication),
}

/// `POST /login/passkey/options` — what the browser is asked for, as JSON for the script.
pub async fn options(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let site = relying_party::required(&ctx.state.base_url)?;
    let whose = ctx.person.as_ref().map(|person| person.id).or_else(|| second_step::pending(&ctx).map(|pending| pending.user));
    let (options, asked) = begin(&ctx, &site, whose).await?;
    ctx.keep_in_session(ASKED, asked)?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(options))
}

async fn begin(ctx: &Ctx, site: &Webauthn, whose: Option<UserId>) -> AppResult<(RequestChallengeResponse, Asked)> {
    let refused = |error: WebauthnError| relying_party::refused(&error);
    let Some(user) = whose else {
        let (options, asked) = site.start_discoverable_authentication().map_err(refused)?;
        return Ok((options, Asked::Anybody(asked)));
    };
    let keys = ctx.db.read(move |conn| passkey::keys(conn, user)).await?;
    if keys.is_empty() {
        return Err(AppError::Conflict("Your account has no passkey. Add one in your profile."));
    }
    let (options, asked) = site.start_passkey_authentication(&keys).map_err(refused)?;
    Ok((options, Asked::One(user, asked)))
}

/// `POST /login/passkey` — checks the browser's answer: somebody is in, or has confirmed.
pub async fn create(ctx: Ctx, form: Submitted<PasskeyForm>) -> AppResult<HttpResponse> {
    let form = form.into_inner();
    let asked = ctx.session.remove_as::<Asked>(ASKED).and_then(Result::ok).ok_or_else(too_late)?;
    let credential: PublicKeyCredential = serde_json::from_str(&form.credential).map_err(|_| unreadable())?;
    let site = relying_party::required(&ctx.state.base_url)?;
    let id = credential.get_credential_id().to_vec();
    let found = ctx.db.read(move |conn| passkey::by_credential(conn, &id)).await?;
    let (user, key) = found.ok_or(AppError::Forbidden("This passkey is not known here. Log in with your password."))?;
    let result = check(&site, &credential, asked, user, &key).map_err(|error| relying_party::refused(&error))?;
    finish(&ctx, user, key, result, &form.next).await
}

fn check(
    site: &Webauthn,
    credential: &PublicKeyCredential,
    asked: Asked,
    user: UserId,
    key: &Passkey,
) -> Result<AuthenticationResult, WebauthnError> {
    match asked {
        Asked::Anybody(asked) => {
            let (handle, _) = site.identify_discoverable_authentication(credential)?;
            if handle != relying_party::handle(user) {
                return Err(WebauthnError::InvalidUserUniqueId);
            }
            site.finish_discoverable_authentication_v2(credential, asked, key)
        }
        Asked::One(whose, asked) if whose == user => site.finish_passkey_authentication(credential, &asked),
        Asked::One(..) => Err(WebauthnError::InvalidUserUniqueId),
    }
}

/// Whoever is signed in has confirmed; whoever is not, is in.
async fn finish(ctx: &Ctx, user: UserId, key: Passkey, result: AuthenticationResult, next: &str) -> AppResult<HttpResponse> {
    let (place, actor, now) = (place(ctx), ctx.actor(), ctx.now());
    let is_confirmation = ctx.person.is_some();
    let pending = second_step::pending(ctx).filter(|pending| pending.user == user);
    let is_known = pending.as_ref().is_some_and(|pending| pending.nonce.is_some());
    let is_in = ctx.db.write(move |conn| {
        if User::active(conn, user)?.is_none() {
            return Ok(false);
        }
        passkey::used(conn, &mut key.clone(), &result, now)?;
        if !is_confirmation {
            login::arrive(conn, user, is_known, &place, &actor, now)?;
        }
        Ok(true)
    });
    if !is_in.await? {
        return Err(AppError::Forbidden("This account is closed."));
    }
    if is_confirmation {
        ctx.confirmed()?;
        return ctx.see_other(local_or(next, paths::CONFIRMATION));
    }
    let Pending { nonce, next, .. } = pending.unwrap_or_else(|| Pending::of_passkey(user, target(next), now));
    admit(ctx, user, nonce, &next).await
}

fn too_late() -> AppError {
    AppError::Forbidden("This took too long. Go back and use the passkey once more.")
}

fn unreadable() -> AppError {
    AppError::BadRequest("The browser's answer cannot be read. Go back and use the passkey once more.")
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/login/passkey/options", post().to(options)).route(paths::PASSKEY, post().to(create));
}
