//! The second factor of the own account: setting an authenticator app up, recovery codes, turning it off.

use super::sessions::this;
use crate::{
    accounts::{
        forms::{ButtonForm, CodeForm},
        model::{
            recovery,
            second_factor::{self, By, SECRET_BYTES},
        },
        paths,
        public::place,
        qr::Qr,
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
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

/// The session key of a secret that is being set up.
const SECRET: &str = "second_factor_secret";
/// The session key under which fresh recovery codes wait for the next page.
const FRESH_CODES: &str = "recovery_codes";

/// What the page draws of a secret.
struct Shown {
    qr: Qr,
    /// In groups of four, to be typed.
    secret: String,
}

#[derive(Template)]
#[template(path = "accounts/admin/second_factor.html")]
struct Edit {
    page: Page,
    since: Option<NaiveDateTime>,
    /// Whether there is any second factor, passkeys included.
    is_on: bool,
    codes_left: i64,
    fresh: Vec<String>,
    setup: Option<Shown>,
    errors: FormErrors,
    /// Nothing else may be done before there is one.
    is_due: bool,
}

impl Edit {
    /// The fresh codes as a file of text, without another request.
    fn file(&self) -> String {
        let text = format!("Recovery codes for {}. Each works once.\r\n\r\n{}\r\n", self.page.site.title, self.fresh.join("\r\n"));
        format!("data:text/plain;charset=utf-8,{}", crate::web::local_path::query_value(&text))
    }
}

#[derive(Template)]
#[template(path = "accounts/admin/second_factor_off.html")]
struct AskOff {
    page: Page,
}

/// `GET /admin/profile/second-factor` — what there is, or the code to scan.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let fresh = ctx.session.remove_as::<Vec<String>>(FRESH_CODES).and_then(Result::ok).unwrap_or_default();
    if fresh.is_empty() {
        ctx.sudo()?;
    }
    edit_page(&ctx, &person, fresh, FormErrors::none()).await
}

/// `POST /admin/profile/second-factor` — takes the app on, if the code is one of it.
pub async fn create(ctx: Ctx, form: Submitted<CodeForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    match add(&ctx, &person, form.into_inner()).await {
        Ok(codes) => {
            ctx.session.remove(SECRET);
            keep_codes(&ctx, codes)?;
            ctx.flash("Your authenticator app is asked for from now on.").see_other(paths::SECOND_FACTOR)
        }
        Err(AppError::Invalid(errors)) => edit_page(&ctx, &person, Vec::new(), errors).await,
        Err(other) => Err(other),
    }
}

async fn add(ctx: &Ctx, person: &Person, form: CodeForm) -> AppResult<Vec<String>> {
    ctx.sudo_for_form()?;
    let (code, secret) = (form.check()?, secret(ctx)?);
    let (person, acting) = (person.clone(), Acting::of(ctx));
    ctx.db.write(move |conn| second_factor::add_app(conn, &secret, &code, &person, &acting.by())).await
}

/// `POST /admin/profile/second-factor/codes` — makes new recovery codes.
pub async fn renew_codes(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    ctx.sudo()?;
    let acting = Acting::of(&ctx);
    let codes = ctx.db.write(move |conn| {
        if !second_factor::is_on(conn, person.id)? {
            return Err(AppError::Conflict("There is no second factor yet, so there is nothing that codes could stand in for."));
        }
        Ok(second_factor::renew_codes(conn, &person, &acting.by())?)
    });
    let codes = codes.await?;
    keep_codes(&ctx, codes)?;
    ctx.flash("Made new recovery codes. Those from before do not work any more.").see_other(paths::SECOND_FACTOR)
}

/// `GET /admin/profile/second-factor/deletion` — asks whether to.
pub async fn ask_to_turn_off(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::Write)?;
    ctx.sudo()?;
    let visit = ctx.visit();
    ctx.draw(move |conn| Ok(AskOff { page: Page::admin(conn, visit)? })).await
}

/// `POST /admin/profile/second-factor/deletion` — the password alone is enough again.
pub async fn turn_off(ctx: Ctx, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    ctx.sudo()?;
    let acting = Acting::of(&ctx);
    ctx.db.write(move |conn| Ok(second_factor::remove_app(conn, person.id, &acting.by())?)).await?;
    ctx.flash("Your account asks for no code of an app any more.").see_other(paths::PROFILE)
}

/// What [`By`] borrows, in a form that goes to another thread.
pub struct Acting {
    keep: String,
    place: crate::accounts::model::notice::Place,
    actor: crate::journal::Actor,
    now: NaiveDateTime,
}

impl Acting {
    /// Who asks; the session in hand stays.
    pub fn of(ctx: &Ctx) -> Acting {
        Acting { keep: this(ctx).unwrap_or_default(), place: place(ctx), actor: ctx.actor(), now: ctx.now() }
    }

    /// The same for somebody else's account, of which no session stays.
    pub fn on_other(ctx: &Ctx) -> Acting {
        Acting { keep: String::new(), ..Acting::of(ctx) }
    }

    /// As the model takes it.
    pub fn by(&self) -> By<'_> {
        By { keep: &self.keep, place: &self.place, actor: &self.actor, now: self.now }
    }
}

/// Keeps fresh codes in the session until the page that shows them, once.
pub fn keep_codes(ctx: &Ctx, codes: Vec<String>) -> AppResult<()> {
    ctx.keep_in_session(FRESH_CODES, codes)
}

/// The secret that is being set up: made when the page is first seen, and the same until it is confirmed.
fn secret(ctx: &Ctx) -> AppResult<Vec<u8>> {
    if let Some(secret) = ctx.session.get::<Vec<u8>>(SECRET).ok().flatten() {
        return Ok(secret);
    }
    let secret = rand::random::<[u8; SECRET_BYTES]>().to_vec();
    ctx.keep_in_session(SECRET, &secret)?;
    Ok(secret)
}

async fn edit_page(ctx: &Ctx, person: &Person, fresh: Vec<String>, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, secret, id, email, role) = (ctx.visit(), secret(ctx)?, person.id, person.email.clone(), person.role);
    let view = ctx.db.read(move |conn| {
        let (page, since) = (Page::admin(conn, visit)?, second_factor::app_since(conn, id)?);
        let for_app = second_factor::for_app(&secret, &page.site.title, &email).filter(|_| since.is_none());
        let setup = for_app.and_then(|(url, secret)| Some(Shown { qr: Qr::of(&url)?, secret: in_groups(&secret) }));
        let is_on = second_factor::is_on(conn, id)?;
        let is_due = !is_on && page.site.second_factor.contains(&role);
        Ok(Edit { since, is_on, codes_left: recovery::left(conn, id)?, fresh, setup, errors, is_due, page })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

fn in_groups(secret: &str) -> String {
    secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::SECOND_FACTOR, read().to(edit))
        .route(paths::SECOND_FACTOR, post().to(create))
        .route("/admin/profile/second-factor/codes", post().to(renew_codes))
        .route("/admin/profile/second-factor/deletion", read().to(ask_to_turn_off))
        .route("/admin/profile/second-factor/deletion", post().to(turn_off));
}
