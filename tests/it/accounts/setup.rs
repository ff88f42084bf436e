//! The first owner.

use super::{PASSWORD, given_member, is_signed_in, kinds, log_in};
use crate::support::{
    answer::Form,
    site::{BASE, Site},
};
use chrono::TimeDelta;
use mainstay::{accounts::setup, web::person::Role};

fn link(site: &Site) -> Option<String> {
    let now = site.state.clock.now();
    site.write(|conn| Ok(setup::link(conn, BASE, now)?)).map(|link| link.strip_prefix(BASE).unwrap().to_owned())
}

fn filled(form: Form) -> Form {
    form.fill([("name", "Ada Lovelace"), ("email", "Ada@Example.org"), ("password", PASSWORD)])
}

#[actix_web::test]
async fn the_link_of_the_first_start_makes_the_owner_once() {
    let site = Site::start().await;
    let link = link(&site).unwrap();
    let (ada, eve) = (site.visitor(), site.visitor());
    let late = eve.get(&link).await.form("#setup");

    let form = ada.get(&link).await.form("#setup");
    ada.submit(filled(form)).await.assert_redirects_to("/admin");
    assert!(is_signed_in(&ada).await);

    eve.get(&link).await.assert_status(403);
    eve.submit(filled(late)).await.assert_status(403);
    assert_eq!(site.count("users WHERE role = 'owner' AND email = 'ada@example.org' AND slug = 'ada-lovelace'"), 1);
    assert_eq!((site.count("users"), site.count("account_tokens")), (1, 0));
    assert_eq!(kinds(&site), ["account.created"]);
    log_in(&eve, "ada@example.org", PASSWORD).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn there_is_no_link_once_an_owner_can_sign_in() {
    let site = Site::start().await;
    given_member(&site, Role::Admin);
    site.given_user(Role::Owner); // has no password
    let first = link(&site).unwrap();
    given_member(&site, Role::Owner);
    site.visitor().get(&first).await.assert_status(403);
    assert_eq!(link(&site), None);
    assert_eq!(site.count("account_tokens"), 0);
}

#[actix_web::test]
async fn a_new_start_ends_the_links_of_older_ones() {
    let site = Site::start().await;
    let (old, new) = (link(&site).unwrap(), link(&site).unwrap());
    site.visitor().get(&old).await.assert_status(403);
    site.visitor().get(&new).await.assert_status(200);
    site.later(TimeDelta::hours(24));
    site.visitor().get(&new).await.assert_status(403);
}

#[actix_web::test]
async fn without_the_right_token_nobody_becomes_owner() {
    let site = Site::start().await;
    link(&site).unwrap();
    let eve = site.visitor();
    for path in ["/setup", "/setup?token=", "/setup?token=0000", "/setup?token=%00"] {
        eve.get(path).await.assert_status(403);
    }
    let typed = [("link", "guess"), ("name", "Eve"), ("email", "eve@example.org"), ("password", PASSWORD)];
    eve.submit(Form::forged("/setup", &typed)).await.assert_status(403);
    assert_eq!(site.count("users"), 0);
}

#[actix_web::test]
async fn a_weak_password_is_told_and_nothing_else_has_to_be_typed_again() {
    let site = Site::start().await;
    let link = link(&site).unwrap();
    let ada = site.visitor();
    let form = ada.get(&link).await.form("#setup");
    let answer = ada.submit(form.fill([("name", "Ada"), ("email", "nowhere"), ("password", "short")])).await;
    answer.assert_status(422).assert_shows("Use at least 12 characters.").assert_shows("2 things to put right");
    let again = answer.form("#setup");
    assert_eq!((again.value("name"), again.value("email"), again.value("password")), ("Ada", "nowhere", ""));
    ada.submit(filled(again)).await.assert_redirects_to("/admin");
}

#[actix_web::test]
async fn an_address_that_is_taken_is_told_at_its_field() {
    let site = Site::start().await;
    site.given_user(Role::Author); // author-1@example.org
    let link = link(&site).unwrap();
    let ada = site.visitor();
    let form = filled(ada.get(&link).await.form("#setup")).fill([("email", "AUTHOR-1@example.org")]);
    let answer = ada.submit(form).await;
    answer.assert_status(422).assert_shows("There is already an account with this address.");
    assert_eq!(answer.attributes("[aria-invalid=true]", "id"), ["email"]);
}
