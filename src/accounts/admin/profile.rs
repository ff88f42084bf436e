//! The own account: name, colours, password.

use crate::{
    accounts::{
        forms::{PasswordForm, ProfileForm},
        model::{
            password,
            profile::{self, Scheme},
            throttle,
            user::User,
        },
        paths,
        public::{admit, place},
    },
    error::{AppError, AppResult},
    site::Page,
    web::{
        blocking::blocking,
        ctx::Ctx,
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::{Person, Right, UserId},
        render::{render_form, render_later},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/admin/profile.html")]
struct EditProfile {
    page: Page,
    email: String,
    role: &'static str,
    form: ProfileForm,
    errors: FormErrors,
    schemes: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "accounts/admin/password.html")]
struct EditPassword {
    page: Page,
    email: String,
    errors: FormErrors,
}

/// `GET /admin/profile` — the form of the own account.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let user = ctx.db.read(move |conn| Ok(User::find(conn, person.id)?)).await?;
    form_page(&ctx, ProfileForm::of(&user), FormErrors::none()).await
}

/// `POST /admin/profile` — saves it.
pub async fn update(ctx: Ctx, form: Submitted<ProfileForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let form = form.into_inner();
    match save(&ctx, &person, &form).await {
        Ok(()) => ctx.flash("Saved your profile.").see_other(paths::PROFILE),
        Err(AppError::Invalid(errors)) => form_page(&ctx, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn save(ctx: &Ctx, person: &Person, form: &ProfileForm) -> AppResult<()> {
    let (profile, id, actor, now) = (form.check()?, person.id, ctx.actor(), ctx.now());
    ctx.db.write(move |conn| profile::save(conn, id, &profile, &actor, now)).await
}

async fn form_page(ctx: &Ctx, form: ProfileForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, person) = (ctx.visit(), ctx.require(Right::Write)?);
    let page = ctx.db.read(move |conn| Ok(Page::admin(conn, visit)?)).await?;
    let schemes = Scheme::ALL.iter().map(|scheme| (scheme.word().to_owned(), scheme.label().to_owned(), String::new())).collect();
    let view = EditProfile { page, email: person.email, role: person.role.label(), form, errors, schemes };
    render_form(&view, &view.errors)
}

/// `GET /admin/profile/password` — the form of the own password.
pub async fn edit_password(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let view = password_page(&ctx, &person, FormErrors::none()).await?;
    render_form(&view, &view.errors)
}

/// `POST /admin/profile/password` — changes it and ends the other sessions.
pub async fn update_password(ctx: Ctx, form: Submitted<PasswordForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    match change(&ctx, &person, &form.into_inner()).await {
        Ok(None) => {
            ctx.flash("Changed your password. You are logged out everywhere else.");
            admit(&ctx, person.id, None, paths::PROFILE).await
        }
        Ok(Some(seconds)) => wait_page(&ctx, &person, seconds).await,
        Err(AppError::Invalid(errors)) => {
            let view = password_page(&ctx, &person, errors).await?;
            render_form(&view, &view.errors)
        }
        Err(other) => Err(other),
    }
}

/// Changes the password; the answer is the seconds to wait, if the old one was wrong too often.
pub async fn change(ctx: &Ctx, person: &Person, form: &PasswordForm) -> AppResult<Option<i64>> {
    let (old, new) = form.check(&person.name, &person.email)?;
    let user = match own_password(ctx, person.id, old).await? {
        Ok(user) => user.ok_or_else(|| AppError::invalid("password_old", "This is not your password. Check it and try again."))?,
        Err(seconds) => return Ok(Some(seconds)),
    };
    let hashed = blocking(move || password::hash(&new)).await?;
    let (place, actor, now) = (place(ctx), ctx.actor(), ctx.now());
    ctx.db.write(move |conn| Ok(profile::set_password(conn, &user, &hashed, "account.password_changed", &place, &actor, now)?)).await?;
    Ok(None)
}

/// Checks the password of somebody who is signed in, as slowly after failed tries as a log-in. The user if it is right; as error,
/// the seconds to wait.
pub async fn own_password(ctx: &Ctx, id: UserId, typed: String) -> AppResult<Result<Option<User>, i64>> {
    let now = ctx.now();
    let user = match ctx.db.write(move |conn| profile::begin_check(conn, id, now)).await? {
        Ok(user) => user,
        Err(seconds) => return Ok(Err(seconds)),
    };
    let stored = user.password_hash.clone();
    if !blocking(move || password::verify(&typed, stored.as_deref())).await? {
        return Ok(Ok(None));
    }
    ctx.db.write(move |conn| Ok(profile::end_check(conn, &user).map(|()| Ok(Some(user.clone())))?)).await
}

async fn password_page(ctx: &Ctx, person: &Person, errors: FormErrors) -> AppResult<EditPassword> {
    let (visit, email) = (ctx.visit(), person.email.clone());
    ctx.db.read(move |conn| Ok(EditPassword { page: Page::admin(conn, visit)?, email, errors })).await
}

async fn wait_page(ctx: &Ctx, person: &Person, seconds: i64) -> AppResult<HttpResponse> {
    let view = password_page(ctx, person, FormErrors::one("password_old", throttle::old_password_wait(seconds))).await?;
    render_later(&view, seconds)
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::PROFILE, read().to(edit))
        .route(paths::PROFILE, post().to(update))
        .route(paths::PASSWORD, read().to(edit_password))
        .route(paths::PASSWORD, post().to(update_password));
}
