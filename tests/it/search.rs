//! The search of visitors: what is found, what is not, and what it is told of; the search of the admin; links below a post.

use crate::support::site::{Site, Visitor, a_page, a_post};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    app::JOBS,
    content::model::{category_changes, entry::EntryId, publishing, saving, tag::TagId, trash},
    journal::Actor,
    schema::{search_documents, search_queries, search_words, tags},
    search::model::{index, learning, log, rebuild, related},
    web::person::Role,
};

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";

/// The vocabulary learns once a minute; here at once.
fn learn(site: &Site) {
    while site.write(|conn| Ok(learning::learn(conn)?)) > 0 {}
}

async fn titles(visitor: &Visitor, query: &str) -> Vec<String> {
    let page = visitor.get(&format!("/search?{query}")).await;
    page.assert_status(200);
    page.texts(".results h3")
}

/// A dozen posts about a trade, as the ranks of the thirty queries on a real blog are measured by `benches/search.py`.
fn given_blog(site: &Site) -> Vec<EntryId> {
    let texts: &[(&str, &str, &str, &[&str])] = &[
        (
            "What a connection pool does at night",
            "Who waits for whom.",
            "A pool keeps connections open. A timeout closes them.",
            &["databases"],
        ),
        ("Time-outs, from the browser to the disk", "Six layers.", "Give the pool a shorter timeout than the request has.", &["http"]),
        ("Größe und Façade", "Über Umlaute.", "Ein café in Zürich.", &["deutsch"]),
        ("日本語の文章", "日本語です。", "東京は日本の首都です。", &["日本"]),
        ("C++ for people who know C", "Two languages.", "Templates and what they cost. C# is another one.", &["c++"]),
        ("Announcing 1.95.1", "A release.", "The compiler is faster, and lifetimes are easier.", &["release"]),
        ("Queues", "", "## Dead letters\n\nWhat nobody takes is a dead letter. A queue is no database.", &["databases"]),
        ("Serving files", "", "Nginx sends files; so does a connection of your own.\n\n```\nlet pool = Pool::builder();\n```", &["http"]),
    ];
    let mut ids = Vec::new();
    for (title, summary, body, named) in texts {
        ids.push(site.given(a_post(title).published().with(|draft| {
            draft.summary = (*summary).to_owned();
            draft.body = (*body).to_owned();
            draft.tags = named.iter().map(|name| (*name).to_owned()).collect();
        })));
    }
    site.given(a_page("About the pool house").published().with(|draft| draft.body = "We sail.".to_owned()));
    learn(site);
    ids
}

#[actix_web::test]
async fn titles_come_before_texts_and_every_word_must_occur() {
    let site = Site::start().await;
    given_blog(&site);
    let visitor = site.visitor();
    let found = titles(&visitor, "q=pool").await;
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[..2].contains(&"What a connection pool does at night".to_owned()), "{found:?}");
    assert_eq!(titles(&visitor, "q=pool%20shorter").await, ["Time-outs, from the browser to the disk"]);
    assert_eq!(titles(&visitor, "q=dead%20letters").await, ["Queues"], "headings are found");
    assert_eq!(titles(&visitor, "q=databases").await.len(), 2, "tags are found");
    assert_eq!(titles(&visitor, "q=builder").await, ["Serving files"], "code is found");
    assert_eq!(titles(&visitor, "q=author").await.len(), 9, "authors are found");
}

#[actix_web::test]
async fn case_accents_beginnings_and_scripts_do_not_matter() {
    let site = Site::start().await;
    given_blog(&site);
    let visitor = site.visitor();
    for (query, title) in [
        ("GROSSE", "Größe und Façade"),
        ("facade", "Größe und Façade"),
        ("caf%C3%A9%20zurich", "Größe und Façade"),
        ("zur", "Größe und Façade"),
        ("%E6%97%A5%E6%9C%AC%E8%AA%9E", "日本語の文章"),
        ("%E6%9D%B1%E4%BA%AC", "日本語の文章"),
        ("%E9%83%BD", "日本語の文章"),
        ("c%2B%2B", "C++ for people who know C"),
        ("c%23", "C++ for people who know C"),
        ("1.95", "Announcing 1.95.1"),
        ("letter", "Queues"),
        ("lifetime", "Announcing 1.95.1"),
        ("conn%20timeou", "What a connection pool does at night"),
    ] {
        let found = titles(&visitor, &format!("q={query}")).await;
        assert_eq!(found.first().map(String::as_str), Some(title), "{query}: {found:?}");
    }
}

#[actix_web::test]
async fn phrases_are_kept_together_and_words_left_out() {
    let site = Site::start().await;
    given_blog(&site);
    let visitor = site.visitor();
    assert_eq!(titles(&visitor, "q=%22dead%20letter%22").await, ["Queues"]);
    assert_eq!(titles(&visitor, "q=%22letter%20dead%22&exactly=yes").await, [] as [&str; 0]);
    assert_eq!(titles(&visitor, "q=pool%20-house%20-night%20-builder").await, ["Time-outs, from the browser to the disk"]);
    assert_eq!(titles(&visitor, "q=connection%20-%22connection%20pool%22").await, ["Serving files"]);
    visitor.get("/search?q=-pool").await.assert_shows("-without");
}

#[actix_web::test]
async fn a_slip_of_the_pen_is_understood_and_said() {
    let site = Site::start().await;
    given_blog(&site);
    let visitor = site.visitor();
    for (slip, word, title) in [
        ("conection%20timeuot", "connection timeout", "What a connection pool does at night"),
        ("lifetmes", "lifetimes", "Announcing 1.95.1"),
        ("qeues", "queues", "Queues"),
        ("deadletter", "dead letter", "Queues"),
    ] {
        let page = visitor.get(&format!("/search?q={slip}")).await;
        assert_eq!(page.texts(".page-top strong"), [word], "{slip}");
        assert_eq!(page.texts(".results h3").first().map(String::as_str), Some(title), "{slip}");
        assert_eq!(titles(&visitor, &format!("q={slip}&exactly=yes")).await, [] as [&str; 0]);
    }
    let some = visitor.get("/search?q=queues%20templates").await;
    some.assert_shows("These have some of them");
    assert_eq!(some.texts(".results h3").len(), 2);
    visitor.get("/search?q=zzzzxqj").await.assert_shows("Nothing found for");
}

#[actix_web::test]
async fn what_was_found_is_marked_as_text() {
    let site = Site::start().await;
    site.given(a_post("Escaping <b>bold</b> & co").published().with(|draft| {
        draft.body = "Write `<script>alert(1)</script>` and an ampersand & here. Then *bold* words.".to_owned();
    }));
    let page = site.visitor().get("/search?q=bold%20alert").await;
    assert_eq!(page.texts(".results h3"), ["Escaping <b>bold</b> & co"]);
    assert_eq!(page.texts(".results mark"), ["bold", "alert", "bold"]);
    page.assert_lacks("<script>alert").assert_lacks("<b>");
}

#[actix_web::test]
async fn nothing_is_found_that_is_not_live_and_everything_that_is() {
    let site = Site::start().await;
    let (visitor, now, actor) = (site.visitor(), site.state.clock.now(), Actor::default());
    let post = site.given(a_post("Zebras").with(|draft| draft.body = "Striped animals.".to_owned()));
    assert_eq!(titles(&visitor, "q=zebras").await, [] as [&str; 0]);
    site.write(|conn| publishing::publish(conn, post, &actor, now));
    assert_eq!(titles(&visitor, "q=striped").await, ["Zebras"]);
    // A draft that runs ahead is not found, and what is live stays.
    let newest = site.write(|conn| {
        let entry = mainstay::content::model::entry::Entry::find(conn, post)?;
        let revision = entry.latest_revision_id.unwrap();
        let mut draft = mainstay::content::model::revision::Revision::find(conn, revision)?.draft();
        draft.body = "Spotted animals.".to_owned();
        saving::save(conn, post, revision, &draft, &Actor::of(entry.author_id), now)?;
        Ok(revision)
    });
    assert_eq!(
        (titles(&visitor, "q=spotted&exactly=yes").await, titles(&visitor, "q=striped").await),
        (Vec::<String>::new(), vec!["Zebras".to_owned()]),
        "{newest:?}"
    );
    site.write(|conn| publishing::publish(conn, post, &actor, now));
    assert_eq!(
        (titles(&visitor, "q=spotted").await, titles(&visitor, "q=striped&exactly=yes").await),
        (vec!["Zebras".to_owned()], Vec::new())
    );
    site.write(|conn| publishing::unpublish(conn, post, &actor, now));
    assert_eq!(titles(&visitor, "q=spotted").await, [] as [&str; 0]);
    site.write(|conn| publishing::publish(conn, post, &actor, now));
    site.write(|conn| trash::trash(conn, post, &actor, now));
    assert_eq!((titles(&visitor, "q=spotted").await.len(), site.count("search_documents"), site.count("search_texts")), (0, 0, 0));
    learn(&site);
    assert_eq!(site.count("search_words"), 0, "the vocabulary forgets");
}

#[actix_web::test]
async fn names_of_tags_categories_and_authors_are_followed() {
    let site = Site::start().await;
    let owner = site.signed_in(Role::Owner);
    let form = owner.get("/admin/categories/new").await.form("#category");
    owner.submit(form.fill([("name", "Sailing")])).await.assert_status(303);
    site.given(a_post("Knots").published().with(|draft| {
        draft.tags = vec!["rope".to_owned()];
        draft.categories = vec![1.into()];
    }));
    let (visitor, now, actor) = (site.visitor(), site.state.clock.now(), Actor::default());
    let rope: TagId = tags::table.select(tags::id).first(&mut site.database.conn()).unwrap();
    assert_eq!(
        (titles(&visitor, "q=rope").await, titles(&visitor, "q=sailing").await),
        (vec!["Knots".to_owned()], vec!["Knots".to_owned()])
    );
    site.write(|conn| mainstay::content::model::tag_changes::rename(conn, rope, "Cordage", "", &actor, now));
    assert_eq!((titles(&visitor, "q=rope&exactly=yes").await.len(), titles(&visitor, "q=cordage").await.len()), (0, 1));
    site.write(|conn| mainstay::content::model::tag_changes::delete(conn, rope, &actor, now));
    assert_eq!(titles(&visitor, "q=cordage&exactly=yes").await.len(), 0);
    site.write(|conn| category_changes::delete(conn, 1.into(), &actor, now));
    assert_eq!(titles(&visitor, "q=sailing&exactly=yes").await.len(), 0);
}

#[actix_web::test]
async fn results_are_narrowed_by_kind_topic_author_and_year() {
    let site = Site::start().await;
    let owner = site.signed_in(Role::Owner);
    for (name, parent) in [("Systems", ""), ("Databases", "1"), ("Craft", "")] {
        let form = owner.get("/admin/categories/new").await.form("#category");
        owner.submit(form.fill([("name", name), ("parent", parent)])).await.assert_status(303);
    }
    let ada = site.given_user(Role::Author);
    for number in 0..12 {
        site.given(a_post(&format!("Rope {number}")).by(ada).published().with(|draft| draft.categories = vec![[2, 3][number % 2].into()]));
    }
    site.given(a_page("Rope page").published());
    site.later(TimeDelta::days(40));
    site.given(a_post("Rope of next year").published());
    learn(&site);
    let visitor = site.visitor();
    let page = visitor.get("/search?q=rope").await;
    page.assert_shows("14 results");
    assert_eq!(page.texts(".filters legend"), ["Kind", "Topic", "Author", "Published"]);
    for (filter, count) in [
        ("kind=page", "1 result"),
        ("kind=post", "13 results"),
        ("topic=systems", "6 results"),
        ("topic=systems/databases", "6 results"),
        ("year=2027", "1 result"),
        ("year=2026&kind=post", "12 results"),
        ("author=author-2", "12 results"),
    ] {
        let page = visitor.get(&format!("/search?q=rope&{filter}")).await;
        assert_eq!(page.texts(".results h2"), [format!("{count} for “rope”")], "{filter}");
    }
    visitor.get("/search?q=rope&year=1999").await.assert_shows("Nothing is left");
    let second = visitor.get(&page.link("Further")).await;
    assert_eq!(second.texts(".results h3").len(), 4);
    for nonsense in ["page=0", "page=999999999999", "year=x", "kind=x&topic=y&author=z", "page=-1&exactly=1", "year=99999999999", "year=-5"]
    {
        visitor.get(&format!("/search?q=rope&{nonsense}")).await.assert_status(200);
    }
}

#[actix_web::test]
async fn hostile_queries_are_ordinary_ones() {
    let site = Site::start().await;
    given_blog(&site);
    let visitor = site.visitor();
    let flood = "word%20".repeat(200);
    for hostile in [
        "%2B%2B%2D",
        "%22",
        "%28%28%28",
        "%40%40",
        "a%2A%2A",
        "%27%20OR%201%3D1",
        "%3E%3C~%28",
        "%22%22%22",
        "-%22",
        "%00%E2%80%AE",
        "%F0%9F%A6%80",
        "%D9%85%D8%B1%D8%AD%D8%A8%D8%A7",
        "%5C",
        "the",
        "a%2A%20b%2A%20c%2A",
        "pool%29",
        "%25%5F",
        &flood,
    ] {
        visitor.get(&format!("/search?q={hostile}")).await.assert_status(200);
        let suggested = visitor.get(&format!("/search/suggestions?q={hostile}")).await;
        assert_eq!((suggested.status.as_u16(), suggested.kind()), (200, "application/json"), "{hostile}");
    }
    let suggested = visitor.get("/search/suggestions?q=conn").await;
    suggested.assert_shows("[\"connection\",true]").assert_shows("/posts/what-a-connection-pool-does-at-night");
    assert_eq!(suggested.header("cache-control"), "public, max-age=30");
    let description = visitor.get("/opensearch.xml").await;
    description.assert_status(200).assert_shows("https://example.org/search?q={searchTerms}");
    visitor.get("/").await.assert_shows("href=\"/opensearch.xml\"");
}

#[actix_web::test]
async fn a_new_version_makes_every_document_anew() {
    let site = Site::start().await;
    given_blog(&site);
    let conn = &mut site.database.conn();
    diesel::update(search_documents::table).set((search_documents::version.eq(0), search_documents::terms.eq(""))).execute(conn).unwrap();
    assert_eq!(titles(&site.visitor(), "q=pool&exactly=yes").await.len(), 0);
    while site.write(|conn| Ok(index::catch_up(conn)?)) > 0 {}
    assert_eq!(titles(&site.visitor(), "q=pool").await.len(), 4);
    // The vocabulary counted from all documents is the one that was learnt.
    let words = |conn: &mut MysqlConnection| {
        search_words::table
            .order(search_words::word)
            .select((search_words::word, search_words::documents))
            .load::<(String, i64)>(conn)
            .unwrap()
    };
    let learnt = {
        learn(&site);
        words(conn)
    };
    diesel::delete(search_documents::table.filter(search_documents::kind.eq("page"))).execute(conn).unwrap();
    assert_eq!(rebuild::all(&site.state.db, |_| {}).unwrap(), 1);
    assert_eq!(
        words(conn).iter().filter(|(_, documents)| *documents > 0).count(),
        learnt.iter().filter(|(_, documents)| *documents > 0).count()
    );
}

#[actix_web::test]
async fn searches_are_counted_without_anything_about_people() {
    let site = Site::start().await;
    given_blog(&site);
    let (visitor, editor) = (site.visitor(), site.signed_in(Role::Editor));
    let ask = |query: &str| TestRequest::get().uri(&format!("/search?q={query}")).insert_header(("User-Agent", BROWSER));
    for query in ["Pool", "pool", "sextant", "ada@example.org", "079%20123%2045%2067", "pool&page=2", "pool&kind=post"] {
        visitor.send(ask(query)).await.assert_status(200);
    }
    editor.send(ask("secret")).await;
    visitor.get("/search?q=program").await;
    let page = visitor.send(ask("pool")).await;
    let ping = page.attributes(".results h3 a", "ping")[0].clone();
    assert!(ping.starts_with("http"), "{ping}: HTML takes no other");
    let ping = ping[ping.find("/search").unwrap()..].to_owned();
    assert_eq!(page.attributes(".results h3 a", "href")[0], "/posts/what-a-connection-pool-does-at-night");
    let click = |address: String| {
        TestRequest::post().uri(&address).insert_header(("Sec-Fetch-Site", "same-origin")).insert_header(("User-Agent", BROWSER))
    };
    visitor.send(click(ping)).await.assert_status(204);
    visitor.send(click("/search/clicks?q=never%20searched".to_owned())).await.assert_status(204);
    site.state.searches.write(&site.state.db, site.state.clock.now()).await.unwrap();
    let rows: Vec<(String, i64, i64, i64)> = search_queries::table
        .order(search_queries::query)
        .select((search_queries::query, search_queries::searches, search_queries::found, search_queries::clicks))
        .load(&mut site.database.conn())
        .unwrap();
    assert_eq!(rows, [("pool".to_owned(), 3, 4, 1), ("sextant".to_owned(), 1, 0, 0)]);
    let page = editor.get("/admin/searches").await;
    assert_eq!(page.texts("#queries tbody th a"), ["pool", "sextant"]);
    assert_eq!(editor.get("/admin/searches?which=nothing").await.texts("#queries tbody th a"), ["sextant"]);
    editor.get("/admin/searches?which=unfollowed&days=7").await.assert_shows("Nothing of the kind");
    assert_eq!(editor.get("/search?q=pool").await.attributes(".results h3 a", "ping"), [] as [&str; 0]);
    let later = site.state.clock.now().date() + TimeDelta::days(log::DAYS + 1);
    assert_eq!(site.write(|conn| Ok(log::sweep(conn, later)?)), 2);
}

#[actix_web::test]
async fn editors_put_entries_first() {
    let site = Site::start().await;
    given_blog(&site);
    let editor = site.signed_in(Role::Editor);
    editor.get("/admin/searches/promotions").await.assert_shows("Nothing is promoted yet");
    let form = editor.get("/admin/searches/promotions/new?query=Pool").await.form("#promotion");
    assert_eq!(form.value("query"), "Pool");
    let wrong = editor.submit(form.clone().fill([("entry", "/posts/nowhere"), ("query", "+-*")])).await;
    wrong.assert_status(422).assert_shows("There is no live entry").assert_shows("Type the words").assert_shows("/posts/nowhere");
    editor.submit(form.clone().fill([("entry", "https://example.org/posts/queues")])).await.assert_status(303);
    editor.submit(form.fill([("entry", "/posts/queues")])).await.assert_status(422).assert_shows("promoted for these words already");
    let page = site.visitor().get("/search?q=POOL").await;
    assert_eq!(page.texts(".is-promoted h3"), ["Queues"]);
    assert_eq!(page.texts(".results h3").len(), 5);
    assert_eq!(site.visitor().get("/search?q=pool%20night").await.texts(".is-promoted h3"), [] as [&str; 0]);
    let list = editor.get("/admin/searches/promotions").await;
    let ask = editor.get(&list.link("Take off for “Pool”")).await;
    editor.submit(ask.form("#deletion")).await.assert_status(303);
    assert_eq!(site.visitor().get("/search?q=pool").await.texts(".is-promoted h3"), [] as [&str; 0]);
    assert_eq!(site.count("journal WHERE kind LIKE 'promotion.%'"), 2);
}

#[actix_web::test]
async fn one_box_finds_everything_that_somebody_may_open() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    site.given(a_post("Compass of mine").by(author));
    site.given(a_post("Compass of others").published());
    site.given(a_page("Deep").published().with(|draft| draft.body = "A compass in the text.".to_owned()));
    site.given_file("compass.gif", &crate::media::gif(2));
    let (owner, writer) = (site.signed_in(Role::Owner), site.session_of(author));
    let page = owner.get("/admin/search?q=compass").await;
    let found = page.texts(".found-list a");
    for name in ["Compass of mine", "Compass of others", "Deep", "compass.gif"] {
        assert!(found.contains(&name.to_owned()), "{name}: {found:?}");
    }
    let found = writer.get("/admin/search?q=compass").await.texts(".found-list a");
    assert!(found.contains(&"Compass of mine".to_owned()) && !found.contains(&"Compass of others".to_owned()), "{found:?}");
    assert!(owner.get("/admin/search?q=workfl").await.texts(".found-list a").contains(&"Workflows".to_owned()));
    assert!(!writer.get("/admin/search?q=workfl").await.texts(".found-list a").contains(&"Workflows".to_owned()));
    assert!(owner.get("/admin/search?q=author-").await.texts(".found-list a").iter().any(|name| name.starts_with("Author")));
    owner.get("/admin/search?q=%2B%2B%22").await.assert_shows("Nothing found");
    owner.get("/admin/search").await.assert_status(200);
    assert_eq!(owner.get("/admin").await.attributes("#admin-q", "type"), ["search"]);
}

#[actix_web::test]
async fn links_below_a_post_are_chosen_then_found_by_words() {
    let site = Site::start().await;
    let ids = given_blog(&site);
    for number in 0..3 {
        site.given(a_post(&format!("More of sextants {number}")).published().with(|draft| {
            draft.body = "A sextant measures angles between stars and horizons, and chronometers keep longitude.".to_owned();
        }));
    }
    learn(&site);
    while site.write(|conn| related::step(conn, site.state.clock.now())) > 0 {}
    let visitor = site.visitor();
    let links = visitor.get("/posts/more-of-sextants-0").await.texts("section[aria-labelledby=links-title] h3");
    assert_eq!(links[..2], ["More of sextants 2", "More of sextants 1"]);
    let editor = site.signed_in(Role::Editor);
    let address = format!("/admin/entries/{}/links", ids[0]);
    let form = editor.get(&address).await.form("#links-form");
    let wrong = editor.submit(form.clone().fill([("links", "/posts/nowhere\n/posts/what-a-connection-pool-does-at-night")])).await;
    wrong.assert_status(422).assert_shows("no live entry at /posts/nowhere").assert_shows("does not lead to itself");
    visitor.get("/posts/what-a-connection-pool-does-at-night").await;
    editor.submit(form.fill([("links", "/posts/queues\n/about-the-pool-house")])).await.assert_status(303);
    let shown = visitor.get("/posts/what-a-connection-pool-does-at-night").await.texts("section[aria-labelledby=links-title] h3");
    assert_eq!(shown[..2], ["Queues", "About the pool house"], "the kept page was dropped");
    assert_eq!(JOBS.schedules.iter().filter(|one| one.kind.starts_with("search.")).count(), 4);
}
