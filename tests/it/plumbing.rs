//! What every page relies on.

use crate::support::site::{BASE, Site, a_post};
use actix_web::test::TestRequest;
use mainstay::web::person::Role;

#[actix_web::test]
async fn a_signed_in_person_sees_the_settings_form() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let page = admin.get("/admin/settings").await;
    page.assert_status(200).assert_shows("Save the settings").assert_shows("Admin 1");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.form("#settings").value("posts_per_page"), "10");
}

#[actix_web::test]
async fn a_post_can_be_given_and_published() {
    let site = Site::start().await;
    site.given(a_post("Hello, world").published());
    assert_eq!((site.count("entries"), site.count("revisions"), site.count("listings")), (1, 1, 3));
    assert_eq!(site.run_jobs(), 0);
}

#[actix_web::test]
async fn other_sites_cannot_post() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let post = || {
        TestRequest::post()
            .uri("/admin/settings")
            .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
            .set_payload("title=x")
    };
    for request in [
        post(),
        post().insert_header(("Sec-Fetch-Site", "cross-site")),
        post().insert_header(("Sec-Fetch-Site", "same-site")),
        post().insert_header(("Origin", "https://evil.example")),
        post().insert_header(("Sec-Fetch-Site", "cross-site")).insert_header(("Origin", BASE)),
    ] {
        admin.send(request).await.assert_status(403);
    }
    // From our own pages, but without the token of the session.
    admin.send(post().insert_header(("Sec-Fetch-Site", "same-origin"))).await.assert_status(403);
    assert_eq!(site.count("settings"), 0);
}
