//! What moderators do: the queue, one comment, bans, the switch of an entry; and how there are comments at all.

mod bans;
mod comment;
mod deletion;
mod queue;
mod settings;
mod switch;

use super::{model::comment::State, paths};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    site::waiting::counted,
    web::{
        ctx::Ctx,
        methods::{post, read},
        person::{Person, Right},
    },
};
use actix_web::web;
use diesel::QueryResult;

/// The lists of the queue.
const LISTS: [State; 4] = [State::Held, State::Shown, State::Spam, State::Trashed];

/// The tabs above every page of the room.
pub struct Tabs {
    pub(super) open: String,
    pub(super) tabs: Vec<(&'static str, &'static str, String)>,
    /// Whether this person decides about the comments of all entries.
    pub(super) sees_all: bool,
}

impl Tabs {
    /// With how many this person decides about; `open` is the word of the list that is shown, or the name of another page.
    pub fn load(conn: &mut Conn, person: &Person, open: &str) -> QueryResult<Tabs> {
        let tab = |state: &State| Ok((state.word(), state.label(), counted(super::model::queue::count(conn, person, *state)?)));
        let tabs = LISTS.iter().map(tab).collect::<QueryResult<_>>()?;
        Ok(Tabs { open: open.to_owned(), tabs, sees_all: decides_on_all(person) })
    }
}

/// Whether this person decides about the comments of all entries, in whatever branch.
fn decides_on_all(person: &Person) -> bool {
    person.may_any(Right::Moderate) && !person.is_limited()
}

/// Returns the person who may change what holds for the comments of all entries.
pub(super) fn require_all(ctx: &Ctx) -> AppResult<Person> {
    let person = ctx.require_any(Right::Moderate)?;
    if decides_on_all(&person) {
        Ok(person)
    } else {
        Err(AppError::Forbidden("You decide about comments in your branches only. Ask an editor of the whole site."))
    }
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::QUEUE, read().to(queue::index))
        .route(paths::QUEUE, post().to(queue::decide))
        .route("/admin/comments/undo", post().to(queue::undo))
        .route("/admin/comments/deletion", read().to(deletion::ask))
        .route("/admin/comments/deletion", post().to(deletion::delete))
        .route(paths::BANS, read().to(bans::index))
        .route(paths::BANS, post().to(bans::create))
        .route("/admin/comments/bans/{id}/deletion", post().to(bans::lift))
        .route(paths::SETTINGS, read().to(settings::edit))
        .route(paths::SETTINGS, post().to(settings::update))
        .route("/admin/comments/{id}", read().to(comment::show))
        .route("/admin/comments/{id}", post().to(comment::update))
        .route("/admin/entries/{id}/comments", read().to(switch::edit))
        .route("/admin/entries/{id}/comments", post().to(switch::update));
}
