//! Uploads: several files at once, by the form or by a script, which is answered with JSON.

use super::card;
use crate::{
    error::AppResult,
    media::{
        inspect::{Format, Limits, format::TAKEN},
        model::{adding::Added, file::File, folder::Folder},
        paths,
        taking::take,
    },
    site::{Page, SiteSettings, page::count},
    web::{
        ctx::Ctx,
        form::FormErrors,
        methods::{post, read},
        person::Right,
        render::render_form,
        upload::{self, FIELDS, Most},
    },
};
use actix_web::{HttpRequest, HttpResponse, http::header::ACCEPT, web};
use askama::Template;
use serde::Deserialize;
use serde_json::json;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/media/new", read().to(new)).route(paths::MEDIA, post().to(create));
}

/// What the address of the form may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Params {
    folder: String,
}

#[derive(Template)]
#[template(path = "media/admin/new.html")]
struct NewUpload {
    page: Page,
    folder: String,
    folders: Vec<(String, String)>,
    errors: FormErrors,
    hint: String,
}

/// `GET /admin/media/new` — the form.
async fn new(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    ctx.require(Right::Upload)?;
    form_page(&ctx, params.into_inner().folder, FormErrors::none()).await
}

/// A file that was not taken: its name, and a sentence.
type Refused = (String, String);

/// `POST /admin/media` — takes what is good, and says of the rest why it is not.
async fn create(ctx: Ctx, req: HttpRequest, payload: web::Payload) -> AppResult<HttpResponse> {
    ctx.require(Right::Upload)?;
    let site = ctx.db.read(|conn| Ok(SiteSettings::load(conn)?)).await?;
    let most = Most { files: site.upload_files, bytes: Limits::of(&site).bytes, fields: FIELDS };
    let sent = upload::read(&req, payload, most).await?;
    let folder = sent.field("folder").to_owned();
    let place = folder.parse().unwrap_or(Folder::root());
    let (mut taken, mut refused): (Vec<Added>, Vec<Refused>) = (Vec::new(), Vec::new());
    if sent.dropped > 0 {
        let why = format!("{} left out: {} at a time are taken.", count(sent.dropped as i64, "file was", "files were"), most.files);
        refused.push((String::new(), why));
    }
    for file in sent.files {
        let name = file.name.clone();
        match take(&ctx, file, Limits::of(&site), place, Format::ALL).await? {
            Ok(added) => taken.push(added),
            Err(why) => refused.push((name, why)),
        }
    }
    if req.headers().get(ACCEPT).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json")) {
        return Ok(told_to_script(&taken, &refused));
    }
    if taken.is_empty() {
        return form_page(&ctx, folder, errors(&refused)).await;
    }
    tell(&ctx, &taken, &refused);
    ctx.see_other(if place == Folder::root() { paths::MEDIA.to_owned() } else { format!("{}?folder={place}", paths::MEDIA) })
}

/// Sentences for the next page.
fn tell(ctx: &Ctx, taken: &[Added], refused: &[Refused]) {
    let (fresh, known): (Vec<&Added>, Vec<&Added>) = taken.iter().partition(|added| added.fresh);
    match fresh.as_slice() {
        [] => {}
        [one] => drop(ctx.flash(format!("Added {}.", one.file.name))),
        many => drop(ctx.flash(format!("Added {}.", count(many.len() as i64, "file", "files")))),
    }
    for added in known.iter().take(5) {
        ctx.flash(format!("{} is in the library already; nothing was added.", added.file.name));
    }
    for one in refused.iter().take(10) {
        ctx.warn(sentence(one));
    }
    if refused.len() > 10 {
        ctx.warn(format!("{} more were not taken either.", refused.len() - 10));
    }
}

fn sentence((name, why): &Refused) -> String {
    if name.is_empty() { why.clone() } else { format!("{}: {why}", name.chars().take(100).collect::<String>()) }
}

fn errors(refused: &[Refused]) -> FormErrors {
    let mut errors = FormErrors::none();
    for one in refused {
        errors.add("files", sentence(one));
    }
    if errors.is_empty() {
        errors.add("files", "Choose at least one file.");
    }
    errors
}

fn told_to_script(taken: &[Added], refused: &[Refused]) -> HttpResponse {
    let file = |file: &File, fresh: bool| {
        json!({ "id": file.id, "name": file.name, "kind": file.kind.word(), "address": file.address, "url": file.url(),
                "page": paths::file(file.id), "markdown": card::markdown(file), "fresh": fresh })
    };
    let body = json!({
        "files": taken.iter().map(|added| file(&added.file, added.fresh)).collect::<Vec<_>>(),
        "refused": refused.iter().map(|(name, why)| json!({ "name": name, "why": why })).collect::<Vec<_>>(),
    });
    let mut answer = if taken.is_empty() { HttpResponse::UnprocessableEntity() } else { HttpResponse::Ok() };
    answer.insert_header(("cache-control", "no-store")).json(body)
}

async fn form_page(ctx: &Ctx, folder: String, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| {
        let site = SiteSettings::load(conn)?;
        let hint = format!(
            "Up to {} at a time, each up to {} MB, pictures up to {} megapixels. Taken are {TAKEN}.",
            count(site.upload_files as i64, "file", "files"),
            site.upload_mb,
            site.upload_megapixels
        );
        let folders = Folder::tree(conn)?.into_iter().map(|folder| (folder.id.to_string(), folder.label())).collect();
        Ok(NewUpload { page: Page::admin(conn, visit)?, folder, folders, errors, hint })
    });
    let view = view.await?;
    render_form(&view, &view.errors)
}
