//! How others find the site: feeds, sitemaps, robots.txt, llms.txt, oEmbed, structured data; and the form for what they are told.

use crate::support::{
    answer::Answer,
    other::Other,
    pictures::jpeg,
    site::{BASE, Site, Visitor, a_page, a_post},
};
use actix_web::test::TestRequest;
use atom_syndication as atom;
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    app::{JOBS, State},
    content::model::entry::EntryId,
    jobs::worker::run_due,
    schema::{entries, revisions},
    web::person::Role,
};
use serde_json::Value;

/// Three posts, the newest in a category and with a tag, and a page.
async fn a_site() -> (Site, EntryId) {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let owner = site.signed_in(Role::Owner);
    let form = owner.get("/admin/categories/new").await.form("#category");
    owner.submit(form.fill([("name", "Knots & bends")])).await.assert_status(303);
    for title in ["Oldest", "Older"] {
        site.given(a_post(title).by(author).published());
        site.later(TimeDelta::hours(1));
    }
    let newest = site.given(a_post("Newest <b> & 😀").by(author).published().with(|draft| {
        draft.summary = "In short.".to_owned();
        draft.body = "## Part\n\nSee [older](/posts/older#part) and [here](#part).\n\nBad: \u{b}.".to_owned();
        draft.categories = vec![1.into()];
        draft.tags = vec!["Rope".to_owned()];
    }));
    site.given(a_page("About us").by(author).published().with(|draft| draft.summary = "Who we are.".to_owned()));
    site.given(a_post("Nobody's business").by(author));
    (site, newest)
}

fn atom_of(answer: &Answer) -> atom::Feed {
    answer.assert_status(200);
    assert_eq!(answer.kind(), "application/atom+xml; charset=utf-8");
    answer.body.parse().unwrap()
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.assert_status(200).body).unwrap()
}

fn things_of(answer: &Answer) -> Vec<Value> {
    let block = answer.body.split("<script type=\"application/ld+json\">").nth(1).and_then(|rest| rest.split("</script>").next());
    serde_json::from_str(block.expect("a data block")).unwrap()
}

async fn tell(site: &Site, fields: &[(&str, &str)]) -> Answer {
    let owner = site.signed_in(Role::Owner);
    let mut form = owner.get("/admin/reach").await.form("#reach");
    for (name, value) in fields {
        form = if *name == "llms" { form.without("llms") } else { form.fill([(*name, *value)]) };
    }
    owner.submit(form).await
}

#[actix_web::test]
async fn a_feed_has_the_newest_posts_with_their_texts() {
    let (site, newest) = a_site().await;
    let visitor = site.visitor();
    let feed = atom_of(&visitor.get("/feeds/atom").await);
    let titles: Vec<&str> = feed.entries.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles, ["Newest <b> & 😀", "Older", "Oldest"], "drafts and pages are left out");
    let first = &feed.entries[0];
    assert!(first.id.starts_with("tag:example.org,2026-") && first.id.ends_with(&format!(":entry-{newest}")), "{}", first.id);
    assert_eq!(first.links[0].href, "https://example.org/posts/newest-b-grinning");
    assert_eq!((first.authors[0].name.as_str(), first.categories[0].term.as_str()), ("Author 1", "Knots & bends"));
    let text = first.content.as_ref().unwrap().value.as_deref().unwrap();
    assert!(text.contains("<a href=\"https://example.org/posts/older#part\">older</a>"), "{text}");
    assert!(text.contains("<a href=\"https://example.org/posts/newest-b-grinning#part\">here</a>"), "{text}");
    assert!(text.contains("<h2 id=\"part\">Part</h2>") && !text.contains('\u{b}'), "{text}");
    let rss: rss::Channel = visitor.get("/feeds/rss").await.assert_status(200).body.parse().unwrap();
    assert_eq!((rss.items.len(), rss.items[0].guid.as_ref().unwrap().value.as_str()), (3, first.id.as_str()));
    assert_eq!(rss.items[0].content.as_deref().map(str::trim), Some(text.trim()));
    let json = json_of(&visitor.get("/feeds/json").await);
    assert_eq!(
        (json["version"].as_str(), json["items"][0]["id"].as_str()),
        (Some("https://jsonfeed.org/version/1.1"), Some(first.id.as_str()))
    );
    assert_eq!(json["items"][0]["content_html"].as_str().map(str::trim), Some(text.trim()));
}

#[actix_web::test]
async fn a_list_has_a_feed_of_its_own_which_its_page_names() {
    let (site, _) = a_site().await;
    let visitor = site.visitor();
    for (page, name, count) in [
        ("/categories/knots-bends", "Knots & bends – A new site", 1),
        ("/tags/rope", "Rope – A new site", 1),
        ("/authors/author-1", "Author 1 – A new site", 3),
    ] {
        let shown = visitor.get(page).await;
        let named = shown.attributes("link[type='application/atom+xml']", "href");
        assert_eq!(named, ["/feeds/atom".to_owned(), format!("/feeds/atom{page}")]);
        assert_eq!(shown.attributes(".section-head a", "href"), [format!("/feeds/atom{page}")]);
        let feed = atom_of(&visitor.get(&named[1]).await);
        assert_eq!((feed.title.as_str(), feed.entries.len()), (name, count));
        assert_eq!(feed.links.iter().find(|link| link.rel == "self").unwrap().href, format!("https://example.org{}", named[1]));
    }
    for address in ["/feeds/xml", "/feeds/atom/tags/nothing", "/feeds/rss/categories/no/where", "/feeds/json/authors/nobody"] {
        visitor.get(address).await.assert_status(404);
    }
}

#[actix_web::test]
async fn an_entry_keeps_its_id_when_it_is_renamed_and_readers_ask_whether_anything_is_new() {
    let (site, newest) = a_site().await;
    let (visitor, owner) = (site.visitor(), site.signed_in(Role::Owner));
    let before = visitor.get("/feeds/atom").await;
    let again = TestRequest::get().uri("/feeds/atom").insert_header(("If-None-Match", before.header("etag")));
    visitor.send(again).await.assert_status(304);
    site.later(TimeDelta::hours(5));
    let form = owner.get(&format!("/admin/entries/{newest}")).await.form("#editor");
    owner.submit(form.fill([("slug", "renamed"), ("title", "Renamed"), ("do", "publish")])).await.assert_status(303);
    let after = visitor.get("/feeds/atom").await;
    let (before, after) = (atom_of(&before), atom_of(&after));
    assert_eq!(before.entries[0].id, after.entries[0].id);
    assert_eq!(
        (after.entries[0].title.as_str(), after.entries[0].links[0].href.as_str()),
        ("Renamed", "https://example.org/posts/renamed")
    );
    assert!(after.updated > before.updated && after.entries[0].published == before.entries[0].published);
}

#[actix_web::test]
async fn what_feeds_carry_is_decided_by_the_owner() {
    let (site, _) = a_site().await;
    tell(&site, &[("texts", "summary"), ("entries", "2"), ("hub", "https://hub.example.org/")]).await.assert_redirects_to("/admin/reach");
    let visitor = site.visitor();
    let feed = atom_of(&visitor.get("/feeds/atom").await);
    assert_eq!(
        (feed.entries.len(), feed.entries[0].content.is_none(), feed.entries[0].summary.as_ref().unwrap().as_str()),
        (2, true, "In short.")
    );
    assert_eq!(feed.links.iter().find(|link| link.rel == "hub").unwrap().href, "https://hub.example.org/");
    let json = json_of(&visitor.get("/feeds/json").await);
    assert_eq!(
        (json["hubs"][0]["url"].as_str(), json["items"][0]["content_text"].as_str()),
        (Some("https://hub.example.org/"), Some("In short."))
    );
    visitor.get("/feeds/rss").await.assert_shows("rel=\"hub\"").assert_lacks("content:encoded>");
    assert_eq!(site.count("journal WHERE kind = 'reach.changed'"), 1);
}

#[actix_web::test]
async fn mistakes_in_the_form_are_told_and_nothing_is_lost() {
    let (site, _) = a_site().await;
    let page = tell(&site, &[("entries", "51"), ("hub", "hub.example.org"), ("robots", "User-agent: *\nNoindex everything")]).await;
    page.assert_status(422).assert_shows("Give a whole number from 1 to 50.").assert_shows("Give the full address of the hub");
    page.assert_shows("Line 2 is no rule: “Noindex everything”").assert_shows("hub.example.org</a>".trim_end_matches("</a>"));
    assert_eq!(page.form("#reach").value("entries"), "51");
    site.visitor().get("/robots.txt").await.assert_lacks("Noindex");
}

#[actix_web::test]
async fn robots_txt_is_a_form_and_always_names_the_sitemap() {
    let (site, _) = a_site().await;
    let visitor = site.visitor();
    let usual = visitor.get("/robots.txt").await;
    usual.assert_status(200).assert_shows("Disallow: /admin").assert_shows("Sitemap: https://example.org/sitemap.xml");
    assert_eq!(usual.kind(), "text/plain; charset=utf-8");
    tell(&site, &[("robots", "User-agent: Greedy\nDisallow: /")]).await.assert_status(303);
    let own = visitor.get("/robots.txt").await;
    assert_eq!(own.body, "User-agent: Greedy\nDisallow: /\n\nSitemap: https://example.org/sitemap.xml\n");
    tell(&site, &[("robots", "")]).await.assert_status(303);
    assert_eq!(visitor.get("/robots.txt").await.body, usual.body);
}

#[actix_web::test]
async fn llms_txt_names_pages_and_posts_until_the_owner_takes_it_off() {
    let (site, _) = a_site().await;
    let visitor = site.visitor();
    tell(&site, &[("llms_intro", "Quote us.")]).await.assert_status(303);
    let text = visitor.get("/llms.txt").await;
    text.assert_status(200).assert_shows("# A new site\n\n> ").assert_shows("\nQuote us.\n");
    text.assert_shows("## Pages\n\n- [About us](https://example.org/about-us): Who we are.\n");
    text.assert_shows("- [Newest <b> & 😀](https://example.org/posts/newest-b-grinning): In short.\n").assert_lacks("business");
    tell(&site, &[("llms", "")]).await.assert_status(303);
    visitor.get("/llms.txt").await.assert_status(404);
}

#[actix_web::test]
async fn sitemaps_have_what_is_live_with_its_picture_and_its_last_publication() {
    let (site, newest) = a_site().await;
    let (visitor, owner) = (site.visitor(), site.signed_in(Role::Owner));
    let file = site.given_file("knot.jpg", &jpeg(60, 40));
    let form = owner.get(&format!("/admin/entries/{newest}")).await.form("#editor");
    site.later(TimeDelta::days(2));
    owner.submit(form.fill([("image_url", file.address.as_str()), ("do", "publish")])).await.assert_status(303);
    site.run_jobs();
    let index = visitor.get("/sitemap.xml").await;
    index.assert_status(200).assert_shows("<loc>https://example.org/sitemaps/topics.xml</loc>");
    index.assert_shows("<loc>https://example.org/sitemaps/0.xml</loc>");
    assert_eq!((index.kind(), index.body.matches("<sitemap>").count()), ("application/xml; charset=utf-8", 2));
    let part = visitor.get("/sitemaps/0.xml").await;
    assert_eq!(part.assert_status(200).body.matches("<url>").count(), 4, "three posts and a page");
    part.assert_shows(&format!("<image:loc>https://example.org{}</image:loc>", file.address)).assert_lacks("business");
    let at: chrono::NaiveDateTime = revisions::table
        .inner_join(entries::table.on(entries::live_revision_id.eq(revisions::id.nullable())))
        .filter(entries::id.eq(newest))
        .select(revisions::published_at.assume_not_null())
        .first(&mut site.database.conn())
        .unwrap();
    part.assert_shows(&format!(
        "<loc>https://example.org/posts/newest-b-grinning</loc><lastmod>{}</lastmod>",
        at.format("%Y-%m-%dT%H:%M:%SZ")
    ));
    let topics = visitor.get("/sitemaps/topics.xml").await;
    for path in ["/", "/posts", "/categories/knots-bends", "/tags/rope", "/authors/author-1"] {
        topics.assert_shows(&format!("<loc>https://example.org{path}</loc>"));
    }
    for address in ["/sitemaps/1.xml", "/sitemaps/-1.xml", "/sitemaps/x.xml", "/sitemaps/9223372036854775807.xml"] {
        visitor.get(address).await.assert_status(404);
    }
}

#[actix_web::test]
async fn a_post_tells_when_its_text_was_changed_and_not_when_a_draft_was_saved() {
    let site = Site::start().await;
    let id = site.given(a_post("Hello").published());
    let editor = site.signed_in(Role::Editor);
    let visitor = site.visitor();
    let save = async |text: &str, act: &str| {
        site.later(TimeDelta::days(2));
        let form = editor.get(&format!("/admin/entries/{id}")).await.form("#editor");
        editor.submit(form.fill([("body", text), ("do", act)])).await.assert_status(303);
        visitor.get("/posts/hello").await
    };
    let modified = |page: &Answer| things_of(page)[0]["dateModified"].as_str().map(str::to_owned);
    let page = visitor.get("/posts/hello").await;
    assert_eq!(modified(page.assert_lacks("Changed <time")).as_deref(), Some("2026-12-01T10:00:00Z"));
    let page = save("A draft.", "save").await;
    assert_eq!(modified(page.assert_lacks("Changed <time")).as_deref(), Some("2026-12-01T10:00:00Z"));
    let page = save("Another text.", "publish").await;
    assert_eq!(modified(page.assert_shows("5 December 2026</time></span>")).as_deref(), Some("2026-12-05T10:00:00Z"));
    let page = save("The next draft.", "save").await;
    assert_eq!(modified(&page).as_deref(), Some("2026-12-05T10:00:00Z"));
}

#[actix_web::test]
async fn pages_say_what_they_are_in_structured_data() {
    let (site, _) = a_site().await;
    let visitor = site.visitor();
    let post = things_of(&visitor.get("/posts/newest-b-grinning").await);
    assert_eq!((post[0]["@type"].as_str(), post[0]["headline"].as_str()), (Some("BlogPosting"), Some("Newest <b> & 😀")));
    assert_eq!(post[0]["author"]["name"].as_str(), Some("Author 1"));
    let trail: Vec<&str> = post[1]["itemListElement"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert_eq!(trail, ["A new site", "Articles", "Knots & bends", "Newest <b> & 😀"]);
    assert_eq!(things_of(&visitor.get("/about-us").await)[0]["@type"].as_str(), Some("WebPage"));
    assert_eq!(things_of(&visitor.get("/").await)[0]["potentialAction"]["@type"].as_str(), Some("SearchAction"));
    let author = things_of(&visitor.get("/authors/author-1").await);
    assert_eq!((author[0]["@type"].as_str(), author[0]["mainEntity"]["name"].as_str()), (Some("ProfilePage"), Some("Author 1")));
    let preview = async |who: &Visitor| who.get("/admin/entries/1/preview").await.assert_status(200).body.contains("ld+json");
    assert!(!preview(&site.signed_in(Role::Owner)).await, "a preview is for nobody but its author");
}

#[actix_web::test]
async fn a_link_to_an_entry_can_be_embedded_elsewhere() {
    let (site, newest) = a_site().await;
    let (visitor, owner) = (site.visitor(), site.signed_in(Role::Owner));
    let file = site.given_file("knot.jpg", &jpeg(120, 80));
    let form = owner.get(&format!("/admin/entries/{newest}")).await.form("#editor");
    owner.submit(form.fill([("image_url", file.address.as_str()), ("do", "publish")])).await.assert_status(303);
    site.run_jobs();
    let picture = visitor.get(&file.address).await;
    assert_eq!(picture.header("cross-origin-resource-policy"), "cross-origin", "readers of feeds in a browser show it");
    let named = visitor.get("/posts/newest-b-grinning").await.attributes("link[type='application/json+oembed']", "href");
    let told = json_of(&visitor.get(&named[0]).await);
    assert_eq!((told["type"].as_str(), told["title"].as_str()), (Some("link"), Some("Newest <b> & 😀")));
    assert_eq!((told["author_name"].as_str(), told["provider_name"].as_str()), (Some("Author 1"), Some("A new site")));
    assert!(told["thumbnail_url"].as_str().unwrap().starts_with("https://example.org/"), "{told}");
    for address in [
        "/oembed",
        "/oembed?url=https://example.net/posts/older",
        "/oembed?url=/posts/nobodys-business",
        "/oembed?url=/posts/older&format=xml",
    ] {
        visitor.get(address).await.assert_status(404);
    }
}

#[actix_web::test]
async fn a_hub_is_told_once_of_what_goes_out_together_and_left_alone_where_it_refuses() {
    let (site, hub) = (Site::start().await, Other::start());
    hub.has("/", 204, "", "");
    let state = State { outgoing: Other::client(), ..site.state.clone() };
    let run = || run_due(&state.job_env(), JOBS).unwrap();
    site.given(a_post("Before there was a hub").published());
    let owner = site.signed_in(Role::Owner);
    owner.submit(owner.get("/admin/reach").await.form("#reach").fill([("hub", &*hub.url("/"))])).await.assert_status(303);
    for title in ["One", "Two"] {
        site.given(a_post(title).published());
    }
    site.given(a_page("A page").published());
    site.given(a_post("A draft"));
    site.later(TimeDelta::seconds(11));
    run();
    let asked = hub.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].starts_with("POST / hub.mode=publish&hub.url="), "{asked:?}");
    assert_eq!(asked[0].matches("%2Ffeeds%2F").count(), 6, "{asked:?}");

    hub.has("/", 400, "", "no such topic");
    site.given(a_post("Three").published());
    site.later(TimeDelta::seconds(11));
    run();
    assert_eq!(hub.asked().len(), 1);
    site.later(TimeDelta::hours(2));
    run();
    assert!(hub.asked().is_empty(), "who refuses is not asked again");
}

#[actix_web::test]
async fn a_link_preview_shows_the_title_where_an_entry_has_no_picture() {
    let site = Site::start().await;
    let (post, draft) = (
        site.given(a_post("Knots & <bends> 😀").published().with(|draft| draft.slug = "knots-bends".to_owned())),
        site.given(a_post("Not yet")),
    );
    let visitor = site.visitor();
    let picture = |page: &Answer| page.attributes("meta[property='og:image']", "content").pop();
    let page = visitor.get("/posts/knots-bends").await;
    let address = picture(&page).unwrap();
    let address = address.strip_prefix(BASE).unwrap().to_owned();
    assert!(address.starts_with(&format!("/share/{post}.png?v=")), "{address}");
    assert_eq!(page.attributes("meta[property='og:image:width']", "content"), ["1200"]);
    assert_eq!(page.attributes("meta[name='twitter:card']", "content"), ["summary_large_image"]);
    let drawn = visitor.get(&address).await;
    drawn.assert_status(200);
    assert_eq!(drawn.kind(), "image/png");
    let drawn = image::load_from_memory(&drawn.bytes).unwrap().into_rgb8();
    assert_eq!((drawn.dimensions(), drawn.get_pixel(3, 3).0), ((1200, 630), [0, 0x67, 0x4b]));
    for nothing in [format!("/share/{draft}.png"), "/share/999999.png".to_owned(), "/share/x.png".to_owned()] {
        visitor.get(&nothing).await.assert_status(404);
    }

    let owner = site.signed_in(Role::Owner);
    owner.submit(owner.get(&format!("/admin/entries/{post}")).await.form("#editor").fill([("title", "Bends"), ("do", "publish")])).await;
    assert_ne!(picture(&visitor.get("/posts/knots-bends").await).unwrap(), format!("{BASE}{address}"), "another title is another picture");
    let form = owner.get("/admin/reach").await.form("#reach").without("share_pictures");
    owner.submit(form).await.assert_status(303);
    assert!(picture(&visitor.get("/posts/knots-bends").await).is_none());
    visitor.get(&address).await.assert_status(404);
}
