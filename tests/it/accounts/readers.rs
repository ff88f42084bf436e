//! Readers who sign up themselves, and their account.

use super::{PASSWORD, given_member, invitation::link_in, is_signed_in, kinds, log_in};
use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{schema::users, web::person::Role};

async fn open_site() -> Site {
    let site = Site::start().await;
    switch(&site, true).await;
    site
}

async fn switch(site: &Site, on: bool) {
    let owner = site.signed_in(Role::Owner);
    let form = owner.get("/admin/settings").await.form("#settings").without("reader_sign_up");
    let form = if on { form.tick("reader_sign_up", "true") } else { form };
    owner.submit(form).await.assert_redirects_to("/admin/settings");
}

/// Fills the form in as fast as a person does.
async fn sign_up(site: &Site, visitor: &Visitor, name: &str, email: &str) -> Answer {
    let form = visitor.get("/sign-up").await.form("#sign-up");
    site.later(TimeDelta::seconds(5));
    visitor.submit(form.fill([("name", name), ("email", email)])).await
}

#[actix_web::test]
async fn a_reader_signs_up_by_letter_and_sees_nothing_of_the_admin() {
    let site = open_site().await;
    let ada = site.visitor();
    ada.get(&ada.get("/").await.link("Sign up")).await.assert_status(200);
    ada.get(&ada.get("/login").await.link("Sign up as a reader")).await.assert_status(200);
    sign_up(&site, &ada, "Ada حصان 🐎", "Ada@Example.org").await.assert_redirects_to("/sign-up?sent=true");
    ada.get("/sign-up?sent=true").await.assert_shows("Look into your mailbox");
    assert!(!ada.has_cookie(), "no cookie before the address is confirmed");
    assert_eq!(site.count("users WHERE role = 'reader'"), 0);

    site.run_jobs();
    let letter = site.letters().remove(0);
    assert!(!letter.contains("Ada حصان"), "what was typed goes to no mailbox: {letter}");
    let link = link_in(&letter);
    for _ in 0..3 {
        ada.get(&link).await.assert_status(200).assert_shows("Ada حصان 🐎"); // a scanner follows it and uses nothing up
    }
    let form = ada.get(&link).await.form("#sign-up-confirmation");
    ada.submit(form.clone().fill([("password", "short")])).await.assert_status(422).assert_shows("Use at least 12 characters.");
    ada.submit(form.clone().fill([("password", PASSWORD)])).await.assert_redirects_to("/account");
    ada.get("/account").await.assert_shows("ada@example.org").assert_shows("Welcome aboard");
    assert_eq!(site.count("users WHERE role = 'reader' AND name = 'Ada حصان 🐎'"), 1);
    site.visitor().get(&link).await.assert_status(403).assert_shows("log in; else sign up once more");
    site.visitor().submit(form.fill([("password", PASSWORD)])).await.assert_status(403);
    for path in ["/admin", "/admin/profile", "/admin/entries", "/admin/people", "/admin/settings"] {
        ada.get(path).await.assert_status(403);
    }
    ada.get("/").await.assert_status(200).assert_shows("Your account").assert_lacks("Sign up");
    log_in(&site.visitor(), "ada@example.org", PASSWORD).await.assert_redirects_to("/account");
    ada.get("/login").await.assert_redirects_to("/account");
    ada.submit(ada.get("/").await.form(".signed-in form")).await.assert_redirects_to("/");
    assert!(kinds(&site).contains(&"account.signed_up".to_owned()));
}

#[actix_web::test]
async fn a_reader_changes_name_and_password_and_ends_sessions() {
    let site = open_site().await;
    let (_, email) = given_member(&site, Role::Reader);
    let (here, there) = (site.visitor(), site.visitor());
    log_in(&here, &email, PASSWORD).await.assert_redirects_to("/account");
    log_in(&there, &email, PASSWORD).await;
    let form = here.get("/account").await.form("#account");
    here.submit(form.clone().fill([("name", "")])).await.assert_status(422).assert_shows("Give a name");
    here.submit(form.fill([("name", "Ada")])).await.assert_redirects_to("/account");
    let page = here.get("/account/sessions").await;
    assert_eq!(page.texts(".account .rows li").len(), 2);
    here.submit(page.form("#revoke-others")).await.assert_redirects_to("/account/sessions");
    assert!(is_signed_in(&here).await && !is_signed_in(&there).await);
    let form = here.get("/account/password").await.form("#password");
    let typed = [("password_old", PASSWORD), ("password_new", "another four words")];
    let wrong = form.clone().fill([("password_old", "wrong"), ("password_new", "another four words")]);
    here.submit(wrong).await.assert_status(422).assert_shows("This is not your password");
    here.submit(form.fill(typed)).await.assert_redirects_to("/account");
    log_in(&site.visitor(), &email, "another four words").await.assert_redirects_to("/account");
    assert_eq!(site.count("users WHERE name = 'Ada'"), 1);
    let own = here.get("/account/sessions").await;
    let this = own.texts(".account .rows h2").iter().position(|text| text.ends_with("this one")).unwrap();
    here.submit(own.form(&format!(".account .rows li:nth-of-type({}) form", this + 1))).await.assert_redirects_to("/login");
    assert!(!is_signed_in(&here).await);
    site.run_jobs();
}

#[actix_web::test]
async fn a_reader_moves_to_another_address_when_both_have_agreed() {
    let site = open_site().await;
    let (_, email) = given_member(&site, Role::Reader);
    let ada = site.visitor();
    log_in(&ada, &email, PASSWORD).await;
    let form = ada.get("/account/email").await.form("#email-form");
    ada.submit(form.clone().fill([("email", "nonsense")])).await.assert_status(422);
    ada.submit(form.fill([("email", "ada@new.example")])).await.assert_redirects_to("/account/email");
    ada.get("/account/email").await.assert_shows("ada@new.example: has a letter");
    site.run_jobs();
    for letter in site.letters().iter().filter(|letter| letter.contains("/login/email?token=")) {
        let page = site.visitor().get(&link_in(letter)).await;
        site.visitor().submit(page.form("#email-change")).await.assert_status(200);
    }
    log_in(&site.visitor(), "ada@new.example", PASSWORD).await.assert_redirects_to("/account");
    site.run_jobs();
    let told = site.letters().into_iter().find(|letter| letter.contains("new address")).unwrap_or_default();
    assert!(told.contains("/account/sessions") && !told.contains("/admin/"), "{told}");
    let form = ada.get("/account/email").await.form("#email-form");
    ada.submit(form.fill([("email", "ada@other.example")])).await.assert_redirects_to("/account/email");
    ada.submit(ada.get("/account/email").await.form("#email-cancel")).await.assert_redirects_to("/account/email");
    assert_eq!(site.count("email_changes"), 0);
    site.run_jobs();
}

#[actix_web::test]
async fn nobody_signs_up_where_the_site_does_not_let_them() {
    let site = Site::start().await;
    site.visitor().get("/sign-up").await.assert_status(404);
    let typed = [("name", "Eve"), ("email", "eve@example.org")];
    site.visitor().submit(Form::forged("/sign-up", &typed)).await.assert_status(404);
    for path in ["/", "/login"] {
        site.visitor().get(path).await.assert_lacks("/sign-up");
    }
    site.signed_in(Role::Author).get("/account").await.assert_redirects_to("/admin/profile");
}

#[actix_web::test]
async fn when_it_is_switched_off_no_link_works_and_no_letter_goes_out() {
    let site = open_site().await;
    site.visitor().get("/").await.assert_shows("/sign-up"); // in the cache
    sign_up(&site, &site.visitor(), "Eve", "eve@example.org").await.assert_status(303);
    site.run_jobs();
    let link = link_in(&site.letters()[0]);
    let form = site.visitor().get(&link).await.form("#sign-up-confirmation");
    sign_up(&site, &site.visitor(), "Ada", "ada@example.org").await.assert_status(303);
    switch(&site, false).await;
    site.visitor().get("/").await.assert_lacks("/sign-up");
    site.run_jobs();
    assert_eq!(site.letters().len(), 1);
    site.visitor().get(&link).await.assert_status(404);
    site.visitor().submit(form.fill([("password", PASSWORD)])).await.assert_status(404);
    assert_eq!(site.count("users WHERE role = 'reader'"), 0);
}

#[actix_web::test]
async fn programs_are_slowed_and_mailboxes_not_filled() {
    let site = open_site().await;
    let bot = site.visitor();
    let form = bot.get("/sign-up").await.form("#sign-up").fill([("name", "Bot"), ("email", "bot@example.org")]);
    let quick = bot.submit(form.clone()).await;
    quick.assert_status(422).assert_shows("That was very quick");
    assert_eq!(quick.form("#sign-up").value("email"), "bot@example.org", "nothing is lost");
    assert_eq!(quick.form("#sign-up").value("drawn"), form.value("drawn"), "the time that was taken so far counts");
    site.later(TimeDelta::seconds(5));
    bot.submit(form.clone().fill([("website2", "https://spam.example")])).await.assert_redirects_to("/sign-up?sent=true");
    assert_eq!(site.count("jobs WHERE kind = 'accounts.send_sign_up'"), 0);
    // Two a minute from a network, of other people's mistakes not counted.
    bot.submit(form.clone().fill([("email", "nonsense")])).await.assert_status(422);
    for number in 0..2 {
        let email = format!("bot-{number}@example.org");
        bot.submit(form.clone().fill([("email", &email)])).await.assert_redirects_to("/sign-up?sent=true");
    }
    let third = site.visitor().at("198.51.100.200:1").submit(form.clone()).await;
    third.assert_status(429).assert_shows("Wait ");
    assert!(third.header("retry-after").parse::<u32>().unwrap() <= 60);
    // And no mailbox gets more than a few, from wherever.
    for number in 0..5 {
        let visitor = site.visitor().at(&format!("203.0.{number}.1:1"));
        visitor.submit(form.clone()).await.assert_redirects_to("/sign-up?sent=true");
    }
    site.visitor().at("203.0.200.1:1").submit(form).await.assert_status(429);
    site.run_jobs();
}

#[actix_web::test]
async fn whether_there_is_an_account_is_told_to_its_owner_only() {
    let site = open_site().await;
    let (_, email) = given_member(&site, Role::Author);
    let (known, unknown) = (site.visitor(), site.visitor().at("203.0.113.1:1"));
    let same = [sign_up(&site, &known, "Eve", &email).await, sign_up(&site, &unknown, "Eve", "eve@example.org").await];
    for answer in &same {
        answer.assert_redirects_to("/sign-up?sent=true");
    }
    assert_eq!(same[0].body, same[1].body);
    site.run_jobs();
    let to_owner = site.letters().into_iter().find(|letter| letter.contains(&email)).unwrap();
    assert!(to_owner.contains("an account with it already") && !to_owner.contains("token="), "{to_owner}");
    assert_eq!(site.count("sign_ups"), 1);
}

#[actix_web::test]
async fn a_link_ends_after_a_day_and_with_the_next_one() {
    let site = open_site().await;
    sign_up(&site, &site.visitor(), "Ada", "ada@example.org").await.assert_status(303);
    site.run_jobs();
    let first = link_in(&site.letters()[0]);
    sign_up(&site, &site.visitor(), "Ada", "ada@example.org").await.assert_status(303);
    site.run_jobs();
    let second = site.letters().iter().map(|letter| link_in(letter)).find(|link| *link != first).unwrap();
    site.visitor().get(&first).await.assert_status(403);
    site.visitor().get(&second).await.assert_status(200);
    site.later(TimeDelta::hours(25));
    site.visitor().get(&second).await.assert_status(403);
    for token in ["", "x", "%00", "%F0%9F%90%8E", &"x".repeat(5000)] {
        site.visitor().get(&format!("/sign-up/confirmation?token={token}")).await.assert_status(403);
    }
}

#[actix_web::test]
async fn an_address_that_was_taken_meanwhile_is_told() {
    let site = open_site().await;
    sign_up(&site, &site.visitor(), "Ada", "ada@example.org").await.assert_status(303);
    site.run_jobs();
    let link = link_in(&site.letters()[0]);
    let other = site.given_user(Role::Editor);
    diesel::update(users::table.find(other)).set(users::email.eq("ada@example.org")).execute(&mut site.database.conn()).unwrap();
    let form = site.visitor().get(&link).await.form("#sign-up-confirmation");
    let answer = site.visitor().submit(form.fill([("password", PASSWORD)])).await;
    answer.assert_status(422).assert_shows("There is already an account with this address");
}
