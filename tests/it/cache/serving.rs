//! How pages are kept and sent: headers, nodes beside, the start, and who passes it by.

use super::{Small, another};
use crate::support::site::{Site, a_post};
use actix_web::{rt, test::TestRequest};
use diesel::prelude::*;
use mainstay::{
    app::State,
    cli::warm_up,
    clock::Clock,
    journal::{Actor, Change, tail::Tail},
    schema::{entries, users},
    web::{page_cache::store::Figures, person::Role},
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

#[actix_web::test]
async fn after_a_start_the_pages_read_most_are_there_already() {
    let (small, _) = Small::new().await;
    for (address, times) in [("/posts/post-1", 1), ("/posts/post-2", 60), ("/posts?before=nothing", 40), ("/about", 20)] {
        for _ in 0..times {
            small.reader.get(address).await.assert_status(200);
        }
    }
    warm_up::note(&small.site.state).await;
    let (state, reader) = another(&small.site, 16).await;
    let made = warm_up::warm_up(&state, &warm_up::maker(&state).await).await.unwrap();
    assert!((3..=4).contains(&made), "{made} pages were made");
    for address in ["/posts/post-2", "/posts?before=nothing", "/about"] {
        assert_eq!(reader.get(address).await.header("x-cache"), "hit", "{address}");
    }
    assert_eq!(reader.get("/posts/post-3").await.header("x-cache"), "miss", "nobody has read it");
    assert_eq!(state.pages.most_read(1)[0].0, "/posts/post-2", "what was read most before the start still is");
}

/// A small site whose reader has asked for these addresses often, and which makes them anew for changes that wait so long.
async fn much_read(addresses: &[&str], patience: Duration) -> Small {
    let (small, _) = Small::new().await;
    for address in addresses.iter().cycle().take(addresses.len() * 50) {
        small.reader.get(address).await.assert_status(200);
    }
    small.look("the beginning").await;
    small.site.state.pages.look_what_is_read();
    warm_up::start(&small.site.state, patience);
    rt::task::yield_now().await;
    small
}

#[actix_web::test]
async fn what_many_read_is_made_anew_before_a_change_drops_it() {
    let hot = ["/", "/posts", "/posts/post-9", "/posts/post-8", "/about"];
    let small = much_read(&hot, Duration::from_secs(20)).await;
    let of_them = |addresses: BTreeSet<String>| addresses.into_iter().filter(|one| hot.contains(&&**one)).collect::<Vec<_>>();
    let renewed = || small.site.state.pages.figures().renewed;
    let before = renewed();

    small.edit(small.entry("/posts/post-9"), |form| form.fill([("title", "The ninth")])).await;
    let made = renewed() - before;
    assert!((3..5).contains(&made), "{made} of those that show its title, and not the page of who we are");
    assert_eq!(of_them(small.look("a title").await), [""; 0], "its readers have not waited");

    small.menu(&[("Craft", Some("/categories/craft"))]);
    small.edit(small.entry("/about"), |form| form.fill([("title", "Who we are")])).await;
    small.settings(&[("posts_per_page", "3")]).await;
    assert_eq!(of_them(small.look("a menu, a page and a setting").await), [""; 0]);

    small.submit(&format!("/admin/entries/{}/unpublication", small.entry("/posts/post-9")), "#confirm", |form| form).await;
    assert_eq!(small.reader.get("/posts/post-9").await.status, 404, "what cannot be made is not kept");
    assert_eq!(of_them(small.look("a post less").await), ["/posts/post-9"]);
}

#[actix_web::test]
async fn a_change_does_not_wait_longer_than_it_may_and_the_old_page_is_not_sent_after_it() {
    let small = much_read(&["/", "/posts"], Duration::ZERO).await;
    for title in ["The ninth", "The last"] {
        small.edit(small.entry("/posts/post-9"), |form| form.fill([("title", title)])).await;
        small.look(title).await;
    }
}

#[actix_web::test]
async fn other_nodes_follow() {
    let site = Site::start().await;
    let (other, reader) = another(&site, 16).await;
    let mut tail = Tail::new(other.db.clone(), State::hook_of(&other.pages));
    let post = site.given(a_post("Hello").published());
    tail.look().unwrap();
    reader.get("/posts/hello").await.assert_shows("The text of Hello.");
    assert_eq!(reader.get("/posts/hello").await.header("x-cache"), "hit");
    assert_eq!(tail.look().unwrap(), 0, "each row is read once");

    let now = site.state.clock.now();
    site.write(|conn| mainstay::content::model::publishing::unpublish(conn, post, &Actor::default(), now));
    reader.get("/posts/hello").await.assert_status(200); // it has not heard of it
    assert_eq!(tail.look().unwrap(), 1);
    reader.get("/posts/hello").await.assert_status(404);
    site.visitor().get("/posts/hello").await.assert_status(404);
}

#[actix_web::test]
async fn what_memory_says_of_a_post_is_shown_only_beside_the_row_that_it_was_read_with() {
    let site = Site::start().await;
    let [first, second] = [(); 2].map(|()| site.given_user(Role::Author));
    let post = site.given(a_post("Hello").published().by(first));
    let conn = &mut site.database.conn();
    let mut name = |id| users::table.find(id).select(users::name).first::<String>(conn).unwrap();
    let (first_name, second_name) = (name(first), name(second));
    let (_, reader) = another(&site, 16).await;
    // An address that is not kept is made each time, with what memory has.
    for _ in 0..2 {
        reader.get("/posts/hello?not=kept").await.assert_status(200).assert_shows(&first_name).assert_lacks(&second_name);
    }
    // Another node has written it, and nobody has heard of that yet.
    diesel::update(entries::table.find(post)).set(entries::author_id.eq(second)).execute(&mut site.database.conn()).unwrap();
    reader.get("/posts/hello?not=kept").await.assert_status(200).assert_shows(&second_name).assert_lacks(&first_name);
}

#[actix_web::test]
async fn a_row_that_is_committed_late_is_not_passed_over() {
    let site = Site::start().await;
    let told: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
    let hear = told.clone();
    let mut tail = Tail::new(site.state.db.clone(), Arc::new(move |tags| hear.lock().unwrap().extend_from_slice(tags)));
    let record = |conn: &mut mainstay::db::Conn, tag: &str| {
        let change = Change {
            kind: "thing.made",
            subject: "thing",
            key: 0,
            label: "",
            detail: serde_json::json!({}),
            cache_tags: vec![tag.to_owned()],
        };
        change.record(conn, &Actor::default(), Clock::default().now()).unwrap();
    };
    let (slow, quick) = (&mut site.database.conn(), &mut site.database.conn());
    tail.look().unwrap();
    diesel::sql_query("BEGIN").execute(slow).unwrap();
    record(slow, "slow");
    record(quick, "quick");
    tail.look().unwrap();
    assert_eq!(*told.lock().unwrap(), ["quick"]);
    diesel::sql_query("COMMIT").execute(slow).unwrap();
    assert_eq!((tail.look().unwrap(), tail.look().unwrap()), (1, 0));
    assert_eq!(*told.lock().unwrap(), ["quick", "slow"]);
}

#[actix_web::test]
async fn a_cached_page_has_every_header_and_a_strong_tag_for_each_coding() {
    let site = Site::start().await;
    site.given(a_post("Hello").published());
    let visitor = site.visitor();
    let first = visitor.get("/posts/hello").await;
    for (coding, end) in [("identity", ""), ("gzip", "-gz"), ("br", "-br")] {
        let ask = || TestRequest::get().uri("/posts/hello").insert_header(("Accept-Encoding", coding));
        let answer = visitor.send(ask()).await;
        assert_eq!((answer.header("x-cache"), answer.header("vary")), ("hit", "Accept-Encoding"));
        for name in ["content-security-policy", "strict-transport-security", "content-type", "cache-control", "x-frame-options"] {
            assert_eq!(answer.header(name), first.header(name), "{name}");
            assert!(!answer.header(name).is_empty(), "{name}");
        }
        assert!(answer.header("etag").starts_with('"') && answer.header("etag").ends_with(&format!("{end}\"")), "{coding}");
        assert_ne!(answer.header("x-request-id"), first.header("x-request-id"));
        visitor.send(ask().insert_header(("If-None-Match", answer.header("etag")))).await.assert_status(304);
    }
    for path in ["/search", "/search?q=hello", "/posts/hello?x=y", "/nowhere", "/login"] {
        assert_eq!((visitor.get(path).await.header("x-cache"), visitor.get(path).await.header("x-cache")), ("", ""), "{path}");
    }
}

#[actix_web::test]
async fn signed_in_people_pass_it_by() {
    let site = Site::start().await;
    let owner = site.signed_in(Role::Owner);
    owner.get("/").await.assert_shows("Owner 1");
    site.visitor().get("/").await.assert_lacks("Owner 1");
    let page = owner.get("/").await;
    assert_eq!((page.header("x-cache"), page.header("cache-control")), ("", "no-store"));
    page.assert_shows("Owner 1");
}

#[actix_web::test]
async fn an_admin_sees_what_the_cache_does_and_empties_it() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let visitor = site.visitor();
    visitor.get("/").await;
    visitor.get("/").await;
    let page = admin.get("/admin/cache").await;
    page.assert_status(200).assert_shows("50.0 %").assert_shows("of at most 16.0 MB");
    admin.submit(page.form("#empty")).await.assert_redirects_to("/admin/cache");
    admin.get("/admin/cache").await.assert_shows("Emptied the cache.");
    assert_eq!((visitor.get("/").await.header("x-cache"), site.count("journal WHERE kind = 'cache.emptied'")), ("miss", 1));
    let Figures { entries, changes, .. } = site.state.pages.figures();
    assert_eq!((entries, changes), (1, 1));
    let off = another(&site, 0).await.1;
    assert_eq!(off.get("/").await.header("x-cache"), "");
}

#[actix_web::test]
async fn a_style_sheet_is_compressed_once() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let address = visitor.get("/").await.attributes("link[rel=stylesheet]", "href")[0].clone();
    let (first, second) = (visitor.get(&address).await, visitor.get(&address).await);
    assert_eq!([first.header("x-cache"), second.header("x-cache")], ["miss", "hit"]);
    assert_eq!(first.body, second.body);
    assert_eq!(second.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(second.header("content-type"), "text/css; charset=utf-8");
    let font = "/static/fonts/figtree-latin.woff2";
    assert_eq!([visitor.get(font).await.header("x-cache"), visitor.get(font).await.header("x-cache")], ["", ""]);
    visitor.get("/static/css/none.css").await.assert_status(404);
}
