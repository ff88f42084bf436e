//! Erasing somebody.

use crate::{
    accounts::{model::user::User, paths},
    db::Conn,
    error::{AppError, AppResult},
    privacy::{forms::ErasureForm, model::erasure},
    site::Page,
    web::{
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        person::{Person, Right, UserId},
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "privacy/admin/erasure.html")]
struct Ask {
    page: Page,
    user: User,
    form: ErasureForm,
    errors: FormErrors,
    entries: i64,
    successors: Vec<(String, String)>,
}

/// `GET /admin/people/{id}/erasure` — asks, and says what stays.
pub async fn ask(ctx: Ctx, id: web::Path<UserId>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    ctx.sudo()?;
    draw(&ctx, &by, *id, ErasureForm::default(), FormErrors::none()).await
}

/// `POST /admin/people/{id}/erasure` — erases somebody for good.
pub async fn erase(ctx: Ctx, id: web::Path<UserId>, form: Submitted<ErasureForm>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    let (id, form, actor, now) = (id.into_inner(), form.into_inner(), ctx.actor(), ctx.now());
    let (typed, who) = (form.clone(), by.clone());
    if let Err(AppError::Invalid(errors)) = ctx.sudo_for_form() {
        return draw(&ctx, &by, id, form, errors).await;
    }
    let erased = ctx.db.write(move |conn| {
        let user = User::find(conn, id)?;
        erasure::may_erase(conn, &who, &user)?;
        let name = erasure::erase(conn, &who, id, &typed.check(&user.name)?, &actor, now)?;
        Ok((user.name, name))
    });
    match erased.await {
        Ok((was, name)) => {
            ctx.flash(format!("Erased {was}. What they wrote and nobody took over stays under “{name}”.")).see_other(paths::PEOPLE)
        }
        Err(AppError::Invalid(errors)) => draw(&ctx, &by, id, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn draw(ctx: &Ctx, by: &Person, id: UserId, form: ErasureForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, by, told) = (ctx.visit(), by.clone(), errors.clone());
    render_form(&ctx.db.read(move |conn| load(conn, visit, &by, id, form, told)).await?, &errors)
}

fn load(conn: &mut Conn, visit: Visit, by: &Person, id: UserId, form: ErasureForm, errors: FormErrors) -> AppResult<Ask> {
    let user = User::find(conn, id)?;
    erasure::may_erase(conn, by, &user)?;
    let others = User::authors(conn)?.into_iter().filter(|(other, _)| *other != id).map(|(other, name)| (other.to_string(), name));
    let nobody = (String::new(), "Nobody: the name below".to_owned());
    Ok(Ask {
        page: Page::admin(conn, visit)?,
        entries: erasure::entries_of(conn, id)?,
        successors: [nobody].into_iter().chain(others).collect(),
        user,
        form,
        errors,
    })
}
