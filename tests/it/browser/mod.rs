//! The product in a real Chromium: one person writes, another reads, on a phone and on a desk, with scripts and without.
//!
//! All four pairs are tried where somebody writes and reads (below) and in menus. Elsewhere without scripts means on a phone:
//! how a page stands on a desk is seen with scripts, which only add to it.
//!
//! Screenshots of every step stay under `target/screenshots/`.

mod addresses;
mod chromium;
mod comments;
mod contact;
mod driver;
mod gate;
mod history;
mod media;
mod menus;
mod passkeys;
mod pictures;
mod review;
mod served;
mod sharing;
mod tree;
mod xss;

use crate::support::site::{Site, begin};
use chromium::Browser;
use mainstay::{
    accounts::model::{password, setup, user::NewUser},
    journal::Actor,
    web::person::Role,
};
use served::Served;

const PHONE: u32 = 360;
const DESK: u32 = 1440;
const PASSWORD: &str = "correct horse battery staple";
const BODY: &str = "First line of the text, with **strong words**.\n\n## A heading\n\n| Port | Use |\n|---|---|\n| 3306 | MySQL |\n";

#[actix_web::test]
async fn with_scripts_somebody_writes_and_somebody_else_reads() {
    for width in [DESK, PHONE] {
        a_day_on_the_site(&Setting { scripts: true, width }).await;
    }
}

#[actix_web::test]
async fn without_scripts_somebody_writes_and_somebody_else_reads() {
    for width in [DESK, PHONE] {
        a_day_on_the_site(&Setting { scripts: false, width }).await;
    }
}

/// What the browsers are like.
struct Setting {
    scripts: bool,
    width: u32,
}

impl Setting {
    async fn open(&self, who: &str) -> Browser {
        let name = format!("{}-{}-{who}", if self.scripts { "scripts" } else { "plain" }, self.width);
        Browser::open(&name, self.width, self.scripts).await
    }
}

async fn a_day_on_the_site(setting: &Setting) {
    let site = Site::start().await;
    let served = Served::start(&site);
    add_editor(&site);
    let writer = setting.open("writer").await;
    log_in(&writer, &served).await;
    write(&writer, &served).await;
    preview(&writer).await;
    publish(&writer).await;
    let reader = setting.open("reader").await;
    read(&reader, &served).await;
    two_at_once(&writer, &site).await;
    log_out(&writer, &served, setting).await;
    reader.close();
    writer.close();
    site.run_jobs();
}

/// Ada, with a password.
fn add_editor(site: &Site) {
    add(site, "ada@example.org", "Ada Byron");
}

/// An editor with the password.
fn add(site: &Site, email: &str, name: &str) {
    let hashed = password::hash(PASSWORD).unwrap();
    let new = NewUser { email: email.to_owned(), name: name.to_owned(), role: Role::Editor };
    site.write(|conn| setup::create(conn, &new, &hashed, &Actor::default(), begin()));
}

/// By the form, once with a wrong password.
async fn log_in(browser: &Browser, served: &Served) {
    browser.go(&served.url("/admin/entries/new?kind=post")).await;
    browser.is_at("/login?next=").await;
    browser.fill("#email", "ada@example.org").await;
    browser.fill("#password", "not this one, surely").await;
    browser.press("Log in").await;
    browser.shows("The address or the password is not right").await;
    assert_eq!(browser.value("#email").await, "ada@example.org");
    browser.shot("login-refused").await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Log in").await;
    browser.is_at("/admin/entries/new?kind=post").await;
    browser.shot("new-post").await;
}

/// First without a title, which keeps what was typed.
async fn write(browser: &Browser, served: &Served) {
    browser.fill("#body", BODY).await;
    browser.fill("#tags", "Databases, Ports").await;
    browser.press("Save draft").await;
    browser.is_at("/admin/entries").await;
    browser.shows("One thing to put right").await;
    assert_eq!(browser.value("#body").await.trim_end(), BODY.trim_end());
    assert_eq!(browser.value("#tags").await, "Databases, Ports");
    assert_eq!(browser.title().await, "Error: New post – Mainstay");
    browser.shot("title-missing").await;
    browser.fill("#title", "Ports of call").await;
    browser.press("Save draft").await;
    browser.shows("Saved the draft.").await;
    assert_eq!(browser.value("#title").await, "Ports of call");
    browser.shot("draft-saved").await;
    // Visitors do not see it yet.
    assert!(!served.site_shows("/posts", "Ports of call"));
}

/// Of what was not saved, in a tab of its own.
async fn preview(browser: &Browser) {
    browser.fill("#summary", "Where the servers listen.").await;
    browser.press("Preview").await;
    browser.to_new_tab().await;
    browser.shows("Where the servers listen.").await;
    browser.shows("strong words").await;
    browser.shot("preview").await;
    browser.back_to_first_tab().await;
    assert_eq!(browser.value("#summary").await, "Where the servers listen.");
}

async fn publish(browser: &Browser) {
    browser.press("Publish").await;
    browser.shows("Published. Visitors see it now.").await;
    browser.shot("published").await;
    browser.follow("See it on the site").await;
    browser.is_at("/posts/ports-of-call").await;
    browser.shot("on-the-site").await;
    browser.back().await;
}

/// From the home page to the article, its tag, the search, and an address that leads nowhere.
async fn read(browser: &Browser, served: &Served) {
    browser.go(&served.url("/")).await;
    browser.shot("home").await;
    browser.follow("Ports of call").await;
    browser.is_at("/posts/ports-of-call").await;
    assert_eq!(browser.text("h1").await, "Ports of call");
    browser.shows("Where the servers listen.").await;
    assert_eq!(browser.text("td").await, "3306");
    browser.shot("article").await;
    browser.follow("Databases").await;
    browser.is_at("/tags/databases").await;
    browser.shot("tag").await;
    browser.go(&served.url("/search?q=ports")).await;
    browser.shows("Ports of call").await;
    browser.shot("search").await;
    browser.go(&served.url("/posts/ports-of-cal")).await;
    browser.follow("Ports of call").await;
    browser.is_at("/posts/ports-of-call").await;
}

/// Somebody else saves while Ada writes: nothing is overwritten, and both texts are there.
async fn two_at_once(browser: &Browser, site: &Site) {
    browser.shows("Publish changes").await;
    let address = browser.path().await;
    let grace = site.signed_in(Role::Editor);
    let form = grace.get(&address).await.form("#editor").fill([("body", "What Grace wrote."), ("do", "save")]);
    grace.submit(form).await.assert_status(303);
    browser.fill("#body", "What Ada wrote.").await;
    browser.press("Save draft").await;
    browser.shows("saved this entry while you were writing").await;
    let both = browser.value("#body").await;
    assert!(both.contains("What Ada wrote.") && both.contains("What Grace wrote."), "{both}");
    browser.shot("conflict").await;
    browser.fill("#body", "What Ada wrote.").await;
    browser.press("Save draft").await;
    browser.shows("Saved the draft.").await;
    assert_eq!(browser.value("#body").await, "What Ada wrote.");
    assert_eq!(site.count("revisions"), 3, "every text was kept");
}

async fn log_out(browser: &Browser, served: &Served, setting: &Setting) {
    if setting.width == PHONE {
        browser.click("summary").await;
        browser.shot("menu").await;
        browser.press("Log out").await;
    } else {
        // The driver takes what is in a closed <details> for hidden; the style sheet shows it here.
        browser.point_at_and_click("form[action='/logout'] button").await;
    }
    browser.is_at("/login").await;
    browser.shot("logged-out").await;
    browser.go(&served.url("/admin")).await;
    browser.is_at("/login").await;
}
