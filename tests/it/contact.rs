//! Contact forms: writing to the site, and what becomes of it.

use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor, a_page},
};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use mainstay::{contact::jobs::Sweep, jobs::Job, web::person::Role};

const WORDS: &str = "Do you ship to Portugal? We need forty meters of the blue rope in May.";

/// A site with a form on `/contact`, and its admin.
async fn with_form() -> (Site, Visitor) {
    let site = Site::start().await;
    site.given(a_page("Contact").published());
    let admin = site.signed_in(Role::Admin);
    let form = admin.get("/admin/messages/forms/new").await.form("#contact");
    let form =
        form.fill([("path", "/contact"), ("recipients", "desk@example.net\nnight@example.net"), ("thanks", "We answer within a day.")]);
    admin.submit(form).await.assert_redirects_to("/admin/messages/forms");
    (site, admin)
}

/// The form as somebody fills it in who takes a minute for it.
async fn filled(site: &Site, visitor: &Visitor, message: &str) -> Form {
    let page = visitor.get("/contact").await;
    site.later(TimeDelta::minutes(1));
    page.form("#contact-form").fill([("name", "Ada Lovelace"), ("email", "ada@example.org"), ("message", message)])
}

async fn refused(answer: Answer, sentence: &str) {
    answer.assert_status(422).assert_shows(sentence).assert_shows("value=\"Ada Lovelace\"").assert_shows("<h1>Contact</h1>");
}

#[actix_web::test]
async fn what_a_visitor_writes_is_kept_and_goes_to_whom_the_form_names() {
    let (site, admin) = with_form().await;
    let visitor = site.visitor();
    let form = filled(&site, &visitor, WORDS).await.fill([("subject", "Rope 🪢")]);
    let to = visitor.submit(form).await.header("location").to_owned();
    assert_eq!(to, "/contact-forms/1/thanks");
    visitor.get(&to).await.assert_shows("Your message has arrived").assert_shows("We answer within a day.");
    assert!(!visitor.has_cookie(), "no cookie for visitors");
    site.run_jobs();
    let letters = site.letters();
    assert_eq!(letters.len(), 2);
    for letter in &letters {
        for part in ["Reply-To: \"Ada Lovelace\" <ada@example.org>", WORDS, "https://example.org/admin/messages/1"] {
            assert!(letter.contains(part), "no {part:?} in {letter}");
        }
    }
    admin.get("/admin/messages").await.assert_shows("Rope 🪢").assert_shows("ada@example.org");
    let page = admin.get("/admin/messages/1").await;
    page.assert_shows(WORDS).assert_shows("mailto:ada@example.org?subject=Re%3A%20Rope");
    admin.submit(page.form("#decision").fill([("do", "done")])).await.assert_redirects_to("/admin/messages");
    admin.get("/admin/messages?state=done").await.assert_shows("Rope 🪢");
    admin
        .submit(admin.get("/admin/messages/1").await.form("#decision").fill([("do", "reopen")]))
        .await
        .assert_redirects_to("/admin/messages/1");
    let file = admin.get("/admin/messages.csv").await;
    file.assert_shows("Rope 🪢").assert_shows("Contact,Ada Lovelace,ada@example.org");
    assert_eq!(file.kind(), "text/csv; charset=utf-8; header=present");
    assert_eq!(site.count("journal WHERE kind IN ('message.received', 'message.settled', 'message.reopened', 'messages.exported')"), 4);
    assert_eq!(site.count("journal WHERE subject_kind = 'message' AND (address <> '' AND user_id IS NULL)"), 0);
}

#[actix_web::test]
async fn mistakes_are_told_on_the_page_and_nothing_typed_is_lost() {
    let (site, _) = with_form().await;
    let visitor = site.visitor();
    let form = filled(&site, &visitor, WORDS).await;
    let long = "x".repeat(10_001);
    refused(visitor.submit(form.clone().fill([("email", "ada")])).await, "Give your email address").await;
    refused(visitor.submit(form.clone().fill([("message", "")])).await, "Write your message").await;
    refused(visitor.submit(form.clone().fill([("message", &long)])).await, "at most 10,000 characters").await;
    let answer = visitor.submit(form.clone().fill([("name", "<b>\u{202e}"), ("email", "x")])).await;
    answer.assert_status(422).assert_shows("&#60;b&#62;").assert_shows("forty meters of the blue rope");
    assert_eq!(site.count("contact_messages"), 0);
    visitor
        .submit(Form::forged("/contact-forms/99", &[("name", "A"), ("email", "a@example.org"), ("message", "x")]))
        .await
        .assert_status(404);
    visitor.submit(Form::forged("/contact-forms/1", &[("name", "A")])).await.assert_status(422);
}

#[actix_web::test]
async fn the_same_sent_twice_is_one_message() {
    let (site, _) = with_form().await;
    let visitor = site.visitor();
    let form = filled(&site, &visitor, WORDS).await;
    for _ in 0..2 {
        visitor.submit(form.clone()).await.assert_redirects_to("/contact-forms/1/thanks");
    }
    site.run_jobs();
    assert_eq!((site.count("contact_messages"), site.letters().len()), (1, 2));
}

#[actix_web::test]
async fn a_network_sends_two_messages_a_minute_and_is_told_when_to_come_back() {
    let (site, _) = with_form().await;
    let visitor = site.visitor();
    for number in 0..2 {
        let form = visitor.get("/contact").await.form("#contact-form");
        let message = format!("{WORDS} {number}");
        visitor.submit(form.fill([("name", "Ada"), ("email", "ada@example.org"), ("message", &message)])).await.assert_status(303);
    }
    let form =
        visitor.get("/contact").await.form("#contact-form").fill([("name", "Ada"), ("email", "ada@example.org"), ("message", WORDS)]);
    let answer = site.visitor().at("198.51.100.200:9").submit(form.clone()).await;
    answer.assert_status(429).assert_shows("nothing of it is lost").assert_shows(WORDS);
    let seconds: i64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    site.visitor().at("198.51.101.7:9").submit(form.clone()).await.assert_status(303);
    site.later(TimeDelta::seconds(seconds));
    visitor.submit(form.fill([("message", "Another question about the rope.")])).await.assert_status(303);
    assert_eq!(site.count("contact_messages"), 4);
    site.run_jobs();
}

#[actix_web::test]
async fn what_a_program_sends_is_held_back_until_somebody_wants_it() {
    let (site, admin) = with_form().await;
    let visitor = site.visitor();
    let form = filled(&site, &visitor, WORDS).await.fill([("website2", "https://casino.example")]);
    visitor.submit(form).await.assert_redirects_to("/contact-forms/1/thanks");
    site.run_jobs();
    assert_eq!((site.count("contact_messages WHERE state = 'spam'"), site.letters().len()), (1, 0), "mailed to nobody");
    admin.get("/admin/messages?state=spam").await.assert_shows("Ada Lovelace");
    let page = admin.get("/admin/messages/1").await;
    admin.submit(page.form("#decision").fill([("do", "wanted")])).await.assert_redirects_to("/admin/messages/1");
    site.run_jobs();
    assert_eq!((site.count("contact_messages WHERE state = 'new' AND learnt = 'wanted'"), site.letters().len()), (1, 2));
    let page = admin.get("/admin/messages/1").await;
    admin.submit(page.form("#decision").fill([("do", "spam")])).await.assert_redirects_to("/admin/messages");
    assert_eq!(site.count("contact_messages WHERE state = 'spam' AND learnt = 'spam'"), 1);
    site.run_jobs();
}

#[actix_web::test]
async fn the_page_with_the_form_is_kept_for_visitors_and_follows_each_change() {
    let (site, admin) = with_form().await;
    let visitor = site.visitor();
    for expected in ["miss", "hit"] {
        assert_eq!(visitor.get("/contact").await.header("x-cache"), expected);
    }
    visitor.get("/contact-forms/1/thanks").await.assert_shows("within a day");
    let form = admin.get("/admin/messages/forms/1").await.form("#contact");
    let changed = form.fill([("heading", "Ask the harbour master"), ("thanks", "Soon.")]);
    admin.submit(changed.clone()).await.assert_redirects_to("/admin/messages/forms");
    visitor.get("/contact").await.assert_shows("Ask the harbour master");
    visitor.get("/contact-forms/1/thanks").await.assert_shows("Soon.");
    admin.submit(changed).await.assert_redirects_to("/admin/messages/forms");
    assert_eq!(site.count("journal WHERE kind = 'contact_form.changed'"), 1, "nothing changed is no change");

    site.given(a_page("Second").published());
    visitor.get("/second").await.assert_lacks("contact-form");
    let form = admin.get("/admin/messages/forms/1").await.form("#contact").fill([("path", "/second")]);
    admin.submit(form).await.assert_status(303);
    visitor.get("/contact").await.assert_lacks("contact-form");
    visitor.get("/second").await.assert_shows("contact-form");
    let ask = admin.get("/admin/messages/forms/1/deletion").await;
    admin.submit(ask.form("#deletion")).await.assert_status(303);
    visitor.get("/second").await.assert_lacks("contact-form");
    visitor.get("/contact-forms/1/thanks").await.assert_status(404);
}

#[actix_web::test]
async fn a_form_stands_on_a_page_that_there_is_and_on_each_once() {
    let (site, admin) = with_form().await;
    let form = admin.get("/admin/messages/forms/new").await.form("#contact");
    let answer = admin.submit(form.clone().fill([("path", "/nowhere"), ("recipients", "desk@example.net")])).await;
    answer.assert_status(422).assert_shows("There is no page at this address").assert_shows("desk@example.net");
    admin.submit(form.clone().fill([("path", "/contact")])).await.assert_status(422).assert_shows("has a contact form already");
    admin.submit(form.fill([("path", "contact"), ("recipients", "desk")])).await.assert_status(422).assert_shows("is no email address");
    let editor = site.signed_in(Role::Editor);
    editor.get("/admin/messages").await.assert_status(200).assert_lacks("/admin/messages/forms");
    editor.get("/admin/messages/forms").await.assert_status(403);
}

#[actix_web::test]
async fn messages_go_when_the_settings_say_and_with_their_person() {
    let (site, admin) = with_form().await;
    let visitor = site.visitor();
    visitor.submit(filled(&site, &visitor, WORDS).await).await.assert_status(303);
    let spam = filled(&site, &visitor, "Buy now").await.fill([("website2", "x")]);
    visitor.submit(spam).await.assert_status(303);
    site.run_jobs();
    let sweep = || {
        let now = site.state.clock.now();
        site.write(|conn| Ok(Sweep.enqueue(conn, now)?));
        site.run_jobs();
        site.count("contact_messages")
    };
    site.later(TimeDelta::days(31));
    assert_eq!(sweep(), 1, "spam goes after a month");
    let settings = admin.get("/admin/settings").await.form("#settings");
    let answer = admin.submit(settings.fill([("message_days", "40")])).await;
    answer.assert_status(303);
    assert_eq!(sweep(), 1);
    site.later(TimeDelta::days(10));
    assert_eq!(sweep(), 0);

    let reader = site.given_user(Role::Reader);
    let form = filled(&site, &visitor, "My own words.").await.fill([("email", "reader-3@example.org")]);
    visitor.submit(form).await.assert_status(303);
    site.run_jobs();
    let owner = site.signed_in(Role::Owner);
    assert_eq!(site.count("contact_messages"), 1);
    let erase = owner.get(&format!("/admin/people/{reader}/erasure")).await.form("#erase");
    owner.submit(erase.fill([("name", "Reader 3")])).await.assert_status(303);
    assert_eq!(site.count("contact_messages"), 0);
    site.run_jobs();
}

#[actix_web::test]
async fn a_message_is_deleted_on_a_page_of_its_own() {
    let (site, admin) = with_form().await;
    let visitor = site.visitor();
    visitor.submit(filled(&site, &visitor, WORDS).await).await.assert_status(303);
    site.run_jobs();
    let ask = admin.get("/admin/messages/1/deletion").await;
    ask.assert_shows("Ada Lovelace");
    admin.submit(ask.form("#deletion")).await.assert_redirects_to("/admin/messages");
    assert_eq!(site.count("contact_messages"), 0);
    let wrong = Form::forged("/admin/messages/1/decision", &[("token", &admin.token), ("do", "burn")]);
    admin.submit(wrong).await.assert_status(400);
    let head = TestRequest::default().method(actix_web::http::Method::HEAD).uri("/contact-forms/1/thanks");
    visitor.send(head).await.assert_status(200);
}
