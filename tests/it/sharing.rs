//! Drafts read by others: share links, and notes on passages, by people with an account and by guests.

use crate::support::{
    answer::Answer,
    site::{Site, Visitor, a_post},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    content::model::{entry::EntryId, publishing, trash},
    journal::Actor,
    schema::{journal, notes, share_links},
    web::person::Role,
};

const BODY: &str = "The queue is a table. A worker takes the next row and *locks* it.\n\nNothing is lost, since the row was never deleted.";

fn a_draft(site: &Site) -> EntryId {
    site.given(a_post("On queues").with(|draft| draft.body = BODY.to_owned()))
}

/// Makes a link by the form and returns its path.
async fn share<const N: usize>(by: &Visitor, id: EntryId, fields: [(&str, &str); N]) -> String {
    let form = by.get(&format!("/admin/entries/{id}/sharing")).await.form("#share").fill([("label", "The board")]).fill(fields);
    by.submit(form).await.assert_redirects_to(&format!("/admin/entries/{id}/sharing"));
    let shown = by.get(&format!("/admin/entries/{id}/sharing")).await;
    let url = shown.attributes("#link", "value").pop().unwrap();
    url.strip_prefix("https://example.org").unwrap().to_owned()
}

async fn leave<const N: usize>(by: &Visitor, page: &str, fields: [(&str, &str); N]) -> Answer {
    let form = by.get(page).await.form("#leave-note").fill(fields);
    by.submit(form).await
}

async fn edit(by: &Visitor, id: EntryId, body: &str) {
    let form = by.get(&format!("/admin/entries/{id}")).await.form("#editor").fill([("body", body), ("do", "save")]);
    by.submit(form).await.assert_status(303);
}

fn changes(site: &Site, kind: &str) -> i64 {
    journal::table.filter(journal::kind.eq(kind)).count().get_result(&mut site.database.conn()).unwrap()
}

#[actix_web::test]
async fn a_guest_reads_the_newest_draft_by_a_link_that_is_shown_once() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let id = a_draft(&site);
    let link = share(&ada, id, []).await;
    ada.get(&format!("/admin/entries/{id}/sharing")).await.assert_lacks(&link).assert_shows("The board").assert_shows("Not yet");
    let guest = site.visitor();
    let page = guest.get(&link).await;
    page.assert_status(200).assert_shows("On queues").assert_shows("shared by Editor 1").assert_shows("8 December 2026, 10:00 UTC");
    for (name, value) in [
        ("cache-control", "private, no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow, noarchive"),
        ("x-frame-options", "DENY"),
        ("etag", ""),
        ("set-cookie", ""),
    ] {
        assert_eq!(page.header(name), value, "{name}");
    }
    page.assert_shows("<meta name=\"robots\" content=\"noindex, nofollow\">").assert_lacks("rel=\"canonical\"");
    assert!(!guest.has_cookie());
    edit(&ada, id, "What was written since.").await;
    guest.get(&link).await.assert_shows("What was written since.");
    site.visitor().get("/posts/on-queues").await.assert_status(404);
    let kept: Vec<Vec<u8>> = share_links::table.select(share_links::token_hash).load(&mut site.database.conn()).unwrap();
    assert!(!String::from_utf8_lossy(&kept[0]).contains(link.rsplit('/').next().unwrap()), "only its hash is kept");
}

#[actix_web::test]
async fn a_link_to_one_revision_shows_that_one() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let id = a_draft(&site);
    let link = share(&ada, id, [("shows", "this")]).await;
    edit(&ada, id, "What was written since.").await;
    site.visitor().get(&link).await.assert_shows("The queue is a table.").assert_lacks("What was written since.");
}

#[actix_web::test]
async fn a_link_that_opens_nothing_says_the_same_whatever_the_reason() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let (id, other) = (a_draft(&site), site.given(a_post("Another")));
    let (revoked, ended, trashed) = (share(&ada, id, []).await, share(&ada, id, [("days", "1")]).await, share(&ada, other, []).await);
    let listed = ada.get(&format!("/admin/entries/{id}/sharing")).await;
    let first = listed.attributes("form[action$=revocation]", "action").pop().unwrap();
    ada.submit(listed.form(&format!("form[action='{first}']"))).await.assert_status(303);
    ada.submit(listed.form(&format!("form[action='{first}']"))).await.assert_status(303);
    assert_eq!(changes(&site, "share_link.revoked"), 1, "a second press changes nothing");
    let now = site.state.clock.now();
    site.write(|conn| trash::trash(conn, other, &Actor::default(), now));
    site.later(TimeDelta::days(1));
    let unknown = "/review/0000000000000000000000000000000000000000000000000000000000000000".to_owned();
    let mut bodies = Vec::new();
    for link in [&revoked, &ended, &trashed, &unknown, &"/review/x".to_owned(), &"/review/%F0%9F%98%80".to_owned()] {
        let page = site.visitor().get(link).await;
        page.assert_status(404).assert_shows("Ask whoever sent it for a new one").assert_lacks("On queues");
        assert_eq!((page.header("cache-control"), page.header("referrer-policy")), ("private, no-store", "no-referrer"));
        bodies.push(page.body);
        let form = crate::support::answer::Form::forged(&format!("{link}/notes"), &[("name", "Eve"), ("body", "Hello")]);
        site.visitor().submit(form).await.assert_status(404);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert_eq!(site.count("notes"), 0);
}

#[actix_web::test]
async fn views_are_counted_but_not_each_of_many_at_once_and_the_journal_has_one_a_day() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let id = a_draft(&site);
    let link = share(&ada, id, []).await;
    let views = || -> i32 { share_links::table.select(share_links::views).first(&mut site.database.conn()).unwrap() };
    for _ in 0..5 {
        site.visitor().get(&link).await.assert_status(200);
    }
    assert_eq!((views(), changes(&site, "share_link.viewed")), (1, 1));
    site.later(TimeDelta::seconds(11));
    site.visitor().get(&link).await;
    assert_eq!((views(), changes(&site, "share_link.viewed")), (2, 1));
    site.later(TimeDelta::days(1));
    site.visitor().get(&link).await;
    assert_eq!((views(), changes(&site, "share_link.viewed")), (3, 2));
    ada.get(&format!("/admin/entries/{id}/sharing")).await.assert_shows("3 times");
    ada.get("/admin/journal").await.assert_shows("showed “On queues” to somebody with a share link");
}

#[actix_web::test]
async fn the_form_of_a_link_that_is_wrong_comes_back_as_it_was() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let id = a_draft(&site);
    let long = "b".repeat(121);
    let form = ada.get(&format!("/admin/entries/{id}/sharing")).await.form("#share").fill([("label", long.as_str())]);
    let refused = ada.submit(form).await;
    refused.assert_status(422).assert_shows("Say whom the link is for");
    assert_eq!(refused.form("#share").value("label"), long);
    // Sent twice, it is one link, and the link that is shown works.
    let form = ada.get(&format!("/admin/entries/{id}/sharing")).await.form("#share").fill([("label", "Twice")]);
    ada.submit(form.clone()).await.assert_status(303);
    ada.submit(form.clone()).await.assert_status(303);
    let url = ada.get(&format!("/admin/entries/{id}/sharing")).await.attributes("#link", "value").pop().unwrap();
    site.visitor().get(url.strip_prefix("https://example.org").unwrap()).await.assert_status(200);
    assert_eq!((site.count("share_links"), changes(&site, "share_link.made")), (1, 1));
    // Another entry's revision is not shared by it.
    let other = site.given(a_post("Another"));
    let theirs = ada.get(&format!("/admin/entries/{other}/sharing")).await.form("#share").value("revision").to_owned();
    let forged = form.fill([("shows", "this"), ("revision", theirs.as_str())]);
    ada.submit(forged).await.assert_status(404);
}

#[actix_web::test]
async fn a_guest_leaves_a_note_on_a_passage_and_the_author_answers_and_settles_it() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let id = a_draft(&site);
    let link = share(&ada, id, []).await;
    let guest = site.visitor();
    let note = [("name", "Grace  H. \u{1F600}"), ("quote", "next row and locks it"), ("body", "Which lock?\n<b>Row</b> or table?")];
    let left = leave(&guest, &link, note).await;
    left.assert_status(303);
    assert!(left.header("location").starts_with(&format!("{link}#note-")), "{}", left.header("location"));
    assert_eq!((left.header("set-cookie"), left.header("referrer-policy")), ("", "no-referrer"));
    let page = guest.get(&link).await;
    assert_eq!(page.texts("mark.passage").join(" "), "next row and locks it");
    page.assert_shows("Grace H. \u{1F600}")
        .assert_shows("(guest)")
        .assert_shows("&#60;b&#62;Row&#60;/b&#62; or table?")
        .assert_lacks("Settle</button>");
    ada.get(&format!("/admin/entries/{id}")).await.assert_shows("One open note");
    ada.get("/admin").await.assert_shows("Open notes").assert_shows("On queues");
    let notes_page = format!("/admin/entries/{id}/notes");
    let shown = ada.get(&notes_page).await;
    assert_eq!(shown.texts("mark.passage").join(" "), "next row and locks it");
    let reply = shown.form("form[id^=reply-to]").fill([("body", "That of the row.")]);
    ada.submit(reply.clone()).await.assert_status(303);
    ada.submit(reply).await.assert_status(303);
    let again = guest.get(&link).await;
    assert_eq!(again.body.matches("That of the row.").count(), 1, "sent twice, it stands there once");
    let thanks = again.form("form[id^=reply-to]").fill([("name", "Grace"), ("body", "Thanks.")]);
    guest.submit(thanks).await.assert_status(303);
    let settle = ada.get(&notes_page).await.form("form[action$=resolution]");
    ada.submit(settle.clone()).await.assert_status(303);
    ada.submit(settle).await.assert_status(303);
    let settled = ada.get(&notes_page).await;
    settled.assert_shows("Settled 1 Dec, 10:00").assert_shows("Thanks.");
    assert!(settled.texts("mark.passage").is_empty());
    ada.get(&format!("/admin/entries/{id}")).await.assert_shows("Leave a note on a passage");
    ada.submit(settled.form("form[action$=resolution]")).await.assert_status(303);
    assert_eq!(ada.get(&notes_page).await.texts("mark.passage").len(), 3, "open again, it is marked again: around the emphasis, too");
    let counted = ["note.left_by_guest", "note.left", "note.resolved", "note.reopened"].map(|kind| changes(&site, kind));
    assert_eq!(counted, [2, 1, 1, 1]);
    ada.get("/admin/journal").await.assert_shows("took a guest&#39;s note on “On queues”");
}

#[actix_web::test]
async fn a_note_follows_its_passage_through_edits_and_is_kept_when_that_is_gone() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let id = a_draft(&site);
    let notes_page = format!("/admin/entries/{id}/notes");
    leave(&ada, &notes_page, [("quote", "A worker takes the next row and locks it."), ("body", "Nice.")]).await.assert_status(303);
    edit(&ada, id, &format!("A new beginning, with much to say.\n\n{}", BODY.replace("takes the next row", "claims the next row"))).await;
    let moved = ada.get(&notes_page).await;
    assert_eq!(moved.texts("mark.passage").join(" "), "A worker claims the next row and locks it");
    edit(&ada, id, "Everything was written anew.").await;
    let gone = ada.get(&notes_page).await;
    gone.assert_shows("The passage is gone").assert_shows("A worker takes the next row and locks it.").assert_shows("Nice.");
    assert!(gone.texts("mark.passage").is_empty());
    edit(&ada, id, BODY).await;
    assert_eq!(ada.get(&notes_page).await.texts("mark.passage").len(), 3, "it is back");
}

#[actix_web::test]
async fn of_two_like_passages_the_selected_one_is_marked() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let id = site.given(a_post("Echo").with(|draft| draft.body = "One fish here. Two fish there.".to_owned()));
    let notes_page = format!("/admin/entries/{id}/notes");
    // As the script sends it, which knows where the selection was.
    let form = ada.get(&notes_page).await.form("#leave-note");
    let fields = [("quote", "fish"), ("prefix", "One fish here. Two "), ("suffix", " there."), ("position", "19"), ("body", "This one.")];
    ada.submit(form.fill(fields)).await.assert_status(303);
    let position: i32 = notes::table.select(notes::position).first(&mut site.database.conn()).unwrap();
    assert_eq!(position, 19);
    ada.get(&notes_page).await.assert_shows("Two <mark id=\"passage-");
}

#[actix_web::test]
async fn a_note_that_is_wrong_comes_back_as_it_was_typed() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let id = a_draft(&site);
    let link = share(&ada, id, []).await;
    let guest = site.visitor();
    let refused = leave(&guest, &link, [("quote", "words that are nowhere"), ("body", "Hm.")]).await;
    refused.assert_status(422).assert_shows("Give your name").assert_lacks("These words are not in the draft");
    let refused = guest.submit(refused.form("#leave-note").fill([("name", "Grace")])).await;
    refused.assert_status(422).assert_shows("These words are not in the draft");
    let typed = refused.form("#leave-note");
    assert_eq!((typed.value("name"), typed.value("quote"), typed.value("body")), ("Grace", "words that are nowhere", "Hm."));
    assert_eq!((refused.header("cache-control"), refused.header("set-cookie")), ("private, no-store", ""));
    guest.submit(typed.fill([("quote", "")])).await.assert_status(303);
    // A reply, too.
    let reply = guest.get(&link).await.form("form[id^=reply-to]").fill([("name", "Grace"), ("body", "")]);
    let refused = guest.submit(reply).await;
    refused.assert_status(422).assert_shows("Write a note of at most 5,000 characters.");
    assert_eq!(refused.form("form[id^=reply-to]").value("name"), "Grace");
    let long = "x".repeat(5001);
    leave(&guest, &link, [("name", "Grace"), ("body", long.as_str())]).await.assert_status(422).assert_shows(&long);
    let forged = crate::support::answer::Form::forged(&format!("{link}/notes"), &[("name", "Eve"), ("body", "Hi"), ("parent", "99999")]);
    guest.submit(forged).await.assert_status(404);
    assert_eq!(site.count("notes"), 1);
}

#[actix_web::test]
async fn a_link_without_notes_takes_and_shows_none() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let id = a_draft(&site);
    leave(&ada, &format!("/admin/entries/{id}/notes"), [("body", "Between us.")]).await.assert_status(303);
    let form = ada.get(&format!("/admin/entries/{id}/sharing")).await.form("#share").fill([("label", "Quiet")]).without("allows_notes");
    ada.submit(form).await.assert_status(303);
    let url = ada.get(&format!("/admin/entries/{id}/sharing")).await.attributes("#link", "value").pop().unwrap();
    let link = url.strip_prefix("https://example.org").unwrap();
    let guest = site.visitor();
    guest.get(link).await.assert_status(200).assert_lacks("Between us.").assert_lacks("leave-note");
    let forged = crate::support::answer::Form::forged(&format!("{link}/notes"), &[("name", "Eve"), ("body", "Hi")]);
    guest.submit(forged).await.assert_status(403);
    assert_eq!(site.count("notes"), 1);
}

#[actix_web::test]
async fn guests_cannot_flood_an_entry_with_notes() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let id = a_draft(&site);
    let link = share(&ada, id, []).await;
    let guest = site.visitor();
    for number in 0..20 {
        leave(&guest, &link, [("name", "Eve"), ("body", format!("Note {number}").as_str())]).await.assert_status(303);
    }
    let refused = leave(&guest, &link, [("name", "Eve"), ("body", "One more")]).await;
    refused.assert_status(422).assert_shows("Many notes came through this link just now");
    assert_eq!(refused.form("#leave-note").value("body"), "One more");
    leave(&ada, &format!("/admin/entries/{id}/notes"), [("body", "People with an account may.")]).await.assert_status(303);
    site.later(TimeDelta::minutes(11));
    guest.submit(refused.form("#leave-note")).await.assert_status(303);
    assert_eq!(site.count("notes"), 22);
}

#[actix_web::test]
async fn who_is_logged_in_leaves_notes_under_the_own_name_by_a_link_too() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let bob = site.signed_in(Role::Author);
    let id = a_draft(&site);
    let link = share(&ada, id, []).await;
    leave(&bob, &link, [("body", "By Bob.")]).await.assert_status(303);
    bob.get(&link).await.assert_shows("Author 2").assert_lacks("(guest)");
    let names: Vec<String> = notes::table.select(notes::guest_name).load(&mut site.database.conn()).unwrap();
    assert_eq!(names, [""]);
}

#[actix_web::test]
async fn a_draft_that_is_shared_never_reaches_the_page_cache() {
    let site = Site::start().await;
    let ada = site.signed_in(Role::Editor);
    let id = a_draft(&site);
    let link = share(&ada, id, []).await;
    let guest = site.visitor();
    for _ in 0..3 {
        assert!(!matches!(guest.get(&link).await.header("x-cache"), "hit" | "miss" | "stale"));
    }
    let now = site.state.clock.now();
    site.write(|conn| publishing::publish(conn, id, &Actor::default(), now));
    guest.get("/posts/on-queues").await.assert_status(200).assert_lacks("draft-bar");
    guest.get(&link).await.assert_shows("draft-bar");
}
