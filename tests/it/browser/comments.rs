//! A guest comments, a moderator approves from the letter, others read it within a second, and an answer is mailed: with letters over a
//! real connection to a mail server.

use super::{DESK, PHONE, Setting, add_editor, chromium::Browser, served::Served};
use crate::support::{
    site::{Site, a_post},
    smtp::MailServer,
};
use chrono::TimeDelta;
use mainstay::{
    app::JOBS,
    jobs::{JobEnv, worker},
    mail::Mail,
};
use std::time::{Duration, Instant};

const POST: &str = "/posts/ports-of-call";

#[actix_web::test]
async fn with_scripts_a_guest_comments_and_is_answered() {
    a_talk(&Setting { scripts: true, width: DESK }).await;
}

#[actix_web::test]
async fn without_scripts_a_guest_comments_and_is_answered() {
    a_talk(&Setting { scripts: false, width: PHONE }).await;
}

async fn a_talk(setting: &Setting) {
    let (site, letters) = (Site::start().await, MailServer::start());
    let served = Served::start(&site);
    add_editor(&site);
    site.given(a_post("Ports of call").published());
    let guest = setting.open("guest").await;
    comment(&guest, &site, &served).await;
    assert!(!served.site_shows(POST, "Which port is ours"), "it waits");
    run(&site, &served, &letters);
    guest.go(&link(&letters, "guest@example.net", "/comments/confirmation")).await;
    guest.press("Yes, this is mine").await;
    guest.shows("Your address is confirmed").await;
    guest.shot("confirmed").await;

    let ada = setting.open("moderator").await;
    ada.go(&link(&letters, "ada@example.org", "/comments/moderation")).await;
    ada.shows("Which port is ours").await;
    ada.shot("decide").await;
    let pressed = Instant::now();
    ada.press("Approve").await;
    ada.shows("Approved").await;
    while !served.site_shows(POST, "Which port is ours") {
        assert!(pressed.elapsed() < Duration::from_secs(1), "not seen within a second");
    }
    answer(&ada, &site, &served, setting).await;
    run(&site, &served, &letters);
    let told = letters.arrived().into_iter().find(|letter| letter.to == ["guest@example.net"] && letter.data.contains("answered you"));
    let told = told.expect("a letter about the answer").data;
    assert!(told.contains("List-Unsubscribe: <"), "by one click where the site is on https, which `comments::letters` tries: {told}");
    guest.close();
    ada.close();
}

async fn comment(guest: &Browser, site: &Site, served: &Served) {
    guest.go(&served.url(POST)).await;
    guest.fill("#comment_body", "Which port is **ours**?").await;
    guest.fill("#comment_name", "Grace").await;
    guest.fill("#comment_email", "guest").await;
    guest.shot("form").await;
    guest.press("Send the comment").await;
    guest.shows("Give a mail address").await;
    guest.shot("mistake").await;
    guest.fill("#comment_email", "guest@example.net").await;
    guest.click("label[for=comment_notify]").await;
    site.later(TimeDelta::minutes(1));
    guest.press("Send the comment").await;
    guest.shows("Your comment has arrived").await;
    guest.shot("arrived").await;
    guest.follow("Edit").await;
    guest.fill("#comment_body", "Which port is ours, and why?").await;
    guest.press("Save").await;
    guest.shows("and why?").await;
}

/// The moderator logs in, and answers below the comment.
async fn answer(ada: &Browser, site: &Site, served: &Served, setting: &Setting) {
    ada.go(&served.url("/login")).await;
    ada.fill("#email", "ada@example.org").await;
    ada.fill("#password", super::PASSWORD).await;
    ada.press("Log in").await;
    ada.is_at("/admin").await;
    ada.go(&served.url(POST)).await;
    ada.shot("thread").await;
    ada.click("[data-reply]").await;
    if !setting.scripts {
        ada.is_at("/comments/new").await;
    }
    ada.fill("#comment_body", "3306, since the sea was made.").await;
    site.later(TimeDelta::minutes(1));
    ada.shot("reply").await;
    ada.press("Send the comment").await;
    ada.shows("Your comment is on the page").await;
    ada.go(&served.url("/admin/comments?view=shown")).await;
    ada.shows("3306, since").await;
    ada.shot("queue").await;
}

/// Runs what is due, with letters over the wire and links to where the browsers are.
fn run(site: &Site, served: &Served, letters: &MailServer) {
    let mail = Mail::smtp("Mainstay <site@example.org>", &letters.url).unwrap();
    let env = JobEnv { mail, base_url: served.url(""), ..site.state.job_env() };
    worker::run_due(&env, JOBS).unwrap();
}

/// Where a letter to that address leads.
#[track_caller]
fn link(letters: &MailServer, to: &str, path: &str) -> String {
    let of = letters.arrived().into_iter().filter(|letter| letter.to == [to]);
    let texts: Vec<String> = of.map(|letter| letter.data.replace("=\n", "").replace("=3D", "=")).collect();
    let wanted = format!("{path}?token=");
    let found = texts.iter().flat_map(|text| text.split_whitespace()).find(|word| word.contains(&wanted));
    found.unwrap_or_else(|| panic!("no link to {path} in {texts:#?}")).to_owned()
}
