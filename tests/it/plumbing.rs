//! What every page relies on.

use crate::support::site::{BASE, Site, a_post};
use actix_web::test::TestRequest;
use diesel::prelude::*;
use mainstay::{
    db::{Conn, unhurried},
    web::person::Role,
};

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

#[actix_web::test]
async fn a_command_over_the_whole_site_waits_longer_than_a_page_and_gives_the_connection_back_as_it_was() {
    #[derive(QueryableByName, Debug, PartialEq)]
    struct Waits {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        seconds: i64,
    }
    fn waits(conn: &mut Conn) -> QueryResult<i64> {
        Ok(diesel::sql_query("SELECT @@innodb_lock_wait_timeout AS seconds").get_result::<Waits>(conn)?.seconds)
    }
    let site = Site::start().await;
    let told = site.state.db.read_here(|conn| {
        let inside = unhurried(conn, waits)?;
        let failed: QueryResult<i64> = unhurried(conn, |_| Err(diesel::result::Error::NotFound));
        Ok([inside, i64::from(failed.is_err()), waits(conn)?])
    });
    assert_eq!(told.unwrap(), [300, 1, 5]);
}
