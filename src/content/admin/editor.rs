//! The editor: one form, for new entries and for old ones.

use super::{
    super::{
        forms::entry::{EntryForm, Wish},
        model::{
            category::Topics,
            entry::{Entry, EntryId, EntryState, Kind, Listed},
            link,
            reach::{self, Ground, Mine},
            release::{Release, may_take_off, release},
            revision::{Revision, RevisionId},
            saving::{self, Saved},
            series, source, timing as clock,
            workflow::review,
        },
        paths,
    },
    elsewhere,
    gate_panel::GatePanel,
    history::{self, History},
    notes::Outside,
    parent_field::{self, ParentField},
    review_panel::ReviewPanel,
    series_field,
    spoken_field::{self, SpokenField},
    timing::{self, Timing},
};
use crate::{
    accounts::model::user::User,
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    markup,
    site::{Page, SiteSettings},
    web::{
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        headers,
        methods::{post, read},
        person::{Person, Reach, Right},
    },
};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use chrono::NaiveDateTime;
use serde::Deserialize;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/entries/new", read().to(new))
        .route(paths::ENTRIES, post().to(create))
        .route("/admin/entries/{id}", read().to(edit))
        .route("/admin/entries/{id}", post().to(update));
}

#[derive(Template)]
#[template(path = "content/admin/entries/editor.html")]
struct Editor {
    page: Page,
    kind: Kind,
    form: EntryForm,
    errors: FormErrors,
    entry: Option<Entry>,
    history: History,
    newest: Option<Revision>,
    authors: Vec<(String, String)>,
    categories: Vec<(String, String)>,
    /// None first, then all by title.
    series: Vec<(String, String)>,
    parent: ParentField,
    spoken: SpokenField,
    inbound: Vec<Listed>,
    /// Those of them that this person may change.
    mine: Mine,
    inbound_count: i64,
    may_name_authors: bool,
    timing: Timing,
    outside: Outside,
    gate: GatePanel,
    review: ReviewPanel,
}

impl Editor {
    fn heading(&self) -> String {
        match &self.entry {
            Some(entry) => format!("Edit “{}”", entry.title),
            None => format!("New {}", self.kind),
        }
    }

    fn action(&self) -> String {
        self.entry.as_ref().map_or_else(|| paths::ENTRIES.to_owned(), |entry| paths::edit(entry.id))
    }

    fn is_live(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.is_live())
    }

    fn is_trashed(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.state == EntryState::Trashed)
    }

    /// What stands before the slug where search engines show the address.
    fn found_base(&self) -> String {
        let base = self.parent.base.trim_matches('/').replace('/', " › ");
        let host = self.page.host();
        if base.is_empty() { format!("{host} › ") } else { format!("{host} › {base} › ") }
    }

    fn found_title(&self) -> &str {
        if self.form.meta_title.is_empty() { &self.form.title } else { &self.form.meta_title }
    }

    fn found_text(&self) -> &str {
        if self.form.meta_description.is_empty() { &self.form.summary } else { &self.form.meta_description }
    }

    /// The same sentence as in `js/found.js`.
    fn found_hint(&self) -> String {
        let whole = format!("{} – {}", self.found_title(), self.page.site.title).chars().count();
        let text = match self.found_text().chars().count() {
            0 => "none; search engines take words of the text".to_owned(),
            signs => format!("{signs} of about 155"),
        };
        format!("Title with the name of the site: {whole} of about 60 characters. Description: {text}.")
    }

    fn words(&self) -> String {
        let words = markup::render(&self.form.body).words;
        format!("{} words, {} min", crate::site::page::number(i64::from(words)), markup::reading_minutes(words))
    }
}

/// What the address of a new entry may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewParams {
    kind: String,
    /// Key of the page above.
    parent: String,
    /// Key of the entry that it is to translate.
    translates: String,
    /// The number of a form that was begun and never saved.
    sheet: String,
}

/// What the address of an entry's editor may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EditParams {
    /// `take`: fill the form with what was typed and not saved.
    autosave: String,
}

/// `GET /admin/entries/new` — an empty sheet, or one that was begun and never saved.
async fn new(ctx: Ctx, params: web::Query<NewParams>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let usual = if person.reach == Reach::Branches { Kind::Page } else { Kind::Post };
    let kind = Kind::from_word(&params.kind).unwrap_or(usual);
    let (NewParams { parent, translates, sheet: nonce, .. }, by) = (params.into_inner(), person.clone());
    let opened = ctx.db.read(move |conn| {
        let parent = first_place(conn, kind, parent, &by)?;
        let translates = spoken_field::begun_from(conn, &translates, &by)?.unwrap_or_default();
        Ok((history::begun(conn, by.id, nonce)?, parent, translates))
    });
    let (begun, parent, translates) = opened.await?;
    let form = begun.unwrap_or_else(|| EntryForm { parent, translates, ..EntryForm::empty(kind, &person) });
    sheet(&ctx, &person, None, form, FormErrors::none(), None).await
}

/// Where a new entry is begun: below the page that the address names, else in the first branch of who is limited to some.
fn first_place(conn: &mut Conn, kind: Kind, parent: String, person: &Person) -> AppResult<String> {
    match Ground::of(conn, person)? {
        Ground::Branches { posts: false, .. } if kind == Kind::Post => reach::may_place(conn, kind, None, person).map(|()| parent),
        Ground::Branches { pages, .. } if kind == Kind::Page && parent.is_empty() => {
            Ok(pages.first().map(|(id, _)| id.to_string()).unwrap_or_default())
        }
        _ => Ok(parent),
    }
}

/// `POST /admin/entries` — saves a new entry, and publishes it if that button was pressed.
async fn create(ctx: Ctx, form: Submitted<EntryForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let form = form.into_inner().at_home(&ctx.state.base_url);
    let kind = Kind::from_word(&form.kind).unwrap_or(Kind::Post);
    match store_new(&ctx, &person, kind, &form).await {
        Ok((id, wish, told)) => say(&ctx, wish, true, &told).see_other(paths::edit(id)),
        Err(AppError::Invalid(errors)) => sheet(&ctx, &person, None, form, errors, None).await,
        Err(other) => Err(other),
    }
}

async fn store_new(ctx: &Ctx, person: &Person, kind: Kind, form: &EntryForm) -> AppResult<(EntryId, Wish, String)> {
    let (form, person, actor, now) = (form.clone(), person.clone(), ctx.actor(), ctx.now());
    let base_url = ctx.state.base_url.clone();
    ctx.db
        .write(move |conn| {
            let zone = SiteSettings::load(conn)?.time_zone;
            let mut form = form.clone();
            parent_field::settle(conn, &mut form)?;
            let (draft, wish) = form.check(&person, zone)?;
            let key = form.source_key();
            if let Some(made) = key.as_deref().map(|key| source::made_by(conn, key)).transpose()?.flatten() {
                may_change(conn, made, &person)?;
                return Ok((made, wish, String::new())); // the form was sent twice
            }
            reach::may_place(conn, kind, draft.parent, &person)?;
            series::may_join(conn, draft.series, None)?;
            let id = saving::create(conn, kind, &draft, &actor, now)?;
            if let Some(key) = key {
                source::mark_made(conn, id, &key)?;
            }
            let before = Entry::find(conn, id)?;
            spoken_field::settle(conn, id, &form, &base_url, &person, &actor, now)?;
            timing::set_expiry(conn, &before, timing::wanted(&form, zone, &person)?, wish, &actor, now)?;
            fulfil(conn, id, wish, &form, &person, &actor, now)?;
            history::settle(conn, &person, None, &form)?;
            history::note(conn, id, &form)?;
            Ok((id, wish, timing::told(conn, &before, wish)?))
        })
        .await
}

fn fulfil(conn: &mut Conn, id: EntryId, wish: Wish, form: &EntryForm, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let when = match wish {
        Wish::Save => return Ok(()),
        Wish::Publish => Release::Now,
        Wish::PublishAt(at) => Release::At(at),
        Wish::Submit(plan) => return review::submit(conn, id, plan, &form.review_words, person, actor, now),
        Wish::Reschedule => Release::At(timing::set_time(conn, id)?),
        Wish::Unschedule => {
            may_take_off(&Entry::find(conn, id)?, person)?;
            return clock::drop_schedule(conn, id, actor, now);
        }
    };
    release(conn, id, when, person, form.override_reason(), actor, now).map(drop)
}

/// Says what was done; `told` is what became of the set times.
fn say<'a>(ctx: &'a Ctx, wish: Wish, changed: bool, told: &str) -> &'a Ctx {
    let done = match wish {
        Wish::PublishAt(at) if at <= ctx.now() => "That time has passed, so it was published at once. Visitors see it now.",
        Wish::Submit(_) => "Submitted for review. Those who are asked get a letter.",
        Wish::Publish => "Published. Visitors see it now.",
        Wish::PublishAt(_) | Wish::Reschedule => "Scheduled. It goes out by itself at the time you set.",
        Wish::Unschedule => "The set time is dropped. The draft is kept.",
        Wish::Save if changed => "Saved the draft.",
        Wish::Save if told.is_empty() => "Nothing was changed, so there is nothing new to save.",
        Wish::Save => "",
    };
    ctx.flash(format!("{done} {told}").trim())
}

/// `GET /admin/entries/{id}` — the newest revision in the form, or what was typed and not saved.
async fn edit(ctx: Ctx, id: web::Path<EntryId>, params: web::Query<EditParams>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (id, by, now) = (id.into_inner(), person.clone(), ctx.now());
    let take_over = params.autosave == "take";
    let form = ctx.db.write(move |conn| history::open(conn, id, &by, take_over, now)).await?;
    sheet(&ctx, &person, Some(id), form, FormErrors::none(), None).await
}

/// `POST /admin/entries/{id}` — saves a revision; refuses, with both texts, when somebody saved in between.
async fn update(ctx: Ctx, id: web::Path<EntryId>, form: Submitted<EntryForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (id, form) = (id.into_inner(), form.into_inner().at_home(&ctx.state.base_url));
    match store(&ctx, &person, id, &form).await {
        Ok((Saved::Overtaken(theirs), ..)) => sheet(&ctx, &person, Some(id), form, FormErrors::none(), Some(*theirs)).await,
        Ok((saved, wish, told)) => say(&ctx, wish, !matches!(saved, Saved::Unchanged), &told).see_other(paths::edit(id)),
        Err(AppError::Invalid(errors)) => sheet(&ctx, &person, Some(id), form, errors, None).await,
        Err(other) => Err(other),
    }
}

async fn store(ctx: &Ctx, person: &Person, id: EntryId, form: &EntryForm) -> AppResult<(Saved, Wish, String)> {
    let (form, person, actor, now) = (form.clone(), person.clone(), ctx.actor(), ctx.now());
    let base_url = ctx.state.base_url.clone();
    ctx.db
        .write(move |conn| {
            let before = may_change_now(conn, id, &person)?;
            if before.state == EntryState::Trashed {
                return Err(FormErrors::whole("Somebody has moved this entry to the trash while you were writing. Your words stand here: copy them, then restore the entry.").into());
            }
            let zone = SiteSettings::load(conn)?.time_zone;
            let mut form = form.clone();
            parent_field::settle(conn, &mut form)?;
            let (draft, wish) = form.check(&person, zone)?;
            reach::may_put(conn, &before, draft.parent, &person)?;
            series_field::may_join(conn, &before, &draft)?;
            let base: RevisionId = form.base.parse().unwrap_or(0.into());
            history::settle(conn, &person, Some(id), &form)?;
            let saved = saving::save(conn, id, base, &draft, &actor, now)?;
            if matches!(saved, Saved::Overtaken(_)) {
                history::keep(conn, &person, id, &form, now)?;
                return Ok((saved, wish, String::new()));
            }
            let spoken = spoken_field::settle(conn, id, &form, &base_url, &person, &actor, now)?;
            timing::set_expiry(conn, &before, timing::wanted(&form, zone, &person)?, wish, &actor, now)?;
            fulfil(conn, id, wish, &form, &person, &actor, now)?;
            history::note(conn, id, &form)?;
            let relinked = elsewhere::follow(conn, &before, form.relink, &person, &actor, now)?;
            let told = [spoken, &timing::told(conn, &before, wish)?, &relinked].map(str::trim).join(" ");
            Ok((saved, wish, told.trim().to_owned()))
        })
        .await
}

/// The entry, if this person may change it: asked by every handler that is about one.
pub fn may_change(conn: &mut Conn, id: EntryId, person: &Person) -> AppResult<Entry> {
    reach::require(conn, id, person)
}

/// The same for whoever goes on to change it: locked before anything is read, so that nothing read after is older than the lock.
pub fn may_change_now(conn: &mut Conn, id: EntryId, person: &Person) -> AppResult<Entry> {
    reach::require_now(conn, id, person)
}

/// Draws the editor: 200, or 422 with what to mend, or 409 with what somebody saved in between.
async fn sheet(
    ctx: &Ctx,
    person: &Person,
    id: Option<EntryId>,
    form: EntryForm,
    errors: FormErrors,
    theirs: Option<Revision>,
) -> AppResult<HttpResponse> {
    let status = match (&theirs, errors.is_empty()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    let (visit, person) = (ctx.visit(), person.clone());
    let load = move |conn: &mut Conn| load(conn, visit, &person, id, form, errors, theirs);
    let mut answer = ctx.draw_as(HttpResponse::build(status), load).await?;
    headers::allow_frames(&mut answer);
    Ok(answer)
}

fn load(
    conn: &mut Conn,
    visit: Visit,
    person: &Person,
    id: Option<EntryId>,
    mut form: EntryForm,
    errors: FormErrors,
    theirs: Option<Revision>,
) -> AppResult<Editor> {
    let (entry, now) = (id.map(|id| may_change(conn, id, person)).transpose()?, visit.now);
    parent_field::settle_known(conn, &mut form)?;
    let kind = entry.as_ref().map_or_else(|| Kind::from_word(&form.kind).unwrap_or(Kind::Post), |entry| entry.kind);
    let history = History::load(conn, person, entry.as_ref(), &mut form, theirs, visit.now)?;
    let newest = match entry.as_ref().and_then(|entry| entry.latest_revision_id) {
        Some(id) => Some(Revision::find(conn, id)?),
        None => None,
    };
    let topics = visit.pages.remembered::<Topics>(conn)?;
    let page = Page::admin(conn, visit)?;
    let gate = GatePanel::load(conn, person, kind, id, &form.sketch(person, page.site.time_zone), !errors.is_empty())?;
    let (inbound, inbound_count) = id.map_or(Ok((Vec::new(), 0)), |id| link::inbound(conn, id))?;
    let mine = Mine::among(conn, person, &inbound.iter().map(|one| one.id).collect::<Vec<_>>())?;
    let review = ReviewPanel::load(conn, person, kind, entry.as_ref(), &form)?;
    let spoken = SpokenField::load(conn, person, entry.as_ref(), &page.site.language)?;
    Ok(Editor {
        page,
        gate,
        authors: User::authors(conn)?.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        categories: topics.choices(),
        series: series_field::options(conn, kind)?,
        parent: ParentField::load(conn, person, kind, &form)?,
        spoken,
        may_name_authors: person.may_any(Right::Write),
        timing: Timing::load(conn, entry.as_ref())?,
        outside: Outside::load(conn, entry.as_ref(), now)?,
        history,
        kind,
        form,
        errors,
        entry,
        newest,
        inbound,
        mine,
        inbound_count,
        review,
    })
}
