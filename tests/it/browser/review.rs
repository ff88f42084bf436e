//! An author submits, somebody asks for changes, approves, and it goes out at the time that was set.

use super::{DESK, PASSWORD, PHONE, Setting, chromium::Browser, served::Served};
use crate::support::site::{Site, begin};
use chrono::TimeDelta;
use mainstay::{
    accounts::model::{password, setup, user::NewUser},
    journal::Actor,
    web::person::Role,
};

#[actix_web::test]
async fn with_scripts_an_entry_is_reviewed_and_goes_out_at_its_time() {
    a_review(&Setting { scripts: true, width: DESK }).await;
}

#[actix_web::test]
async fn without_scripts_an_entry_is_reviewed_and_goes_out_at_its_time() {
    a_review(&Setting { scripts: false, width: PHONE }).await;
}

async fn a_review(setting: &Setting) {
    let site = Site::start().await;
    let served = Served::start(&site);
    let hashed = password::hash(PASSWORD).unwrap();
    for (email, name, role) in [("ada@example.org", "Ada Byron", Role::Author), ("grace@example.org", "Grace Hopper", Role::Admin)] {
        let person = NewUser { email: email.to_owned(), name: name.to_owned(), role };
        site.write(|conn| setup::create(conn, &person, &hashed, &Actor::default(), begin()));
    }
    let (ada, grace) = (setting.open("author").await, setting.open("approver").await);
    log_in(&ada, &served, "ada@example.org").await;
    log_in(&grace, &served, "grace@example.org").await;
    make_workflow(&grace, &served).await;
    submit(&ada, &served).await;
    site.run_jobs();
    ask_for_changes(&grace, &served).await;
    change(&ada).await;
    approve(&grace, &served).await;
    site.run_jobs();
    assert!(!served.site_shows("/posts", "Ports of call"), "not before its time");
    site.later(TimeDelta::hours(22));
    site.run_jobs();
    assert!(served.site_shows("/posts", "Ports of call"), "live without a request");
    ada.go(&served.url("/admin/reviews?view=own")).await;
    ada.shows("Published").await;
    ada.shot("published").await;
    ada.close();
    grace.close();
    site.run_jobs();
}

async fn log_in(browser: &Browser, served: &Served, email: &str) {
    browser.go(&served.url("/login")).await;
    browser.fill("#email", email).await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Log in").await;
    browser.is_at("/admin").await;
}

/// Two steps, of which one is taken away again.
async fn make_workflow(browser: &Browser, served: &Served) {
    browser.go(&served.url("/admin/workflows/new")).await;
    browser.fill("#name", "House rules").await;
    browser.fill("#step-1", "Last look").await;
    browser.click("label[for='asked-0-role-admin']").await;
    browser.press("Add a step").await;
    browser.fill("#step-2", "Too much").await;
    browser.shot("two-steps").await;
    browser.press("Remove step 2").await;
    assert_eq!(browser.value("#step-1").await, "Last look");
    browser.click("label[for='covers-kind-post']").await;
    browser.press("Create the workflow").await;
    browser.shows("Saved the workflow “House rules”.").await;
    browser.shot("workflows").await;
}

async fn submit(browser: &Browser, served: &Served) {
    browser.go(&served.url("/admin/entries/new?kind=post")).await;
    browser.fill("#title", "Ports of call").await;
    browser.fill("#body", "Many servers listen.").await;
    browser.click("label[for='when-at']").await;
    browser.fill("#publish_date", "12022026").await;
    browser.fill("#publish_time", "0800AM").await;
    browser.fill("#review_words", "Is it right?").await;
    browser.press("Submit for review").await;
    browser.shows("Submitted for review.").await;
    browser.shows("In review").await;
    browser.shot("submitted").await;
}

async fn ask_for_changes(browser: &Browser, served: &Served) {
    browser.go(&served.url("/admin")).await;
    browser.shows("Waiting for you").await;
    browser.shot("waiting").await;
    browser.follow("Ports of call").await;
    browser.shows("Is it right?").await;
    browser.press("Ask for changes").await;
    browser.shows("Say what is to be changed").await;
    browser.shot("words-missing").await;
    browser.fill("#words", "Say how many.").await;
    browser.press("Ask for changes").await;
    browser.shows("Asked for changes.").await;
    browser.shot("sent-back").await;
}

/// The plan of the first time still stands in the form.
async fn change(browser: &Browser) {
    let address = browser.path().await;
    browser.follow("Ports of call").await; // the trail leads to the same page
    browser.is_at(&address).await;
    browser.shows("Say how many.").await;
    assert_eq!(browser.value("#publish_date").await, "2026-12-02");
    browser.fill("#body", "Two servers listen.").await;
    browser.press("Submit for review").await;
    browser.shows("Submitted for review.").await;
}

async fn approve(browser: &Browser, served: &Served) {
    browser.go(&served.url("/admin/reviews")).await;
    browser.follow("Ports of call").await;
    browser.follow("Preview revision 2").await;
    browser.to_new_tab().await;
    browser.shows("Two servers listen.").await;
    browser.back_to_first_tab().await;
    assert_eq!((browser.value("#publish_date").await, browser.value("#publish_time").await), ("2026-12-02".into(), "08:00".into()));
    browser.shot("to-approve").await;
    browser.press("Approve").await;
    browser.shows("It goes out by itself at the time that is set.").await;
    browser.shot("approved").await;
}
