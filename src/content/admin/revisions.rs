//! The history of an entry: its revisions, what differs between two of them, names, and going back to one.

use super::{
    super::{
        forms::{entry::EntryForm, revision::NameForm},
        model::{
            entry::{Entry, EntryId, EntryState},
            reach,
            revision::{self, Listed, Revision, RevisionId},
            saving::{self, Saved},
        },
        paths,
    },
    comparison::{Comparison, Names},
    editor::{may_change, may_change_now},
};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice},
    },
    error::{AppError, AppResult},
    site::{Page, SiteSettings},
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
use serde::Deserialize;

/// Revisions on one page.
const PAGE: usize = 30;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/entries/{id}/revisions", read().to(index))
        .route("/admin/entries/{id}/revisions/{number}/name", post().to(name))
        .route("/admin/entries/{id}/revisions/{number}/restoration", read().to(ask))
        .route("/admin/entries/{id}/revisions/{number}/restoration", post().to(restore));
}

/// What the address may say: two revisions to compare, or a page of the list.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Params {
    from: String,
    to: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "content/admin/entries/revisions.html")]
struct Index {
    page: Page,
    entry: Entry,
    slice: Slice<Listed>,
    newer: Option<String>,
    older: Option<String>,
    /// Numbers of the two that are chosen at first.
    chosen: (i32, i32),
    form: NameForm,
    /// Which one the name that comes back was for.
    renamed: i32,
    errors: FormErrors,
}

impl Index {
    fn is_live(&self, id: &RevisionId) -> bool {
        self.entry.live_revision_id == Some(*id)
    }

    fn is_newest(&self, id: &RevisionId) -> bool {
        self.entry.latest_revision_id == Some(*id)
    }

    fn is_trashed(&self) -> bool {
        self.entry.state == EntryState::Trashed
    }

    fn is_renamed(&self, number: &i32) -> bool {
        self.renamed == *number
    }

    fn errors_of(&self, number: &i32) -> &[String] {
        if self.is_renamed(number) { self.errors.on("name") } else { &[] }
    }
}

/// `GET /admin/entries/{id}/revisions` — every revision, newest first; with `from` and `to`, what differs between these two.
async fn index(ctx: Ctx, id: web::Path<EntryId>, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, id, params) = (ctx.visit(), id.into_inner(), params.into_inner());
    match (params.from.parse::<i32>(), params.to.parse::<i32>()) {
        (Ok(from), Ok(to)) => ctx.draw(move |conn| compare(conn, visit, &person, id, from, to)).await,
        _ => ctx.draw(move |conn| list(conn, visit, &person, id, &params, None)).await,
    }
}

/// A name that was refused: its form, for which revision, and why.
type Refused = (NameForm, i32, FormErrors);

fn list(conn: &mut Conn, visit: Visit, person: &Person, id: EntryId, params: &Params, refused: Option<Refused>) -> AppResult<Index> {
    let entry = may_change(conn, id, person)?;
    let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
    let slice = Listed::page(conn, id, cursor.as_ref(), PAGE)?;
    let first = slice.rows.first().map_or(0, |row| row.number);
    let before = slice.rows.get(1).map_or(first, |row| row.number);
    let link = |name: &str, mark: &Option<String>| mark.as_ref().map(|mark| format!("{}?{name}={mark}", paths::revisions(id)));
    let (form, renamed, errors) = refused.unwrap_or_default();
    Ok(Index {
        page: Page::admin(conn, visit)?,
        newer: link("after", &slice.newer),
        older: link("before", &slice.older),
        chosen: (before, first),
        slice,
        entry,
        form,
        renamed,
        errors,
    })
}

#[derive(Template)]
#[template(path = "content/admin/entries/comparison.html")]
struct Compare {
    page: Page,
    entry: Entry,
    from: Revision,
    to: Revision,
    comparison: Comparison,
    is_newest: bool,
}

impl Compare {
    fn is_trashed(&self) -> bool {
        self.entry.state == EntryState::Trashed
    }
}

fn compare(conn: &mut Conn, visit: Visit, person: &Person, id: EntryId, from: i32, to: i32) -> AppResult<Compare> {
    let entry = may_change(conn, id, person)?;
    let (from, to) = (Revision::numbered(conn, id, from.min(to))?, Revision::numbered(conn, id, from.max(to))?);
    let zone = SiteSettings::load(conn)?.time_zone;
    let [old, new] = [&from, &to].map(|revision| EntryForm::of(&entry, revision, zone));
    let comparison = Comparison::of(&old, &new, &Names::load(conn, &[&old, &new])?);
    let is_newest = entry.latest_revision_id == Some(to.id);
    Ok(Compare { page: Page::admin(conn, visit)?, entry, from, to, comparison, is_newest })
}

/// `POST /admin/entries/{id}/revisions/{number}/name` — gives a revision a name, or takes it away.
async fn name(ctx: Ctx, way: web::Path<(EntryId, i32)>, form: Submitted<NameForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let ((id, number), form, actor, now) = (way.into_inner(), form.into_inner(), ctx.actor(), ctx.now());
    let (typed, by) = (form.clone(), person.clone());
    let named = ctx.db.write(move |conn| {
        let entry = may_change(conn, id, &by)?;
        revision::rename(conn, &entry, number, &typed.check()?, &actor, now)
    });
    match named.await {
        Ok(()) => ctx.flash(form.said(number)).see_other(paths::revisions(id)),
        Err(AppError::Invalid(errors)) => {
            let (visit, told) = (ctx.visit(), errors.clone());
            let view = move |conn: &mut Conn| {
                let place = Params { before: Some(format!("{}~{}", i64::MAX, number)), ..Params::default() };
                list(conn, visit, &person, id, &place, Some((form, number, told)))
            };
            render_form(&ctx.db.read(view).await?, &errors)
        }
        Err(other) => Err(other),
    }
}

#[derive(Template)]
#[template(path = "content/admin/entries/restoration.html")]
struct Ask {
    page: Page,
    entry: Entry,
    revision: Revision,
    comparison: Comparison,
}

/// `GET /admin/entries/{id}/revisions/{number}/restoration` — asks, and shows what would change.
async fn ask(ctx: Ctx, way: web::Path<(EntryId, i32)>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, (id, number)) = (ctx.visit(), way.into_inner());
    ctx.draw(move |conn| {
        let entry = may_change(conn, id, &person)?;
        if entry.state == EntryState::Trashed {
            return Err(AppError::Conflict("This entry lies in the trash. Restore it first."));
        }
        let revision = Revision::numbered(conn, id, number)?;
        let newest = Revision::find(conn, entry.latest_revision_id.ok_or(AppError::NotFound)?)?;
        let zone = SiteSettings::load(conn)?.time_zone;
        let [now, then] = [&newest, &revision].map(|revision| EntryForm::of(&entry, revision, zone));
        let comparison = Comparison::of(&now, &then, &Names::load(conn, &[&now, &then])?);
        Ok(Ask { page: Page::admin(conn, visit)?, entry, revision, comparison })
    })
    .await
}

/// `POST /admin/entries/{id}/revisions/{number}/restoration` — makes its words the newest revision; what is live stays.
async fn restore(ctx: Ctx, way: web::Path<(EntryId, i32)>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let ((id, number), actor, now) = (way.into_inner(), ctx.actor(), ctx.now());
    let saved = ctx.db.write(move |conn| {
        let entry = may_change_now(conn, id, &person)?;
        let wished = Revision::numbered(conn, id, number)?.draft().parent;
        if reach::may_put(conn, &entry, wished, &person).is_err() {
            return Err(AppError::Conflict("This revision stood elsewhere in the tree, where you do not write. Ask an admin of the site."));
        }
        let author = (!person.may_any(Right::Write)).then_some(person.id);
        saving::revert(conn, id, number, author, &actor, now)
    });
    match saved.await? {
        Saved::Revision(_) => {
            ctx.flash(format!("Revision {number} is the newest draft again. What it replaced is in the list of revisions."))
        }
        _ => ctx.flash("Nothing was changed: the newest draft says the same already."),
    }
    .see_other(paths::edit(id))
}
