//! One's own comment: what becomes of it, other words for a while, taking it back. Others are led to where it stands.

use super::{cookie::Claim, sheet::place};
use crate::{
    community::{
        forms::comment::{EditForm, body},
        model::{
            comment::{Comment, CommentId, State as Standing},
            own,
            signed::Signer,
            writing::Origin,
        },
        paths,
    },
    content::model::entry::Entry,
    db::Conn,
    error::{AppError, AppResult},
    markup::{SafeHtml, render_remark},
    site::{Page, SiteSettings},
    web::{
        ctx::{Ctx, Visit},
        form::{Confirmed, FormErrors, Submitted},
        render::{render, render_form},
    },
};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use askama::Template;
use chrono::NaiveDateTime;

#[derive(Template)]
#[template(path = "community/public/own.html")]
struct OwnPage {
    page: Page,
    comment: Comment,
    entry: Entry,
    /// Where it stands on the page, while visitors see it.
    place: Option<String>,
    /// Whether it may still be changed.
    is_open: bool,
}

impl OwnPage {
    fn until(&self) -> String {
        self.page.time(&self.comment.editable_until())
    }

    fn waits_for_letter(&self) -> bool {
        let asked = !self.comment.author_email.is_empty() && self.comment.verified_at.is_none();
        asked && (self.comment.wants_replies || self.comment.state != Standing::Shown)
    }
}

/// `GET /comments/{id}` — shows its author what becomes of it; leads others to where it stands.
pub async fn show(ctx: Ctx, req: HttpRequest, id: web::Path<CommentId>) -> AppResult<HttpResponse> {
    let (visit, id, claim) = (ctx.visit(), id.into_inner(), Claim::of(&req, &ctx.state, ctx.person.as_ref()));
    let found = ctx.db.read(move |conn| {
        let comment = Comment::find(conn, id)?;
        let (now, place) = (visit.now, place(conn, &comment)?.filter(|_| comment.visible));
        let is_own = claim.holds(&Signer::load(conn, now)?, id, &comment, now);
        if !is_own || comment.state == Standing::Withdrawn || now > comment.editable_until() && place.is_some() {
            return Ok(Err(place));
        }
        let entry = own::entry_of(conn, &comment)?.ok_or(AppError::NotFound)?;
        let is_open = now <= comment.editable_until();
        Ok(Ok(OwnPage { page: Page::load(conn, visit)?, comment, entry, place, is_open }))
    });
    match found.await? {
        Ok(view) => render(&view),
        Err(Some(place)) => {
            Ok(HttpResponse::Found().insert_header((header::LOCATION, place)).insert_header((header::CACHE_CONTROL, "no-store")).finish())
        }
        Err(None) => Err(AppError::NotFound),
    }
}

#[derive(Template)]
#[template(path = "community/public/edit.html")]
struct EditPage {
    page: Page,
    comment: Comment,
    entry: Entry,
    form: EditForm,
    errors: FormErrors,
    preview: Option<SafeHtml>,
}

impl EditPage {
    fn until(&self) -> String {
        format!("You can change it until {}.", self.page.time(&self.comment.editable_until()))
    }
}

/// `GET /comments/{id}/edit` — its words in a form.
pub async fn edit(ctx: Ctx, req: HttpRequest, id: web::Path<CommentId>) -> AppResult<HttpResponse> {
    draw(&ctx, &req, id.into_inner(), None, FormErrors::none()).await
}

/// `POST /comments/{id}/edit` — puts other words there.
pub async fn update(ctx: Ctx, req: HttpRequest, id: web::Path<CommentId>, form: Submitted<EditForm>) -> AppResult<HttpResponse> {
    let (id, form) = (id.into_inner(), form.into_inner());
    let errors = body(&form.comment_body);
    if !errors.is_empty() || form.r#do == "preview" {
        return draw(&ctx, &req, id, Some(form), errors).await;
    }
    let (claim, actor, now) = (Claim::of(&req, &ctx.state, ctx.person.as_ref()), ctx.actor(), ctx.now());
    let origin = Origin { address: ctx.address, agent: ctx.agent.clone(), ..Origin::default() };
    let edited = ctx.db.write(move |conn| {
        own(conn, id, &claim, now)?;
        let site = SiteSettings::load(conn)?.comments;
        own::edit(conn, &site, id, &form.comment_body, &origin, &actor, now)
    });
    edited.await?;
    ctx.see_other(paths::comment(id))
}

async fn draw(ctx: &Ctx, req: &HttpRequest, id: CommentId, form: Option<EditForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, claim) = (ctx.visit(), Claim::of(req, &ctx.state, ctx.person.as_ref()));
    let view = ctx.db.read(move |conn| {
        let (comment, entry) = open(conn, &visit, id, &claim)?;
        let wanted = form.as_ref().is_some_and(|form| form.r#do == "preview") && errors.is_empty();
        let form = form.unwrap_or_else(|| EditForm { comment_body: comment.body.clone(), ..EditForm::default() });
        let preview = wanted.then(|| render_remark(&form.comment_body).0);
        Ok(EditPage { page: Page::load(conn, visit)?, comment, entry, form, errors, preview })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

#[derive(Template)]
#[template(path = "community/public/withdrawal.html")]
struct WithdrawalPage {
    page: Page,
    comment: Comment,
    entry: Entry,
}

/// `GET /comments/{id}/withdrawal` — asks.
pub async fn withdrawal(ctx: Ctx, req: HttpRequest, id: web::Path<CommentId>) -> AppResult<HttpResponse> {
    let (visit, id, claim) = (ctx.visit(), id.into_inner(), Claim::of(&req, &ctx.state, ctx.person.as_ref()));
    ctx.draw(move |conn| {
        let (comment, entry) = open(conn, &visit, id, &claim)?;
        Ok(WithdrawalPage { page: Page::load(conn, visit)?, comment, entry })
    })
    .await
}

/// `POST /comments/{id}/withdrawal` — takes it back, for good.
pub async fn withdraw(ctx: Ctx, req: HttpRequest, id: web::Path<CommentId>, _form: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    let (id, claim, actor, now) = (id.into_inner(), Claim::of(&req, &ctx.state, ctx.person.as_ref()), ctx.actor(), ctx.now());
    let withdrawn = ctx.db.write(move |conn| {
        own(conn, id, &claim, now)?;
        let comment = own::withdraw(conn, id, &actor, now)?;
        own::entry_of(conn, &comment).map_err(AppError::from)
    });
    let back = withdrawn.await?.map_or_else(|| "/".to_owned(), |entry| format!("{}#comments", entry.address()));
    ctx.see_other(back)
}

/// The comment with its entry, while this browser may change it.
fn open(conn: &mut Conn, visit: &Visit, id: CommentId, claim: &Claim) -> AppResult<(Comment, Entry)> {
    let comment = own(conn, id, claim, visit.now)?;
    let entry = own::entry_of(conn, &comment)?.ok_or(AppError::NotFound)?;
    Ok((comment, entry))
}

/// Whoever did not write it is not told whether it is there.
fn own(conn: &mut Conn, id: CommentId, claim: &Claim, now: NaiveDateTime) -> AppResult<Comment> {
    let comment = Comment::find(conn, id)?;
    if !claim.holds(&Signer::load(conn, now)?, id, &comment, now) {
        return Err(AppError::Forbidden(
            "Only whoever wrote this comment may change it, in the browser in which it was written, for 15 minutes.",
        ));
    }
    own::editable(conn, id, now)
}
