//! A page that was not found is led on in one click; a page is renamed, and the links to it follow.

use super::{DESK, PASSWORD, PHONE, Setting, add_editor, chromium::Browser, served::Served};
use crate::support::site::{Site, a_page, a_post};

#[actix_web::test]
async fn with_scripts_what_is_not_found_is_led_on_and_links_follow_a_rename() {
    a_tidy_day(&Setting { scripts: true, width: DESK }).await;
}

#[actix_web::test]
async fn without_scripts_what_is_not_found_is_led_on_and_links_follow_a_rename() {
    a_tidy_day(&Setting { scripts: false, width: PHONE }).await;
}

async fn a_tidy_day(setting: &Setting) {
    let site = Site::start().await;
    let served = Served::start(&site);
    add_editor(&site);
    let page = site.given(a_page("Connection pools").published());
    site.given(a_post("A post").published().with(|draft| draft.body = "Read about [pools](/connection-pools).".to_owned()));
    let reader = setting.open("reader").await;
    reader.go(&served.url("/conection-pools")).await;
    reader.shows("Nothing is tied to this address").await;
    site.state.visits.write(&site.state.db).await.unwrap();

    let editor = setting.open("editor").await;
    log_in(&editor, &served).await;
    editor.go(&served.url("/admin/lost")).await;
    editor.shows("/conection-pools").await;
    editor.shot("not-found").await;
    editor.click("button[form^='lead-']").await;
    editor.shows("/conection-pools leads to /connection-pools now.").await;
    editor.shot("led-on").await;
    reader.go(&served.url("/conection-pools")).await;
    reader.is_at("/connection-pools").await;

    editor.go(&served.url(&format!("/admin/entries/{page}"))).await;
    editor.fill("#slug", "pools").await;
    editor.click("label[for='relink']").await;
    editor.shot("rename").await;
    editor.press("Publish changes").await;
    editor.shows("Rewrote the links in 1 live entry.").await;
    reader.go(&served.url("/posts/a-post")).await;
    reader.follow("pools").await;
    reader.is_at("/pools").await;
    for old in ["/conection-pools", "/connection-pools"] {
        reader.go(&served.url(old)).await;
        reader.is_at("/pools").await;
    }
    for (path, name) in [
        ("/admin/redirects", "redirects"),
        ("/admin/redirects/new", "new-redirect"),
        ("/admin/redirects/imports", "imports"),
        ("/admin/lost/rules", "rules"),
        ("/admin/links", "links"),
    ] {
        editor.go(&served.url(path)).await;
        editor.shot(name).await;
    }
    editor.close();
    reader.close();
    site.run_jobs();
}

async fn log_in(browser: &Browser, served: &Served) {
    browser.go(&served.url("/login")).await;
    browser.fill("#email", "ada@example.org").await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Log in").await;
    browser.is_at("/admin").await;
}
