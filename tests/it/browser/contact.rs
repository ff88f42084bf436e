//! A visitor writes by a contact form, with scripts and without; somebody settles it in the inbox, and looks at the letter in the outbox.

use super::{DESK, PASSWORD, PHONE, Setting, chromium::Browser, served::Served};
use crate::support::site::{Site, a_page, begin};
use chrono::TimeDelta;
use mainstay::{
    accounts::model::{password, setup, user::NewUser},
    contact::model::form::{self, Wish},
    journal::Actor,
    web::person::Role,
};

#[actix_web::test]
async fn with_scripts_a_visitor_writes_and_is_answered() {
    a_question(&Setting { scripts: true, width: DESK }).await;
}

#[actix_web::test]
async fn without_scripts_a_visitor_writes_and_is_answered() {
    a_question(&Setting { scripts: false, width: PHONE }).await;
}

async fn a_question(setting: &Setting) {
    let site = Site::start().await;
    let served = Served::start(&site);
    furnish(&site);
    let visitor = setting.open("visitor").await;
    visitor.go(&served.url("/contact")).await;
    visitor.shot("contact-form").await;
    visitor.fill("#name", "Grace Hopper").await;
    visitor.fill("#email", "grace").await;
    visitor.fill("#message", "Which rope holds best in salt water?\n\nWe moor a small boat in the harbour all year.").await;
    site.later(TimeDelta::minutes(1));
    visitor.press("Send the message").await;
    visitor.shows("Give your email address").await;
    visitor.shot("mistake").await;
    assert!(visitor.value("#message").await.starts_with("Which rope"), "nothing typed is lost");
    visitor.fill("#email", "grace@example.net").await;
    visitor.press("Send the message").await;
    visitor.shows("Your message has arrived").await;
    visitor.shot("thanks").await;
    site.run_jobs();

    let ada = setting.open("ada").await;
    log_in(&ada, &served).await;
    ada.go(&served.url("/admin/messages")).await;
    ada.shows("Grace Hopper").await;
    ada.shot("inbox").await;
    ada.go(&served.url("/admin/messages/1")).await;
    ada.shows("We moor a small boat").await;
    ada.shot("message").await;
    ada.click("button[value='done']").await;
    ada.shows("Settled.").await;
    for (path, name) in [
        ("/admin/mail", "outbox"),
        ("/admin/mail/1", "letter"),
        ("/admin/mail/suppressed", "suppressed"),
        ("/admin/mail/sender", "sender"),
        ("/admin/mail/test", "test"),
        ("/admin/messages/forms", "forms"),
        ("/admin/messages/forms/1", "form"),
    ] {
        ada.go(&served.url(path)).await;
        ada.shot(name).await;
    }
    ada.close();
    visitor.close();
    site.run_jobs();
}

/// An owner, and a page with a form.
fn furnish(site: &Site) {
    site.given(a_page("Contact").published());
    let new = NewUser { email: "ada@example.org".to_owned(), name: "Ada Byron".to_owned(), role: Role::Owner };
    let hashed = password::hash(PASSWORD).unwrap();
    let wish = Wish {
        path: "/contact".to_owned(),
        recipients: vec!["desk@example.org".to_owned()],
        heading: "Write to us".to_owned(),
        thanks: "We answer within a day.".to_owned(),
    };
    site.write(|conn| {
        setup::create(conn, &new, &hashed, &Actor::default(), begin())?;
        form::create(conn, &wish, &Actor::default(), begin()).map(drop)
    });
}

async fn log_in(browser: &Browser, served: &Served) {
    browser.go(&served.url("/login")).await;
    browser.fill("#email", "ada@example.org").await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Log in").await;
    browser.is_at("/admin").await;
}
