//! People who sign in, and who are named as authors.
//!
//! Tables `users`, `user_branches`, `account_tokens`, `sessions`, `throttles`. Passwords are Argon2id; of every secret in a cookie or a link only
//! the SHA-256 is stored. The person of a request is found once, by the middleware [`identify`]; what a role may do stands in
//! `web::rights`. Start at [`public::login`]; who may change whom is told by [`model::people`].

pub mod admin;
pub mod forms;
pub mod jobs;
pub mod mail;
pub mod model;
pub mod public;

pub use model::setup;

use crate::{
    app::State,
    error::AppError,
    jobs::{Kind, kind, schedule::Schedule},
    web::session_store::USER,
};
use actix_session::SessionExt;
use actix_web::{
    Error, HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};
use model::user::User;

/// Takes old sessions, links and throttles off their tables.
pub const SWEEP: Schedule = crate::app::repeat("accounts.sweep", 60);

/// Every kind of job of this room.
pub const JOBS: &[Kind] = &[kind::<jobs::SendInvitation>(), kind::<jobs::Sweep>()];

/// Addresses of this room.
pub mod paths {
    use crate::web::{
        local_path::{local_or, query_value},
        person::UserId,
    };

    /// Where signed-in people begin.
    pub const ADMIN: &str = "/admin";
    /// The log-in form.
    pub const LOGIN: &str = "/login";
    /// Ends the session.
    pub const LOGOUT: &str = "/logout";
    /// Makes the first owner.
    pub const SETUP: &str = "/setup";
    /// Lets somebody invited set a password.
    pub const INVITATION: &str = "/invitation";
    /// The list of people.
    pub const PEOPLE: &str = "/admin/people";
    /// The form that invites somebody.
    pub const INVITE: &str = "/admin/people/new";
    /// What each role may do.
    pub const ROLES: &str = "/admin/people/roles";
    /// The own account.
    pub const PROFILE: &str = "/admin/profile";
    /// The own password.
    pub const PASSWORD: &str = "/admin/profile/password";

    /// The log-in form, and where to go from there: a path with its query.
    pub fn login(next: &str) -> String {
        match local_or(next, ADMIN) {
            ADMIN => LOGIN.to_owned(),
            next => format!("{LOGIN}?next={}", query_value(next)),
        }
    }

    /// The form of a person.
    pub fn person(id: UserId) -> String {
        format!("{PEOPLE}/{id}")
    }
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.configure(public::login::routes)
        .configure(public::setup::routes)
        .configure(public::invitation::routes)
        .configure(admin::profile::routes)
        .configure(admin::people::routes);
}

/// Finds the person of the request by the session, and leaves it in the request's extensions.
///
/// Answers with responses, never with `Err`: the session middleware outside would lose its changes.
pub async fn identify(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Ok(Some(id)) = req.get_session().get(USER) {
        let db = req.app_data::<web::Data<State>>().expect("app::build puts the state there").db.clone();
        match db.read(move |conn| Ok(User::active(conn, id)?)).await {
            Ok(Some(user)) => {
                req.extensions_mut().insert(user.person());
            }
            Ok(None) => req.get_session().purge(),
            Err(error) => return Ok(req.error_response(error)),
        }
    }
    match next.call(req).await {
        Ok(res) => Ok(res.map_into_boxed_body()),
        Err(error) => Err(AppError::from_outside(error)),
    }
}
