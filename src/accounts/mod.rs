//! People who sign in, and who are named as authors.
//!
//! Tables `users`, `user_branches`, `account_tokens`, `sessions`, `throttles`, `second_factors`, `recovery_codes`, `passkeys`,
//! `email_changes`, `sign_ups`. Passwords are Argon2id; of every secret in a cookie or a link only the SHA-256 is stored. The person
//! of a request is found once, by the middleware [`identify`], which also leads people to set up the second factor that their role needs; what a role may do stands in `web::rights`. Start at
//! [`public::login`]; who may change whom is told by [`model::people`]. Readers, who have no admin, have [`public::account`].

pub mod admin;
pub mod agent;
pub mod forms;
pub mod jobs;
pub mod mail;
pub mod model;
pub mod public;
mod qr;
mod relying_party;

pub use model::setup;

use crate::{
    app::State,
    error::AppError,
    jobs::{Kind, kind, schedule::Schedule},
    site::SiteSettings,
    web::session_store::USER,
};
use actix_session::SessionExt;
use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CACHE_CONTROL, LOCATION},
    middleware::Next,
    web,
};
use model::{second_factor, user::User};

/// Takes old sessions, links and throttles off their tables.
pub const SWEEP: Schedule = crate::app::repeat("accounts.sweep", 60);

/// Every kind of job of this room.
pub const JOBS: &[Kind] = &[
    kind::<jobs::SendInvitation>(),
    kind::<jobs::SendNotice>(),
    kind::<jobs::SendReset>(),
    kind::<jobs::SendSignUp>(),
    kind::<jobs::SendEmailChange>(),
    kind::<jobs::Sweep>(),
];

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
    /// The account of a reader.
    pub const ACCOUNT: &str = "/account";
    /// Its address.
    pub const ACCOUNT_EMAIL: &str = "/account/email";
    /// Its password.
    pub const ACCOUNT_PASSWORD: &str = "/account/password";
    /// Where a reader is logged in.
    pub const ACCOUNT_SESSIONS: &str = "/account/sessions";
    /// Lets people sign up as readers.
    pub const SIGN_UP: &str = "/sign-up";
    /// Where the link of the letter leads to.
    pub const SIGN_UP_CONFIRMATION: &str = "/sign-up/confirmation";
    /// Asks for a link for who has forgotten the password.
    pub const RESET: &str = "/login/reset";
    /// Where that link leads to.
    pub const NEW_PASSWORD: &str = "/login/new-password";
    /// Where the links of a change of address lead to.
    pub const EMAIL_CHANGE: &str = "/login/email";
    /// Asks for a code after the password.
    pub const SECOND_STEP: &str = "/login/second-factor";
    /// Takes a passkey.
    pub const PASSKEY: &str = "/login/passkey";
    /// Asks for the password once more.
    pub const CONFIRMATION: &str = "/login/confirmation";
    /// Measures a new password while it is typed.
    pub const STRENGTH: &str = "/password-strength";
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
    /// The address of the own account.
    pub const EMAIL: &str = "/admin/profile/email";
    /// The own second factor.
    pub const SECOND_FACTOR: &str = "/admin/profile/second-factor";
    /// The own passkeys.
    pub const PASSKEYS: &str = "/admin/profile/passkeys";
    /// Where one is logged in.
    pub const SESSIONS: &str = "/admin/profile/sessions";
    /// The own password.
    pub const PASSWORD: &str = "/admin/profile/password";

    /// The log-in form, and where to go from there: a path with its query.
    pub fn login(next: &str) -> String {
        match local_or(next, ADMIN) {
            ADMIN => LOGIN.to_owned(),
            next => format!("{LOGIN}?next={}", query_value(next)),
        }
    }

    /// Where the password is asked for once more, and where to go from there: a path with its query.
    pub fn confirmation(next: &str) -> String {
        format!("{CONFIRMATION}?next={}", query_value(local_or(next, ADMIN)))
    }

    /// The form of a person.
    pub fn person(id: UserId) -> String {
        format!("{PEOPLE}/{id}")
    }
}

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.configure(public::login::routes)
        .configure(public::second_step::routes)
        .configure(public::sign_up::routes)
        .configure(public::account::routes)
        .configure(public::reset::routes)
        .configure(public::email_change::routes)
        .configure(public::passkey::routes)
        .configure(public::confirmation::routes)
        .configure(public::strength::routes)
        .configure(public::setup::routes)
        .configure(public::invitation::routes)
        .configure(admin::profile::routes)
        .configure(admin::email::routes)
        .configure(admin::sessions::routes)
        .configure(admin::second_factor::routes)
        .configure(admin::passkeys::routes)
        .configure(admin::people::routes);
}

/// Where somebody may go who must set up a second factor first; everywhere else the site takes them for a visitor.
const SET_UP: [&str; 4] = [paths::SECOND_FACTOR, paths::PASSKEYS, paths::LOGIN, paths::LOGOUT];

/// Finds the person of the request by the session, and leaves it in the request's extensions.
///
/// Answers with responses, never with `Err`: the session middleware outside would lose its changes.
pub async fn identify(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Ok(Some(id)) = req.get_session().get(USER) {
        let state = req.app_data::<web::Data<State>>().expect("app::build puts the state there").clone();
        let pages = state.pages.clone();
        let found = state.db.read(move |conn| {
            let Some(user) = User::active(conn, id)? else { return Ok(None) };
            let needed = pages.remembered::<SiteSettings>(conn)?.second_factor.contains(&user.role);
            let is_due = needed && !second_factor::is_on(conn, user.id)?;
            Ok(Some((user, is_due)))
        });
        match found.await {
            Ok(Some((user, is_due))) if !is_due || SET_UP.iter().any(|way| is_below(req.path(), way)) => {
                req.extensions_mut().insert(user.person());
            }
            Ok(Some(_)) if is_below(req.path(), paths::ADMIN) => return Ok(lead_to_set_up(req)),
            Ok(Some(_)) => {}
            Ok(None) => req.get_session().purge(),
            Err(error) => return Ok(req.error_response(error)),
        }
    }
    match next.call(req).await {
        Ok(res) => Ok(res.map_into_boxed_body()),
        Err(error) => Err(AppError::from_outside(error)),
    }
}

fn is_below(path: &str, top: &str) -> bool {
    path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn lead_to_set_up(req: ServiceRequest) -> ServiceResponse<BoxBody> {
    if !req.method().is_safe() {
        return req
            .error_response(AppError::Forbidden("Your role needs a second factor. Set it up in your profile, then send this again."));
    }
    let answer =
        HttpResponse::SeeOther().insert_header((LOCATION, paths::SECOND_FACTOR)).insert_header((CACHE_CONTROL, "no-store")).finish();
    req.into_response(answer)
}
