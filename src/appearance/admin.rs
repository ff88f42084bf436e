//! The appearance in the admin: the form, its preview in a frame, undoing, and the way back to the design's own look.

use super::{
    colour::Scheme,
    forms::{AppearanceForm, Offer},
    model, paths,
    pictures::{self, SLOTS, Slot},
    public, sheet,
};
use crate::{
    app::LARGEST_BODY,
    content::public::{ShowEntry, home},
    db::Conn,
    error::{AppError, AppResult},
    media::inspect::Limits,
    site::{
        Page, SiteSettings,
        look::{Fonts, Header, Home, Look},
        theme::{self, Theme},
    },
    web::{
        ctx::{Ctx, Visit},
        form::{Confirmed, FormErrors, Submitted},
        headers,
        person::{Right, UserId},
        render::{render, render_form},
        upload::{self, Most},
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::sync::Arc;

/// One of a few: value, label, hint.
type Choice = (String, String, String);

/// A pair that is read: what it is, its contrast on light and on dark.
type Pair = (&'static str, String, String);

/// A place for a picture, and what stands in it.
struct Picked {
    slot: &'static Slot,
    /// Its address, as it was typed.
    address: String,
    /// The address at which it is seen, if it is there.
    url: Option<String>,
}

#[derive(Template)]
#[template(path = "appearance/admin/edit.html")]
struct EditAppearance {
    page: Page,
    form: AppearanceForm,
    errors: FormErrors,
    pictures: Vec<Picked>,
    offers: Vec<Offer>,
    /// What the colour inputs show.
    light: String,
    dark: String,
    pairs: Vec<Pair>,
    can_undo: bool,
}

impl EditAppearance {
    fn fonts(&self) -> Vec<Choice> {
        let label = |fonts: &Fonts| match fonts {
            Fonts::Mixed => ("Literata and Figtree", "A serif for what you write, a sans for menus and labels."),
            Fonts::Serif => ("Literata", "One serif for everything."),
            Fonts::Sans => ("Figtree", "One sans for everything."),
            Fonts::SystemSerif => ("The reader's serif", "Nothing to download: the serif of each system, beside its interface face."),
            Fonts::SystemSans => ("The reader's sans", "Nothing to download: the interface face of each system."),
        };
        Fonts::ALL.iter().map(|fonts| choice(fonts.word(), label(fonts))).collect()
    }

    fn headers(&self) -> Vec<Choice> {
        let label = |header: &Header| match header {
            Header::Left => ("Name, then menu", "In one row, where there is room."),
            Header::Centred => ("Name in the middle", "The menu stands below it."),
            Header::Logo => ("Logo only", "It stands for the name."),
        };
        Header::ALL.iter().map(|header| choice(header.word(), label(header))).collect()
    }

    fn homes(&self) -> Vec<Choice> {
        let label = |home: &Home| match home {
            Home::Front => ("Front page", "A headline, the newest posts, then topics."),
            Home::List => ("List", "The newest posts, one below the other."),
            Home::Grid => ("Pictures", "The newest posts with their pictures."),
        };
        Home::ALL.iter().map(|home| choice(home.word(), label(home))).collect()
    }

    fn offer(&self, field: &str) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.field == field && !self.errors.on(field).is_empty())
    }
}

fn choice(value: &str, (label, hint): (&str, &str)) -> Choice {
    (value.to_owned(), label.to_owned(), hint.to_owned())
}

/// `GET /admin/appearance` — the form with what is stored.
pub async fn edit(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    form_page(&ctx, None, FormErrors::none()).await
}

/// `POST /admin/appearance` — takes pictures that were sent into the library, and saves the look; every page follows at once.
///
/// What is wrong elsewhere in the form loses no picture: its address stands in the form then.
pub async fn update(ctx: Ctx, req: HttpRequest, payload: web::Payload) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ManageSettings)?;
    let site = ctx.db.read(|conn| Ok(SiteSettings::load(conn)?)).await?;
    let limits = Limits::of(&site);
    let sent = upload::read(&req, payload, Most { files: SLOTS.len(), bytes: limits.bytes, fields: LARGEST_BODY }).await?;
    let mut form: AppearanceForm = sent.form()?;
    let mut errors = pictures::take(&ctx, sent.files, &mut form, limits).await?;
    let form = form.settled();
    if !errors.is_empty() {
        errors.merge(form.check(&site).err().unwrap_or_default());
        return form_page(&ctx, Some(form), errors).await;
    }
    save(&ctx, person.id, form).await
}

async fn save(ctx: &Ctx, user: UserId, form: AppearanceForm) -> AppResult<HttpResponse> {
    let (wanted, actor, now) = (form.clone(), ctx.actor(), ctx.now());
    let saved = ctx.db.write(move |conn| {
        let changed = model::save(conn, &wanted, &actor, now)?;
        model::forget(conn, user)?;
        Ok(changed)
    });
    match saved.await {
        Ok(true) => ctx.flash("Saved. Visitors see the new look now.").see_other(paths::APPEARANCE),
        Ok(false) => ctx.flash("Nothing was different from before.").see_other(paths::APPEARANCE),
        Err(AppError::Invalid(errors)) => form_page(ctx, Some(form), errors).await,
        Err(other) => Err(other),
    }
}

/// Draws the form: with what was chosen, else with what is stored.
async fn form_page(ctx: &Ctx, form: Option<AppearanceForm>, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let site = SiteSettings::load(conn)?;
        let form = form.unwrap_or_else(|| AppearanceForm::of(&site));
        let (light, dark) = shown_accents(&form);
        let can_undo = model::can_undo(conn)?;
        let (pairs, pictures) = (pairs(&site.look), picked(conn, form.clone())?);
        Ok(EditAppearance { page: Page::admin(conn, visit)?, offers: form.offers(), form, errors, pictures, light, dark, pairs, can_undo })
    });
    let view = view.await?;
    let mut answer = render_form(&view, &view.errors)?;
    headers::allow_frames(&mut answer);
    Ok(answer)
}

fn picked(conn: &mut Conn, mut form: AppearanceForm) -> AppResult<Vec<Picked>> {
    let mut all = Vec::with_capacity(SLOTS.len());
    for slot in &SLOTS {
        let address = form.picture_mut(slot.field).cloned().unwrap_or_default();
        let url = theme::picture(conn, &address)?.map(|picture| picture.url);
        all.push(Picked { slot, address, url });
    }
    Ok(all)
}

/// The colours of the inputs, which know no emptiness: the design's own where nothing was chosen.
fn shown_accents(form: &AppearanceForm) -> (String, String) {
    let look = Look { accent: form.accent.clone(), accent_dark: form.accent_dark.clone(), ..Look::default() };
    let (light, dark) = sheet::accents_or_own(&look);
    (light.accent.to_string(), dark.accent.to_string())
}

/// How well what is saved can be read.
fn pairs(look: &Look) -> Vec<Pair> {
    let (light, dark) = sheet::accents_or_own(look);
    let both = light.pairs(Scheme::Light).into_iter().zip(dark.pairs(Scheme::Dark));
    both.map(|((name, light), (_, dark))| (name, format!("{light:.1}"), format!("{dark:.1}"))).collect()
}

#[derive(Template)]
#[template(path = "appearance/admin/untried.html")]
struct Untried {
    page: Page,
    errors: FormErrors,
}

/// `POST /admin/appearance/preview` — tries a look on, for the frame beside the form. Nothing is saved for visitors.
pub async fn try_on(ctx: Ctx, form: Submitted<AppearanceForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ManageSettings)?;
    let (form, now) = (form.into_inner().settled(), ctx.now());
    let tried = ctx.db.write(move |conn| {
        let site = form.check(&SiteSettings::load(conn)?)?;
        pictures::check(conn, &site.look)?;
        model::try_on(conn, person.id, &form, now)
    });
    match tried.await {
        Ok(()) => ctx.see_other(paths::PREVIEW),
        Err(AppError::Invalid(errors)) => untried(&ctx, errors).await,
        Err(other) => Err(other),
    }
}

async fn untried(ctx: &Ctx, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let page = ctx.db.read(move |conn| Ok(Page::admin(conn, visit)?)).await?;
    let view = Untried { page, errors };
    let mut answer = render_form(&view, &view.errors)?;
    headers::allow_in_frames(&mut answer);
    Ok(answer)
}

/// Which page is previewed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// `article`, or else the home page.
    of: String,
}

/// `GET /admin/appearance/preview` — a page of the site in the look that was tried last, or in the saved one.
pub async fn preview(ctx: Ctx, wanted: web::Query<Wanted>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ManageSettings)?;
    let visit = Visit { person: None, token: None, flashes: Vec::new(), path: "/".to_owned(), query: String::new(), ..ctx.visit() };
    let of_article = wanted.of == "article";
    let view = ctx.db.read(move |conn| {
        let page = dressed(conn, visit, person.id)?;
        let article = if of_article { ShowEntry::newest(conn, &page)? } else { None };
        Ok(match article {
            Some(article) => article.render()?,
            None => home::view(conn, page)?.render()?,
        })
    });
    let html = view.await?;
    let mut answer = HttpResponse::Ok().insert_header(("cache-control", "no-store")).content_type("text/html; charset=utf-8").body(html);
    headers::allow_in_frames(&mut answer);
    Ok(answer)
}

/// The globals of a page in the look that this person has tried.
fn dressed(conn: &mut Conn, visit: Visit, user: UserId) -> AppResult<Page> {
    let stored = SiteSettings::load(conn)?;
    let tried = model::tried(conn, user)?.and_then(|form| form.check(&stored).ok());
    let site = tried.unwrap_or(stored);
    let sheet = format!("{}?at={}", paths::PREVIEW_SHEET, visit.now.and_utc().timestamp_micros());
    let theme = Theme { tried_sheet: Some(sheet), ..Theme::of(conn, &site)? };
    Ok(Page { site: Arc::new(site), theme: Arc::new(theme), ..Page::load(conn, visit)? })
}

/// `GET /admin/appearance/preview.css` — the style sheet of the look that was tried last.
pub async fn preview_sheet(ctx: Ctx) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ManageSettings)?;
    let assets = ctx.state.assets.clone();
    let css = ctx.db.read(move |conn| {
        let stored = SiteSettings::load(conn)?;
        let tried = model::tried(conn, person.id)?.and_then(|form| form.check(&stored).ok());
        sheet::write(&assets, &tried.unwrap_or(stored).look).map_err(|error| AppError::Internal(error.into()))
    });
    Ok(public::style(css.await?, "no-store"))
}

/// `POST /admin/appearance/undo` — the look before the last change.
pub async fn undo(ctx: Ctx, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (actor, now) = (ctx.actor(), ctx.now());
    ctx.db.write(move |conn| model::undo(conn, &actor, now)).await?;
    ctx.flash("Undone: the site looks as it did before the last change.").see_other(paths::APPEARANCE)
}

#[derive(Template)]
#[template(path = "appearance/admin/reset.html")]
struct AskReset {
    page: Page,
}

/// `GET /admin/appearance/reset` — asks.
pub async fn ask_reset(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let visit = ctx.visit();
    let page = ctx.db.read(move |conn| Ok(Page::admin(conn, visit)?)).await?;
    render(&AskReset { page })
}

/// `POST /admin/appearance/reset` — the design's own look again.
pub async fn reset(ctx: Ctx, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageSettings)?;
    let (actor, now) = (ctx.actor(), ctx.now());
    ctx.db.write(move |conn| model::reset(conn, &actor, now)).await?;
    ctx.flash("The site has its first look again. You can undo that.").see_other(paths::APPEARANCE)
}
