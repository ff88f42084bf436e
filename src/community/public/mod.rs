//! What visitors do: comment, answer, look at what they wrote, change or withdraw it for a while, follow the links of letters.

mod avatar;
mod cookie;
mod links;
mod own;
mod sheet;

use super::{forms::comment::CommentForm, paths};
use crate::{
    site::comments::{Comments, Policy},
    web::{
        form::FormErrors,
        methods::{post, read},
        person::Person,
    },
};
use actix_web::web;

/// The form of a comment, wherever it is drawn.
pub struct FormSheet {
    /// What was typed.
    pub form: CommentForm,
    /// What to mend.
    pub errors: FormErrors,
    /// The name of who is logged in.
    pub name: Option<String>,
    /// Whether a guest must give a mail address.
    pub needs_email: bool,
    /// Whether comments of most people wait.
    pub waits: bool,
    /// Whether the page is one for everybody, and so may be old.
    pub is_shared: bool,
}

impl FormSheet {
    /// On a page of its own.
    pub fn alone(site: &Comments, person: Option<&Person>, form: CommentForm, errors: FormErrors) -> FormSheet {
        FormSheet {
            form,
            errors,
            name: person.map(|person| person.name.clone()),
            needs_email: site.needs_email,
            waits: site.policy != Policy::Open,
            is_shared: false,
        }
    }

    /// Below an article.
    pub fn below(site: &Comments, person: Option<&Person>, form: CommentForm, errors: FormErrors) -> FormSheet {
        FormSheet { is_shared: true, ..FormSheet::alone(site, person, form, errors) }
    }

    /// What stands in the address field's hint.
    pub fn email_hint(&self) -> &'static str {
        if self.needs_email { "Never shown." } else { "Never shown. Lets us mail you the answers, and know you again." }
    }
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::NEW, read().to(sheet::new))
        .route(paths::COMMENTS, post().to(sheet::create))
        .route("/comments/avatars/{seed}.svg", read().to(avatar::show))
        .route(paths::CONFIRMATION, read().to(links::confirmation))
        .route(paths::CONFIRMATION, post().to(links::confirm))
        .route(paths::VERDICT, read().to(links::moderation))
        .route(paths::VERDICT, post().to(links::decide))
        .route(paths::UNSUBSCRIPTION, read().to(links::unsubscription))
        .route(paths::UNSUBSCRIPTION, post().to(links::unsubscribe))
        .route("/comments/{id}", read().to(own::show))
        .route("/comments/{id}/edit", read().to(own::edit))
        .route("/comments/{id}/edit", post().to(own::update))
        .route("/comments/{id}/withdrawal", read().to(own::withdrawal))
        .route("/comments/{id}/withdrawal", post().to(own::withdraw));
}
