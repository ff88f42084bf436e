//! Two people on one entry, and neither loses a word: a save over a newer one, words typed and left, a server that is away.

use super::{DESK, PASSWORD, PHONE, Setting, add, chromium::Browser, served::Served};
use crate::support::site::{Site, a_post};
use std::time::Duration;

const BODY: &str = "A pool lends connections.\n\nIt has ten of them.\n\nThe end.";

#[actix_web::test]
async fn with_scripts_two_people_on_one_entry_lose_no_word() {
    for width in [DESK, PHONE] {
        let setting = Setting { scripts: true, width };
        let (site, served) = prepared().await;
        let edit = served.url(&given(&site));
        let (ada, grace) = (enter(&setting, &served, "ada").await, enter(&setting, &served, "grace").await);
        save_over_newer(&ada, &grace, &edit).await;
        compare_and_restore(&ada, &edit).await;
        words_left_are_offered(&ada, &served, &edit).await;
        new_words_left_are_offered(&ada, &served).await;
        let served = the_server_is_away(&ada, served, &site, &edit).await;
        the_page_is_left_while_the_server_is_away(&ada, served, &site, &edit).await;
        ada.close();
        grace.close();
        site.run_jobs();
    }
}

#[actix_web::test]
async fn without_scripts_two_people_on_one_entry_lose_no_word() {
    let setting = Setting { scripts: false, width: PHONE };
    let (site, served) = prepared().await;
    let edit = served.url(&given(&site));
    let (ada, grace) = (enter(&setting, &served, "ada").await, enter(&setting, &served, "grace").await);
    save_over_newer(&ada, &grace, &edit).await;
    compare_and_restore(&ada, &edit).await;
    ada.close();
    grace.close();
    site.run_jobs();
}

/// A site with Ada and Grace.
async fn prepared() -> (Site, Served) {
    let site = Site::start().await;
    let served = Served::start(&site);
    add(&site, "ada@example.org", "Ada Byron");
    add(&site, "grace@example.org", "Grace Hopper");
    (site, served)
}

fn given(site: &Site) -> String {
    format!("/admin/entries/{}", site.given(a_post("Pools").with(|draft| draft.body = BODY.to_owned())))
}

async fn enter(setting: &Setting, served: &Served, who: &str) -> Browser {
    let browser = setting.open(&format!("history-{who}")).await;
    browser.go(&served.url("/login")).await;
    browser.fill("#email", &format!("{who}@example.org")).await;
    browser.fill("#password", PASSWORD).await;
    browser.press("Log in").await;
    browser.is_at("/admin").await;
    browser
}

/// Both write; the second finds the first one's words in the form, together with the own ones.
async fn save_over_newer(ada: &Browser, grace: &Browser, edit: &str) {
    ada.go(edit).await;
    grace.go(edit).await;
    grace.shows("Ada Byron is editing this, last seen").await;
    grace.shot("somebody-else").await;
    ada.fill("#body", &BODY.replace("lends", "lends and takes back")).await;
    ada.press("Save draft").await;
    ada.shows("Saved the draft.").await;
    grace.fill("#body", &BODY.replace("The end.", "The end, for now.")).await;
    grace.press("Save draft").await;
    grace.shows("Ada Byron saved this entry while you were writing.").await;
    let both = BODY.replace("lends", "lends and takes back").replace("The end.", "The end, for now.");
    assert_eq!(grace.value("#body").await, both);
    assert_eq!(grace.text(".theirs ins").await.trim(), "and takes back");
    grace.shot("merged").await;
    grace.press("Save draft").await;
    grace.shows("Saved the draft.").await;
    assert_eq!(grace.value("#body").await, both);
}

/// By the list of revisions; back to the first, which loses nothing.
async fn compare_and_restore(browser: &Browser, edit: &str) {
    browser.go(edit).await;
    browser.follow("3 revisions").await;
    browser.shows("Revision 3").await;
    browser.shot("revisions").await;
    browser.click("#from-1").await;
    browser.press("Compare the two chosen").await;
    browser.is_at(&format!("{}/revisions?", path(edit))).await;
    browser.shows("Revisions 1 and 3").await;
    browser.shows("for now").await;
    browser.shot("comparison").await;
    browser.follow("Restore revision 1").await;
    browser.press("Restore revision 1").await;
    browser.shows("Revision 1 is the newest draft again.").await;
    assert_eq!(browser.value("#body").await, BODY);
    browser.shows("4 revisions").await;
}

fn path(url: &str) -> String {
    url.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap()
}

async fn words_left_are_offered(browser: &Browser, served: &Served, edit: &str) {
    browser.go(edit).await;
    browser.fill("#body", "Typed, not saved.").await;
    browser.says("[data-autosave-status]", "Saved 10:00:00").await;
    browser.shot("autosaved").await;
    browser.go(&served.url("/admin")).await;
    browser.go(edit).await;
    browser.shows("You have unsaved changes from 10:00.").await;
    assert_eq!(browser.value("#body").await, BODY);
    browser.shot("offered").await;
    browser.follow("See what differs").await;
    browser.shows("Typed, not saved.").await;
    browser.follow("Take them over").await;
    browser.is_at(&format!("{}?autosave=take", path(edit))).await;
    assert_eq!(browser.value("#body").await, "Typed, not saved.");
    browser.press("Save draft").await;
    browser.shows("Saved the draft.").await;
}

async fn new_words_left_are_offered(browser: &Browser, served: &Served) {
    browser.go(&served.url("/admin/entries/new?kind=post")).await;
    browser.fill("#title", "Begun and left").await;
    browser.says("[data-autosave-status]", "Saved 10:00:00").await;
    browser.go(&served.url("/admin/entries/new?kind=post")).await;
    browser.shows("You began “Begun and left”").await;
    browser.shot("begun").await;
    browser.follow("Take it over").await;
    assert_eq!(browser.value("#title").await, "Begun and left");
    browser.press("Save draft").await;
    browser.shows("Saved the draft.").await;
}

/// It says so, keeps the words, and sends them when somebody answers again.
async fn the_server_is_away(browser: &Browser, served: Served, site: &Site, edit: &str) -> Served {
    browser.go(edit).await;
    let typed = async {
        browser.fill("#body", "Typed into the void.").await;
        browser.says("[data-autosave-status]", "Not saved: no connection. Kept in this browser.").await;
    };
    let (served, ()) = served.away(site, typed).await;
    browser.says("[data-autosave-status]", "Saved 10:00:00").await;
    browser.forget_console();
    assert_eq!(site.count("autosaves WHERE form LIKE '%into the void%'"), 1);
    browser.press("Save draft").await;
    browser.shows("Saved the draft.").await;
    assert_eq!((browser.value("#body").await.as_str(), site.count("autosaves")), ("Typed into the void.", 0));
    served
}

/// What never reached the server is offered by the browser.
async fn the_page_is_left_while_the_server_is_away(browser: &Browser, served: Served, site: &Site, edit: &str) {
    browser.go(edit).await;
    let typed = async {
        browser.fill("#body", "Typed, and the page closed.").await;
        browser.says("[data-autosave-status]", "Not saved: no connection.").await;
        browser.go("about:blank").await;
        // What the page sends while it goes is not to arrive after all.
        actix_web::rt::time::sleep(Duration::from_millis(1500)).await;
    };
    let (_served, ()) = served.away(site, typed).await;
    browser.go(edit).await;
    browser.forget_console();
    browser.shows("did not reach the server").await;
    assert_eq!(browser.value("#body").await, "Typed into the void.");
    browser.shot("kept-in-the-browser").await;
    browser.click("[data-kept-take]").await;
    assert_eq!(browser.value("#body").await, "Typed, and the page closed.");
    browser.says("[data-autosave-status]", "Saved 10:00:00").await;
    browser.press("Save draft").await;
    browser.shows("Saved the draft.").await;
    assert_eq!(browser.value("#body").await, "Typed, and the page closed.");
    browser.go(edit).await;
    assert_eq!(site.count("autosaves"), 0);
    browser.shot("nothing-left").await;
}
