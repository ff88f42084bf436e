//! Signing up as a reader, where the site lets people do so.
//!
//! Programs are slowed: by a field that people do not see, by how soon the form comes back, and by how many letters an address of
//! the net has asked for. No cookie is set before the address is confirmed.

use super::{LinkParams, admit, sealed};
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
    site::{Page, SiteSettings},
    web::{
        blocking::blocking,
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::read,
        person::UserId,
        render::{private, render_form},
    },
};
use actix_web::{HttpResponse, http::header, web};
use askama::Template;
use serde::Deserialize;

/// Milliseconds that somebody needs at least to fill in the form.
const SHORTEST_MS: i64 = 2000;
/// Under which the time of the form is sealed.
const BEGUN: &str = "sign-up";

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
    begun: String,
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
    let sent = format!("{}?sent=true", paths::SIGN_UP);
    if !form.website.is_empty() {
        log::info!("a program tried to sign up");
        return ctx.see_other(sent); // as if; there is nobody to tell
    }
    let wanted = match form.check().and_then(|wanted| in_time(&ctx, &form).map(|()| wanted)) {
        Ok(wanted) => wanted,
        Err(errors) => {
            let view = form_page(&ctx, form, errors, false).await?;
            return render_form(&view, &view.errors);
        }
    };
    let (address, now) = (ctx.address, ctx.now());
    let filed = ctx.db.write(move |conn| {
        is_open(conn)?;
        Ok(sign_up::ask(conn, &wanted, address, now)?)
    });
    match filed.await? {
        Ok(()) => ctx.see_other(sent),
        Err(seconds) => wait_page(&ctx, form, seconds).await,
    }
}

/// Whether the site lets people sign up; else there is no such page.
fn is_open(conn: &mut crate::db::Conn) -> AppResult<()> {
    if SiteSettings::load(conn)?.reader_sign_up { Ok(()) } else { Err(AppError::NotFound) }
}

/// Refuses a form that came back sooner than anybody types. It stays open for a day.
fn in_time(ctx: &Ctx, form: &SignUpForm) -> Result<(), FormErrors> {
    let begun = sealed::open(&ctx.state.key, BEGUN, &form.begun).and_then(|text| text.parse::<i64>().ok());
    let age = begun.map_or(-1, |begun| ctx.now().and_utc().timestamp_millis() - begun);
    if (SHORTEST_MS..=86_400_000).contains(&age) {
        return Ok(());
    }
    Err(FormErrors::whole("That was very quick, or very slow. Look at what you typed, wait a moment, and send it once more."))
}

async fn form_page(ctx: &Ctx, form: SignUpForm, errors: FormErrors, sent: bool) -> AppResult<New> {
    let (visit, begun) = (ctx.visit(), sealed::seal(&ctx.state.key, BEGUN, ctx.now().and_utc().timestamp_millis().to_string()));
    ctx.db
        .read(move |conn| {
            is_open(conn)?;
            Ok(New { page: Page::admin(conn, visit)?, form, errors, begun, sent })
        })
        .await
}

async fn wait_page(ctx: &Ctx, form: SignUpForm, seconds: i64) -> AppResult<HttpResponse> {
    let sentence = format!("Several letters went out already. Wait {}, then ask again.", throttle::in_words(seconds));
    let view = form_page(ctx, form, FormErrors::whole(sentence), false).await?;
    let mut answer = HttpResponse::TooManyRequests();
    answer.insert_header((header::RETRY_AFTER, seconds));
    private(answer, &view)
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
    let wanted = ctx.db.read(move |conn| Ok(sign_up::open(conn, &token, now)?)).await?.ok_or(AppError::Forbidden(sign_up::DEAD_LINK))?;
    let typed = form.check_for(&wanted.email, &wanted.name)?;
    let hashed = blocking(move || password::hash(&typed)).await?;
    ctx.db.write(move |conn| sign_up::accept(conn, &link, &hashed, &actor, now)).await
}

async fn confirm_page(ctx: &Ctx, form: InvitationForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, now) = (ctx.visit(), ctx.now());
    let view = ctx.db.read(move |conn| {
        let wanted = sign_up::open(conn, &form.link, now)?.ok_or(AppError::Forbidden(sign_up::DEAD_LINK))?;
        Ok(Confirm { page: Page::admin(conn, visit)?, form, errors, wanted })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::SIGN_UP, read().to(new))
        .route(paths::SIGN_UP, web::post().to(create))
        .route(paths::SIGN_UP_CONFIRMATION, read().to(edit))
        .route(paths::SIGN_UP_CONFIRMATION, web::post().to(update));
}
