//! Share links of an entry: made, listed, taken back.

use super::{
    super::{
        forms::note::{LIVES, ShareForm},
        model::{
            entry::{Entry, EntryId},
            revision,
            share::{self, ShareLink, ShareLinkId},
        },
        paths,
    },
    editor::may_change,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    site::Page,
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
use serde::{Deserialize, Serialize};

/// The session key under which a link waits for the one page that shows it.
const FRESH_LINK: &str = "fresh_share_link";

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/entries/{id}/sharing", read().to(index))
        .route("/admin/entries/{id}/sharing", post().to(create))
        .route("/admin/entries/{id}/sharing/{link}/revocation", post().to(revoke));
}

/// A link that was just made.
#[derive(Serialize, Deserialize)]
struct FreshLink {
    entry: EntryId,
    url: String,
}

#[derive(Template)]
#[template(path = "content/admin/entries/sharing.html")]
struct Sharing {
    page: Page,
    entry: Entry,
    form: ShareForm,
    errors: FormErrors,
    lives: Vec<(String, String)>,
    shows: Vec<(String, String, String)>,
    links: Vec<ShareLink>,
    fresh: Option<String>,
}

/// `GET /admin/entries/{id}/sharing` — the links, and the form for a new one.
async fn index(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    sheet(&ctx, &person, id.into_inner(), ShareForm::empty(), FormErrors::none()).await
}

/// `POST /admin/entries/{id}/sharing` — makes a link, which the next page shows once.
async fn create(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<ShareForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    match make(&ctx, &person, id, &form).await {
        Ok(token) => {
            let link = FreshLink { entry: id, url: format!("{}{}", ctx.state.base_url, paths::shared(&token)) };
            ctx.session.insert(FRESH_LINK, link).map_err(|error| AppError::Internal(error.to_string().into()))?;
            ctx.flash(format!("Made a link for {}.", form.label)).see_other(format!("{}/sharing", paths::edit(id)))
        }
        Err(AppError::Invalid(errors)) => sheet(&ctx, &person, id, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn make(ctx: &Ctx, person: &Person, id: EntryId, form: &ShareForm) -> AppResult<String> {
    let (form, person, actor, now) = (form.clone(), person.clone(), ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| {
            may_change(conn, id, &person)?;
            let new = form.check()?;
            if let Some(shown) = new.revision
                && revision::Revision::find(conn, shown)?.entry_id != id
            {
                return Err(AppError::NotFound);
            }
            share::make(conn, id, &new, &actor, now)
        })
        .await
}

async fn sheet(ctx: &Ctx, person: &Person, id: EntryId, form: ShareForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let fresh = ctx.session.remove_as::<FreshLink>(FRESH_LINK).and_then(Result::ok).filter(|fresh| fresh.entry == id);
    let (visit, person) = (ctx.visit(), person.clone());
    let view = ctx.db.read(move |conn| load(conn, visit, &person, id, form, errors, fresh.map(|fresh| fresh.url))).await?;
    render_form(&view, &view.errors)
}

fn load(
    conn: &mut Conn,
    visit: Visit,
    person: &Person,
    id: EntryId,
    form: ShareForm,
    errors: FormErrors,
    fresh: Option<String>,
) -> AppResult<Sharing> {
    let entry = may_change(conn, id, person)?;
    let newest = entry.latest_revision_id.ok_or(AppError::NotFound)?;
    let form = if form.revision.is_empty() { ShareForm { revision: newest.to_string(), ..form } } else { form };
    let number = revision::number(conn, newest)?;
    let choice = |word: &str, label: String, hint: &str| (word.to_owned(), label, hint.to_owned());
    Ok(Sharing {
        page: Page::admin(conn, visit)?,
        lives: LIVES.iter().map(|(days, words)| (days.to_string(), (*words).to_owned())).collect(),
        shows: vec![
            choice("newest", "The newest draft".to_owned(), "Whatever is saved later is shown too."),
            choice("this", format!("Revision {number} only"), "Stays as it is, whatever is saved later."),
        ],
        links: share::of_entry(conn, id)?,
        entry,
        form,
        errors,
        fresh,
    })
}

/// `POST /admin/entries/{id}/sharing/{link}/revocation` — takes a link back.
async fn revoke(ctx: Ctx, path: web::Path<(EntryId, ShareLinkId)>, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let ((id, link), actor, now) = (path.into_inner(), ctx.actor(), ctx.now());
    ctx.db
        .write(move |conn| {
            may_change(conn, id, &person)?;
            share::revoke(conn, id, link, &actor, now)
        })
        .await?;
    ctx.flash("Revoked the link. It opens nothing any more.").see_other(format!("{}/sharing", paths::edit(id)))
}
