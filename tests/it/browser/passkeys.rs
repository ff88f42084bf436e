//! Passkeys with an authenticator of Chromium's own: added, used in the place of address and password, after the password, and to
//! confirm.

use super::{DESK, chromium::Browser, served::Served};
use crate::{
    accounts::{PASSWORD, given_member},
    support::site::Site,
};
use mainstay::web::person::Role;

#[actix_web::test]
async fn a_passkey_opens_an_account_alone_and_after_the_password() {
    let site = Site::start().await;
    // WebAuthn wants a name.
    let served = Served::named(&site, "localhost");
    let (_, email) = given_member(&site, Role::Editor);
    site.state.clock.set(chrono::Utc::now().naive_utc());
    let browser = Browser::open("passkeys", DESK, true).await;
    browser.add_authenticator();
    browser.go(&served.url("/login?next=/admin/profile/passkeys")).await;
    browser.fill("#email", &email).await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Log in").await;
    browser.is_at("/admin/profile/passkeys").await;
    browser.shot("none").await;

    browser.fill("#name", "Test key").await;
    browser.press("Add a passkey").await;
    browser.shows("Your recovery codes").await;
    browser.shot("codes").await;
    browser.go(&served.url("/admin/profile/passkeys")).await;
    assert_eq!(browser.value("tbody input[name=name]").await, "Test key");
    browser.shot("one").await;
    assert_eq!((site.count("passkeys"), site.count("recovery_codes")), (1, 10));

    // In the place of address and password.
    log_out(&browser, &served).await;
    browser.shot("log-in").await;
    browser.press("Use a passkey").await;
    browser.is_at("/admin").await;
    assert_eq!(site.count("passkeys WHERE used_at IS NOT NULL"), 1);

    // After the password.
    log_out(&browser, &served).await;
    browser.fill("#email", &email).await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Log in").await;
    browser.is_at("/login/second-factor").await;
    browser.shot("second-step").await;
    browser.press("Use a passkey").await;
    browser.is_at("/admin").await;

    // To confirm that it is still oneself.
    site.later(chrono::TimeDelta::minutes(16));
    browser.go(&served.url("/admin/profile/passkeys")).await;
    browser.is_at("/login/confirmation").await;
    browser.press("Use a passkey").await;
    browser.is_at("/admin/profile/passkeys").await;

    // Removed, it opens nothing; the password alone does again.
    browser.follow("Remove… Test key").await;
    browser.press("Remove it").await;
    browser.shows("Removed the passkey").await;
    assert_eq!((site.count("passkeys"), site.count("recovery_codes")), (0, 0));
    log_out(&browser, &served).await;
    browser.press("Use a passkey").await;
    browser.shows("This passkey is not known here.").await;
    browser.close();
    site.run_jobs();
}

async fn log_out(browser: &Browser, served: &Served) {
    browser.go(&served.url("/admin/profile")).await;
    browser.point_at_and_click("form[action='/logout'] button").await;
    browser.is_at("/login").await;
}
