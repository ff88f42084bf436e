//! People who sign in, and who are named as authors.
//!
//! Tables `users`, `account_tokens`, `sessions`, `throttles`. Stands below every other room. The person of a request is found
//! once, by the middleware [`identify`].

pub mod model;

use crate::{app::State, error::AppError, jobs::schedule::Schedule, web::session_store::USER};
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

/// Addresses of this room.
pub mod paths {
    /// The log-in form, leading to `next` afterwards.
    pub fn login(next: &str) -> String {
        format!("/login?next={}", crate::web::local_path::query_value(next))
    }
}

/// Registers the handlers.
pub fn routes(_cfg: &mut web::ServiceConfig) {}

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
