//! Forgotten passwords, and another address.

use super::{PASSWORD, given_member, invitation::link_in, is_signed_in, kinds, log_in};
use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor},
};
use chrono::TimeDelta;
use mainstay::web::person::Role;

const OTHER: &str = "another four words";

async fn ask(visitor: &Visitor, email: &str) -> Answer {
    let form = visitor.get("/login/reset").await.form("#reset");
    visitor.submit(form.fill([("email", email)])).await
}

/// A letter to that address that is no notice.
fn letter_to(site: &Site, email: &str) -> String {
    site.run_jobs();
    let to = format!("To: {email}");
    site.letters()
        .into_iter()
        .find(|letter| letter.contains(&to) && !letter.contains("If that was you, there"))
        .unwrap_or_else(|| panic!("no letter to {email}"))
}

#[actix_web::test]
async fn who_has_forgotten_the_password_sets_a_new_one_by_letter() {
    let site = Site::start().await;
    let (id, email) = given_member(&site, Role::Owner);
    let open = site.session_of(id);
    let ada = site.visitor();
    let page = ada.get("/login").await;
    ada.get(&page.link("Forgotten password?")).await.assert_status(200);
    ask(&ada, &email.to_uppercase()).await.assert_redirects_to("/login/reset?sent=true");
    ada.get("/login/reset?sent=true").await.assert_shows("Look into your mailbox");
    assert!(!ada.has_cookie());

    let link = link_in(&letter_to(&site, &email));
    for _ in 0..3 {
        ada.get(&link).await.assert_status(200); // a scanner follows it and uses nothing up
    }
    let form = ada.get(&link).await.form("#new-password");
    ada.submit(form.clone().fill([("password", "short")])).await.assert_status(422).assert_shows("Use at least 12 characters.");
    ada.submit(form.clone().fill([("password", OTHER)])).await.assert_redirects_to("/login?done=reset");
    ada.get("/login?done=reset").await.assert_shows("Your new password is set.");
    assert!(!is_signed_in(&ada).await && !is_signed_in(&open).await);
    ada.get(&link).await.assert_status(403).assert_shows("This link does not work any more");
    ada.submit(form.fill([("password", PASSWORD)])).await.assert_status(403);
    log_in(&ada, &email, PASSWORD).await.assert_status(422);
    log_in(&ada, &email, OTHER).await.assert_redirects_to("/admin");
    assert!(kinds(&site).contains(&"account.password_reset".to_owned()));
    site.run_jobs();
    assert!(site.letters().iter().any(|letter| letter.contains("was changed")), "its person is told");
}

#[actix_web::test]
async fn a_link_ends_after_an_hour_and_with_the_next_one() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let ada = site.visitor();
    ask(&ada, &email).await;
    let first = link_in(&letter_to(&site, &email));
    std::fs::remove_dir_all(site.folder.join("letters")).unwrap();
    std::fs::create_dir_all(site.folder.join("letters")).unwrap();
    ask(&ada, &email).await;
    let second = link_in(&letter_to(&site, &email));
    ada.get(&first).await.assert_status(403);
    ada.get(&second).await.assert_status(200);
    site.later(TimeDelta::minutes(61));
    ada.get(&second).await.assert_status(403);
}

#[actix_web::test]
async fn whether_there_is_an_account_is_not_told() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    site.given_user(Role::Editor); // has no password: is only named
    for (number, typed) in [email.as_str(), "nobody@example.org", "editor-2@example.org"].into_iter().enumerate() {
        let visitor = site.visitor().at(&format!("203.0.113.{number}:1"));
        ask(&visitor, typed).await.assert_redirects_to("/login/reset?sent=true");
        assert_eq!(site.count("jobs WHERE kind = 'accounts.send_reset'"), number as i64 + 1);
    }
    ask(&site.visitor(), "nonsense").await.assert_status(422).assert_shows("Give an email address");
    assert_eq!(site.run_jobs(), 4);
    assert_eq!(site.letters().len(), 1);
}

#[actix_web::test]
async fn nobody_fills_a_mailbox() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    for number in 0..5 {
        ask(&site.visitor().at(&format!("203.0.113.{number}:1")), &email).await.assert_redirects_to("/login/reset?sent=true");
    }
    let wait = ask(&site.visitor(), &email).await;
    wait.assert_status(429).assert_shows("Wait 10 seconds");
    assert_eq!(wait.header("retry-after"), "10");
    // The log-in does not wait for it.
    log_in(&site.visitor(), &email, PASSWORD).await.assert_redirects_to("/admin");
    for number in 0..5 {
        ask(&site.visitor(), &format!("nobody-{number}@example.org")).await;
    }
    ask(&site.visitor(), "nobody@example.org").await.assert_status(429);
    site.run_jobs();
}

async fn begin_change(visitor: &Visitor, to: &str) -> Answer {
    let form = visitor.get("/admin/profile/email").await.form("#email-form");
    visitor.submit(form.fill([("email", to)])).await
}

#[actix_web::test]
async fn an_address_changes_when_both_have_agreed() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    begin_change(&ada, &email).await.assert_status(422).assert_shows("already");
    begin_change(&ada, "Ada@New.example").await.assert_redirects_to("/admin/profile/email");
    ada.get("/admin/profile/email").await.assert_shows("ada@new.example").assert_shows("Has a letter");
    let (old, new) = (link_in(&letter_to(&site, &email)), link_in(&letter_to(&site, "ada@new.example")));

    let reader = site.visitor();
    let page = reader.get(&new).await;
    page.assert_status(200).assert_shows("Yes, this is my address");
    reader.submit(page.form("#email-change")).await.assert_status(200).assert_shows("When both are confirmed");
    log_in(&site.visitor(), &email, PASSWORD).await.assert_redirects_to("/admin");
    ada.get("/admin/profile/email").await.assert_shows("Has agreed");
    let page = reader.get(&old).await;
    reader.submit(page.form("#email-change")).await.assert_status(200).assert_shows("The address is changed");
    log_in(&site.visitor(), &email, PASSWORD).await.assert_status(422);
    log_in(&site.visitor(), "ada@new.example", PASSWORD).await.assert_redirects_to("/admin");
    reader.get(&old).await.assert_status(403);
    reader.get(&new).await.assert_status(403);
    let kinds = kinds(&site);
    assert!(kinds.contains(&"account.began_email_change_of".to_owned()) && kinds.contains(&"account.changed_email_of".to_owned()));
    site.run_jobs();
}

#[actix_web::test]
async fn a_change_of_address_is_called_off_by_letter_or_in_the_profile() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    begin_change(&ada, "eve@new.example").await;
    let (old, new) = (link_in(&letter_to(&site, &email)), link_in(&letter_to(&site, "eve@new.example")));
    let reader = site.visitor();
    reader.submit(reader.get(&old).await.form("#email-cancel")).await.assert_status(200).assert_shows("Called off");
    reader.get(&new).await.assert_status(403);
    assert_eq!(site.count("email_changes") + site.count("account_tokens"), 0);

    begin_change(&ada, "eve@new.example").await;
    let form = ada.get("/admin/profile/email").await.form("#email-cancel");
    ada.submit(form).await.assert_redirects_to("/admin/profile/email");
    assert_eq!(site.count("email_changes"), 0);
    site.run_jobs();
}

#[actix_web::test]
async fn an_address_that_somebody_has_is_not_given_away() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let (_, taken) = given_member(&site, Role::Editor);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    begin_change(&ada, &taken).await.assert_redirects_to("/admin/profile/email");
    let letter = letter_to(&site, &taken);
    assert!(letter.contains("account with it already") && !letter.contains("token="), "{letter}");
}

#[actix_web::test]
async fn an_address_is_changed_with_the_password_only() {
    let site = Site::start().await;
    let (_, email) = given_member(&site, Role::Author);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let form = ada.get("/admin/profile/email").await.form("#email-form");
    site.later(TimeDelta::minutes(16));
    ada.get("/admin/profile/email").await.assert_redirects_to("/login/confirmation?next=/admin/profile/email");
    let late = ada.submit(form.fill([("email", "eve@example.org")])).await;
    late.assert_status(422).assert_shows("Nothing is lost");
    assert_eq!((late.form("#email-form").value("email"), site.count("email_changes")), ("eve@example.org", 0));
}

#[actix_web::test]
async fn made_up_links_open_nothing() {
    let site = Site::start().await;
    let long = "x".repeat(5000);
    for token in ["", "x", "%00", "%F0%9F%90%8E", "' OR 1=1 --", &long] {
        for page in ["/login/new-password", "/login/email", "/invitation", "/setup"] {
            let uri: String = format!("{page}?token={token}").replace(' ', "%20");
            let status = site.visitor().get(&uri).await.status.as_u16();
            assert_eq!(status, 403, "{page} {token:.20}");
        }
        for page in ["/login/new-password", "/login/email", "/login/email/cancellation"] {
            site.visitor().submit(Form::forged(page, &[("link", token), ("password", PASSWORD)])).await.assert_status(403);
        }
    }
}
