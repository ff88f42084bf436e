//! Pages for people who are not signed in: log-in, first owner, invitation.

pub mod invitation;
pub mod login;
pub mod setup;

use crate::{
    error::{AppError, AppResult},
    web::{
        ctx::{Ctx, TOKEN},
        person::UserId,
        session_store::USER,
    },
};
use actix_session::storage::generate_session_key;
use serde::Deserialize;

/// What a link says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LinkParams {
    token: String,
}

/// Makes the session that of `user`: with a new key, so that nobody can have planted the old one, and a new token for forms.
pub(super) fn sign_in(ctx: &Ctx, user: UserId) -> AppResult<()> {
    let internal = |error: actix_session::SessionInsertError| AppError::Internal(error.to_string().into());
    ctx.session.renew();
    ctx.session.insert(USER, user).map_err(internal)?;
    ctx.session.insert(TOKEN, String::from(generate_session_key())).map_err(internal)
}
