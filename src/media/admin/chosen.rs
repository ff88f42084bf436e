//! Several files at once: moved into a folder, or deleted. Both ask on a page of their own.

use crate::{
    db::Conn,
    error::{AppError, AppResult},
    jobs::Job,
    media::{
        forms::file::ChosenForm,
        jobs::DeleteUnused,
        model::{
            changes,
            file::{File, FileId},
            folder::Folder,
            library,
        },
        paths,
    },
    site::{Page, page::count},
    web::{
        ctx::{Ctx, Visit},
        form::{FormErrors, Submitted},
        methods::{post, read},
        person::{Person, Right},
        render::render_form,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/media/deletion", read().to(deletion))
        .route("/admin/media/deletion", post().to(destroy))
        .route("/admin/media/move", read().to(moving))
        .route("/admin/media/move", post().to(move_all));
}

/// The ticked files that this person may change, those that are not, and what else the pages show.
#[derive(Template)]
#[template(path = "media/admin/chosen.html")]
struct Chosen {
    page: Page,
    deletes: bool,
    form: ChosenForm,
    files: Vec<File>,
    /// How many were ticked that somebody else has brought.
    others: usize,
    /// Instead of files: how many are not used.
    unused: Option<i64>,
    folders: Vec<(String, String)>,
    errors: FormErrors,
}

impl Chosen {
    fn used(&self) -> usize {
        self.files.iter().filter(|file| file.used).count()
    }

    fn question(&self) -> String {
        let many = match self.unused {
            Some(many) if many > library::MOST_COUNTED => {
                format!("all files that are not used, more than {}", crate::site::page::number(library::MOST_COUNTED))
            }
            Some(many) => count(many, "file that is not used", "files that are not used"),
            None => count(self.files.len() as i64, "file", "files"),
        };
        if self.deletes { format!("Delete {many}?") } else { format!("Move {many}") }
    }

    fn back(&self) -> String {
        if self.form.back.is_empty() { paths::MEDIA.to_owned() } else { format!("{}?{}", paths::MEDIA, self.form.back) }
    }
}

/// `GET /admin/media/deletion?id=…` — asks.
async fn deletion(ctx: Ctx, req: HttpRequest) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Upload)?;
    page(&ctx, person, true, of_query(&req)?, FormErrors::none()).await
}

/// `GET /admin/media/move?id=…` — asks where to.
async fn moving(ctx: Ctx, req: HttpRequest) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Upload)?;
    page(&ctx, person, false, of_query(&req)?, FormErrors::none()).await
}

/// Several values of one name are more than `web::Query` reads.
fn of_query(req: &HttpRequest) -> AppResult<ChosenForm> {
    serde_html_form::from_str(req.query_string()).map_err(|_| AppError::BadRequest("This address cannot be read."))
}

/// `POST /admin/media/deletion` — deletes them; or, by a job, all that nothing shows.
async fn destroy(ctx: Ctx, form: Submitted<ChosenForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Upload)?;
    let form = form.into_inner();
    if form.all == "unused" {
        return destroy_unused(&ctx).await;
    }
    let done = {
        let (form, person, actor, now) = (form.clone(), person.clone(), ctx.actor(), ctx.now());
        ctx.db.write(move |conn| {
            let (files, _) = changeable(conn, &person, &form.ids())?;
            files.iter().try_for_each(|file| changes::delete(conn, file.id, form.used, &actor, now).map(drop))?;
            chosen_some(files.len())
        })
    };
    match done.await {
        Ok(many) => ctx.flash(format!("Deleted {}.", count(many as i64, "file", "files"))).see_other(back(&form)),
        Err(AppError::Invalid(errors)) => page(&ctx, person, true, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn destroy_unused(ctx: &Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ArrangeFiles)?;
    let (actor, now) = (ctx.actor(), ctx.now());
    let job = DeleteUnused { user: actor.user, request: actor.request, at: now };
    ctx.db.write(move |conn| Ok(job.enqueue(conn, now)?)).await?;
    ctx.flash("The files that are not used are being deleted. The journal names each.").see_other(paths::MEDIA)
}

/// `POST /admin/media/move` — moves them into a folder.
async fn move_all(ctx: Ctx, form: Submitted<ChosenForm>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Upload)?;
    let form = form.into_inner();
    let done = {
        let (form, person, actor, now) = (form.clone(), person.clone(), ctx.actor(), ctx.now());
        ctx.db.write(move |conn| {
            let folder = form.folder.parse().map_err(|_| AppError::invalid("folder", "Choose a folder from the list."))?;
            let (files, _) = changeable(conn, &person, &form.ids())?;
            chosen_some(files.len())?;
            let ids: Vec<FileId> = files.iter().map(|file| file.id).collect();
            changes::move_into(conn, &ids, folder, &actor, now)
        })
    };
    match done.await {
        Ok(many) => ctx.flash(format!("Moved {}.", count(many as i64, "file", "files"))).see_other(back(&form)),
        Err(AppError::Invalid(errors)) => page(&ctx, person, false, form, errors).await,
        Err(other) => Err(other),
    }
}

fn chosen_some(many: usize) -> AppResult<usize> {
    if many > 0 { Ok(many) } else { Err(AppError::invalid("files", "Go back and tick at least one file that you have brought.")) }
}

fn back(form: &ChosenForm) -> String {
    if form.back.is_empty() { paths::MEDIA.to_owned() } else { format!("{}?{}", paths::MEDIA, form.back) }
}

/// Those of the files that this person may change, and how many others there are.
fn changeable(conn: &mut Conn, person: &Person, ids: &[FileId]) -> AppResult<(Vec<File>, usize)> {
    let (own, others): (Vec<File>, Vec<File>) = File::all(conn, ids)?.into_iter().partition(|file| file.may_be_changed_by(person));
    Ok((own, others.len()))
}

async fn page(ctx: &Ctx, person: Person, deletes: bool, form: ChosenForm, errors: FormErrors) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| load(conn, visit, &person, deletes, form, errors)).await?;
    render_form(&view, &view.errors)
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, deletes: bool, form: ChosenForm, errors: FormErrors) -> AppResult<Chosen> {
    let whole = deletes && form.all == "unused" && person.may_any(Right::Upload);
    let (files, others) = if whole { (Vec::new(), 0) } else { changeable(conn, person, &form.ids())? };
    let errors = if errors.is_empty() && !whole && files.is_empty() {
        FormErrors::one("files", "Go back and tick at least one file that you have brought.")
    } else {
        errors
    };
    let folders = Folder::tree(conn)?.into_iter().map(|folder| (folder.id.to_string(), folder.label())).collect();
    let unused = whole.then(|| library::unused(conn)).transpose()?;
    Ok(Chosen { page: Page::admin(conn, visit)?, deletes, form, files, others, unused, folders, errors })
}
