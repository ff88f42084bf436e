//! What visitors see.

use crate::support::{
    answer::Answer,
    site::{Site, a_page, a_post},
};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use mainstay::{
    content::model::{place, publishing, redirect, saving},
    journal::Actor,
    web::person::Role,
};

#[actix_web::test]
async fn an_empty_site_says_that_something_is_coming() {
    let site = Site::start().await;
    let home = site.visitor().get("/").await;
    home.assert_status(200).assert_shows("A new site").assert_shows("Nothing here yet");
    site.visitor().get("/posts").await.assert_status(200).assert_shows("Nothing is published here yet");
    site.visitor().get("/categories").await.assert_status(200);
    site.visitor().get("/tags").await.assert_status(200);
}

#[actix_web::test]
async fn a_post_shows_its_text_its_author_and_its_place() {
    let site = Site::start().await;
    site.given(a_post("Ink & paper").published().with(|draft| {
        draft.summary = "A summary with <b>.".to_owned();
        draft.body = "## One\n\ntext\n\n## Two\n\n**bold**\n\n## Three\n\n<script>alert(1)</script>".to_owned();
        draft.tags = vec!["Rust".to_owned(), "Web".to_owned()];
    }));
    let page = site.visitor().get("/posts/ink-paper").await;
    page.assert_status(200).assert_shows("<strong>bold</strong>").assert_shows("A summary with &#60;b&#62;.").assert_lacks("alert(1)");
    assert_eq!(page.texts("h1"), ["Ink & paper"]);
    assert_eq!(page.texts(".contents li"), ["One", "Two", "Three"]);
    assert_eq!(page.texts("a[rel=tag]"), ["Rust", "Web"]);
    assert_eq!(page.texts("a[rel=author]"), ["Author 1"]);
    assert_eq!(page.attributes("link[rel=canonical]", "href"), ["https://example.org/posts/ink-paper"]);
    assert_eq!(page.attributes("meta[property='og:type']", "content"), ["article"]);
    assert_eq!(page.attributes("html", "lang"), ["en"]);
    assert_eq!(page.texts("title"), ["Ink & paper – A new site"]);
}

#[actix_web::test]
async fn a_draft_is_seen_by_nobody() {
    let site = Site::start().await;
    site.given(a_post("Secret plans"));
    let visitor = site.visitor();
    visitor.get("/posts/secret-plans").await.assert_status(404);
    for path in ["/", "/posts", "/search?q=secret", "/authors/author-1"] {
        visitor.get(path).await.assert_lacks("Secret plans");
    }
}

#[actix_web::test]
async fn a_list_is_paged_by_key_in_both_directions() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    for number in 1..=23 {
        site.later(TimeDelta::minutes(1));
        site.given(a_post(&format!("Post {number}")).by(author).published());
    }
    let visitor = site.visitor();
    let titles = |answer: &Answer| answer.texts(".rows h3");
    let first = visitor.get("/posts").await;
    assert_eq!((titles(&first).len(), titles(&first)[0].as_str()), (10, "Post 23"));
    first.assert_shows("23 articles");
    let second = visitor.get(&first.attributes("a[rel=next]", "href")[0]).await;
    let third = visitor.get(&second.attributes("a[rel=next]", "href")[0]).await;
    assert_eq!(
        (titles(&second)[0].as_str(), titles(&third)),
        ("Post 13", vec!["Post 3".to_owned(), "Post 2".to_owned(), "Post 1".to_owned()])
    );
    assert!(third.attributes("a[rel=next]", "href").is_empty());
    let back = visitor.get(&third.attributes("a[rel=prev]", "href")[0]).await;
    assert_eq!(titles(&back), titles(&second));
    visitor.get("/posts?before=nonsense").await.assert_status(200);
    visitor.get("/authors/author-1").await.assert_shows("23 articles");
    visitor.get("/posts/2026/12").await.assert_shows("23 articles").assert_shows("December 2026");
    visitor.get("/posts/2026/11").await.assert_status(404);
}

#[actix_web::test]
async fn neighbours_and_interesting_links_lead_on() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    for (title, tags) in
        [("Alpha", vec!["db"]), ("Beta", vec!["web"]), ("Gamma", vec!["db", "web"]), ("Delta", vec!["db", "web"]), ("Other", vec![])]
    {
        site.later(TimeDelta::hours(1));
        site.given(a_post(title).by(author).published().with(|draft| draft.tags = tags.into_iter().map(str::to_owned).collect()));
    }
    let page = site.visitor().get("/posts/gamma").await;
    let related = page.texts("section[aria-labelledby=links-title] h3");
    assert_eq!(related, ["Delta", "Beta", "Alpha"], "two shared tags first, then the newer of those with one");
    assert_eq!(
        (page.attributes("a[rel=prev]", "href"), page.attributes("a[rel=next]", "href")),
        (vec!["/posts/beta".to_owned()], vec!["/posts/delta".to_owned()])
    );
    site.visitor().get("/posts/other").await.assert_lacks("Interesting links");
}

#[actix_web::test]
async fn the_home_page_shows_a_featured_post_first() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    site.given(a_post("Old but good").by(author).published().with(|draft| draft.featured = true));
    site.later(TimeDelta::hours(1));
    site.given(a_post("Newest").by(author).published());
    let home = site.visitor().get("/").await;
    assert_eq!(
        (home.texts(".lead-story h3"), home.texts(".lead-grid .rows h3")),
        (vec!["Old but good".to_owned()], vec!["Newest".to_owned()])
    );
}

#[actix_web::test]
async fn pages_stand_in_a_tree() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let guides = site.given(a_page("Guides").by(author).published());
    let deep = site.given(a_page("Bug reports").by(author).published().with(|draft| draft.parent = Some(guides)));
    site.given(a_page("Deeper").by(author).published().with(|draft| draft.parent = Some(deep)));
    let visitor = site.visitor();
    let page = visitor.get("/guides/bug-reports/deeper").await;
    page.assert_status(200);
    assert_eq!(page.texts(".crumbs a"), ["Guides", "Bug reports"]);
    visitor.get("/guides").await.assert_shows("In this part").assert_shows("/guides/bug-reports");
    visitor.get("/bug-reports").await.assert_status(404);
    assert_eq!(site.count("listings"), 0, "pages are in no list of posts");
}

#[actix_web::test]
async fn a_branch_that_moves_leaves_redirects_for_everything_published_in_it() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let guides = site.given(a_page("Guides").by(author).published());
    site.given(a_page("One").by(author).published().with(|draft| draft.parent = Some(guides)));
    site.given(a_page("Two").by(author).with(|draft| draft.parent = Some(guides)));
    let now = site.state.clock.now();
    site.write(|conn| {
        let entry = mainstay::content::model::entry::Entry::find(conn, guides)?;
        let newest = mainstay::content::model::revision::Revision::find(conn, entry.latest_revision_id.unwrap())?;
        let draft = mainstay::content::model::revision::Draft { slug: "handbook".to_owned(), ..newest.draft() };
        saving::save(conn, guides, newest.id, &draft, &Actor::default(), now)?;
        publishing::publish(conn, guides, &Actor::default(), now)
    });
    let visitor = site.visitor();
    visitor.get("/handbook/one").await.assert_status(200);
    visitor.get("/guides").await.assert_moved_to("/handbook");
    visitor.get("/guides/one").await.assert_moved_to("/handbook/one");
    assert_eq!(site.count("redirects"), 2, "none for the draft");
    assert!(!place::RESERVED.contains(&"handbook"));
}

#[actix_web::test]
async fn an_address_has_one_form() {
    let site = Site::start().await;
    site.given(a_post("Hello").published());
    site.given(a_page("About").published());
    let visitor = site.visitor();
    for (asked, found) in [
        ("/posts/hello/", "/posts/hello"),
        ("/Posts/Hello", "/posts/hello"),
        ("/posts/HELLO", "/posts/hello"),
        ("/ABOUT/", "/about"),
        ("/posts/", "/posts"),
        ("/posts/hello/?a=b", "/posts/hello?a=b"),
        ("/Authors/Author-1/", "/authors/author-1"),
    ] {
        visitor.get(asked).await.assert_moved_to(found);
    }
    visitor.get("/nothing/").await.assert_status(404);
}

#[actix_web::test]
async fn a_lost_address_offers_the_nearest_pages_and_a_search() {
    let site = Site::start().await;
    site.given(a_post("Connection pools").published());
    let page = site.visitor().get("/posts/conection-pool").await;
    page.assert_status(404).assert_shows("Nothing is tied to this address").assert_shows("/posts/connection-pools");
    assert_eq!(page.attributes("input[type=search]", "value"), ["conection pool"]);
    assert_eq!(page.header("x-request-id").len(), 8);
    page.assert_shows(page.header("x-request-id"));
    assert_eq!(page.header("cache-control"), "no-store");
    for strange in ["/%00", "/%F0%9F%A6%80", "/a'b\"c<d>", "/posts/%2e%2e%2f", "/….txt"] {
        let answer = site
            .visitor()
            .send(TestRequest::get().uri(&strange.replace('…', "%E2%80%A6").replace('"', "%22").replace('<', "%3C").replace('>', "%3E")))
            .await;
        answer.assert_status(404).assert_lacks("<d>");
    }
}

#[actix_web::test]
async fn letters_that_no_address_has_are_not_found_and_no_fault() {
    let site = Site::start().await;
    let (visitor, owner) = (site.visitor(), site.signed_in(Role::Owner));
    for letters in ["%E2%80%93", "%F0%9F%A6%80", "%C3%BC%22%27", "%D9%85"] {
        for place in ["", "posts/", "tags/", "categories/", "authors/", "files/a/", "posts/2026/", "static/"] {
            visitor.get(&format!("/{place}{letters}")).await.assert_status(404);
        }
        for list in [
            "/posts?before=",
            "/admin/journal?kind=",
            "/admin/tags?q=",
            "/admin/entries?q=",
            "/admin/people?before=1~",
            "/login?next=",
            "/setup?token=",
            "/invitation?token=",
        ] {
            let answer = owner.get(&format!("{list}{letters}")).await;
            assert!(answer.status.as_u16() < 500, "{list}{letters} answers {}", answer.status);
        }
    }
}

#[actix_web::test]
async fn search_finds_the_beginning_of_words_in_titles_and_summaries() {
    let site = Site::start().await;
    site.given(a_post("Connection pools at night").published().with(|draft| draft.summary = "Who waits for whom.".to_owned()));
    site.given(a_post("Unrelated").published());
    let visitor = site.visitor();
    for q in ["connection", "conn%20pool", "waits", "CONNECTION"] {
        let found = visitor.get(&format!("/search?q={q}")).await;
        assert_eq!(found.texts(".results h3"), ["Connection pools at night"], "{q}");
    }
    visitor.get("/search?q=zebra").await.assert_status(200).assert_shows("Nothing found for “zebra”");
    for hostile in ["%2B%2B%2D", "%22", "%28%28%28", "%40%40", "a%2A%2A", "%27%20OR%201%3D1"] {
        visitor.get(&format!("/search?q={hostile}")).await.assert_status(200);
    }
}

#[actix_web::test]
async fn a_redirect_follows_its_entry_and_never_leads_to_a_draft() {
    let site = Site::start().await;
    let post = site.given(a_post("Moved").published());
    let now = site.state.clock.now();
    site.write(|conn| Ok(redirect::to_entry(conn, "/2015/05/Old-Name.html", post, redirect::Origin::Import, now)?));
    site.visitor().get("/2015/05/Old-Name.html").await.assert_moved_to("/posts/moved");
    site.visitor().get("/2015/05/Old-Name.html/").await.assert_moved_to("/posts/moved");
    site.write(|conn| publishing::unpublish(conn, post, &Actor::default(), now));
    site.visitor().get("/2015/05/Old-Name.html").await.assert_status(404);
}

#[actix_web::test]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let site = Site::start().await;
    site.given(a_post("Hello").published());
    let visitor = site.visitor();
    let first = visitor.get("/posts/hello").await;
    assert_eq!(first.header("cache-control"), "public, max-age=0, must-revalidate");
    assert!(!visitor.has_cookie());
    let again = || TestRequest::get().uri("/posts/hello").insert_header(("If-None-Match", first.header("etag")));
    let second = visitor.send(again()).await;
    second.assert_status(304);
    assert!(second.bytes.is_empty());
    site.given(a_post("Hello again").published()); // its neighbour changes the page
    visitor.send(again()).await.assert_status(200);
}

#[actix_web::test]
async fn pages_are_compressed_and_head_has_no_body() {
    let site = Site::start().await;
    site.given(a_post("Hello").published());
    let visitor = site.visitor();
    for coding in ["gzip", "br"] {
        let answer = visitor.send(TestRequest::get().uri("/posts/hello").insert_header(("Accept-Encoding", coding))).await;
        assert_eq!((answer.header("content-encoding"), answer.header("vary").to_lowercase().contains("accept-encoding")), (coding, true));
    }
    for path in ["/", "/posts/hello", "/posts", "/healthz/live", "/healthz/ready"] {
        visitor.send(TestRequest::default().method(actix_web::http::Method::HEAD).uri(path)).await.assert_status(200);
    }
}

#[actix_web::test]
async fn every_answer_carries_the_security_headers() {
    let site = Site::start().await;
    for path in ["/", "/nowhere", "/healthz/live", "/static/css/mainstay.css"] {
        let answer = site.visitor().get(path).await;
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(!answer.header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!((answer.header("x-content-type-options"), answer.header("x-frame-options")), ("nosniff", "DENY"), "{path}");
        assert!(answer.header("strict-transport-security").starts_with("max-age="), "{path}");
    }
}

#[actix_web::test]
async fn style_sheets_are_named_by_their_content_and_kept_for_a_year() {
    let site = Site::start().await;
    let home = site.visitor().get("/").await;
    let sheet = home.attributes("link[rel=stylesheet]", "href").remove(0);
    let answer = site.visitor().get(&sheet).await;
    answer.assert_status(200);
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(site.visitor().get("/static/css/mainstay.css").await.header("cache-control"), "public, max-age=300");
    site.visitor().get("/static/nowhere.css").await.assert_status(404);
    site.visitor().get("/static/../Cargo.toml").await.assert_status(404);
}

#[actix_web::test]
async fn unusual_text_is_shown_as_it_is() {
    let site = Site::start().await;
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(3);
    for title in ["مرحبا بالعالم", "🦀 crabs 🦀", long.as_str(), "<script>alert(1)</script>", "  spaces  "] {
        let title = title.trim();
        let id = site.given(a_post(title).published());
        let path = site.write(|conn| Ok(mainstay::content::model::entry::Listed::find(conn, id)?.path.unwrap()));
        let page = site.visitor().get(&path).await;
        assert_eq!(page.assert_status(200).texts("h1"), [title], "{path}");
    }
}

#[actix_web::test]
async fn every_list_says_to_search_engines_what_it_is() {
    let site = Site::start().await;
    site.given(a_post("One").published().with(|draft| draft.tags = vec!["rust".to_owned()]));
    for address in ["/", "/posts", "/tags", "/categories", "/tags/rust"] {
        let told = site.visitor().get(address).await.attributes("meta[name=description]", "content");
        assert!(told.len() == 1 && told[0].len() > 10, "{address}: {told:?}");
    }
}
