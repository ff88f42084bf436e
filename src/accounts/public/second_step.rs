//! The second step of a log-in: a code, after the password was right. Until then nobody is signed in.

use super::{admit, place};
use crate::{
    accounts::{
        forms::CodeForm,
        model::{
            device,
            login::{self, Step},
            passkey, second_factor, throttle,
            user::User,
        },
        paths,
    },
    error::AppResult,
    site::Page,
    web::{
        ctx::{Ctx, TOKEN},
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::UserId,
        render::{render_form, render_later},
    },
};
use actix_session::storage::generate_session_key;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

/// The session key of a log-in that waits for its second step.
const PENDING: &str = "pending";
/// Minutes for which it waits.
const LIFE_MINUTES: i64 = 10;

/// A log-in that waits for its second step. Lies in the session, on the server.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    /// Whose password was right.
    pub user: UserId,
    /// Of the password that was right: a new one meanwhile ends this.
    pub mark: String,
    /// The number of the device, if it was known.
    pub nonce: Option<String>,
    /// Where to go afterwards.
    pub next: String,
    /// Until when, UTC.
    pub until: NaiveDateTime,
}

impl Pending {
    /// Begins to wait.
    pub fn new(user: &User, nonce: Option<String>, next: &str, now: NaiveDateTime) -> Pending {
        let until = now + TimeDelta::minutes(LIFE_MINUTES);
        Pending { user: user.id, mark: device::mark(user), nonce, next: next.to_owned(), until }
    }
}

#[derive(Template)]
#[template(path = "accounts/public/second_step.html")]
struct SecondStep {
    page: Page,
    errors: FormErrors,
    has_app: bool,
    has_passkey: bool,
}

impl Pending {
    /// Where nothing waited: a passkey alone.
    pub fn of_passkey(user: UserId, next: &str, now: NaiveDateTime) -> Pending {
        Pending { user, mark: String::new(), nonce: None, next: next.to_owned(), until: now }
    }
}

/// Sends somebody on to the second step, in a session with a key of its own.
pub fn begin(ctx: &Ctx, pending: Pending) -> AppResult<HttpResponse> {
    ctx.session.renew();
    ctx.keep_in_session(TOKEN, String::from(generate_session_key()))?;
    ctx.keep_in_session(PENDING, pending)?;
    ctx.see_other(paths::SECOND_STEP)
}

/// Forgets it, and the token of its form: somebody is in, or begins anew at the log-in, whose form has none.
pub fn end(ctx: &Ctx) {
    if ctx.session.contains_key(PENDING) {
        ctx.session.remove(PENDING);
        ctx.session.remove(TOKEN);
    }
}

/// What waits, if it has not waited too long.
pub fn pending(ctx: &Ctx) -> Option<Pending> {
    let found = ctx.session.get::<Pending>(PENDING).ok().flatten()?;
    (found.until > ctx.now()).then_some(found)
}

/// `GET /login/second-factor` — asks for the code.
pub async fn new(ctx: Ctx) -> AppResult<HttpResponse> {
    if pending(&ctx).is_none() {
        end(&ctx);
        return ctx.see_other(paths::LOGIN);
    }
    form_page(&ctx, FormErrors::none()).await
}

/// `POST /login/second-factor` — checks it.
pub async fn create(ctx: Ctx, form: Submitted<CodeForm>) -> AppResult<HttpResponse> {
    let Some(pending) = pending(&ctx) else {
        end(&ctx);
        return ctx.see_other(paths::LOGIN);
    };
    let code = match form.into_inner().check() {
        Ok(code) => code,
        Err(errors) => return form_page(&ctx, errors).await,
    };
    let (waits, place, actor, now) = (pending.clone(), place(&ctx), ctx.actor(), ctx.now());
    let step =
        ctx.db.write(move |conn| Ok(login::second_step(conn, waits.user, &waits.mark, &code, waits.nonce.is_some(), &place, &actor, now)?));
    match step.await? {
        Step::In => admit(&ctx, pending.user, pending.nonce, &pending.next).await,
        Step::Wrong => form_page(&ctx, FormErrors::one("code", "This code is not right, or was used before. Wait for the next one.")).await,
        Step::Blocked(seconds) => wait_page(&ctx, seconds).await,
        Step::Over => {
            end(&ctx);
            ctx.see_other(paths::LOGIN)
        }
    }
}

async fn form_page(ctx: &Ctx, errors: FormErrors) -> AppResult<HttpResponse> {
    let view = page(ctx, errors).await?;
    render_form(&view, &view.errors)
}

async fn page(ctx: &Ctx, errors: FormErrors) -> AppResult<SecondStep> {
    let (visit, user) = (ctx.visit(), pending(ctx).map(|pending| pending.user));
    ctx.db
        .read(move |conn| {
            let has_app = user.map_or(Ok(None), |user| second_factor::app_since(conn, user))?.is_some();
            let has_passkey = user.map_or(Ok(0), |user| passkey::count(conn, user))? > 0;
            Ok(SecondStep { page: Page::admin(conn, visit)?, errors, has_app, has_passkey })
        })
        .await
}

async fn wait_page(ctx: &Ctx, seconds: i64) -> AppResult<HttpResponse> {
    let sentence = format!("Too many codes were wrong. Wait {}, then try again.", throttle::in_words(seconds));
    let view = page(ctx, FormErrors::one("code", sentence)).await?;
    render_later(&view, seconds)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::SECOND_STEP, read().to(new)).route(paths::SECOND_STEP, post().to(create));
}
