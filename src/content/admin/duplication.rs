//! Copying an entry asks on a page of its own, and of a page with others below whether those come along.

use super::{
    super::{
        forms::nonce,
        model::{
            duplicate::{self, Wish, duplicate},
            entry::{Entry, EntryId, EntryState},
            tree,
        },
        paths,
    },
    editor::may_change,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    site::{Page, page::count},
    web::{
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/entries/{id}/duplication", read().to(ask)).route("/admin/entries/{id}/duplication", post().to(carry_out));
}

/// What is wanted of the copy.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct DuplicateForm {
    nonce: String,
    /// `branch`: with the pages below.
    with: String,
}

impl DuplicateForm {
    fn wish(&self) -> Wish {
        Wish { branch: self.with == "branch", key: nonce::ours(&self.nonce).map(|nonce| format!("form:{nonce}")) }
    }
}

#[derive(Template)]
#[template(path = "content/admin/entries/duplication.html")]
struct Ask {
    page: Page,
    entry: Entry,
    form: DuplicateForm,
    errors: FormErrors,
    along: i64,
}

impl Ask {
    fn along(&self) -> String {
        count(self.along, "page", "pages")
    }

    fn is_too_large(&self) -> bool {
        self.along > duplicate::MOST
    }
}

/// `GET /admin/entries/{id}/duplication` — asks.
async fn ask(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let form = DuplicateForm { nonce: nonce::fresh(), with: String::new() };
    draw(&ctx, person, *id, form, FormErrors::none()).await
}

async fn draw(ctx: &Ctx, person: Person, id: EntryId, form: DuplicateForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| load(conn, visit, &person, id, form, errors)).await?;
    render_form(&view, &view.errors)
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, id: EntryId, form: DuplicateForm, errors: FormErrors) -> AppResult<Ask> {
    let entry = may_change(conn, id, person)?;
    if entry.state == EntryState::Trashed {
        return Err(AppError::Conflict("This entry lies in the trash. Restore it first."));
    }
    let (along, _) = tree::branch_size(conn, &entry)?;
    Ok(Ask { page: Page::admin(conn, visit)?, entry, form, errors, along })
}

/// `POST /admin/entries/{id}/duplication` — makes the copy and opens it.
async fn carry_out(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<DuplicateForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (id, form, actor, now) = (id.into_inner(), form.into_inner(), ctx.actor(), ctx.now());
    let (wish, by) = (form.wish(), person.clone());
    let made = ctx.db.write(move |conn| {
        may_change(conn, id, &by)?;
        duplicate(conn, id, &wish, &by, &actor, now)
    });
    match made.await {
        Ok(copy) => ctx.flash("This is the copy, a draft. Give it a title of its own.").see_other(paths::edit(copy)),
        Err(AppError::Invalid(errors)) => draw(&ctx, person, id, form, errors).await,
        Err(other) => Err(other),
    }
}
