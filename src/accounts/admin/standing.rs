//! Whether somebody may sign in: inviting again, disabling, enabling.

use super::{people::keep_link, second_factor::Acting};
use crate::{
    accounts::{
        forms::ButtonForm,
        model::{invitation, people, second_factor, user::User},
        paths,
    },
    error::AppResult,
    site::Page,
    web::{
        ctx::Ctx,
        form::Submitted,
        person::{Right, UserId},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/admin/disable.html")]
struct Disable {
    page: Page,
    user: User,
}

/// `POST /admin/people/{id}/invitation` — replaces somebody's link by a new one.
pub async fn invite_again(ctx: Ctx, id: web::Path<UserId>, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let token = ctx.db.write(move |conn| invitation::renew(conn, &by, id, &actor, now)).await?;
    keep_link(&ctx, id, &token)?;
    ctx.flash("Made a new invitation. A letter is on its way.").see_other(paths::person(id))
}

/// `GET /admin/people/{id}/disabled` — asks whether to.
pub async fn ask_to_disable(ctx: Ctx, id: web::Path<UserId>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let user = User::find(conn, id.into_inner())?;
        people::may_disable(conn, &by, &user)?;
        Ok(Disable { page: Page::admin(conn, visit)?, user })
    })
    .await
}

/// `POST /admin/people/{id}/disabled` — closes the account and ends its sessions.
pub async fn disable(ctx: Ctx, id: web::Path<UserId>, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let name = ctx.db.write(move |conn| people::disable(conn, &by, id, &actor, now)).await?;
    ctx.flash(format!("Disabled the account of {name}.")).see_other(paths::PEOPLE)
}

#[derive(Template)]
#[template(path = "accounts/admin/person_second_factor.html")]
struct ResetSecondFactor {
    page: Page,
    user: User,
}

/// `GET /admin/people/{id}/second-factor` — asks whether to take it off somebody who has lost it.
pub async fn ask_to_reset(ctx: Ctx, id: web::Path<UserId>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    let visit = ctx.visit();
    ctx.draw(move |conn| {
        let user = User::find(conn, id.into_inner())?;
        people::guard(&by, &user)?;
        Ok(ResetSecondFactor { page: Page::admin(conn, visit)?, user })
    })
    .await
}

/// `POST /admin/people/{id}/second-factor` — takes it off.
pub async fn reset_second_factor(ctx: Ctx, id: web::Path<UserId>, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    let (id, acting) = (id.into_inner(), Acting::on_other(&ctx));
    let (user, had) = ctx
        .db
        .write(move |conn| {
            let user = User::locked(conn, id)?;
            people::guard(&by, &user)?;
            let had = second_factor::turn_off(conn, id, &acting.by())?;
            Ok((user, had))
        })
        .await?;
    let told = if had { "logs in with the password alone now" } else { "had no second factor" };
    ctx.flash(format!("{} {told}.", user.name)).see_other(paths::person(id))
}

/// `POST /admin/people/{id}/disabled/delete` — opens it again.
pub async fn enable(ctx: Ctx, id: web::Path<UserId>, _: Submitted<ButtonForm>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let name = ctx.db.write(move |conn| people::enable(conn, &by, id, &actor, now)).await?;
    ctx.flash(format!("Enabled the account of {name}.")).see_other(paths::PEOPLE)
}
