//! The form on a page of its own: to answer somebody, to look at what was typed, to mend it.

use super::{FormSheet, cookie};
use crate::{
    community::{
        forms::comment::CommentForm,
        mail,
        model::{
            comment::Comment,
            openness::{self, Openness},
            own,
            signed::Signer,
            writing::{self, NewComment, Origin, Written},
        },
        paths,
    },
    content::model::entry::Entry,
    db::Conn,
    error::{AppError, AppResult},
    mail::outbox::Posting,
    markup::{SafeHtml, render_remark},
    site::{Page, SiteSettings},
    web::{
        bots,
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        person::Right,
        render::{private, render, render_later},
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

/// What the address may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    entry: String,
    parent: String,
}

#[derive(Template)]
#[template(path = "community/public/new.html")]
struct NewPage {
    page: Page,
    /// The entry that it is about; `None` where that was not looked up.
    entry: Option<Entry>,
    /// The comment that is answered.
    parent: Option<Comment>,
    preview: Option<SafeHtml>,
    sheet: FormSheet,
}

/// `GET /comments/new?entry=…&parent=…` — the form, below what is answered.
pub async fn new(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let Params { entry, parent } = params.into_inner();
    draw(&ctx, CommentForm { entry, parent, ..CommentForm::default() }, FormErrors::none()).await
}

/// `POST /comments` — takes a comment in, or shows how it would look.
pub async fn create(ctx: Ctx, req: HttpRequest, form: Submitted<CommentForm>) -> AppResult<HttpResponse> {
    let (form, now) = (form.into_inner(), ctx.now());
    if form.is_preview() {
        return draw(&ctx, typed(&ctx, form), FormErrors::none()).await;
    }
    let is_moderator = ctx.person.as_ref().is_some_and(|person| person.may(Right::Moderate));
    let is_whole = form.check(ctx.person.is_none(), false).is_ok(); // what is sent back to be mended does not count
    if is_whole
        && !is_moderator
        && let Err(seconds) = ctx.state.forms.admit("comment", ctx.address, now)
    {
        return too_many(&ctx, form, seconds);
    }
    match take(&ctx, &form).await {
        Ok((written, signer)) => {
            let mut answer = ctx.see_other(paths::comment(written.comment.id))?;
            let cookie = cookie::with(&req, &ctx.state, &signer, &written.comment);
            answer.add_cookie(&cookie).map_err(|error| AppError::Internal(error.into()))?;
            Ok(answer)
        }
        Err(AppError::Invalid(errors)) => draw(&ctx, typed(&ctx, form), errors).await,
        Err(AppError::Forbidden(why)) => draw(&ctx, typed(&ctx, form), FormErrors::whole(why)).await,
        Err(other) => Err(other),
    }
}

/// A form that comes back keeps the moment at which it was drawn. That of a page for everybody has none; it was typed before now.
fn typed(ctx: &Ctx, form: CommentForm) -> CommentForm {
    if !form.drawn.is_empty() {
        return form;
    }
    let seconds = form.seconds(None).unwrap_or(bots::forms::LEAST_SECONDS);
    CommentForm { drawn: ctx.state.forms.stamp(ctx.now() - TimeDelta::seconds(seconds)), ..form }
}

async fn take(ctx: &Ctx, form: &CommentForm) -> AppResult<(Written, Signer)> {
    let (form, person, actor, now, base_url) = (form.clone(), ctx.person.clone(), ctx.actor(), ctx.now(), ctx.state.base_url.clone());
    let signed = ctx.state.forms.age(&form.drawn, now);
    let seconds = form.seconds(signed);
    let trapped = !form.website2.is_empty() || bots::is_too_soon(seconds);
    let origin = Origin { address: ctx.address, agent: ctx.agent.clone(), seconds, trapped };
    ctx.db
        .write(move |conn| {
            let site = SiteSettings::load(conn)?;
            let new: NewComment = form.check(person.is_none(), site.comments.needs_email)?;
            let written = writing::write(conn, &site.comments, &new, person.as_ref(), &origin, &actor, now)?;
            let signer = Signer::load(conn, now)?;
            if written.asks {
                let entry = Entry::find(conn, new.entry)?;
                let letter = mail::confirmation(&written.comment, &entry, &signer, &site, &base_url, now)?;
                Posting::new("community.confirmation", &letter).sealed().file(conn, now)?;
            }
            Ok((written, signer))
        })
        .await
}

/// The form with everything that was typed, and when to send it again. Made without a query: a flood must cost next to nothing.
fn too_many(ctx: &Ctx, form: CommentForm, seconds: u32) -> AppResult<HttpResponse> {
    let page = Page::bare(ctx.visit());
    let errors = FormErrors::whole(format!(
        "From your network came more comments than one may send in a minute. Nothing is lost: wait {seconds} seconds, then send it again."
    ));
    let sheet = FormSheet::alone(&page.site.comments, ctx.person.as_ref(), typed(ctx, form), errors);
    render_later(&NewPage { page, entry: None, parent: None, preview: None, sheet }, seconds)
}

async fn draw(ctx: &Ctx, form: CommentForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| load(conn, visit, form, errors)).await?;
    if view.sheet.errors.is_empty() { render(&view) } else { private(HttpResponse::UnprocessableEntity(), &view) }
}

fn load(conn: &mut Conn, visit: Visit, form: CommentForm, mut errors: FormErrors) -> AppResult<NewPage> {
    let page = Page::load(conn, visit)?;
    let Ok(entry) = form.entry.parse::<i64>() else {
        if errors.is_empty() {
            return Err(AppError::NotFound);
        }
        let sheet = FormSheet::alone(&page.site.comments, page.person(), form, errors);
        return Ok(NewPage { entry: None, parent: None, preview: None, sheet, page });
    };
    let (entry, openness): (Entry, Openness) = openness::of_live(conn, &page.site.comments, entry.into(), page.visit.now)?;
    if errors.is_empty() {
        openness.require(page.person().is_some())?;
    }
    let parent = form.parent.parse::<i64>().ok().map(|id| Comment::maybe(conn, id.into())).transpose()?.flatten();
    let parent = parent.filter(|parent| parent.is_shown() && parent.entry_id == entry.id);
    if form.is_preview() && errors.is_empty() {
        errors = form.check(page.person().is_none(), page.site.comments.needs_email).err().unwrap_or_default();
    }
    let preview = (form.is_preview() && errors.is_empty()).then(|| render_remark(&form.comment_body).0);
    let sheet = FormSheet::alone(&page.site.comments, page.person(), form, errors);
    Ok(NewPage { page, entry: Some(entry), parent, preview, sheet })
}

impl NewPage {
    fn heading(&self) -> String {
        match &self.parent {
            Some(parent) => format!("Answer {}", parent.who()),
            None => "Write a comment".to_owned(),
        }
    }

    fn back(&self) -> Option<String> {
        let entry = self.entry.as_ref()?;
        let anchor = self.parent.as_ref().map_or_else(|| "comments".to_owned(), Comment::anchor);
        Some(format!("{}#{anchor}", entry.address()))
    }
}

/// The address of a comment on the page where it stands.
pub fn place(conn: &mut Conn, comment: &Comment) -> AppResult<Option<String>> {
    let Some(entry) = own::entry_of(conn, comment)? else { return Ok(None) };
    let page = crate::community::model::thread::place_of(conn, comment)?.map(|mark| format!("?before={mark}")).unwrap_or_default();
    Ok(Some(format!("{}{page}#{}", entry.address(), comment.anchor())))
}
