//! Where one is logged in, and the password asked for again.

use super::{PASSWORD, given_member, is_signed_in, kinds, log_in};
use crate::support::{answer::Form, site::Site};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use mainstay::web::person::Role;

#[actix_web::test]
async fn every_session_is_listed_and_ended_one_by_one_or_all_others() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let (here, there, elsewhere) = (site.visitor(), site.visitor().at("203.0.113.9:1"), site.visitor());
    for visitor in [&elsewhere, &there, &here] {
        log_in(visitor, &email, PASSWORD).await.assert_redirects_to("/admin");
    }
    let page = here.get("/admin/profile/sessions").await;
    assert_eq!(page.texts("tbody tr").len(), 3);
    assert_eq!(page.texts("tbody .state"), ["This one"]);
    page.assert_shows("203.0.113.9");

    let row = |address: &str| {
        let place = page.texts("tbody .where").iter().position(|text| text == address).unwrap();
        page.form(&format!("tbody tr:nth-of-type({}) form", place + 1))
    };
    here.submit(row("203.0.113.9")).await.assert_redirects_to("/admin/profile/sessions");
    assert!(!is_signed_in(&there).await && is_signed_in(&elsewhere).await);
    here.submit(row("203.0.113.9")).await.assert_redirects_to("/admin/profile/sessions");
    here.get("/admin/profile/sessions").await.assert_shows("had ended already");

    here.submit(page.form("#revoke-others")).await.assert_redirects_to("/admin/profile/sessions");
    assert!(!is_signed_in(&elsewhere).await && is_signed_in(&here).await);
    here.get("/admin/profile/sessions").await.assert_shows("Logged out everywhere else.").assert_lacks("revoke-others");
    assert_eq!(kinds(&site).iter().filter(|kind| *kind == "account.sessions_ended").count(), 2);

    let own = here.get("/admin/profile/sessions").await.form("tbody form");
    here.submit(own).await.assert_redirects_to("/login");
    assert!(!is_signed_in(&here).await);
}

#[actix_web::test]
async fn nobody_ends_the_sessions_of_others() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let form = ada.get("/admin/profile/sessions").await.form("tbody form");
    let eve = site.signed_in(Role::Owner);
    let forged = Form::forged(&form.action, &[("token", &eve.token)]);
    eve.submit(forged).await.assert_redirects_to("/admin/profile/sessions");
    let all = Form::forged("/admin/profile/sessions/revocation", &[("token", &eve.token)]);
    eve.submit(all).await.assert_redirects_to("/admin/profile/sessions");
    assert!(is_signed_in(&ada).await);
}

#[actix_web::test]
async fn a_new_role_ends_the_sessions_of_its_person() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let (id, email) = given_member(&site, Role::Author);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let form = admin.get(&format!("/admin/people/{id}")).await.form("#person");
    admin.submit(form.clone().fill([("name", "Ada")])).await.assert_redirects_to("/admin/people");
    assert!(is_signed_in(&ada).await);
    admin.submit(form.fill([("role", "editor")])).await.assert_redirects_to("/admin/people");
    assert!(!is_signed_in(&ada).await);
}

#[actix_web::test]
async fn dangerous_acts_ask_for_the_password_again_after_a_quarter_of_an_hour() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Owner);
    let (other, _) = given_member(&site, Role::Author);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let question = format!("/admin/people/{other}/disabled");
    let form = ada.get(&question).await.assert_status(200).form("#disable");
    site.later(TimeDelta::minutes(14));
    ada.get(&question).await.assert_status(200);
    site.later(TimeDelta::minutes(1));
    let confirmation = format!("/login/confirmation?next={question}");
    ada.get(&question).await.assert_redirects_to(&confirmation);

    // The button was on a page that is still open: back to that page by way of the password.
    let body = serde_html_form::to_string(&form.fields).unwrap();
    let late = TestRequest::post()
        .uri(&form.action)
        .insert_header(("Sec-Fetch-Site", "same-origin"))
        .insert_header(("Referer", format!("https://example.org{question}")))
        .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
        .set_payload(body);
    ada.send(late).await.assert_redirects_to(&confirmation);
    assert_eq!(site.count("users WHERE disabled_at IS NOT NULL"), 0);

    let page = ada.get(&confirmation).await;
    page.assert_status(200).assert_shows("Confirm that it is you");
    ada.submit(page.form("#confirmation").fill([("password", "wrong")]))
        .await
        .assert_status(422)
        .assert_shows("This is not your password.");
    ada.submit(page.form("#confirmation").fill([("password", PASSWORD)])).await.assert_redirects_to(&question);
    ada.submit(ada.get(&question).await.form("#disable")).await.assert_redirects_to("/admin/people");
    assert_eq!(site.count("users WHERE disabled_at IS NOT NULL"), 1);
    ada.get("/login/confirmation").await.assert_shows("It is you");
}

#[actix_web::test]
async fn what_was_typed_is_not_lost_when_the_password_is_asked_for_again() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Owner);
    let (other, _) = given_member(&site, Role::Author);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let form = ada.get(&format!("/admin/people/{other}")).await.form("#person");
    site.later(TimeDelta::minutes(20));
    // A name is harmless.
    ada.submit(form.clone().fill([("name", "Ada")])).await.assert_redirects_to("/admin/people");
    let late = ada.submit(form.fill([("name", "Ada King"), ("role", "admin")])).await;
    late.assert_status(422).assert_shows("Nothing is lost");
    assert_eq!((late.form("#person").value("name"), late.form("#person").value("role")), ("Ada King", "admin"));
    let page = ada.get(&late.link("Confirm that it is you (in a new tab)")).await;
    ada.submit(page.form("#confirmation").fill([("password", PASSWORD)])).await.assert_redirects_to("/login/confirmation");
    ada.submit(late.form("#person")).await.assert_redirects_to("/admin/people");
    assert_eq!(site.count("users WHERE name = 'Ada King' AND role = 'admin'"), 1);
}

#[actix_web::test]
async fn the_password_cannot_be_guessed_where_it_is_asked_for_again() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Owner);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    site.later(TimeDelta::minutes(20));
    let form = ada.get("/login/confirmation?next=//evil.example").await.form("#confirmation");
    ada.submit(form.clone()).await.assert_status(422).assert_shows("Give your password.");
    for _ in 0..5 {
        ada.submit(form.clone().fill([("password", "guess")])).await.assert_status(422);
    }
    let wait = ada.submit(form.clone().fill([("password", PASSWORD)])).await;
    wait.assert_status(429).assert_shows("Wait 10 seconds");
    // Whoever found the browser open does not lock its owner out of the log-in.
    log_in(&site.visitor(), &email, PASSWORD).await.assert_redirects_to("/admin");
    site.later(TimeDelta::seconds(10));
    ada.submit(form.fill([("password", PASSWORD)])).await.assert_redirects_to("/login/confirmation");
}

#[actix_web::test]
async fn a_new_password_is_measured_while_it_is_typed() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Author);
    for (typed, said) in
        [("short", "at least 12"), ("password1234!", "tried first"), (PASSWORD, "good password"), ("author-1@example.org", "no password")]
    {
        let answer = ada.submit(Form::forged("/password-strength", &[("token", &ada.token), ("password", typed)])).await;
        answer.assert_status(200).assert_shows(said).assert_lacks(typed);
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    site.visitor().submit(Form::forged("/password-strength", &[("password", PASSWORD)])).await.assert_shows("\"score\":");
}
