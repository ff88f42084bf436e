//! Menus: built with scripts by drag and without by buttons, opened by keyboard; the accent changed and the logo sent, and both seen at once.

use super::{DESK, PASSWORD, PHONE, Setting, chromium::Browser, served::Served};
use crate::support::site::{Site, a_page, begin};
use fantoccini::Locator;
use mainstay::{
    accounts::model::{password, setup, user::NewUser},
    journal::Actor,
    web::person::Role,
};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

const HEADER: &str = "/admin/menus/header";

/// A site with two pages, and an admin who is about to log in.
async fn furnished() -> (Site, Served) {
    let site = Site::start().await;
    for title in ["Guides", "Handbook"] {
        site.given(a_page(title).published());
    }
    let hashed = password::hash(PASSWORD).unwrap();
    let new = NewUser { email: "ada@example.org".to_owned(), name: "Ada Byron".to_owned(), role: Role::Admin };
    site.write(|conn| setup::create(conn, &new, &hashed, &Actor::default(), begin()));
    let served = Served::start(&site);
    (site, served)
}

async fn log_in(browser: &Browser, served: &Served, address: &str) {
    browser.go(&served.url(address)).await;
    browser.fill("#email", "ada@example.org").await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Log in").await;
    browser.is_at(address).await;
}

/// Adds both pages and an address, each by the form.
async fn build(browser: &Browser, served: &Served) {
    browser.follow("Add an item").await;
    browser.shot("add-item").await;
    browser.press("Add to the menu").await;
    browser.shows("Choose what the item leads to.").await;
    browser.fill("#q", "Guides").await;
    browser.press("Find").await;
    browser.shows("What was found").await;
    browser.click("label[for^='entry-']").await;
    browser.press("Add to the menu").await;
    browser.shows("Added to the menu.").await;
    for (address, label) in [("/handbook", "Handbook"), ("https://example.net", "Elsewhere")] {
        browser.go(&served.url(&format!("{HEADER}/items/new"))).await;
        browser.click("#kind-address").await;
        browser.fill("#address", address).await;
        browser.fill("#label", label).await;
        browser.press("Add to the menu").await;
        browser.is_at(HEADER).await;
    }
    browser.shot("three-items").await;
}

#[actix_web::test]
async fn a_menu_is_built_by_buttons_and_opened_without_scripts() {
    for width in [DESK, PHONE] {
        let (site, served) = furnished().await;
        let browser = Setting { scripts: false, width }.open("menus").await;
        log_in(&browser, &served, HEADER).await;
        build(&browser, &served).await;
        browser.press("In Handbook").await;
        browser.shows("Moved. Visitors see the new order.").await;
        browser.shot("nested").await;
        browser.go(&served.url("/")).await;
        browser.click(".site-more summary").await;
        browser.shot("opened").await;
        browser.follow("Handbook").await;
        browser.is_at("/handbook").await;
        browser.close();
        site.run_jobs();
    }
}

#[actix_web::test]
async fn a_menu_is_arranged_by_drag_and_opened_by_keyboard() {
    let (site, served) = furnished().await;
    let browser = Setting { scripts: true, width: DESK }.open("menus").await;
    log_in(&browser, &served, HEADER).await;
    build(&browser, &served).await;
    browser.shows("Drag an item by its row").await;
    let (handle, below) = (".menu-item:nth-child(2) .menu-what", ".menu-item:nth-child(2).is-below");
    browser.hold(handle, (60.0, 4.0), below).await;
    browser.let_go(Some("h1")).await; // Elsewhere: nothing has changed.
    let settled = Locator::Css(".menu-items:not(:has(.is-dragged)):not(:has(.is-below))");
    browser.client().wait().at_most(Duration::from_secs(20)).for_element(settled).await.unwrap();
    browser.drag(handle, (60.0, 4.0), below).await;
    browser.shows("Moved. Visitors see the new order.").await;
    browser.says(".menu-item.is-below", "Handbook").await;
    browser.shot("dragged").await;

    browser.go(&served.url("/about-nothing")).await;
    browser.go(&served.url("/")).await;
    let summary = browser.client().find(Locator::Css(".site-more summary")).await.unwrap();
    summary.send_keys("\u{e007}").await.unwrap(); // Enter
    browser.shot("opened-by-keyboard").await;
    assert_eq!(browser.client().find_all(Locator::Css(".site-more[open]")).await.unwrap().len(), 1);
    summary.send_keys("\u{e00c}").await.unwrap(); // Escape
    assert_eq!(browser.client().find_all(Locator::Css(".site-more[open]")).await.unwrap().len(), 0);
    summary.send_keys("\u{e00d}").await.unwrap(); // Space
    browser.follow("Handbook").await;
    browser.is_at("/handbook").await;
    browser.forget_console();
    browser.close();
    site.run_jobs();
}

/// What the main button of the page is painted with.
async fn painted(browser: &Browser) -> String {
    let script = "return getComputedStyle(document.querySelector('.button.is-primary')).backgroundColor";
    browser.client().execute(script, Vec::new()).await.unwrap().as_str().unwrap_or_default().to_owned()
}

/// Waits until the frame beside the form has this accent.
async fn frame_has(browser: &Browser, accent: &str) {
    let script = "const doc = document.querySelector('iframe[name=preview]').contentDocument;
        return doc && doc.documentElement ? getComputedStyle(doc.documentElement).getPropertyValue('--accent') : ''";
    let begun = Instant::now();
    loop {
        let has = browser.client().execute(script, Vec::new()).await.unwrap();
        if has.as_str().is_some_and(|has| has.contains(accent)) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "the preview has {has}");
        actix_web::rt::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Chooses a file for the logo. With scripts it is in the library before the form is saved, and the favicon is chosen from there.
async fn send_a_logo(admin: &Browser, folder: &Path, scripts: bool) {
    let file = folder.join("logo.svg");
    fs::write(&file, "<svg xmlns='http://www.w3.org/2000/svg' width='120' height='40'><path fill='#8a1c4a' d='M0 0h120v40H0z'/></svg>")
        .unwrap();
    admin.type_into("#logo_file", file.to_str().unwrap()).await;
    if scripts {
        admin.shows("logo.svg is in the library.").await;
        admin.click("[data-pick=favicon]").await;
        admin.click("#file-dialog a[data-address]").await;
        assert!(admin.value("#favicon").await.starts_with("/files/"));
    }
    admin.shot("logo-chosen").await;
    admin.press("Save the appearance").await;
    admin.shows("Remove the logo").await;
    admin.shot("logo-saved").await;
}

#[actix_web::test]
async fn accent_and_logo_are_changed_and_seen_at_once() {
    for (scripts, width) in [(true, DESK), (false, PHONE)] {
        let (site, served) = furnished().await;
        let setting = Setting { scripts, width };
        let (admin, reader) = (setting.open("appearance").await, setting.open("appearance-reader").await);
        reader.go(&served.url("/")).await;
        log_in(&admin, &served, "/admin/appearance").await;
        admin.shot("form").await;
        admin.fill("#accent", "#ffd400").await;
        admin.press("Save the appearance").await;
        admin.shows("The nearest that passes is").await;
        admin.shot("refused").await;
        admin.fill("#accent", "#8a1c4a").await;
        if !scripts {
            admin.press("Preview").await;
        }
        frame_has(&admin, "#8a1c4a").await;
        admin.shot("tried").await;
        admin.press("Save the appearance").await;
        admin.shows("Saved. Visitors see the new look now.").await;
        reader.go(&served.url("/nowhere-at-all")).await;
        reader.forget_console();
        assert_eq!(painted(&reader).await, "rgb(138, 28, 74)");
        reader.shot("new-accent").await;
        send_a_logo(&admin, &site.folder, scripts).await;
        reader.go(&served.url("/")).await;
        let logo = "return document.querySelector('.site-logo') ? document.querySelector('link[rel=icon]').type : 'no logo'";
        let found = reader.client().execute(logo, Vec::new()).await.unwrap();
        assert_eq!(found.as_str(), Some("image/svg+xml"));
        reader.shot("new-logo").await;
        admin.close();
        reader.close();
        site.run_jobs();
    }
}
