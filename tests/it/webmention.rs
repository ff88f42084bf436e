//! Webmentions, taken and sent, with another site that is a real server on this machine.

use crate::support::{
    other::Other,
    site::{BASE, Site, Visitor, a_page, a_post},
};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use diesel::prelude::*;
use indicatif::ProgressBar;
use mainstay::{
    app::{JOBS, State},
    community::webmention::jobs::Receive,
    content::model::{
        entry::{Entry, EntryId},
        publishing,
        revision::Revision,
        saving, trash,
    },
    exchange::{
        markdown::{self, Options},
        source::Source,
    },
    jobs::Job,
    journal::Actor,
    schema::{comments, entries, mentions_sent},
    web::person::Role,
};
use std::fs;

/// A site that takes and sends mentions, and may ask this machine.
struct Mentioning {
    site: Site,
    state: State,
    admin: Visitor,
}

impl Mentioning {
    async fn start() -> Mentioning {
        let site = Site::start().await;
        let outgoing = Other::client();
        let state = State { outgoing, ..site.state.clone() };
        let admin = site.signed_in(Role::Admin);
        let form = admin.get("/admin/comments/mentions").await.form("#settings").tick("receive", "true").tick("send", "true");
        admin.submit(form).await.assert_redirects_to("/admin/comments/mentions");
        let all = Mentioning { site, state, admin };
        all.run();
        all
    }

    /// Runs the jobs that are due as a worker with that client would.
    fn run(&self) {
        mainstay::jobs::worker::run_due(&self.state.job_env(), JOBS).unwrap();
    }

    async fn told(&self, source: &str, target: &str) -> u16 {
        told(&self.site.visitor(), source, target).await
    }

    /// Kind, state, author, page of the author and words of each mention.
    fn mentions(&self) -> Vec<(String, String, String, String)> {
        let rows = comments::table.filter(comments::kind.eq("webmention")).order(comments::id);
        let columns = (comments::state, comments::author_name, comments::author_url, comments::body);
        rows.select(columns).load(&mut self.site.database.conn()).unwrap()
    }

    /// Target, state and answer of each mention that was sent.
    fn sent(&self) -> Vec<(String, String, String)> {
        let columns = (mentions_sent::target, mentions_sent::state, mentions_sent::told);
        mentions_sent::table.order(mentions_sent::id).select(columns).load(&mut self.site.database.conn()).unwrap()
    }

    /// Gives a live entry another text.
    fn rewrite(&self, id: EntryId, body: &str) {
        self.site.later(TimeDelta::hours(1));
        let (now, actor) = (self.site.state.clock.now(), Actor::default());
        self.site.write(|conn| {
            let newest = Entry::find(conn, id)?.latest_revision_id.unwrap();
            let mut draft = Revision::find(conn, newest)?.draft();
            body.clone_into(&mut draft.body);
            saving::save(conn, id, newest, &draft, &actor, now)?;
            publishing::publish(conn, id, &actor, now)
        });
        self.run();
    }
}

/// Sends a mention as a server does: without a word about where it comes from.
async fn told(visitor: &Visitor, source: &str, target: &str) -> u16 {
    let body = serde_html_form::to_string([("source", source), ("target", target)]).unwrap();
    let request = TestRequest::post().uri("/webmention").insert_header(("Content-Type", "application/x-www-form-urlencoded"));
    visitor.send(request.set_payload(body)).await.status.as_u16()
}

#[actix_web::test]
async fn a_page_that_links_here_waits_as_a_comment_is_renewed_and_withdrawn() {
    let (other, here) = (Other::start(), Mentioning::start().await);
    here.site.given(a_post("Pools").published());
    let (source, target) = (other.url("/reply"), format!("{BASE}/posts/pools"));
    let page = |words: &str| {
        format!(
            "<title>Notes</title><div class=h-entry><a class='p-author h-card' href=/~bo>Bo 👩‍🚀</a><p class=e-content>{words} <a href='{target}'>there</a></p></div>"
        )
    };
    other.has("/reply", 200, "Content-Type: text/html\r\n", page("I read"));
    assert_eq!(here.told(&source, &target).await, 202);
    assert_eq!(here.told(&source, &target).await, 202, "again, before it was looked at");
    assert_eq!(here.site.count("jobs WHERE kind = 'community.receive_mention'"), 1);
    here.run();
    let bo = ("held".to_owned(), "Bo 👩‍🚀".to_owned(), other.url("/~bo"), "I read there".to_owned());
    assert_eq!(here.mentions(), std::slice::from_ref(&bo));

    other.has("/reply", 200, "Content-Type: text/html\r\n", page("I have read <script>x</script>"));
    here.told(&source, &target).await;
    here.run();
    assert_eq!(here.mentions(), [(bo.0, bo.1, bo.2, "I have read there".to_owned())]);

    for (status, body) in [(410, ""), (200, "<p>The link is gone.")] {
        other.has("/reply", 200, "Content-Type: text/html\r\n", page("Back"));
        here.told(&source, &target).await;
        here.run();
        assert!(here.mentions().iter().all(|one| one.0 == "held"), "{:?}", here.mentions());
        other.has("/reply", status, "Content-Type: text/html\r\n", body);
        here.told(&source, &target).await;
        here.run();
        assert!(here.mentions().iter().all(|one| one.0 != "held" && one.0 != "shown"), "{:?}", here.mentions());
    }
    here.run();
}

#[actix_web::test]
async fn a_page_that_does_not_link_here_or_cannot_be_asked_leaves_nothing() {
    let (other, here) = (Other::start(), Mentioning::start().await);
    here.site.given(a_post("Pools").published());
    let target = format!("{BASE}/posts/pools");
    other.has("/none", 200, "Content-Type: text/html\r\n", "<p>https://example.org/posts/pools, without a link");
    other.has("/inside", 302, "Location: http://10.0.0.1/\r\n", "");
    let sources =
        [other.url("/none"), other.url("/gone"), other.url("/inside"), "http://10.0.0.1/x".to_owned(), "http://localhost:1/x".to_owned()];
    for source in &sources {
        assert_eq!(here.told(source, &target).await, 202, "{source}");
    }
    here.run();
    assert_eq!(here.mentions(), []);
    assert_eq!(other.asked(), ["GET /none", "GET /gone", "GET /inside"]);
}

#[actix_web::test]
async fn a_server_that_is_down_is_asked_again_for_a_day() {
    let (other, here) = (Other::start(), Mentioning::start().await);
    let entry = here.site.given(a_post("Pools").published());
    other.has("/down", 503, "", "");
    assert_eq!(here.told(&other.url("/down"), &format!("{BASE}/posts/pools")).await, 202);
    for hours in [0, 1, 6, 24, 48] {
        here.site.later(TimeDelta::hours(hours));
        here.run();
    }
    assert_eq!(other.asked().len(), 4);
    assert_eq!(here.site.count("jobs WHERE kind = 'community.receive_mention'"), 0);
    // It is there again: what it says is taken.
    other.has("/down", 200, "", format!("<a href='{BASE}/posts/pools'>x</a>"));
    let job = Receive { entry, source: other.url("/down"), target: format!("{BASE}/posts/pools"), tries: 0 };
    here.site.write(|conn| Ok(job.enqueue(conn, here.site.state.clock.now())?));
    here.run();
    assert_eq!(here.mentions().len(), 1);
}

#[actix_web::test]
async fn only_live_posts_are_mentioned_by_pages_of_others() {
    let here = Mentioning::start().await;
    let post = here.site.given(a_post("Pools").published());
    here.site.given(a_post("Draft"));
    here.site.given(a_page("About").published());
    let (post_url, source) = (format!("{BASE}/posts/pools"), "https://b.example/1");
    for (source, target) in [
        ("", post_url.as_str()),
        (source, ""),
        ("b.example", &post_url),
        ("ftp://b.example/", &post_url),
        (&post_url, &post_url),
        (&format!("{BASE}/posts/other"), &post_url),
        (source, "https://elsewhere.example/posts/pools"),
        (source, &format!("{BASE}/posts/draft")),
        (source, &format!("{BASE}/about")),
        (source, &format!("{BASE}/posts/none")),
        (source, &format!("{BASE}//evil.example/posts/pools")),
    ] {
        here.site.later(TimeDelta::minutes(2));
        assert_eq!(here.told(source, target).await, 400, "{source} {target}");
    }
    // With a query, a fragment, and at an address that it had before.
    for target in [format!("{post_url}?utm=1#part"), format!("{BASE}/posts/old%20pools")] {
        here.site.write(|conn| {
            Ok(mainstay::content::model::redirect::to_entry(
                conn,
                "/posts/old pools",
                post,
                mainstay::content::model::redirect::Origin::Hand,
                here.site.state.clock.now(),
            )?)
        });
        assert_eq!(here.told(source, &target).await, 202, "{target}");
    }
    diesel::sql_query("DELETE FROM jobs WHERE kind = 'community.receive_mention'").execute(&mut here.site.database.conn()).unwrap();
    here.run();
}

#[actix_web::test]
async fn mentions_are_taken_only_where_the_site_wants_them_and_posts_say_where() {
    let site = Site::start().await;
    site.given(a_post("Pools").published());
    let visitor = site.visitor();
    let before = visitor.get("/posts/pools").await;
    before.assert_lacks("rel=\"webmention\"");
    assert_eq!((before.header("link"), told(&visitor, "https://b.example/1", &format!("{BASE}/posts/pools")).await), ("", 404));

    let admin = site.signed_in(Role::Admin);
    let form = admin.get("/admin/comments/mentions").await.form("#settings").tick("receive", "true");
    admin.submit(form).await.assert_redirects_to("/admin/comments/mentions");
    for _ in 0..2 {
        let post = visitor.get("/posts/pools").await; // made, then from the cache
        post.assert_shows("<link rel=\"webmention\" href=\"/webmention\">");
        assert_eq!(post.header("link"), "</webmention>; rel=\"webmention\"");
    }
    visitor.get("/").await.assert_lacks("rel=\"webmention\"");
    admin.get("/admin/journal").await.assert_shows("changed whether mentions are taken and sent");
}

#[actix_web::test]
async fn one_network_sends_twenty_mentions_a_minute() {
    let here = Mentioning::start().await;
    here.site.given(a_post("Pools").published());
    let target = format!("{BASE}/posts/pools");
    let mut last = 0;
    for number in 0..21 {
        last = here.told(&format!("https://b.example/{number}"), &target).await;
        assert!(number == 20 || last == 202, "{number}: {last}");
    }
    assert_eq!(last, 429);
    let elsewhere = here.site.visitor().at("203.0.113.5:1");
    assert_eq!(told(&elsewhere, "https://b.example/x", &target).await, 202);
    here.site.later(TimeDelta::minutes(1));
    assert_eq!(here.told("https://b.example/y", &target).await, 202);
    diesel::sql_query("DELETE FROM jobs WHERE kind = 'community.receive_mention'").execute(&mut here.site.database.conn()).unwrap();
    here.run();
}

#[actix_web::test]
async fn pages_that_a_post_links_to_are_told_when_it_goes_out_changes_and_links_no_more() {
    let (other, here) = (Other::start(), Mentioning::start().await);
    other.has("/article", 302, "Location: /a/article\r\n", "");
    other.has("/a/article", 200, "Content-Type: text/html\r\n", "<link rel=webmention href='wm?x=1'>");
    other.has("/a/wm?x=1", 202, "", "");
    other.has("/deaf", 200, "Content-Type: text/html\r\n", "<p>nothing");
    let links =
        format!("[one]({}) [two]({}) [own](/posts/other) [mail](mailto:a@b.example)", other.url("/article"), other.url("/deaf#part"));
    let id = here.site.given(a_post("Linking").published().with(|draft| draft.body = links.clone()));
    here.run();
    let form =
        |target: &str| serde_html_form::to_string([("source", format!("{BASE}/posts/linking")), ("target", other.url(target))]).unwrap();
    let post = format!("POST /a/wm?x=1 {}", form("/article"));
    let asked = other.asked();
    assert!(asked.contains(&post) && asked.contains(&"GET /deaf".to_owned()) && asked.len() == 4, "{asked:?}");
    let mut sent = here.sent();
    sent.sort();
    let told = |path: &str, state: &str, told: &str| (other.url(path), state.to_owned(), told.to_owned());
    assert_eq!(
        sent,
        [told("/article", "taken", "It answered 202."), told("/deaf", "deaf", "The page does not say where it takes mentions.")]
    );

    // A draft that nobody sees tells nobody; publishing it does.
    here.run();
    assert_eq!(other.asked(), Vec::<String>::new());
    here.rewrite(id, &format!("Other words, the same [one]({}).", other.url("/article")));
    assert!(other.asked().contains(&post));
    assert_eq!(here.sent(), [told("/article", "taken", "It answered 202.")], "what was never sent needs no taking back");

    here.rewrite(id, "No link at all.");
    assert!(other.asked().contains(&post));
    assert_eq!(here.sent(), [told("/article", "withdrawn", "It answered 202.")]);

    here.rewrite(id, &format!("It is [back]({}).", other.url("/article")));
    assert_eq!((other.asked().contains(&post), here.sent()), (true, vec![told("/article", "taken", "It answered 202.")]));
    let (now, actor) = (here.site.state.clock.now(), Actor::default());
    here.site.write(|conn| trash::trash(conn, id, &actor, now));
    here.run();
    assert_eq!((other.asked().contains(&post), here.sent()[0].1.clone()), (true, "withdrawn".to_owned()));
}

#[actix_web::test]
async fn a_site_that_does_not_answer_is_tried_again_and_then_left_alone() {
    let (other, here) = (Other::start(), Mentioning::start().await);
    other.has("/article", 200, "Link: </wm>; rel=webmention\r\n", "");
    other.has("/wm", 500, "", "");
    other.has("/wanted", 200, "Link: </no>; rel=webmention\r\n", "");
    other.has("/no", 400, "", "");
    let body = format!("[one]({}) [two]({})", other.url("/article"), other.url("/wanted"));
    here.site.given(a_post("Linking").published().with(|draft| draft.body = body.clone()));
    for hours in [0, 1, 4, 12, 48, 96] {
        here.site.later(TimeDelta::hours(hours) + TimeDelta::seconds(2));
        here.run();
    }
    let asked = other.asked();
    assert_eq!(asked.iter().filter(|one| one.starts_with("POST /wm ")).count(), 5, "{asked:?}");
    assert_eq!(asked.iter().filter(|one| one.starts_with("POST /no ")).count(), 1, "{asked:?}");
    let states: Vec<String> = here.sent().into_iter().map(|one| one.1).collect();
    assert!(states.contains(&"failed".to_owned()) && states.contains(&"refused".to_owned()), "{:?}", here.sent());

    let page = here.admin.get("/admin/comments/mentions?state=failed").await;
    page.assert_shows(&other.url("/article")).assert_shows("could not take it (500)").assert_lacks(&other.url("/wanted"));
    other.has("/wm", 201, "Location: /status/7\r\n", "");
    here.admin.submit(page.form("#mentions form")).await.assert_redirects_to("/admin/comments/mentions");
    here.run();
    here.admin.get("/admin/comments/mentions?state=taken").await.assert_shows("to be followed at /status/7");
}

#[actix_web::test]
async fn nothing_is_sent_while_it_is_off() {
    let (other, site) = (Other::start(), Site::start().await);
    other.has("/article", 200, "Link: </wm>; rel=webmention\r\n", "");
    site.given(a_post("Linking").published().with(|draft| draft.body = format!("[one]({})", other.url("/article"))));
    let outgoing = Other::client();
    mainstay::jobs::worker::run_due(&State { outgoing, ..site.state.clone() }.job_env(), JOBS).unwrap();
    assert_eq!((other.asked(), site.count("mentions_sent")), (Vec::new(), 0));
    site.signed_in(Role::Editor)
        .get("/admin/comments/mentions")
        .await
        .assert_shows("Sending is switched off")
        .assert_lacks("id=\"settings\"");
}

#[actix_web::test]
async fn an_import_tells_nobody_until_a_person_changes_what_it_brought() {
    let (other, here) = (Other::start(), Mentioning::start().await);
    other.has("/article", 200, "Link: </wm>; rel=webmention\r\n", "");
    other.has("/wm", 202, "", "");
    let folder = here.site.folder.join("blog");
    fs::create_dir_all(&folder).unwrap();
    for number in 0..3 {
        let text = format!("---\ntitle: Old {number}\ndate: 2015-05-0{}\n---\n[one]({})\n", number + 1, other.url("/article"));
        fs::write(folder.join(format!("old-{number}.md")), text).unwrap();
    }
    let (state, options) = (&here.site.state, Options { base_url: Some("https://blog.example".to_owned()), ..Options::default() });
    markdown::import(&state.db, &state.storage, &Source::Folder(folder), &options, &state.clock, &ProgressBar::hidden()).unwrap();
    assert_eq!(here.site.count("entries WHERE state = 'published'"), 3);
    here.run();
    assert_eq!((other.asked(), here.site.count("mentions_sent")), (Vec::new(), 0));

    let (id, editor) = (here.newest(), here.site.signed_in(Role::Editor));
    let form = editor.get(&format!("/admin/entries/{id}")).await.form("#editor");
    let body = format!("New words, and [one]({}).", other.url("/article"));
    editor.submit(form.fill([("body", &body), ("do", "publish")])).await.assert_status(303);
    here.run();
    assert_eq!((other.asked().len(), here.sent().len()), (2, 1), "one page was looked at and told");
}

impl Mentioning {
    fn newest(&self) -> EntryId {
        entries::table.order(entries::id.desc()).select(entries::id).first(&mut self.site.database.conn()).unwrap()
    }
}

#[actix_web::test]
async fn no_more_than_sixty_pages_are_told_in_an_hour() {
    let (other, here) = (Other::start(), Mentioning::start().await);
    let body: String = (0..70).map(|number| format!("[{number}]({}) ", other.url(&format!("/page/{number}")))).collect();
    let id = here.site.given(a_post("Linking").published().with(|draft| draft.body = body.clone()));
    here.run();
    assert_eq!(other.asked().len(), 60);
    here.rewrite(id, &format!("Changed. {body}")); // an hour later: ten that were left, and fifty of those that are to know of the change
    assert_eq!(other.asked().len(), 60);
    here.site.later(TimeDelta::minutes(30));
    here.run();
    assert_eq!(other.asked(), Vec::<String>::new());
    here.site.later(TimeDelta::minutes(31));
    here.run();
    assert_eq!(other.asked().len(), 20);
}
