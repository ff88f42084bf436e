//! The cookie by which a device is known again; what it says is in `model::device`.
//!
//! Encrypted and signed with the key of the session cookie, sent to the log-in pages only, one for each account.

use crate::{
    accounts::model::{device::Claim, throttle, user::User},
    app::State,
};
use actix_web::{
    HttpRequest,
    cookie::{Cookie, CookieJar, SameSite, time::Duration},
};

/// Days for which a device is known that does not log in again.
const LIFE_DAYS: i64 = 365;

/// What this browser says about the account with that address, as far as it is from us.
pub fn claim(req: &HttpRequest, state: &State, email: &str) -> Option<Claim> {
    let name = name(state, email);
    let mut jar = CookieJar::new();
    jar.add_original(req.cookie(&name)?);
    Claim::parse(jar.private(&state.key).get(&name)?.value())
}

/// The cookie for a device on which this user has just logged in; a known one keeps its number.
pub fn cookie(state: &State, user: &User, nonce: Option<String>) -> Option<Cookie<'static>> {
    let nonce = nonce.unwrap_or_else(|| format!("{:032x}", rand::random::<u128>()));
    let name = name(state, &user.email);
    let cookie = Cookie::build(name.clone(), Claim::new(user, nonce).text())
        .path("/login")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_https(state))
        .max_age(Duration::days(LIFE_DAYS))
        .finish();
    let mut jar = CookieJar::new();
    jar.private_mut(&state.key).add(cookie);
    jar.get(&name).cloned()
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
