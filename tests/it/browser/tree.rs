//! The tree, the list and the snippets in the browser: a page is moved and its siblings sorted, two posts go out together, and a
//! snippet is seen live on the page that uses it.

use super::{DESK, PHONE, Setting, add_editor, chromium::Browser, log_in, served::Served};
use crate::support::site::{Site, a_page, a_post};

#[actix_web::test]
async fn with_scripts_somebody_keeps_the_site_in_order() {
    for width in [DESK, PHONE] {
        in_order(&Setting { scripts: true, width }).await;
    }
}

#[actix_web::test]
async fn without_scripts_somebody_keeps_the_site_in_order() {
    in_order(&Setting { scripts: false, width: PHONE }).await;
}

async fn in_order(setting: &Setting) {
    let site = Site::start().await;
    let served = Served::start(&site);
    add_editor(&site);
    let author = site.given_user(mainstay::web::person::Role::Author);
    let guides = site.given(a_page("Guides").by(author).published());
    for title in ["Anchors", "Sails"] {
        site.given(a_page(title).by(author).published().with(|draft| draft.parent = Some(guides)));
    }
    site.given(a_page("About").by(author).published());
    for title in ["Tides", "Winds"] {
        site.given(a_post(title).by(author).with(|draft| draft.body = "See:\n\n{{ snippet: hours }}".to_owned()));
    }
    let browser = setting.open("tree").await;
    log_in(&browser, &served).await;
    sort_and_move(&browser, &served, setting).await;
    publish_both(&browser, &served, setting).await;
    write_once(&browser, &served).await;
    browser.close();
    site.run_jobs();
}

async fn sort_and_move(browser: &Browser, served: &Served, setting: &Setting) {
    browser.go(&served.url("/admin/pages")).await;
    browser.click("#page-1 .twig a").await;
    browser.shows("/guides/sails").await;
    browser.shot("tree-open").await;
    if setting.scripts && setting.width == DESK {
        browser.drag_before("#page-3", "#page-2", "#page-2.is-before").await;
    } else {
        browser.click("#page-3 button[value=up]").await;
    }
    browser.is_at("/admin/pages?open=1").await;
    browser.says("#page-3 + #page-2", "Anchors").await;
    browser.shot("tree-sorted").await;
    browser.click("#page-3 .tree-acts a").await;
    browser.is_at("/admin/pages/3/move").await;
    browser.shot("where-to").await;
    browser.click("#parent-4").await;
    browser.press("See what will happen").await;
    browser.shows("Move “Sails” below “About”?").await;
    browser.shot("what-will-happen").await;
    browser.press("Move the page").await;
    browser.shows("It lives at /about/sails now.").await;
    browser.shot("moved").await;
    assert!(served.site_shows("/about", "Sails"));
}

async fn publish_both(browser: &Browser, served: &Served, setting: &Setting) {
    browser.go(&served.url("/admin/entries?kind=post")).await;
    browser.shot("list").await;
    for id in [5, 6] {
        browser.click(&format!("input[name=id][value='{id}']")).await;
    }
    if setting.scripts {
        browser.shows("2 entries ticked").await;
    }
    browser.shot("ticked").await;
    browser.click(".bulk button[value=publish]").await;
    browser.shows("Publish 2 entries?").await;
    browser.shot("publish-two").await;
    browser.press("Publish").await;
    browser.shows("2 entries done").await;
    browser.shot("published-two").await;
    assert!(served.site_shows("/posts", "Winds"));
}

async fn write_once(browser: &Browser, served: &Served) {
    browser.go(&served.url("/admin/snippets")).await;
    browser.shot("no-snippets").await;
    browser.follow("New snippet").await;
    browser.fill("#name", "Hours!").await;
    browser.fill("#body", "Open from **nine**.").await;
    browser.press("Make the snippet").await;
    browser.shows("One thing to put right").await;
    assert_eq!(browser.value("#body").await.trim_end(), "Open from **nine**.");
    browser.shot("snippet-refused").await;
    browser.fill("#name", "hours").await;
    browser.press("Make the snippet").await;
    browser.shows("In 2 entries").await;
    assert!(served.site_shows("/posts/tides", "<strong>nine</strong>"));
    browser.fill("#body", "Open from **ten**.").await;
    browser.press("Save the snippet").await;
    browser.shows("Every page that uses it shows the new words.").await;
    browser.shot("snippet-saved").await;
    assert!(served.site_shows("/posts/tides", "<strong>ten</strong>") && served.site_shows("/posts/winds", "<strong>ten</strong>"));
}
