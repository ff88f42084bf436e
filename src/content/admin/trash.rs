//! The trash: what goes there and what is deleted for good asks on a page of its own; a large branch asks for its title.

use super::{
    super::{
        forms::elsewhere::Elsewhere,
        model::{
            entry::{Entry, EntryId, Listed},
            link,
            reach::{self, Mine},
            release::may_take_off,
            trash::{self, LARGE},
        },
        paths,
    },
    editor::{may_change, may_change_now},
    elsewhere,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    site::{Page, menus, page::count},
    web::{
        ctx::{Ctx, Visit},
        form::{Confirmed, FormErrors, Submitted},
        methods::{post, read},
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/entries/{id}/trash", read().to(ask_trash))
        .route("/admin/entries/{id}/trash", post().to(discard))
        .route("/admin/entries/{id}/restoration", post().to(restore))
        .route("/admin/entries/{id}/deletion", read().to(ask_delete))
        .route("/admin/entries/{id}/deletion", post().to(delete));
}

/// The title, typed where much goes at once.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct TitleForm {
    title: String,
    elsewhere: String,
    relink: bool,
}

impl TitleForm {
    fn elsewhere(&self) -> Elsewhere {
        Elsewhere { elsewhere: self.elsewhere.clone(), relink: self.relink }
    }

    /// Whether it is the title of a large branch; of others nothing is asked.
    fn check(&self, entry: &Entry, along: i64) -> AppResult<()> {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if along + 1 < LARGE || plain(&self.title) == plain(&entry.title) {
            return Ok(());
        }
        Err(AppError::invalid("title", format!("Type the title as it stands above, “{}”: {} pages go at once.", entry.title, along + 1)))
    }
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Trash,
    Delete,
}

#[derive(Template)]
#[template(path = "content/admin/entries/trash.html")]
struct Ask {
    page: Page,
    entry: Entry,
    act: Act,
    form: TitleForm,
    errors: FormErrors,
    inbound: Vec<Listed>,
    /// Those of them that this person may change.
    mine: Mine,
    inbound_count: i64,
    /// The menus in which it or something below it stands.
    menus: Vec<String>,
    along: i64,
}

impl Ask {
    fn question(&self) -> String {
        let title = &self.entry.title;
        match (self.act, self.along) {
            (Act::Trash, 0) => format!("Move “{title}” to the trash?"),
            (Act::Trash, more) => format!("Move “{title}” and {} below it to the trash?", count(more, "page", "pages")),
            (Act::Delete, 0) => format!("Delete “{title}” for good?"),
            (Act::Delete, more) => format!("Delete “{title}” and {} below it for good?", count(more, "page", "pages")),
        }
    }

    fn consequence(&self) -> String {
        match (self.act, self.along) {
            (Act::Trash, 0) => format!("It goes off the site at once. You can restore it, with its revisions, until {}.", self.until()),
            (Act::Trash, _) => {
                format!("All of them go off the site at once. You can restore them together, with their revisions, until {}.", self.until())
            }
            (Act::Delete, 0) => "It is deleted with all its revisions. This cannot be undone.".to_owned(),
            (Act::Delete, _) => "All of them are deleted with all their revisions. This cannot be undone.".to_owned(),
        }
    }

    fn until(&self) -> String {
        self.page.date(&(self.page.visit.now + TimeDelta::days(trash::DAYS)))
    }

    fn is_trash(&self) -> bool {
        self.act == Act::Trash
    }

    fn asks_where_to(&self) -> bool {
        self.is_trash() && self.entry.is_live()
    }

    fn asks_for_title(&self) -> bool {
        self.along + 1 >= LARGE
    }
}

async fn ask(ctx: &Ctx, id: EntryId, act: Act, form: TitleForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, told) = (ctx.visit(), errors.clone());
    render_form(&ctx.db.read(move |conn| load(conn, visit, &person, id, act, form, told)).await?, &errors)
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, id: EntryId, act: Act, form: TitleForm, errors: FormErrors) -> AppResult<Ask> {
    let entry = may_change(conn, id, person)?;
    may_take_off(&entry, person)?;
    let (inbound, inbound_count) = link::inbound(conn, id)?;
    let mine = Mine::among(conn, person, &inbound.iter().map(|one| one.id).collect::<Vec<_>>())?;
    let along = trash::along(conn, &entry)?;
    let menus = menus::report::standing(conn, id.number(), entry.path.as_deref())?;
    Ok(Ask { page: Page::admin(conn, visit)?, act, form, errors, inbound, mine, inbound_count, menus, along, entry })
}

/// Does it in one transaction, for who may, or asks again. Says how many went along, and where visitors are led.
async fn carry_out(ctx: &Ctx, id: EntryId, act: Act, form: TitleForm) -> AppResult<Result<(Entry, i64, String), HttpResponse>> {
    let person = ctx.require(Right::Write)?;
    let (actor, now, typed, base_url) = (ctx.actor(), ctx.now(), form.clone(), ctx.state.base_url.clone());
    let done = ctx.db.write(move |conn| {
        let entry = may_change_now(conn, id, &person)?;
        let along = trash::along(conn, &entry)?;
        may_take_off(&entry, &person)?;
        trash::may_take_along(conn, &entry, &person)?;
        typed.check(&entry, along)?;
        match act {
            Act::Trash => trash::trash(conn, id, &actor, now)?,
            Act::Delete => trash::delete(conn, id, &actor, now)?,
        }
        let told = match act {
            Act::Trash => elsewhere::lead(conn, &entry, along, &typed.elsewhere(), &base_url, (&person, &actor, now))?,
            Act::Delete => String::new(),
        };
        Ok((entry, along, told))
    });
    match done.await {
        Ok(done) => Ok(Ok(done)),
        Err(AppError::Invalid(errors)) => Ok(Err(ask(ctx, id, act, form, errors).await?)),
        Err(other) => Err(other),
    }
}

fn with_pages(title: &str, along: i64) -> String {
    if along == 0 { format!("“{title}”") } else { format!("“{title}” and {} below it", count(along, "page", "pages")) }
}

/// `GET /admin/entries/{id}/trash` — asks.
async fn ask_trash(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    ask(&ctx, *id, Act::Trash, TitleForm::default(), FormErrors::none()).await
}

/// `POST /admin/entries/{id}/trash` — moves an entry to the trash, and with a page everything below it.
async fn discard(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<TitleForm>) -> AppResult<HttpResponse> {
    match carry_out(&ctx, *id, Act::Trash, form.into_inner()).await? {
        Ok((entry, along, told)) => {
            ctx.flash(format!("Moved {} to the trash. {told}", with_pages(&entry.title, along)).trim_end()).see_other(paths::ENTRIES)
        }
        Err(asked_again) => Ok(asked_again),
    }
}

/// `POST /admin/entries/{id}/restoration` — brings it back as a draft, with what went along.
async fn restore(ctx: Ctx, id: web::Path<EntryId>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (id, actor, now) = (id.into_inner(), ctx.actor(), ctx.now());
    let restored = ctx.db.write(move |conn| {
        let entry = may_change_now(conn, id, &person)?;
        reach::may_restore(conn, &entry, &person)?;
        let along = trash::restore(conn, id, &actor, now)? as i64;
        Ok((entry, along))
    });
    let (entry, along) = restored.await?;
    let drafts = if along == 0 { "a draft" } else { "drafts" };
    ctx.flash(format!("Restored {} as {drafts}.", with_pages(&entry.title, along))).see_other(paths::edit(id))
}

/// `GET /admin/entries/{id}/deletion` — asks.
async fn ask_delete(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    ask(&ctx, *id, Act::Delete, TitleForm::default(), FormErrors::none()).await
}

/// `POST /admin/entries/{id}/deletion` — deletes an entry that lies in the trash, with what went along.
async fn delete(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<TitleForm>) -> AppResult<HttpResponse> {
    match carry_out(&ctx, *id, Act::Delete, form.into_inner()).await? {
        Ok((entry, along, _)) => {
            ctx.flash(format!("Deleted {} for good.", with_pages(&entry.title, along))).see_other("/admin/entries?view=trash")
        }
        Err(asked_again) => Ok(asked_again),
    }
}
