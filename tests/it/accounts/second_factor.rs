//! The second factor: setting it up, being asked for it, losing it.

use super::{PASSWORD, given_member, is_signed_in, kinds, log_in};
use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    accounts::model::second_factor::code_at,
    schema::second_factors,
    site::SiteSettings,
    web::person::{Role, UserId},
};

/// Sets an app up by its page; returns the recovery codes.
async fn set_up(site: &Site, visitor: &Visitor) -> Vec<String> {
    let page = visitor.get("/admin/profile/second-factor").await;
    let typed = page.attributes("#secret", "value").remove(0);
    let secret = base32(&typed);
    let code = code_at(&secret, site.state.clock.now()).unwrap();
    visitor.submit(page.form("#second-factor").fill([("code", &code)])).await.assert_redirects_to("/admin/profile/second-factor");
    visitor.get("/admin/profile/second-factor").await.texts(".codes code")
}

/// RFC 4648, as an app reads what is typed.
fn base32(text: &str) -> Vec<u8> {
    let mut bits = String::new();
    for sign in text.bytes().filter(u8::is_ascii_alphanumeric) {
        let value = if sign.is_ascii_digit() { sign - b'2' + 26 } else { sign - b'A' };
        bits.push_str(&format!("{value:05b}"));
    }
    bits.as_bytes().chunks_exact(8).map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect()
}

/// What the app of that user shows now.
fn app_code(site: &Site, user: UserId) -> String {
    let secret: Vec<u8> = second_factors::table.find(user).select(second_factors::secret).first(&mut site.database.conn()).unwrap();
    code_at(&secret, site.state.clock.now()).unwrap()
}

async fn second_step(visitor: &Visitor, code: &str) -> Answer {
    let form = visitor.get("/login/second-factor").await.form("#second-step");
    visitor.submit(form.fill([("code", code)])).await
}

#[actix_web::test]
async fn an_app_is_set_up_and_asked_for_from_then_on() {
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Author);
    let (here, there) = (site.visitor(), site.visitor());
    log_in(&here, &email, PASSWORD).await;
    log_in(&there, &email, PASSWORD).await;

    let page = here.get("/admin/profile/second-factor").await;
    assert_eq!(page.attributes("svg.qr", "role"), ["img"]);
    let wrong = here.submit(page.form("#second-factor").fill([("code", "000000")])).await;
    wrong.assert_status(422).assert_shows("This code does not fit.");
    assert_eq!(wrong.attributes("#secret", "value"), page.attributes("#secret", "value"), "the scanned secret stays");
    let codes = set_up(&site, &here).await;
    assert_eq!(codes.len(), 10);
    here.get("/admin/profile/second-factor").await.assert_shows("10 of 10 left").assert_lacks(&codes[0]).assert_lacks("svg class=\"qr\"");
    assert!(is_signed_in(&here).await && !is_signed_in(&there).await, "the other sessions end");
    assert!(kinds(&site).contains(&"account.second_factor_on".to_owned()));
    assert_eq!(site.count("recovery_codes WHERE LENGTH(code_hash) = 32"), 10);

    site.later(TimeDelta::seconds(60));
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await.assert_redirects_to("/login/second-factor");
    ada.get("/admin").await.assert_redirects_to("/login");
    second_step(&ada, "123456").await.assert_status(422).assert_shows("This code is not right");
    second_step(&ada, &app_code(&site, id)).await.assert_redirects_to("/admin");
    assert!(is_signed_in(&ada).await);
    assert!(kinds(&site).contains(&"account.second_factor_failed".to_owned()));
}

#[actix_web::test]
async fn a_code_works_once_and_an_older_one_not_any_more() {
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Author);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    set_up(&site, &ada).await;
    let before = app_code(&site, id);
    site.later(TimeDelta::seconds(30));
    let code = app_code(&site, id);
    let (one, two) = (site.visitor(), site.visitor());
    log_in(&one, &email, PASSWORD).await;
    log_in(&two, &email, PASSWORD).await;
    second_step(&one, &before).await.assert_status(422); // it set the app up
    second_step(&one, &code).await.assert_redirects_to("/admin");
    second_step(&two, &code).await.assert_status(422).assert_shows("or was used before");
    site.later(TimeDelta::seconds(30));
    second_step(&two, &app_code(&site, id)).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn a_recovery_code_stands_in_once_and_a_letter_says_so() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Owner);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let codes = set_up(&site, &ada).await;
    let (one, two) = (site.visitor(), site.visitor());
    log_in(&one, &email, PASSWORD).await;
    log_in(&two, &email, PASSWORD).await;
    second_step(&one, &codes[3].to_lowercase().replace('-', " ")).await.assert_redirects_to("/admin");
    second_step(&two, &codes[3]).await.assert_status(422);
    one.get("/admin/profile/second-factor").await.assert_shows("9 of 10 left");
    site.run_jobs();
    assert!(site.letters().iter().any(|letter| letter.contains("A recovery code was used")));

    let form = one.get("/admin/profile/second-factor").await.form("#codes-new");
    one.submit(form).await.assert_redirects_to("/admin/profile/second-factor");
    let fresh = one.get("/admin/profile/second-factor").await;
    assert!(fresh.attributes("a[download]", "href")[0].starts_with("data:text/plain;charset=utf-8,Recovery%20codes"));
    assert_eq!(fresh.texts(".codes code").len(), 10);
    second_step(&two, &codes[4]).await.assert_status(422);
    second_step(&two, &fresh.texts(".codes code")[0]).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn codes_are_not_guessed_and_the_step_does_not_wait_for_ever() {
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Owner);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    set_up(&site, &ada).await;
    site.later(TimeDelta::seconds(60));
    let eve = site.visitor();
    log_in(&eve, &email, PASSWORD).await;
    for _ in 0..5 {
        second_step(&eve, "111111").await.assert_status(422);
    }
    let wait = second_step(&eve, &app_code(&site, id)).await;
    wait.assert_status(429).assert_shows("Wait 10 seconds");
    assert_eq!(wait.header("retry-after"), "10");
    site.later(TimeDelta::minutes(11));
    eve.get("/login/second-factor").await.assert_redirects_to("/login");
    assert!(!is_signed_in(&eve).await);
    // Beginning again is possible with the same browser.
    log_in(&eve, &email, PASSWORD).await.assert_redirects_to("/login/second-factor");
}

#[actix_web::test]
async fn a_new_password_ends_a_step_that_waits() {
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Owner);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let codes = set_up(&site, &ada).await;
    let eve = site.visitor();
    log_in(&eve, &email, PASSWORD).await;
    let hashed = mainstay::accounts::model::password::hash(PASSWORD).unwrap();
    let user = mainstay::schema::users::table.find(id);
    diesel::update(user).set(mainstay::schema::users::password_hash.eq(hashed.as_str())).execute(&mut site.database.conn()).unwrap();
    second_step(&eve, &codes[0]).await.assert_redirects_to("/login");
    assert!(!is_signed_in(&eve).await);
}

#[actix_web::test]
async fn who_needs_a_second_factor_does_nothing_else_before() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Admin);
    let owner = site.signed_in(Role::Owner);
    let form = owner.get("/admin/settings").await.form("#settings");
    owner.submit(form.tick("second_factor", "admin").tick("second_factor", "editor")).await.assert_redirects_to("/admin/settings");
    let stored = SiteSettings::load(&mut site.database.conn()).unwrap().second_factor;
    assert_eq!(stored, [Role::Admin, Role::Editor]);

    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await.assert_redirects_to("/admin");
    for path in ["/admin", "/admin/settings", "/admin/people", "/admin/profile", "/admin/entries/new"] {
        ada.get(path).await.assert_redirects_to("/admin/profile/second-factor");
    }
    let page = ada.get("/admin/profile/second-factor").await;
    page.assert_status(200).assert_shows("Your role needs a second factor.");
    let token = page.form("#second-factor").value("token").to_owned();
    let forged = Form::forged("/admin/profile", &[("token", &token), ("name", "Eve"), ("scheme", "dark")]);
    ada.submit(forged).await.assert_status(403).assert_shows("Your role needs a second factor.");
    ada.get("/").await.assert_status(200);
    set_up(&site, &ada).await;
    ada.get("/admin/settings").await.assert_status(200);

    // Off again: back to setting one up.
    let question = ada.get("/admin/profile/second-factor/deletion").await;
    ada.submit(question.form("#second-factor-off")).await.assert_redirects_to("/admin/profile");
    ada.get("/admin/settings").await.assert_redirects_to("/admin/profile/second-factor");
    assert_eq!(site.count("recovery_codes") + site.count("second_factors"), 0);
}

#[actix_web::test]
async fn an_admin_takes_a_lost_second_factor_off_and_admins_not_off_owners() {
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Owner);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    set_up(&site, &ada).await;
    let path = format!("/admin/people/{id}/second-factor");
    site.signed_in(Role::Admin).get(&path).await.assert_status(403);
    let owner = site.signed_in(Role::Owner);
    owner.get(&format!("/admin/people/{id}")).await.assert_shows("Logs in with a second factor.");
    owner.submit(owner.get(&path).await.form("#second-factor-off")).await.assert_redirects_to(&format!("/admin/people/{id}"));
    owner.get("/admin/people").await.assert_shows("Owner 1 logs in with the password alone now.");
    assert!(!is_signed_in(&ada).await);
    log_in(&ada, &email, PASSWORD).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn what_is_asked_for_at_the_log_in_is_changed_with_the_password_only() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Owner);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let form = ada.get("/admin/profile/second-factor").await.form("#second-factor");
    let settings = ada.get("/admin/settings").await.form("#settings");
    site.later(TimeDelta::minutes(16));
    ada.get("/admin/profile/second-factor").await.assert_redirects_to("/login/confirmation?next=/admin/profile/second-factor");
    ada.submit(form.fill([("code", "123456")])).await.assert_status(422).assert_shows("Confirm that it is you");
    ada.submit(settings.tick("second_factor", "owner")).await.assert_status(422).assert_shows("Confirm that it is you");
    assert_eq!(site.count("settings WHERE name = 'second_factor'"), 0);
}
