//! Snippets: written once, shown in many entries.

use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor, a_page, a_post},
};
use diesel::prelude::*;
use mainstay::{
    content::model::{
        entry::EntryId,
        link,
        revision::Revision,
        saving,
        snippet::{Snippet, SnippetId, changes},
    },
    journal::Actor,
    schema::{entry_snippets, snippets},
    web::person::Role,
};

const CALL: &str = "Before.\n\n{{ snippet: hours }}\n\nAfter.";

async fn make(who: &Visitor, name: &str, body: &str) -> Answer {
    let form = who.get("/admin/snippets/new").await.form("#snippet");
    who.submit(form.fill([("name", name), ("body", body)])).await
}

fn id_of(site: &Site, name: &str) -> SnippetId {
    snippets::table.filter(snippets::name.eq(name)).select(snippets::id).first(&mut site.database.conn()).unwrap()
}

async fn save(site: &Site, who: &Visitor, name: &str, fields: [(&str, &str); 1]) -> Answer {
    let form = who.get(&format!("/admin/snippets/{}", id_of(site, name))).await.form("#snippet");
    who.submit(form.fill(fields)).await
}

fn post_with(site: &Site, title: &str, body: &str) -> EntryId {
    site.given(a_post(title).published().with(|draft| draft.body = body.to_owned()))
}

#[actix_web::test]
async fn a_snippet_stands_in_every_entry_that_calls_for_it() {
    let site = Site::start().await;
    let (editor, visitor) = (site.signed_in(Role::Editor), site.visitor());
    editor.get("/admin/snippets").await.assert_shows("No snippets yet");
    // It may be called for before it is there: nothing stands in its place.
    let early = post_with(&site, "Early", CALL);
    visitor.get("/posts/early").await.assert_shows("Before.").assert_lacks("snippet: hours");
    make(&editor, "hours", "## Opening hours\n\nFrom **nine**, see [the post](/posts/early).").await.assert_status(303);
    visitor.get("/posts/early").await.assert_shows("From <strong>nine</strong>").assert_shows("href=\"#opening-hours\"");
    post_with(&site, "Late", "Open: {{ snippet: hours }} `{{ snippet: hours }}`");
    visitor.get("/posts/late").await.assert_shows("From <strong>nine</strong>").assert_shows("<code>{{ snippet: hours }}</code>");
    // Its links are links of the entries.
    let linking = site.state.db.read_here(|conn| Ok(link::inbound(conn, early)?)).unwrap();
    assert_eq!(linking.0.iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>(), ["Late"]);
    let list = editor.get("/admin/snippets").await;
    list.assert_shows("{{ snippet: hours }}").assert_shows("2 entries");
    let page = editor.get(&list.link("hours")).await;
    assert_eq!(page.texts(".inbound li"), ["Early", "Late"]);
    editor.get("/admin/markdown").await.assert_shows("{{ snippet: hours }}");
    save(&site, &editor, "hours", [("body", "From ten. 🎈 שלום")]).await.assert_status(303);
    for path in ["/posts/early", "/posts/late"] {
        visitor.get(path).await.assert_shows("From ten. 🎈 שלום").assert_lacks("nine").assert_lacks("opening-hours");
    }
    assert_eq!(site.state.db.read_here(|conn| Ok(link::inbound(conn, early)?)).unwrap().1, 0);
    editor.get("/admin/journal").await.assert_shows("changed the snippet “hours”");
    let revisions = site.count("revisions");
    let gone = editor.get(&format!("/admin/snippets/{}/deletion", id_of(&site, "hours"))).await;
    gone.assert_shows("2 entries use it");
    editor.submit(gone.form("#deletion")).await.assert_redirects_to("/admin/snippets");
    visitor.get("/posts/early").await.assert_shows("Before.").assert_lacks("From ten").assert_lacks("snippet");
    assert_eq!(site.count("revisions"), revisions, "the entries' own words are what they were");
}

#[actix_web::test]
async fn a_draft_that_runs_ahead_keeps_its_own_calls() {
    let site = Site::start().await;
    let (editor, visitor) = (site.signed_in(Role::Editor), site.visitor());
    make(&editor, "one", "First words.").await.assert_status(303);
    make(&editor, "two", "Second words.").await.assert_status(303);
    let post = post_with(&site, "Both", "{{ snippet: one }}");
    let form = editor.get(&format!("/admin/entries/{post}")).await.form("#editor");
    editor.submit(form.fill([("body", "{{ snippet: two }}"), ("do", "save")])).await.assert_status(303);
    let called = |site: &Site| -> Vec<String> {
        let names = entry_snippets::table.order(entry_snippets::name).select(entry_snippets::name);
        names.load(&mut site.database.conn()).unwrap()
    };
    assert_eq!(called(&site), ["one", "two"]);
    save(&site, &editor, "two", [("body", "Never seen yet.")]).await.assert_status(303);
    save(&site, &editor, "one", [("body", "Seen at once.")]).await.assert_status(303);
    visitor.get("/posts/both").await.assert_shows("Seen at once.").assert_lacks("Never seen yet");
    editor.get(&format!("/admin/entries/{post}/preview")).await.assert_shows("Never seen yet.");
    let form = editor.get(&format!("/admin/entries/{post}")).await.form("#editor");
    editor.submit(form.fill([("do", "publish")])).await.assert_status(303);
    visitor.get("/posts/both").await.assert_shows("Never seen yet.");
    assert_eq!(called(&site), ["two"]);
}

#[actix_web::test]
async fn a_renamed_snippet_goes_by_both_names() {
    let site = Site::start().await;
    let (editor, visitor) = (site.signed_in(Role::Editor), site.visitor());
    make(&editor, "hours", "From nine.").await.assert_status(303);
    post_with(&site, "Old", CALL);
    save(&site, &editor, "hours", [("name", "opening-hours")]).await.assert_status(303);
    post_with(&site, "New", "{{ snippet: opening-hours }}");
    save(&site, &editor, "opening-hours", [("body", "From ten.")]).await.assert_status(303);
    for path in ["/posts/old", "/posts/new"] {
        visitor.get(path).await.assert_shows("From ten.");
    }
    let page = editor.get(&format!("/admin/snippets/{}", id_of(&site, "opening-hours"))).await;
    page.assert_shows("It was called “hours” before");
    make(&editor, "hours", "Others").await.assert_status(422).assert_shows("“opening-hours” was called so before");
    save(&site, &editor, "opening-hours", [("name", "hours")]).await.assert_status(303);
    visitor.get("/posts/new").await.assert_shows("From ten.");
}

#[actix_web::test]
async fn a_snippet_that_cannot_be_says_why_and_keeps_what_was_typed() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    make(&editor, "hours", "From nine.").await.assert_status(303);
    for (name, body, sentence) in [
        ("", "Words", "Use at most 60 lower-case letters"),
        ("Öffnung 🎈", "Words", "Use at most 60 lower-case letters"),
        ("hours", "Words", "There is already a snippet of this name."),
        ("other", "", "Write what is to stand in the texts."),
        ("other", "{{ snippet: hours }}", "A snippet has no other snippets in it."),
        ("other", "a[^1]\n\n[^1]: b", "A snippet has no footnotes"),
    ] {
        let refused = make(&editor, name, body).await;
        refused.assert_status(422).assert_shows(sentence);
        let form = refused.form("#snippet");
        assert_eq!((form.value("name"), form.value("body")), (name, body));
    }
    save(&site, &editor, "hours", [("body", "From nine.")]).await.assert_status(303);
    make(&editor, "script", "<script>alert(1)</script>\n\n*fine*").await.assert_status(303);
    post_with(&site, "Safe", "{{ snippet: script }}");
    site.visitor().get("/posts/safe").await.assert_shows("<em>fine</em>").assert_lacks("alert(1)");
}

#[actix_web::test]
async fn the_gate_tells_a_name_that_is_unknown() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let post = site.given(a_post("Post").with(|draft| draft.body = CALL.to_owned()));
    editor.get(&format!("/admin/entries/{post}")).await.assert_shows("There is no snippet called “hours”");
    make(&editor, "hours", "From nine, by [a dead link](/nowhere-at-all).").await.assert_status(303);
    editor.get(&format!("/admin/entries/{post}")).await.assert_lacks("There is no snippet called");
}

#[actix_web::test]
async fn very_many_entries_follow_by_jobs() {
    let site = Site::start().await;
    let (editor, visitor) = (site.signed_in(Role::Editor), site.visitor());
    make(&editor, "hours", "From nine.").await.assert_status(303);
    let author = site.given_user(Role::Author);
    for number in 0..120 {
        let page = a_page(&format!("Page {number}")).by(author).published();
        site.given(page.with(|draft| draft.body = CALL.to_owned()));
    }
    visitor.get("/page-119").await.assert_shows("From nine.");
    save(&site, &editor, "hours", [("body", "From ten.")]).await.assert_status(303);
    visitor.get("/page-0").await.assert_shows("From ten.");
    assert_eq!(site.run_jobs(), 4, "two make the pages anew, and two what the search finds of them");
    visitor.get("/page-119").await.assert_shows("From ten.");
    let list = editor.get("/admin/snippets").await;
    list.assert_shows("100 entries or more");
    editor.get(&list.link("hours")).await.assert_shows("In 120 entries, of which these are the first");
}

/// Whoever comes first, nothing old stays: both take the snippet's lock.
#[actix_web::test]
async fn an_entry_that_is_saved_while_its_snippet_is_shows_the_new_words() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    make(&editor, "hours", "Words 0").await.assert_status(303);
    let id = id_of(&site, "hours");
    let post = post_with(&site, "Post", "0 {{ snippet: hours }}");
    let (db, now) = (site.state.db.clone(), site.state.clock.now());
    let writer = std::thread::spawn(move || {
        for number in 1..=15 {
            db.write_here(|conn| changes::change(conn, id, "hours", &format!("Words {number}"), &Actor::default(), now)).unwrap();
        }
    });
    for number in 1..=15 {
        site.write(|conn| {
            let newest = mainstay::content::model::entry::Entry::lock(conn, post)?.latest_revision_id.unwrap();
            let newest = Revision::find(conn, newest)?;
            let mut draft = newest.draft();
            draft.body = format!("{number} {{{{ snippet: hours }}}}");
            saving::save(conn, post, newest.id, &draft, &Actor::default(), now)?;
            mainstay::content::model::publishing::publish(conn, post, &Actor::default(), now)
        });
    }
    writer.join().unwrap();
    site.visitor().get("/posts/post").await.assert_shows("15 Words 15");
    let stored = site.state.db.read_here(|conn| Ok(Snippet::find(conn, id)?)).unwrap();
    assert_eq!(stored.body, "Words 15");
    let forged = Form::forged("/admin/snippets/99999", &[("token", &editor.token), ("name", "x"), ("body", "y")]);
    editor.submit(forged).await.assert_status(404);
}
