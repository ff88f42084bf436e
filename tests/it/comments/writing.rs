//! Writing, answering, changing and withdrawing comments.

use super::{POST, arrange, comment, found, guest_form, reply, sent, shown, state, with_post};
use crate::support::{
    answer::Form,
    site::{Site, a_page, a_post},
};
use chrono::TimeDelta;
use mainstay::{
    community::model::comment::State,
    site::comments::{Policy, Who},
    web::person::Role,
};

#[actix_web::test]
async fn a_guest_writes_and_a_moderator_is_waited_for() {
    let (site, post) = with_post().await;
    let (ada, bob) = (site.visitor(), site.visitor());
    bob.get(POST).await.assert_shows("Nobody has said anything yet");
    let id = comment(&site, &ada, "Ada  L", "", "**Well** said. 🎉 שלום").await;
    assert_eq!((state(&site, id), shown(&site, post)), (State::Held, 0));
    let own = ada.get(&format!("/comments/{id}")).await;
    own.assert_status(200)
        .assert_shows("Waiting for a moderator")
        .assert_shows("<strong>Well</strong> said. 🎉 שלום")
        .assert_shows("Ada L");
    assert_eq!(own.header("cache-control"), "no-store");
    bob.get(&format!("/comments/{id}")).await.assert_status(404);
    bob.get(POST).await.assert_lacks("Well");
    site.run_jobs();
}

#[actix_web::test]
async fn visitors_have_no_cookie_before_they_write_and_none_of_a_session_after() {
    let (site, _) = with_post().await;
    let ada = site.visitor();
    ada.get(POST).await;
    assert!(!ada.has_cookie());
    comment(&site, &ada, "Ada", "", "Hello").await;
    assert!(ada.has_cookie_of("comments") && !ada.has_cookie_of("mainstay"));
    ada.get("/posts").await;
    assert_eq!(ada.get("/posts").await.header("x-cache"), "hit", "whoever has written reads out of the cache like others");
    site.run_jobs();
}

#[actix_web::test]
async fn what_is_missing_is_told_and_nothing_typed_is_lost() {
    let (site, _) = with_post().await;
    let ada = site.visitor();
    let answer = ada.submit(guest_form(&ada, "", "ada@", "Words that stay <b>").await).await;
    answer
        .assert_status(422)
        .assert_shows("Give a name")
        .assert_shows("Give a mail address such as")
        .assert_shows("Words that stay &#60;b&#62;");
    let mended = answer.form("#comment-form").fill([("comment_name", "Ada"), ("comment_email", "")]);
    site.later(TimeDelta::seconds(20));
    sent(&ada.submit(mended).await);
    let long = ada.submit(guest_form(&ada, "Ada", "", &"é".repeat(5001)).await).await;
    long.assert_status(422).assert_shows("Shorten your comment to 5000 characters");
    arrange(&site, |comments| comments.needs_email = true);
    ada.submit(guest_form(&ada, "Ada", "", "Hi").await).await.assert_status(422).assert_shows("Give your mail address");
    site.run_jobs();
}

#[actix_web::test]
async fn a_preview_shows_the_words_and_stores_nothing() {
    let (site, _) = with_post().await;
    let ada = site.visitor();
    let form = guest_form(&ada, "Ada", "", "*Softly* <script>alert(1)</script> ![p](https://example.net/p.png)").await;
    let seen = ada.submit(form.fill([("do", "preview")])).await;
    seen.assert_status(200).assert_shows("<em>Softly</em>").assert_lacks("<script>alert").assert_lacks("<img src=\"https");
    assert_eq!(site.count("comments"), 0);
    assert_eq!(seen.form("#comment-form").value("comment_name"), "Ada");
}

#[actix_web::test]
async fn sent_twice_it_is_one() {
    let (site, _) = with_post().await;
    let ada = site.visitor();
    let form = guest_form(&ada, "Ada", "", "Once").await;
    let first = sent(&ada.submit(form.clone()).await);
    assert_eq!(sent(&ada.submit(form.clone()).await), first);
    assert_eq!(site.count("comments"), 1);
    site.later(TimeDelta::minutes(1));
    assert_ne!(sent(&ada.submit(form.fill([("comment_body", "Once more")])).await), first);
    site.run_jobs();
}

#[actix_web::test]
async fn a_network_sends_two_a_minute_and_keeps_its_words() {
    let (site, _) = with_post().await;
    let (one, other, elsewhere) =
        (site.visitor().at("203.0.113.1:9"), site.visitor().at("203.0.113.200:9"), site.visitor().at("203.0.114.1:9"));
    sent(&one.submit(guest_form(&one, "A", "", "One").await).await);
    sent(&other.submit(guest_form(&other, "B", "", "Two").await).await);
    let refused = one.submit(guest_form(&one, "A", "", "Three words stay").await).await;
    refused.assert_status(429).assert_shows("Three words stay").assert_shows("Nothing is lost");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(site.count("comments"), 2);
    sent(&elsewhere.submit(guest_form(&elsewhere, "C", "", "From elsewhere").await).await);
    site.later(TimeDelta::seconds(wait));
    sent(&one.submit(refused.form("#comment-form")).await);
    // What cannot be taken does not count.
    site.later(TimeDelta::minutes(1));
    for _ in 0..4 {
        one.submit(guest_form(&one, "", "", "x").await).await.assert_status(422);
    }
    site.run_jobs();
}

#[actix_web::test]
async fn programs_are_told_by_the_trap_and_by_their_haste() {
    let (site, post) = with_post().await;
    arrange(&site, |comments| comments.policy = Policy::Open);
    let bot = site.visitor();
    let trapped = sent(&bot.submit(guest_form(&bot, "Bot", "", "Nice site").await.fill([("website2", "https://spam.example")])).await);
    assert_eq!(state(&site, trapped), State::Spam);
    bot.get(&format!("/comments/{trapped}")).await.assert_status(200).assert_shows("Waiting for a moderator");
    let page = bot.get(&format!("/comments/new?entry={post}")).await;
    let hasty = page.form("#comment-form").fill([("comment_name", "Bot"), ("comment_body", "Nice page")]);
    assert_eq!(state(&site, sent(&bot.submit(hasty).await)), State::Spam);
    assert_eq!(shown(&site, post), 0);
}

#[actix_web::test]
async fn a_form_that_comes_back_is_not_drawn_anew() {
    let (site, post) = with_post().await;
    arrange(&site, |comments| comments.policy = Policy::Open);
    let ada = site.visitor();
    // Typed below the article, looked at, and sent at once.
    let preview = ada.submit(guest_form(&ada, "Ada", "", "Looked at first").await.fill([("do", "preview")])).await;
    assert_eq!(state(&site, sent(&ada.submit(preview.form("#comment-form").without("do")).await)), State::Shown);
    // Typed on the page of its own, and mended within a second.
    site.later(TimeDelta::minutes(1));
    let form = ada.get(&format!("/comments/new?entry={post}")).await.form("#comment-form").fill([("comment_body", "Who?")]);
    site.later(TimeDelta::seconds(20));
    let refused = ada.submit(form.clone()).await;
    assert_eq!(refused.assert_status(422).form("#comment-form").value("drawn"), form.value("drawn"));
    site.later(TimeDelta::seconds(1));
    let mended = refused.form("#comment-form").fill([("comment_name", "Ada")]);
    assert_eq!(state(&site, sent(&ada.submit(mended).await)), State::Shown);
    site.run_jobs();
}

#[actix_web::test]
async fn answers_stand_below_what_they_answer_five_levels_deep() {
    let (site, post) = with_post().await;
    arrange(&site, |comments| comments.policy = Policy::Open);
    let ada = site.visitor();
    let mut last = comment(&site, &ada, "A0", "", "Top").await;
    for depth in 1..=6 {
        last = reply(&site, &ada, post, last, &format!("A{depth}"), &format!("Answer {depth}")).await;
        assert_eq!(found(&site, last).depth, depth.min(4));
    }
    let second = comment(&site, &ada, "B", "", "Second thread").await;
    let page = site.visitor().get(POST).await;
    page.assert_shows("8 comments");
    assert_eq!(page.texts("#comments .comment-head > b"), ["A0", "A1", "A2", "A3", "A4", "A5", "A6", "B"]);
    assert_eq!(page.texts(".thread .thread .thread .thread .thread .thread"), [] as [String; 0], "never deeper than five");
    assert_eq!(page.attributes("#comments article:has(.badge)", "id"), [format!("comment-{second}")], "the newest is marked");
    // What is not there, or stands elsewhere, cannot be answered.
    let other = site.given(a_post("Other").published());
    for (entry, parent) in [(other, last), (post, 999.into())] {
        let form = Form::forged(
            "/comments",
            &[("entry", &entry.to_string()), ("parent", &parent.to_string()), ("comment_name", "E"), ("comment_body", "x")],
        );
        site.later(TimeDelta::minutes(1));
        ada.submit(form).await.assert_status(422).assert_shows("is not there any more");
    }
    site.run_jobs();
}

#[actix_web::test]
async fn threads_are_paged_past_fifty_and_found_by_their_address() {
    let (site, post) = with_post().await;
    let moderator = site.signed_in(Role::Editor);
    let form = moderator.get(POST).await.form("#comment-form");
    let mut ids = Vec::new();
    for number in 1..=120 {
        ids.push(sent(&moderator.submit(form.clone().fill([("comment_body", &format!("Number {number}"))])).await));
    }
    assert_eq!(shown(&site, post), 120);
    let bodies = |page: &crate::support::answer::Answer| page.texts("#comments .comment-body");
    let visitor = site.visitor();
    let first = visitor.get(POST).await;
    assert_eq!((bodies(&first).len(), bodies(&first)[49].as_str()), (50, "Number 50"));
    let second = visitor.get(first.link("Later").split('#').next().unwrap()).await;
    assert_eq!((bodies(&second)[0].as_str(), bodies(&second).len()), ("Number 51", 50));
    let third = visitor.get(second.link("Later").split('#').next().unwrap()).await;
    assert_eq!((bodies(&third)[0].as_str(), bodies(&third).len()), ("Number 101", 20));
    let back = visitor.get(third.link("Earlier").split('#').next().unwrap()).await;
    assert_eq!(bodies(&back), bodies(&second));
    for (number, id) in [(7, ids[6]), (77, ids[76]), (120, ids[119])] {
        let led = visitor.get(&format!("/comments/{id}")).await;
        led.assert_status(302);
        let (page, anchor) = led.header("location").split_once('#').map(|(page, anchor)| (page.to_owned(), anchor.to_owned())).unwrap();
        assert_eq!(anchor, format!("comment-{id}"));
        assert!(bodies(&visitor.get(&page).await).contains(&format!("Number {number}")), "{page}");
    }
    site.run_jobs();
}

#[actix_web::test]
async fn a_comment_is_changed_or_withdrawn_for_a_quarter_of_an_hour_where_it_was_written() {
    let (site, post) = with_post().await;
    arrange(&site, |comments| comments.policy = Policy::Open);
    let (ada, eve) = (site.visitor(), site.visitor());
    let id = comment(&site, &ada, "Ada", "", "First words").await;
    let edit = format!("/comments/{id}/edit");
    ada.submit(ada.get(&edit).await.form("#comment-edit").fill([("comment_body", "")])).await.assert_status(422);
    let form = ada.get(&edit).await.form("#comment-edit").fill([("comment_body", "Better words")]);
    eve.get(&edit).await.assert_status(403);
    eve.submit(form.clone()).await.assert_status(403);
    ada.submit(form.clone()).await.assert_redirects_to(&format!("/comments/{id}"));
    eve.get(POST).await.assert_shows("Better words").assert_lacks("First words");
    site.later(TimeDelta::minutes(16));
    ada.submit(form).await.assert_status(403);
    let gone = comment(&site, &ada, "Ada", "", "To be taken back").await;
    let asked = ada.get(&format!("/comments/{gone}/withdrawal")).await;
    eve.submit(asked.form("#withdrawal")).await.assert_status(403);
    ada.submit(asked.form("#withdrawal")).await.assert_redirects_to(&format!("{POST}#comments"));
    eve.get(POST).await.assert_lacks("To be taken back");
    assert_eq!((site.count("comments"), shown(&site, post)), (1, 1));
    site.run_jobs();
}

#[actix_web::test]
async fn an_empty_place_stays_above_an_answer_and_goes_with_it() {
    let (site, post) = with_post().await;
    arrange(&site, |comments| comments.policy = Policy::Open);
    let (ada, bob) = (site.visitor(), site.visitor().at("203.0.113.1:9"));
    let top = comment(&site, &ada, "Ada", "ada@example.org", "Above").await;
    let answer = reply(&site, &bob, post, top, "Bob", "Below").await;
    ada.submit(ada.get(&format!("/comments/{top}/withdrawal")).await.form("#withdrawal")).await.assert_status(303);
    let page = site.visitor().get(POST).await;
    page.assert_shows("A comment stood here").assert_shows("Below").assert_lacks("Above").assert_shows("1 comment<");
    let row = found(&site, top);
    assert_eq!((row.state, row.body.as_str(), row.author_email.as_str(), row.who()), (State::Withdrawn, "", "", "Somebody who has left"));
    bob.submit(bob.get(&format!("/comments/{answer}/withdrawal")).await.form("#withdrawal")).await.assert_status(303);
    site.visitor().get(POST).await.assert_lacks("A comment stood here").assert_shows("Nobody has said anything yet");
    assert_eq!(shown(&site, post), 0);
    site.run_jobs();
}

#[actix_web::test]
async fn nobody_gets_spam_past_a_moderator_by_an_edit() {
    let (site, post) = with_post().await;
    let (ada, editor) = (site.visitor(), site.signed_in(Role::Editor));
    let id = comment(&site, &ada, "Ada", "", "Harmless").await;
    super::decide(&editor, id, "approve").await.assert_status(303);
    assert_eq!(shown(&site, post), 1);
    let many = "https://a.example https://b.example https://c.example";
    ada.submit(ada.get(&format!("/comments/{id}/edit")).await.form("#comment-edit").fill([("comment_body", many)]))
        .await
        .assert_status(303);
    assert_ne!(state(&site, id), State::Shown);
    assert_eq!(shown(&site, post), 0);
    site.run_jobs();
}

#[actix_web::test]
async fn people_write_under_their_name_and_authors_are_marked() {
    let site = Site::start().await;
    let author = site.given_user(Role::Author);
    let post = site.given(a_post("Hello").by(author).published());
    let author = site.session_of(author);
    let page = author.get(POST).await;
    page.assert_shows("You write as Author 1").assert_lacks("comment_name");
    let own = sent(&author.submit(page.form("#comment-form").fill([("comment_body", "By me")])).await);
    assert_eq!(state(&site, own), State::Shown, "who decides about it need not wait");
    let seen = site.visitor().get(POST).await;
    assert_eq!(seen.texts("#comments .badge"), ["Author"]);
    // A reader's first waits, the second does not.
    let reader = site.signed_in(Role::Reader);
    let write = async |body: &str| {
        site.later(TimeDelta::minutes(1));
        sent(&reader.submit(reader.get(POST).await.form("#comment-form").fill([("comment_body", body)])).await)
    };
    let first = write("First").await;
    assert_eq!(state(&site, first), State::Held);
    super::decide(&author, first, "approve").await.assert_status(303);
    assert_eq!(state(&site, write("Second").await), State::Shown);
    // By a session one's own may be changed without the cookie.
    reader.forget("comments");
    reader.get(&format!("/comments/{}/edit", first.number() + 1)).await.assert_status(200);
    assert_eq!(shown(&site, post), 3);
    site.run_jobs();
}

#[actix_web::test]
async fn who_may_comment_where_and_until_when() {
    let (site, post) = with_post().await;
    let page = site.given(a_page("About").published());
    let (ada, editor) = (site.visitor(), site.signed_in(Role::Editor));
    ada.get("/about").await.assert_lacks("comment-form");
    let forged = |entry: mainstay::content::model::entry::EntryId| {
        Form::forged("/comments", &[("entry", &entry.to_string()), ("comment_name", "E"), ("comment_body", "x")])
    };
    ada.submit(forged(page)).await.assert_status(404);
    arrange(&site, |comments| comments.on_pages = true);
    ada.get("/about").await.assert_shows("comment-form");
    arrange(&site, |comments| comments.who = Who::People);
    ada.get(POST).await.assert_shows("Log in to comment").assert_lacks("comment-form");
    ada.submit(forged(post)).await.assert_status(401);
    editor.get(POST).await.assert_shows("comment-form");
    arrange(&site, |comments| (comments.who, comments.close_days) = (Who::Everybody, 7));
    ada.get(POST).await.assert_shows("comment-form");
    let mine = site.signed_in(Role::Editor);
    sent(&mine.submit(mine.get(POST).await.form("#comment-form").fill([("comment_body", "In time")])).await);
    site.later(TimeDelta::days(8));
    ada.get(POST).await.assert_shows("Comments are closed").assert_lacks("comment-form").assert_shows("In time");
    ada.submit(forged(post)).await.assert_status(422).assert_shows("Comments are closed here");
    // The editor of an entry knows better.
    let switch = format!("/admin/entries/{post}/comments");
    editor.submit(editor.get(&switch).await.form("#switch").fill([("mode", "open")])).await.assert_redirects_to(&switch);
    ada.get(POST).await.assert_shows("comment-form");
    editor.submit(editor.get(&switch).await.form("#switch").fill([("mode", "closed")])).await.assert_status(303);
    ada.get(POST).await.assert_shows("Comments are closed");
    arrange(&site, |comments| comments.who = Who::Nobody);
    ada.get(POST).await.assert_lacks("comment-form").assert_shows("In time");
    site.run_jobs();
}

#[actix_web::test]
async fn drawings_are_ours_and_tell_nothing() {
    let (site, _) = with_post().await;
    arrange(&site, |comments| comments.policy = Policy::Open);
    let ada = site.visitor();
    comment(&site, &ada, "Ada", "ada@example.org", "One").await;
    comment(&site, &ada, "Ada", "ADA@example.org", "Two").await;
    let pictures = site.visitor().get(POST).await.attributes("#comments img.avatar", "src");
    assert_eq!((pictures.len(), &pictures[0]), (2, &pictures[1]));
    assert!(!site.visitor().get(POST).await.body.contains("ada@example.org"), "the address is never shown");
    let drawing = site.visitor().get(&pictures[0]).await;
    drawing.assert_status(200);
    assert_eq!((drawing.kind(), drawing.header("cache-control")), ("image/svg+xml", "public, max-age=31536000, immutable"));
    site.visitor().get("/comments/avatars/nonsense.svg").await.assert_status(404);
    site.run_jobs();
}
