//! Readers who sign up themselves.

use super::{PASSWORD, invitation::link_in, is_signed_in, kinds, log_in};
use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor},
};
use chrono::TimeDelta;
use mainstay::web::person::Role;

async fn open_site() -> Site {
    let site = Site::start().await;
    let owner = site.signed_in(Role::Owner);
    let form = owner.get("/admin/settings").await.form("#settings");
    owner.submit(form.tick("reader_sign_up", "true")).await.assert_redirects_to("/admin/settings");
    site
}

async fn sign_up(site: &Site, visitor: &Visitor, name: &str, email: &str) -> Answer {
    let form = visitor.get("/sign-up").await.form("#sign-up");
    site.later(TimeDelta::seconds(5));
    visitor.submit(form.fill([("name", name), ("email", email)])).await
}

#[actix_web::test]
async fn a_reader_signs_up_by_letter_and_sees_nothing_of_the_admin() {
    let site = open_site().await;
    let ada = site.visitor();
    ada.get(&ada.get("/login").await.link("Sign up as a reader")).await.assert_status(200);
    sign_up(&site, &ada, "Ada حصان", "Ada@Example.org").await.assert_redirects_to("/sign-up?sent=true");
    ada.get("/sign-up?sent=true").await.assert_shows("Look into your mailbox");
    assert!(!ada.has_cookie(), "no cookie before the address is confirmed");
    assert_eq!(site.count("users WHERE role = 'reader'"), 0);

    site.run_jobs();
    let link = link_in(&site.letters()[0]);
    ada.get(&link).await.assert_status(200);
    let form = ada.get(&link).await.form("#sign-up-confirmation");
    ada.submit(form.clone().fill([("password", "short")])).await.assert_status(422);
    ada.submit(form.clone().fill([("password", PASSWORD)])).await.assert_redirects_to("/account");
    ada.get("/account").await.assert_shows("ada@example.org").assert_shows("Welcome aboard");
    assert_eq!(site.count("users WHERE role = 'reader' AND name = 'Ada حصان'"), 1);
    ada.get(&link).await.assert_status(403);
    site.visitor().submit(form.fill([("password", PASSWORD)])).await.assert_status(403);
    for path in ["/admin", "/admin/profile", "/admin/entries", "/admin/people", "/admin/settings"] {
        ada.get(path).await.assert_status(403);
    }
    ada.get("/").await.assert_status(200);
    log_in(&site.visitor(), "ada@example.org", PASSWORD).await.assert_redirects_to("/account");
    assert!(kinds(&site).contains(&"account.signed_up".to_owned()));
}

#[actix_web::test]
async fn a_reader_changes_name_and_password_and_ends_sessions() {
    let site = open_site().await;
    let (_, email) = super::given_member(&site, Role::Reader);
    let (here, there) = (site.visitor(), site.visitor());
    log_in(&here, &email, PASSWORD).await.assert_redirects_to("/account");
    log_in(&there, &email, PASSWORD).await;
    let page = here.get("/account").await;
    here.submit(page.form("#account").fill([("name", "")])).await.assert_status(422);
    here.submit(page.form("#account").fill([("name", "Ada")])).await.assert_redirects_to("/account");
    here.submit(here.get("/account").await.form("#end-others")).await.assert_redirects_to("/account");
    assert!(is_signed_in(&here).await && !is_signed_in(&there).await);
    let form = here.get("/account").await.form("#password");
    let typed = [("password_old", PASSWORD), ("password_new", "another four words")];
    here.submit(form.clone().fill([("password_old", "wrong"), ("password_new", "another four words")])).await.assert_status(422);
    here.submit(form.fill(typed)).await.assert_redirects_to("/account");
    log_in(&site.visitor(), &email, "another four words").await.assert_redirects_to("/account");
    assert_eq!(site.count("users WHERE name = 'Ada'"), 1);
}

#[actix_web::test]
async fn nobody_signs_up_where_the_site_does_not_let_them() {
    let site = Site::start().await;
    site.visitor().get("/sign-up").await.assert_status(404);
    let typed = [("name", "Eve"), ("email", "eve@example.org")];
    site.visitor().submit(Form::forged("/sign-up", &typed)).await.assert_status(404);
    site.visitor().get("/login").await.assert_lacks("/sign-up");
    site.signed_in(Role::Author).get("/account").await.assert_redirects_to("/admin/profile");
}

#[actix_web::test]
async fn programs_are_slowed_and_mailboxes_not_filled() {
    let site = open_site().await;
    let bot = site.visitor();
    let form = bot.get("/sign-up").await.form("#sign-up").fill([("name", "Bot"), ("email", "bot@example.org")]);
    bot.submit(form.clone()).await.assert_status(422).assert_shows("That was very quick");
    site.later(TimeDelta::seconds(5));
    bot.submit(form.clone().fill([("begun", "1")])).await.assert_status(422);
    bot.submit(form.clone().fill([("website", "https://spam.example")])).await.assert_redirects_to("/sign-up?sent=true");
    assert_eq!(site.count("jobs WHERE kind = 'accounts.send_sign_up'"), 0);
    for number in 0..5 {
        let email = format!("bot-{number}@example.org");
        sign_up(&site, &bot, "Bot", &email).await.assert_redirects_to("/sign-up?sent=true");
    }
    sign_up(&site, &bot, "Bot", "bot@example.org").await.assert_status(429);
    site.run_jobs();
}

#[actix_web::test]
async fn whether_there_is_an_account_is_told_to_its_owner_only() {
    let site = open_site().await;
    let (_, email) = super::given_member(&site, Role::Author);
    sign_up(&site, &site.visitor(), "Eve", &email).await.assert_redirects_to("/sign-up?sent=true");
    site.run_jobs();
    let letter = site.letters().remove(0);
    assert!(letter.contains("account with it already") && !letter.contains("token="), "{letter}");
    assert_eq!(site.count("sign_ups"), 0);
}
