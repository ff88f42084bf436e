//! The cookie by which a device is known again; what it says is in `model::device`.
//!
//! Encrypted and signed with the key of the session cookie, sent to the log-in pages only, one for each account.

use super::sealed;
use crate::{
    accounts::model::{device::Claim, throttle, user::User},
    app::State,
};
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};

/// Days for which a device is known that does not log in again.
const LIFE_DAYS: i64 = 365;

/// What this browser says about the account with that address, as far as it is from us.
pub fn claim(req: &HttpRequest, state: &State, email: &str) -> Option<Claim> {
    let name = name(state, email);
    Claim::parse(&sealed::open(&state.key, &name, req.cookie(&name)?.value())?)
}

/// The cookie for a device on which this user has just logged in; a known one keeps its number.
pub fn cookie(state: &State, user: &User, nonce: Option<String>) -> Cookie<'static> {
    let nonce = nonce.unwrap_or_else(|| format!("{:032x}", rand::random::<u128>()));
    let name = name(state, &user.email);
    let value = sealed::seal(&state.key, &name, Claim::new(user, nonce).text());
    Cookie::build(name, value)
        .path("/login")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_https(state))
        .max_age(Duration::days(LIFE_DAYS))
        .finish()
}

/// One for each account, which it does not name.
fn name(state: &State, email: &str) -> String {
    let account = throttle::account(email);
    let mark = account.rsplit(':').next().map_or("", |hash| &hash[..8]);
    format!("{}device-{mark}", if is_https(state) { "__Secure-" } else { "" })
}

fn is_https(state: &State) -> bool {
    state.base_url.starts_with("https://")
}
