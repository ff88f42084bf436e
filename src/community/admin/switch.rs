//! The switch of an entry: open, closed, or as the settings say.

use crate::{
    community::{
        forms::moderation::SwitchForm,
        model::{
            openness::{self, Openness},
            tally,
        },
        paths,
    },
    content::{
        self,
        model::{
            entry::{Entry, EntryId},
            reach,
        },
    },
    db::Conn,
    error::{AppError, AppResult},
    site::{Page, page::count},
    web::{
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "community/admin/switch.html")]
struct Switch {
    page: Page,
    entry: Entry,
    openness: Openness,
    shown: i32,
    form: SwitchForm,
    errors: FormErrors,
}

impl Switch {
    fn modes(&self) -> Vec<(String, String, String)> {
        let all = [
            ("inherit", "As the settings of the site say", ""),
            ("open", "Open", "However old the entry is."),
            ("closed", "Closed", "What was written stays readable."),
        ];
        all.iter().map(|(word, label, hint)| ((*word).to_owned(), (*label).to_owned(), (*hint).to_owned())).collect()
    }

    fn now(&self) -> &'static str {
        match self.openness {
            Openness::Open => "Everybody may comment now.",
            Openness::PeopleOnly => "Whoever is logged in may comment now.",
            Openness::Closed => "Nobody may comment now; what was written is shown.",
            Openness::Never => "There are no comments here now.",
        }
    }

    fn many(&self) -> String {
        count(i64::from(self.shown), "comment", "comments")
    }

    fn edit_url(&self) -> String {
        content::paths::edit(self.entry.id)
    }

    fn queue_url(&self) -> String {
        format!("{}?view=shown&entry={}", paths::QUEUE, self.entry.id)
    }
}

/// `GET /admin/entries/{id}/comments` — the switch.
pub async fn edit(ctx: Ctx, id: web::Path<EntryId>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Moderate)?;
    draw(&ctx, person, id.into_inner(), None, FormErrors::none()).await
}

/// `POST /admin/entries/{id}/comments` — turns it.
pub async fn update(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<SwitchForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Moderate)?;
    let (id, form, actor, now) = (id.into_inner(), form.into_inner(), ctx.actor(), ctx.now());
    let (typed, by) = (form.clone(), person.clone());
    let turned = ctx.db.write(move |conn| {
        let entry = reach::require(conn, id, &by)?;
        Ok(openness::set_mode(conn, &entry, typed.check()?, &actor, now)?)
    });
    match turned.await {
        Ok(_) => ctx.flash("Saved whether there may be comments.").see_other(format!("{}/comments", content::paths::edit(id))),
        Err(AppError::Invalid(errors)) => draw(&ctx, person, id, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

async fn draw(ctx: &Ctx, person: Person, id: EntryId, form: Option<SwitchForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| load(conn, visit, &person, id, form, errors)).await?;
    render_form(&view, &view.errors)
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, id: EntryId, form: Option<SwitchForm>, errors: FormErrors) -> AppResult<Switch> {
    let (entry, mode, now) = (reach::require(conn, id, person)?, openness::mode(conn, id)?, visit.now);
    let page = Page::admin(conn, visit)?;
    Ok(Switch {
        openness: Openness::of(&page.site.comments, &entry, mode, now),
        shown: tally::shown(conn, id)?,
        form: form.unwrap_or_else(|| SwitchForm { mode: mode.word().to_owned() }),
        page,
        entry,
        errors,
    })
}
