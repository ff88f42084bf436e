//! Signing up as a reader, where the site lets people do so.
//!
//! Programs are slowed: by a field that people do not see, by how soon the form comes back, by how many a network sends, and by how
//! many letters an address has got (`web::bots`, `model::throttle`). No cookie is set before the address is confirmed.

use super::{LinkParams, admit};
use crate::{
    accounts::{
        forms::{InvitationForm, SignUpForm},
        model::{
            password,
            sign_up::{self, SignUp},
            throttle,
        },
        paths,
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        blocking::blocking,
        bots,
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::UserId,
        render::{render_form, render_later},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// What the address of the page may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    sent: bool,
}

#[derive(Template)]
#[template(path = "accounts/public/sign_up.html")]
struct New {
    page: Page,
    form: SignUpForm,
    errors: FormErrors,
    sent: bool,
}

#[derive(Template)]
#[template(path = "accounts/public/sign_up_confirmation.html")]
struct Confirm {
    page: Page,
    form: InvitationForm,
    errors: FormErrors,
    wanted: SignUp,
}

/// `GET /sign-up` — asks for name and address.
pub async fn new(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    if ctx.person.is_some() {
        return ctx.see_other(paths::ACCOUNT);
    }
    let view = form_page(&ctx, SignUpForm::default(), FormErrors::none(), params.sent).await?;
    render_form(&view, &view.errors)
}

/// `POST /sign-up` — files the letter with the link.
pub async fn create(ctx: Ctx, form: Submitted<SignUpForm>) -> AppResult<HttpResponse> {
    let form = form.into_inner();
    ctx.db.read(sign_up::is_open).await?;
    if !form.website2.is_empty() {
        return sent(&ctx); // as if; there is nobody to tell
    }
    let wanted = match form.check().and_then(|wanted| in_time(&ctx, &form).map(|()| wanted)) {
        Ok(wanted) => wanted,
        Err(errors) => {
            let view = form_page(&ctx, form, errors, false).await?;
            return render_form(&view, &view.errors);
        }
    };
    match ask(&ctx, wanted).await? {
        Ok(()) => sent(&ctx),
        Err(seconds) => wait_page(&ctx, form, seconds).await,
    }
}

fn sent(ctx: &Ctx) -> AppResult<HttpResponse> {
    ctx.see_other(format!("{}?sent=true", paths::SIGN_UP))
}

/// Refuses a form that came back sooner than anybody types.
fn in_time(ctx: &Ctx, form: &SignUpForm) -> Result<(), FormErrors> {
    let is_too_soon = bots::is_too_soon(ctx.state.forms.age(&form.drawn, ctx.now()));
    let sentence = "That was very quick. Look at what you typed, then send it once more.";
    if is_too_soon { Err(FormErrors::whole(sentence)) } else { Ok(()) }
}

/// Files the letter, or returns the seconds to wait.
async fn ask(ctx: &Ctx, wanted: SignUp) -> AppResult<Result<(), i64>> {
    let (address, now) = (ctx.address, ctx.now());
    if let Err(seconds) = ctx.state.forms.admit("sign_up", address, now) {
        return Ok(Err(seconds.into()));
    }
    ctx.db.write(move |conn| Ok(sign_up::ask(conn, &wanted, address, now)?)).await
}

async fn form_page(ctx: &Ctx, form: SignUpForm, errors: FormErrors, sent: bool) -> AppResult<New> {
    let visit = ctx.visit();
    ctx.db
        .read(move |conn| {
            sign_up::is_open(conn)?;
            Ok(New { page: Page::admin(conn, visit)?, form, errors, sent })
        })
        .await
}

async fn wait_page(ctx: &Ctx, form: SignUpForm, seconds: i64) -> AppResult<HttpResponse> {
    let sentence = format!(
        "Several people from your network sign up, or several letters went out. Wait {}, then send it again.",
        throttle::in_words(seconds)
    );
    let view = form_page(ctx, form, FormErrors::whole(sentence), false).await?;
    render_later(&view, seconds)
}

/// `GET /sign-up/confirmation?token=…` — asks for a password; it uses nothing up.
pub async fn edit(ctx: Ctx, params: web::Query<LinkParams>) -> AppResult<HttpResponse> {
    let form = InvitationForm { link: params.into_inner().token, ..InvitationForm::default() };
    confirm_page(&ctx, form, FormErrors::none()).await
}

/// `POST /sign-up/confirmation` — makes the account; its person is signed in at once.
pub async fn update(ctx: Ctx, form: Submitted<InvitationForm>) -> AppResult<HttpResponse> {
    let form = form.into_inner();
    match accept(&ctx, &form).await {
        Ok(user) => {
            ctx.flash("Welcome aboard. You are logged in.");
            admit(&ctx, user, None, paths::ACCOUNT).await
        }
        Err(AppError::Invalid(errors)) => confirm_page(&ctx, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn accept(ctx: &Ctx, form: &InvitationForm) -> AppResult<UserId> {
    let (link, token, now, actor) = (form.link.clone(), form.link.clone(), ctx.now(), ctx.actor());
    let typed = form.check_for(&ctx.db.read(move |conn| sign_up::open(conn, &token, now)).await?)?;
    let hashed = blocking(move || password::hash(&typed)).await?;
    ctx.db.write(move |conn| sign_up::accept(conn, &link, &hashed, &actor, now)).await
}

async fn confirm_page(ctx: &Ctx, form: InvitationForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, now) = (ctx.visit(), ctx.now());
    let view = ctx.db.read(move |conn| {
        let wanted = sign_up::open(conn, &form.link, now)?;
        Ok(Confirm { page: Page::admin(conn, visit)?, form, errors, wanted })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::SIGN_UP, read().to(new))
        .route(paths::SIGN_UP, post().to(create))
        .route(paths::SIGN_UP_CONFIRMATION, read().to(edit))
        .route(paths::SIGN_UP_CONFIRMATION, post().to(update));
}
