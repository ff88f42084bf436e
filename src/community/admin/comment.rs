//! One comment: everything that is known of it, and other words for it.

use super::Tabs;
use crate::{
    community::{
        forms::moderation::EditForm,
        model::{
            comment::{CommentId, Evidence},
            moderation, queue,
            queue::Row,
            rights,
        },
        paths,
    },
    db::Conn,
    error::{AppError, AppResult},
    site::Page,
    web::{
        bots,
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        local_path::query_value,
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "community/admin/comment.html")]
struct ShowComment {
    page: Page,
    tabs: Tabs,
    row: Row,
    evidence: Evidence,
    form: EditForm,
    errors: FormErrors,
    /// How many from the same address of the net are shown, and are spam.
    neighbours: (i64, i64),
}

impl ShowComment {
    fn score(&self) -> Option<String> {
        self.evidence.score.map(|score| format!("{:.0} of 100", score * 100.0))
    }

    fn is_guest(&self) -> bool {
        self.row.comment.user_id.is_none()
    }

    /// What can be banned of it: a kind, the value, words for the link.
    fn bans(&self) -> Vec<(String, String)> {
        let (comment, mut bans) = (&self.row.comment, Vec::new());
        let mut add = |kind: &str, value: &str| {
            bans.push((format!("{}?kind={kind}&value={}", paths::BANS, query_value(value)), value.to_owned()));
        };
        if let Ok(ip) = comment.address.parse() {
            add("address", &comment.address);
            add("network", &bots::network(ip));
        }
        if !comment.author_email.is_empty() {
            add("email", &comment.author_email);
        }
        bans
    }
}

/// `GET /admin/comments/{id}` — the comment, where it came from, what the filter thinks, a form for other words.
pub async fn show(ctx: Ctx, id: web::Path<CommentId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Moderate)?;
    draw(&ctx, person, id.into_inner(), None, FormErrors::none()).await
}

/// `POST /admin/comments/{id}` — puts other words there.
pub async fn update(ctx: Ctx, id: web::Path<CommentId>, form: Submitted<EditForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Moderate)?;
    let (id, form, actor, now) = (id.into_inner(), form.into_inner(), ctx.actor(), ctx.now());
    let (typed, by) = (form.clone(), person.clone());
    let saved = ctx.db.write(move |conn| {
        let (comment, _) = rights::require(conn, id, &by)?;
        let (name, body) = typed.check(comment.user_id.is_none())?;
        moderation::edit(conn, id, &name, &body, &by, &actor, now)
    });
    match saved.await {
        Ok(()) => ctx.flash("Saved the comment.").see_other(paths::moderate(id)),
        Err(AppError::Invalid(errors)) => draw(&ctx, person, id, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

async fn draw(ctx: &Ctx, person: Person, id: CommentId, form: Option<EditForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| load(conn, visit, &person, id, form, errors)).await?;
    render_form(&view, &view.errors)
}

fn load(
    conn: &mut Conn,
    visit: Visit,
    person: &Person,
    id: CommentId,
    form: Option<EditForm>,
    errors: FormErrors,
) -> AppResult<ShowComment> {
    let (comment, _) = rights::look(conn, id, person)?;
    let form = form.unwrap_or_else(|| EditForm { name: comment.who().to_owned(), comment_body: comment.body.clone() });
    Ok(ShowComment {
        tabs: Tabs::load(conn, person, comment.state.word())?,
        page: Page::admin(conn, visit)?,
        evidence: comment.evidence(),
        neighbours: queue::from_address(conn, &comment.address)?,
        row: queue::row(conn, id)?,
        form,
        errors,
    })
}
