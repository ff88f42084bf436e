//! The people of the site: the list, and the forms that invite and change somebody.

use super::standing;
use crate::{
    accounts::{
        forms::{InviteForm, PersonForm},
        model::{
            branches, invitation,
            people::{self, Standing},
            second_factor,
            user::User,
        },
        paths,
    },
    db::cursor::{Cursor, Slice},
    error::{AppError, AppResult},
    site::{
        Page,
        page::{count, number},
    },
    web::{
        ctx::Ctx,
        form::{FormErrors, Submitted},
        local_path::query_value,
        methods::{post, read},
        person::{Person, Reach, Right, Role, UserId},
        render::{render, render_form},
        rights::{RULES, Rule},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::{Deserialize, Serialize};

/// Rows on one page.
const PAGE: usize = 50;

/// The session key under which a fresh invitation waits for the next page.
const FRESH_LINK: &str = "invitation";

/// What the address of the list may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    role: String,
    before: Option<String>,
    after: Option<String>,
}

/// A link that the admin may pass on by hand; shown once.
#[derive(Serialize, Deserialize)]
struct FreshLink {
    user: UserId,
    url: String,
}

#[derive(Template)]
#[template(path = "accounts/admin/people.html")]
struct Index {
    page: Page,
    total: String,
    /// Address, name, count, whether it is the one shown.
    tabs: Vec<(String, &'static str, String, bool)>,
    slice: Slice<(User, Standing)>,
    above: Option<String>,
    below: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts/admin/invite.html")]
struct Invite {
    page: Page,
    form: InviteForm,
    errors: FormErrors,
    roles: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "accounts/admin/person.html")]
struct EditPerson {
    page: Page,
    user: User,
    standing: Standing,
    form: PersonForm,
    errors: FormErrors,
    roles: Vec<(String, String, String)>,
    /// Word, name and hint of how far rights may reach.
    reaches: Vec<(String, String, String)>,
    /// Pages at the top, to show what may be typed.
    examples: Vec<String>,
    is_self: bool,
    has_second_factor: bool,
    link: Option<String>,
}

/// `GET /admin/people` — everybody, by name; of one role, if the address says so.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManagePeople)?;
    let (visit, now) = (ctx.visit(), ctx.now());
    ctx.draw(move |conn| {
        let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let role = Role::from_word(&params.role);
        let slice = people::page(conn, role, cursor.as_ref(), PAGE, now)?;
        let first = role.map_or_else(|| format!("{}?", paths::PEOPLE), |role| format!("{}?role={role}&", paths::PEOPLE));
        let link = |way: &str, mark: &Option<String>| mark.as_ref().map(|mark| format!("{first}{way}={}", query_value(mark)));
        let (above, below) = (link("after", &slice.newer), link("before", &slice.older));
        let counts = people::counts(conn)?;
        let total = count(counts.iter().map(|(_, count)| count).sum(), "person", "people");
        Ok(Index { page: Page::admin(conn, visit)?, total, tabs: tabs(&counts, role), slice, above, below })
    })
    .await
}

/// Everybody, and each role that somebody has.
fn tabs(counts: &[(Role, i64)], shown: Option<Role>) -> Vec<(String, &'static str, String, bool)> {
    let all: i64 = counts.iter().map(|(_, count)| count).sum();
    let of = |role: Role| counts.iter().find(|(one, _)| *one == role).map_or(0, |(_, count)| *count);
    let roles = Role::ALL.iter().filter(|role| of(**role) > 0 || shown == Some(**role));
    let roles = roles.map(|role| (format!("{}?role={role}", paths::PEOPLE), role.plural(), number(of(*role)), shown == Some(*role)));
    [(paths::PEOPLE.to_owned(), "Everybody", number(all), shown.is_none())].into_iter().chain(roles).collect()
}

#[derive(Template)]
#[template(path = "accounts/admin/roles.html")]
struct Roles {
    page: Page,
    rules: &'static [Rule],
    roles: &'static [Role],
}

/// `GET /admin/people/roles` — what each role may do: the table that every page asks.
pub async fn roles_page(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManagePeople)?;
    let visit = ctx.visit();
    let page = ctx.db.read(move |conn| Ok(Page::admin(conn, visit)?)).await?;
    render(&Roles { page, rules: RULES, roles: Role::ALL })
}

/// `GET /admin/people/new` — the form that invites somebody.
pub async fn new(ctx: Ctx) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    invite_page(&ctx, &by, InviteForm::default(), FormErrors::none()).await
}

/// `POST /admin/people` — invites somebody by a letter, and shows the link too.
pub async fn create(ctx: Ctx, form: Submitted<InviteForm>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    let form = form.into_inner();
    match invite(&ctx, &by, &form).await {
        Ok((id, token)) => {
            keep_link(&ctx, id, &token)?;
            ctx.flash(format!("Invited {}. A letter is on its way.", form.name)).see_other(paths::person(id))
        }
        Err(AppError::Invalid(errors)) => invite_page(&ctx, &by, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn invite(ctx: &Ctx, by: &Person, form: &InviteForm) -> AppResult<(UserId, String)> {
    let (new, by, actor, now) = (form.check()?, by.clone(), ctx.actor(), ctx.now());
    ctx.db.write(move |conn| invitation::invite(conn, &by, &new, &actor, now)).await
}

async fn invite_page(ctx: &Ctx, by: &Person, form: InviteForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let (visit, roles) = (ctx.visit(), roles(by.role));
    let view = ctx.db.read(move |conn| Ok(Invite { page: Page::admin(conn, visit)?, form, errors, roles })).await?;
    render_form(&view, &view.errors)
}

/// Keeps a link in the session until the next page of that person.
pub(super) fn keep_link(ctx: &Ctx, user: UserId, token: &str) -> AppResult<()> {
    let link = FreshLink { user, url: invitation::link(&ctx.state.base_url, token) };
    ctx.session.insert(FRESH_LINK, link).map_err(|error| AppError::Internal(error.to_string().into()))
}

/// `GET /admin/people/{id}` — the form of a person.
pub async fn edit(ctx: Ctx, id: web::Path<UserId>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    edit_page(&ctx, &by, id.into_inner(), None, FormErrors::none()).await
}

/// `POST /admin/people/{id}` — saves it.
pub async fn update(ctx: Ctx, id: web::Path<UserId>, form: Submitted<PersonForm>) -> AppResult<HttpResponse> {
    let by = ctx.require(Right::ManagePeople)?;
    let (id, form) = (id.into_inner(), form.into_inner());
    match save(&ctx, &by, id, &form).await {
        Ok(()) => ctx.flash(format!("Saved {}.", form.name)).see_other(paths::PEOPLE),
        Err(AppError::Invalid(errors)) => edit_page(&ctx, &by, id, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

async fn save(ctx: &Ctx, by: &Person, id: UserId, form: &PersonForm) -> AppResult<()> {
    let (form, by, actor, now, sudo) = (form.clone(), by.clone(), ctx.actor(), ctx.now(), ctx.is_confirmed());
    ctx.db
        .write(move |conn| {
            let user = User::find(conn, id)?;
            let change = form.check(&user)?;
            if change.role != user.role && !sudo {
                return Err(FormErrors::unconfirmed().into()); // as Ctx::sudo_for_form; a name is harmless
            }
            people::change(conn, &by, id, &change, &actor, now)
        })
        .await
}

async fn edit_page(ctx: &Ctx, by: &Person, id: UserId, form: Option<PersonForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let fresh = ctx.session.remove_as::<FreshLink>(FRESH_LINK).and_then(Result::ok);
    let (visit, by, now) = (ctx.visit(), by.clone(), ctx.now());
    let view = ctx.db.read(move |conn| {
        let user = User::find(conn, id)?;
        people::guard(&by, &user)?;
        let link = fresh.filter(|fresh| fresh.user == id).map(|fresh| fresh.url);
        let branches = branches::of(conn, id)?;
        let form = form.unwrap_or_else(|| PersonForm::of(&user, &branches));
        Ok(EditPerson {
            page: Page::admin(conn, visit)?,
            standing: people::standing(conn, &user, now)?,
            form,
            errors,
            roles: roles(by.role),
            reaches: reaches(),
            examples: branches::examples(conn)?,
            is_self: by.id == id,
            has_second_factor: second_factor::is_on(conn, id)?,
            link,
            user,
        })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}

fn roles(given_by: Role) -> Vec<(String, String, String)> {
    people::roles_given_by(given_by).map(|role| (role.word().to_owned(), role.label().to_owned(), role.explanation().to_owned())).collect()
}

fn reaches() -> Vec<(String, String, String)> {
    Reach::ALL.iter().map(|reach| (reach.word().to_owned(), reach.label().to_owned(), String::new())).collect()
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::PEOPLE, read().to(index))
        .route(paths::PEOPLE, post().to(create))
        .route(paths::INVITE, read().to(new))
        .route(paths::ROLES, read().to(roles_page))
        .route("/admin/people/{id}", read().to(edit))
        .route("/admin/people/{id}", post().to(update))
        .route("/admin/people/{id}/invitation", post().to(standing::invite_again))
        .route("/admin/people/{id}/second-factor", read().to(standing::ask_to_reset))
        .route("/admin/people/{id}/second-factor", post().to(standing::reset_second_factor))
        .route("/admin/people/{id}/disabled", read().to(standing::ask_to_disable))
        .route("/admin/people/{id}/disabled", post().to(standing::disable))
        .route("/admin/people/{id}/disabled/delete", post().to(standing::enable));
}
