//! What the links in letters open. Each shows a page first and acts by POST, so that a mail scanner that follows it decides nothing.

use crate::{
    community::{
        forms::comment::LinkForm,
        model::{
            comment::{Comment, CommentId},
            moderation::{self, Verdict},
            notice, own,
            signed::{Purpose, Signer},
        },
    },
    content::model::entry::Entry,
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    site::{Page, SiteSettings},
    web::{
        ctx::{Ctx, Visit},
        form::Submitted,
        render::render,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;
use serde::Deserialize;

const DEAD: &str = "This link does not work any more. It was used, somebody has decided in the meantime, or it is too old.";

/// What a link says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    token: String,
}

#[derive(Template)]
#[template(path = "community/public/confirmation.html")]
struct ConfirmationPage {
    page: Page,
    comment: Comment,
    entry: Entry,
    token: String,
    is_done: bool,
}

/// `GET /comments/confirmation?token=…` — asks whether that comment is one's own.
pub async fn confirmation(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let (visit, token) = (ctx.visit(), params.into_inner().token);
    ctx.draw(move |conn| confirmation_page(conn, visit, token)).await
}

/// `POST /comments/confirmation` — the address is verified for that comment; whoever is known by it need not wait.
pub async fn confirm(ctx: Ctx, form: Submitted<LinkForm>) -> AppResult<HttpResponse> {
    let (form, actor, now) = (form.into_inner(), ctx.actor(), ctx.now());
    let token = form.link.clone();
    let confirmed = ctx.db.write(move |conn| {
        let id = one(conn, Purpose::Confirm, &token, now)?;
        let site = SiteSettings::load(conn)?.comments;
        own::confirm(conn, &site, id, &actor, now)
    });
    confirmed.await?;
    let (visit, token) = (ctx.visit(), form.link);
    ctx.draw(move |conn| confirmation_page(conn, visit, token)).await
}

fn confirmation_page(conn: &mut Conn, visit: Visit, token: String) -> AppResult<ConfirmationPage> {
    let id = one(conn, Purpose::Confirm, &token, visit.now)?;
    let comment = Comment::find(conn, id)?;
    let entry = own::entry_of(conn, &comment)?.ok_or(AppError::NotFound)?;
    Ok(ConfirmationPage { page: Page::load(conn, visit)?, is_done: comment.verified_at.is_some(), comment, entry, token })
}

/// The comment of a link, while it works.
fn one(conn: &mut Conn, purpose: Purpose, token: &str, now: NaiveDateTime) -> AppResult<CommentId> {
    let numbers = Signer::load(conn, now)?.open(purpose, token, now).ok_or(AppError::Forbidden(DEAD))?;
    numbers.first().copied().map(CommentId::from).ok_or(AppError::Forbidden(DEAD))
}

#[derive(Template)]
#[template(path = "community/public/unsubscription.html")]
struct UnsubscriptionPage {
    page: Page,
    token: String,
    is_done: bool,
}

/// `GET /unsubscribe/comments?token=…` — asks whether letters about answers are to end.
pub async fn unsubscription(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let (visit, token) = (ctx.visit(), params.into_inner().token);
    ctx.draw(move |conn| {
        one(conn, Purpose::Unsubscribe, &token, visit.now)?;
        Ok(UnsubscriptionPage { page: Page::load(conn, visit)?, token, is_done: false })
    })
    .await
}

/// `POST /unsubscribe/comments?token=…` — ends them. Mail programs send this by themselves (RFC 8058), from nowhere and without a session.
pub async fn unsubscribe(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let (visit, token, now) = (ctx.visit(), params.into_inner().token, ctx.now());
    let view = ctx.db.write(move |conn| {
        let id = one(conn, Purpose::Unsubscribe, &token, now)?;
        if let Some(comment) = Comment::maybe(conn, id)? {
            own::unsubscribe(conn, &comment)?;
        }
        Ok(UnsubscriptionPage { page: Page::load(conn, visit.clone())?, token: token.clone(), is_done: true })
    });
    render(&view.await?)
}

#[derive(Template)]
#[template(path = "community/public/moderation.html")]
struct ModerationPage {
    page: Page,
    comment: Comment,
    entry: Entry,
    token: String,
    /// What was decided just now.
    done: Option<&'static str>,
}

/// `GET /comments/moderation?token=…` — shows a moderator the comment, with a button for each decision.
pub async fn moderation(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let (visit, token) = (ctx.visit(), params.into_inner().token);
    ctx.draw(move |conn| {
        let (comment, _) = of_link(conn, &token, visit.now)?;
        let entry = Entry::find(conn, comment.entry_id)?;
        Ok(ModerationPage { page: Page::load(conn, visit)?, comment, entry, token, done: None })
    })
    .await
}

/// `POST /comments/moderation` — decides, in the name of the moderator whom the letter was sent to.
pub async fn decide(ctx: Ctx, form: Submitted<LinkForm>) -> AppResult<HttpResponse> {
    let (form, visit, actor, now) = (form.into_inner(), ctx.visit(), ctx.actor(), ctx.now());
    let view = ctx.db.write(move |conn| {
        let (comment, user) = of_link(conn, &form.link, now)?;
        let verdict = Verdict::from_word(&form.verdict).filter(|verdict| notice::BY_LINK.contains(verdict));
        let verdict = verdict.ok_or(AppError::BadRequest("Choose one of the buttons."))?;
        let actor = Actor { user: Some(user.id), ..actor.clone() };
        moderation::decide(conn, comment.id, verdict, &user.person(), &actor, now)?;
        let (comment, entry) = (Comment::find(conn, comment.id)?, Entry::find(conn, comment.entry_id)?);
        Ok(ModerationPage { page: Page::load(conn, visit.clone())?, comment, entry, token: String::new(), done: Some(verdict.told()) })
    });
    render(&view.await?)
}

fn of_link(conn: &mut Conn, token: &str, now: NaiveDateTime) -> AppResult<(Comment, crate::accounts::model::user::User)> {
    let numbers = Signer::load(conn, now)?.open(Purpose::Verdict, token, now).ok_or(AppError::Forbidden(DEAD))?;
    notice::of_link(conn, &numbers)?.ok_or(AppError::Forbidden(DEAD))
}
