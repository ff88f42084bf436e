//! Moving a page in the tree asks on a page of its own: first where to, then with everything that will happen.

use super::{
    super::{
        model::{
            entry::{Entry, EntryId, Listed},
            link,
            reach::{self, Mine},
            tree::{
                self,
                moving::{self, Wish},
            },
        },
        paths,
    },
    editor::{may_change, may_change_now},
    elsewhere,
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

/// Pages that are offered to choose from.
const OFFERED: usize = 30;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/pages/{id}/move", read().to(ask)).route("/admin/pages/{id}/move", post().to(carry_out));
}

/// Where to; in the address while it is chosen, in the form when it is done.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct MoveForm {
    /// Words to find the page above by.
    q: String,
    /// Key or address of the page above; `top` is the top; empty: not chosen yet.
    parent: String,
    /// The last part of the address there, where it is to be another one.
    slug: String,
    /// Whether the links to it are rewritten.
    relink: bool,
}

impl MoveForm {
    fn is_chosen(&self) -> bool {
        !self.parent.is_empty()
    }

    fn wish(&self, conn: &mut Conn) -> AppResult<Wish> {
        let parent = match self.parent.as_str() {
            "" => return Err(AppError::invalid("parent", "Choose the page above, or the top.")),
            "top" => None,
            typed => tree::named(conn, typed)?,
        };
        Ok(Wish { parent, slug: self.slug.clone() })
    }
}

/// What will happen.
struct Plan {
    path: String,
    above: String,
    along: i64,
    /// Old addresses that will lead to new ones.
    redirects: i64,
    inbound: Vec<Listed>,
    inbound_count: i64,
}

impl Plan {
    fn redirects(&self) -> String {
        count(self.redirects, "old address leads", "old addresses lead")
    }

    fn along(&self) -> String {
        count(self.along, "page below it moves along", "pages below it move along")
    }
}

#[derive(Template)]
#[template(path = "content/admin/pages/move.html")]
struct Ask {
    page: Page,
    entry: Entry,
    form: MoveForm,
    errors: FormErrors,
    /// Entries that link to it and that this person may change.
    mine: Mine,
    /// Pages to choose from.
    offered: Vec<Listed>,
    plan: Option<Plan>,
}

impl Ask {
    fn question(&self) -> String {
        match &self.plan {
            Some(plan) if plan.along > 0 => {
                format!("Move “{}” and {} below it {}?", self.entry.title, count(plan.along, "page", "pages"), plan.above)
            }
            Some(plan) => format!("Move “{}” {}?", self.entry.title, plan.above),
            None => format!("Where does “{}” go?", self.entry.title),
        }
    }

    fn is_chosen(&self, one: &Listed) -> bool {
        self.form.parent == one.address() || self.form.parent == one.id.to_string()
    }
}

/// `GET /admin/pages/{id}/move` — asks where to, and says what will happen.
async fn ask(ctx: Ctx, id: web::Path<EntryId>, form: web::Query<MoveForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    draw(&ctx, person, *id, form.into_inner(), FormErrors::none()).await
}

/// `POST /admin/pages/{id}/move` — moves a page with everything below it.
async fn carry_out(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<MoveForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (id, form, actor, now) = (id.into_inner(), form.into_inner(), ctx.actor(), ctx.now());
    let (typed, by) = (form.clone(), person.clone());
    let moved = ctx.db.write(move |conn| {
        let before = may_change_now(conn, id, &by)?;
        let wish = typed.wish(conn)?;
        let (along, _) = tree::branch_size(conn, &before)?;
        moving::move_page(conn, id, &wish, &by, &actor, now)?;
        let relinked = elsewhere::follow(conn, &before, typed.relink, &by, &actor, now)?;
        Ok((Entry::find(conn, id)?, along, relinked))
    });
    match moved.await {
        Ok((entry, along, relinked)) => ctx.flash(format!("{} {relinked}", told(&entry, along)).trim_end()).see_other(level_of(&entry)),
        Err(AppError::Invalid(errors)) => draw(&ctx, person, id, form, errors).await,
        Err(other) => Err(other),
    }
}

fn told(entry: &Entry, along: i64) -> String {
    match along {
        0 => format!("Moved “{}”. It lives at {} now.", entry.title, entry.address()),
        _ => format!("Moved “{}” and {} below it. It lives at {} now.", entry.title, count(along, "page", "pages"), entry.address()),
    }
}

/// The tree where a page stands in it.
fn level_of(entry: &Entry) -> String {
    let level = entry.parent_id.map_or_else(|| paths::PAGES.to_owned(), |above| format!("{}?below={above}", paths::PAGES));
    format!("{level}#page-{}", entry.id)
}

async fn draw(ctx: &Ctx, person: Person, id: EntryId, form: MoveForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, refused) = (ctx.visit(), errors.clone());
    let view = ctx.db.read(move |conn| load(conn, visit, &person, id, form, errors)).await?;
    render_form(&view, &refused) // a choice that cannot be is told while it is only looked at, too; that is no failed form
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, id: EntryId, form: MoveForm, mut errors: FormErrors) -> AppResult<Ask> {
    let entry = may_change(conn, id, person)?;
    let mut plan = None;
    if form.is_chosen() && errors.is_empty() {
        match plan_of(conn, &entry, &form, person) {
            Ok(found) => plan = Some(found),
            Err(AppError::Invalid(found)) => errors = found,
            Err(other) => return Err(other),
        }
    }
    let below = format!("{}/", entry.address());
    let inbound: Vec<EntryId> = plan.iter().flat_map(|plan| &plan.inbound).map(|one| one.id).collect();
    let mine = Mine::among(conn, person, &inbound)?;
    let offered = reach::offered(conn, person, &form.q, OFFERED)?;
    let offered = offered.into_iter().filter(|one| one.id != id && !one.address().starts_with(&below)).collect();
    Ok(Ask { page: Page::admin(conn, visit)?, entry, form, errors, mine, offered, plan })
}

fn plan_of(conn: &mut Conn, entry: &Entry, form: &MoveForm, person: &Person) -> AppResult<Plan> {
    let wish = form.wish(conn)?;
    let path = moving::destination(conn, entry, &wish)?;
    moving::may_move(conn, entry, &wish, person)?;
    if entry.path.as_ref() == Some(&path) {
        return Err(AppError::invalid("parent", "It stands there already. Choose another page."));
    }
    let (along, live) = tree::branch_size(conn, entry)?;
    let (inbound, inbound_count) = link::inbound(conn, entry.id)?;
    let above = match wish.parent {
        Some(parent) => format!("below “{}”", Listed::find(conn, parent)?.title),
        None => "to the top".to_owned(),
    };
    Ok(Plan { path, above, along, redirects: live + i64::from(entry.is_live()), inbound, inbound_count })
}
