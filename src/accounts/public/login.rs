//! Logging in and out.

use super::{
    admit, device, onward, place,
    second_step::{self, Pending},
};
use crate::{
    accounts::{
        forms::{ButtonForm, LoginForm},
        model::{
            device::Claim,
            login::{self, Attempt},
            password, second_factor, throttle,
            user::User,
        },
        paths, relying_party,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        blocking::blocking,
        ctx::Ctx,
        form::{FormErrors, Submitted},
        local_path::local_or,
        methods::{post, read},
        person::{Right, UserId},
        render::{private, render_form, render_later},
        turn::Turns,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Query},
};
use askama::Template;
use serde::Deserialize;
use std::time::Duration;

/// What the address of the page may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    next: String,
    /// What was done just now: `reset` or `erased`.
    done: String,
}

#[derive(Template)]
#[template(path = "accounts/public/login.html")]
struct Login {
    page: Page,
    form: LoginForm,
    errors: FormErrors,
    /// What was done just now, or nothing.
    done: &'static str,
    /// Whether the site can take passkeys.
    passkeys: bool,
}

/// What came of a try.
enum Outcome {
    /// The user, and the number of the device if it was known.
    Admitted(UserId, Option<String>),
    /// The password was right, and a code is asked for.
    SecondStep(Pending),
    Wrong,
    Wait(i64),
    /// Others have their passwords checked.
    Busy,
}

/// Passwords are checked one at a time: it takes much of a processor, and those who only read need one too.
static CHECKS: Turns = Turns::new();

/// How long somebody waits for that; then they are asked to try again.
const PATIENCE: Duration = Duration::from_secs(5);

/// `GET /login` — the log-in form.
pub async fn new(ctx: Ctx, params: Query<Params>) -> AppResult<HttpResponse> {
    let next = target(&params.next);
    if let Some(person) = &ctx.person {
        return ctx.see_other(onward(person.role, next));
    }
    second_step::end(&ctx);
    let form = LoginForm { next: next.to_owned(), ..LoginForm::default() };
    let view = Login { done: done(&params.done), ..form_page(&ctx, form, FormErrors::none()).await? };
    render_form(&view, &view.errors)
}

/// What the form tells beside itself, of whoever comes from elsewhere without a session.
fn done(word: &str) -> &'static str {
    match word {
        "reset" => "Your new password is set. Log in with it.",
        "erased" => "Your account is erased. Nothing here leads to you any more.",
        _ => "",
    }
}

/// `POST /login` — checks the password, slowly after many failed tries.
pub async fn create(ctx: Ctx, req: HttpRequest, form: Submitted<LoginForm>) -> AppResult<HttpResponse> {
    let form = form.into_inner();
    let errors = match attempt(&ctx, &req, &form).await {
        Ok(Outcome::Admitted(user, nonce)) => return admit(&ctx, user, nonce, target(&form.next)).await,
        Ok(Outcome::SecondStep(pending)) => return second_step::begin(&ctx, pending),
        Ok(Outcome::Wait(seconds)) => return wait_page(&ctx, form, seconds).await,
        Ok(Outcome::Busy) => return busy_page(&ctx, form).await,
        Ok(Outcome::Wrong) => FormErrors::whole("The address or the password is not right. Check both and try again."),
        Err(AppError::Invalid(errors)) => errors,
        Err(other) => return Err(other),
    };
    let view = form_page(&ctx, form, errors).await?;
    render_form(&view, &view.errors)
}

async fn attempt(ctx: &Ctx, req: &HttpRequest, form: &LoginForm) -> AppResult<Outcome> {
    let ((email, typed), now, address) = (form.check()?, ctx.now(), ctx.address);
    let claim = device::claim(req, &ctx.state, &email);
    let (subject, claimed) = (email.clone(), claim.clone());
    let attempt = match ctx.db.write(move |conn| Ok(login::begin(conn, &subject, claimed.as_ref(), address, now)?)).await? {
        Attempt::Blocked(seconds) => return Ok(Outcome::Wait(seconds)),
        Attempt::Open(attempt) => attempt,
    };
    let hashed = attempt.user.as_ref().and_then(|user| user.password_hash.clone());
    let Some(turn) = CHECKS.take(PATIENCE).await else { return Ok(Outcome::Busy) };
    let checked = blocking(move || password::check(&typed, hashed.as_deref())).await?;
    drop(turn);
    let nonce = claim.filter(|_| attempt.is_known).map(|Claim { nonce, .. }| nonce);
    let (place, actor, next) = (place(ctx), ctx.actor(), target(&form.next).to_owned());
    ctx.db
        .write(move |conn| match &attempt.user {
            Some(user) if checked.fits => {
                login::succeed(conn, &attempt, user.id, checked.renewed.as_ref())?;
                if second_factor::is_on(conn, user.id)? {
                    let user = User::find(conn, user.id)?; // its hash may have been made anew
                    return Ok(Outcome::SecondStep(Pending::new(&user, nonce.clone(), &next, now)));
                }
                login::arrive(conn, user.id, attempt.is_known, &place, &actor, now)?;
                Ok(Outcome::Admitted(user.id, nonce.clone()))
            }
            other => {
                login::fail(conn, &email, other.as_ref(), &actor, now)?;
                Ok(Outcome::Wrong)
            }
        })
        .await
}

/// `POST /logout` — ends the session.
pub async fn destroy(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    if let Some(person) = ctx.person.clone() {
        let (actor, now) = (ctx.actor(), ctx.now());
        ctx.db.write(move |conn| Ok(login::leave(conn, &person, &actor, now)?)).await?;
    }
    ctx.session.purge();
    let works = ctx.person.as_ref().is_none_or(|person| person.may(Right::Write));
    ctx.see_other(if works { paths::LOGIN } else { "/" })
}

/// Where to go afterwards; never back to this page.
pub fn target(next: &str) -> &str {
    let next = local_or(next, paths::ADMIN);
    if next == "/" || next.starts_with(paths::LOGIN) { paths::ADMIN } else { next }
}

async fn form_page(ctx: &Ctx, form: LoginForm, errors: FormErrors) -> AppResult<Login> {
    let (visit, passkeys) = (ctx.visit(), relying_party::of(&ctx.state.base_url).is_some());
    ctx.db.read(move |conn| Ok(Login { page: Page::admin(conn, visit)?, form, errors, done: "", passkeys })).await
}

async fn wait_page(ctx: &Ctx, form: LoginForm, seconds: i64) -> AppResult<HttpResponse> {
    let sentence = format!("Too many tries with this address or from your network. Wait {}, then try again.", throttle::in_words(seconds));
    let view = form_page(ctx, form, FormErrors::whole(sentence)).await?;
    render_later(&view, seconds)
}

async fn busy_page(ctx: &Ctx, form: LoginForm) -> AppResult<HttpResponse> {
    let sentence = "Very many people log in at this moment. Your password was not looked at: wait ten seconds, then try again.";
    let view = form_page(ctx, form, FormErrors::whole(sentence)).await?;
    let mut answer = HttpResponse::ServiceUnavailable();
    answer.insert_header((header::RETRY_AFTER, 10));
    private(answer, &view)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::LOGIN, read().to(new)).route(paths::LOGIN, post().to(create)).route(paths::LOGOUT, post().to(destroy));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_stays_on_this_site_and_leads_somewhere_else() {
        for (next, to) in
            [("/admin/entries?q=a", "/admin/entries?q=a"), ("", "/admin"), ("//evil.example", "/admin"), ("/login?next=/login", "/admin")]
        {
            assert_eq!(target(next), to, "{next:?}");
        }
    }
}
