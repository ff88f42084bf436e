//! Pages in front of the admin: log-in, first owner, invitation, confirming that it is still oneself.

pub mod account;
pub mod confirmation;
pub mod device;
pub mod email_change;
pub mod invitation;
pub mod login;
pub mod passkey;
pub mod reset;
pub mod second_step;
pub mod setup;
pub mod sign_up;
pub mod strength;

use crate::{
    accounts::{
        model::{notice::Place, user::User},
        paths,
    },
    error::{AppError, AppResult},
    web::{
        ctx::{Ctx, TOKEN},
        person::{Right, Role, UserId},
        session_store::{ADDRESS, AGENT, HANDLE, USER},
    },
};
use actix_session::storage::generate_session_key;
use actix_web::HttpResponse;
use serde::Deserialize;

/// What a link says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LinkParams {
    token: String,
}

/// Where the request comes from.
pub fn place(ctx: &Ctx) -> Place {
    Place { agent: ctx.agent.clone(), address: ctx.address.map_or(String::new(), |address| address.to_canonical().to_string()) }
}

/// Where somebody of that role goes on: nobody is led to an admin that is none of theirs.
pub fn onward(role: Role, to: &str) -> &str {
    if to == paths::ADMIN && !role.may(Right::Write) { paths::ACCOUNT } else { to }
}

/// Signs somebody in and sends them on; the device gets the cookie by which it is known again, under its number if it had one.
pub async fn admit(ctx: &Ctx, id: UserId, nonce: Option<String>, to: &str) -> AppResult<HttpResponse> {
    let user = ctx.db.read(move |conn| Ok(User::find(conn, id)?)).await?; // as it is now: the cookie ends with the password
    sign_in(ctx, user.id)?;
    let mut answer = ctx.see_other(onward(user.role, to))?;
    if let Some(cookie) = device::cookie(&ctx.state, &user, nonce) {
        answer.add_cookie(&cookie).map_err(|error| AppError::Internal(error.into()))?;
    }
    Ok(answer)
}

/// Makes the session that of `user`: with a new key, so that nobody can have planted the old one, and a new token for forms.
fn sign_in(ctx: &Ctx, user: UserId) -> AppResult<()> {
    let place = place(ctx);
    second_step::end(ctx);
    ctx.session.renew();
    ctx.keep_in_session(USER, user)?;
    ctx.keep_in_session(TOKEN, String::from(generate_session_key()))?;
    ctx.keep_in_session(HANDLE, format!("{:032x}", rand::random::<u128>()))?;
    ctx.keep_in_session(AGENT, place.agent)?;
    ctx.keep_in_session(ADDRESS, place.address)?;
    ctx.confirmed()
}
