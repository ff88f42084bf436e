//! Letters: to moderators, to whoever must confirm an address, to whoever was answered.

use super::{POST, arrange, comment, decide, found, guest_form, link, reply, sent, shown, state, with_post};
use crate::support::{answer::Form, site::Visitor};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    community::model::comment::State,
    schema::{letters, users},
    site::comments::{Policy, Tell},
    web::person::Role,
};

const EDITOR: &str = "editor-";

fn with_password(site: &crate::support::site::Site, role: Role) -> String {
    let user = site.given_user(role);
    let conn = &mut site.database.conn();
    diesel::update(users::table.find(user)).set(users::password_hash.eq("x")).execute(conn).unwrap();
    users::table.find(user).select(users::email).first(conn).unwrap()
}

#[actix_web::test]
async fn a_moderator_decides_by_the_link_of_a_letter_once() {
    let (site, post) = with_post().await;
    let editor = with_password(&site, Role::Editor);
    let id = comment(&site, &site.visitor(), "Ada", "", "Please **let** me in").await;
    site.run_jobs();
    let link = link(&site, &editor, "/comments/moderation");
    let anybody = site.visitor();
    let page = anybody.get(&link).await;
    page.assert_status(200).assert_shows("<strong>let</strong>").assert_shows("Nothing by its author was shown before");
    assert_eq!(state(&site, id), State::Held, "looking decides nothing");
    let form = page.form("#verdict");
    anybody.submit(form.clone().fill([("verdict", "delete")])).await.assert_status(400);
    anybody.submit(form.clone().fill([("verdict", "approve")])).await.assert_status(200).assert_shows("Approved");
    assert_eq!((state(&site, id), shown(&site, post)), (State::Shown, 1));
    site.visitor().get(POST).await.assert_shows("<strong>let</strong>");
    anybody.submit(form.fill([("verdict", "spam")])).await.assert_status(403).assert_shows("does not work any more");
    anybody.get(&link).await.assert_status(403);
    anybody.get(&format!("{link}0")).await.assert_status(403);
    site.run_jobs();
}

#[actix_web::test]
async fn a_link_ends_with_the_right_the_week_and_another_decision() {
    let (site, _) = with_post().await;
    let editor = with_password(&site, Role::Editor);
    let owner = site.signed_in(Role::Owner);
    let id = comment(&site, &site.visitor(), "Ada", "", "Waiting").await;
    site.run_jobs();
    let link = link(&site, &editor, "/comments/moderation");
    let form = site.visitor().get(&link).await.form("#verdict").fill([("verdict", "approve")]);
    diesel::update(users::table.filter(users::email.eq(&editor)))
        .set(users::role.eq(Role::Reader))
        .execute(&mut site.database.conn())
        .unwrap();
    site.visitor().submit(form.clone()).await.assert_status(403);
    diesel::update(users::table.filter(users::email.eq(&editor)))
        .set(users::role.eq(Role::Editor))
        .execute(&mut site.database.conn())
        .unwrap();
    decide(&owner, id, "hold").await; // nothing moves, but somebody has decided
    site.visitor().submit(form).await.assert_status(403);
    let second = comment(&site, &site.visitor(), "Ada", "", "Waiting too").await;
    site.later(TimeDelta::minutes(10));
    site.run_jobs();
    let link = super::link(&site, &editor, "/comments/moderation");
    site.later(TimeDelta::days(8));
    site.visitor().get(&link).await.assert_status(403);
    assert_eq!((state(&site, id), state(&site, second)), (State::Held, State::Held));
    site.run_jobs();
}

#[actix_web::test]
async fn one_letter_tells_of_all_that_came_meanwhile() {
    let (site, _) = with_post().await;
    let editor = with_password(&site, Role::Editor);
    let to_editor =
        |site: &crate::support::site::Site| site.letters().iter().filter(|letter| letter.contains(&format!("To: {editor}"))).count();
    comment(&site, &site.visitor(), "Ada", "", "One").await;
    site.run_jobs();
    assert_eq!(to_editor(&site), 1);
    for number in 2..=4 {
        comment(&site, &site.visitor(), "Ada", "", &format!("Number {number}")).await;
        site.run_jobs();
    }
    assert_eq!(to_editor(&site), 1, "ten minutes have not passed");
    site.later(TimeDelta::minutes(10));
    site.run_jobs();
    assert_eq!(to_editor(&site), 2);
    assert!(
        site.letters()
            .iter()
            .any(|letter| letter.contains("3 comments wait") && letter.contains("Number 2") && letter.contains("Number 4"))
    );
    arrange(&site, |comments| comments.tell = Tell::Nobody);
    comment(&site, &site.visitor(), "Ada", "", "Five").await;
    site.later(TimeDelta::minutes(20));
    site.run_jobs();
    assert_eq!(to_editor(&site), 2);
    assert!(editor.starts_with(EDITOR));
}

#[actix_web::test]
async fn trust_comes_from_an_answered_letter_never_from_what_was_typed() {
    let (site, post) = with_post().await;
    let (ada, eve, editor) = (site.visitor(), site.visitor().at("203.0.113.9:1"), site.signed_in(Role::Editor));
    let first = comment(&site, &ada, "Ada", "ada@example.org", "My first").await;
    site.run_jobs();
    let page = ada.get(&link(&site, "ada@example.org", "/comments/confirmation")).await;
    page.assert_status(200).assert_shows("Is this comment yours?");
    assert_eq!(found(&site, first).verified_at, None, "looking confirms nothing");
    ada.submit(page.form("#confirm")).await.assert_status(200).assert_shows("Your address is confirmed");
    assert_eq!(state(&site, first), State::Held, "nothing by this address was shown before");
    decide(&editor, first, "approve").await.assert_status(303);
    // Eve knows the address. It helps her nothing.
    let forged = comment(&site, &eve, "Ada", "ada@example.org", "By Eve").await;
    assert_eq!(state(&site, forged), State::Held);
    let second = comment(&site, &ada, "Ada", "ada@example.org", "My second").await;
    assert_eq!(state(&site, second), State::Held);
    site.run_jobs();
    ada.submit(ada.get(&link_about(&site, "My second")).await.form("#confirm")).await.assert_status(200).assert_shows("is on the page");
    assert_eq!((state(&site, forged), state(&site, second), shown(&site, post)), (State::Held, State::Shown, 2));
    // Nobody's mailbox is filled.
    for number in 1..=5 {
        comment(&site, &eve, "Ada", "ada@example.org", &format!("Flood {number}")).await;
    }
    site.run_jobs();
    let asked = site.letters().iter().filter(|letter| letter.contains("Confirm your comment")).count();
    assert_eq!(asked, 3);
}

/// The link in the letter that quotes these words.
fn link_about(site: &crate::support::site::Site, words: &str) -> String {
    let letters = site.letters();
    let letter = letters.iter().find(|letter| letter.contains(words) && letter.contains("/comments/confirmation")).unwrap();
    let word = letter.split_whitespace().find(|word| word.contains("/comments/confirmation?token=")).unwrap();
    word["https://example.org".len()..].to_owned()
}

/// A guest who has asked for answers, and confirmed it.
async fn subscribed(site: &crate::support::site::Site, by: &Visitor) -> mainstay::community::model::comment::CommentId {
    site.later(TimeDelta::minutes(1));
    let form = guest_form(by, "Ada", "ada@example.org", "Tell me more").await.tick("comment_notify", "true");
    let id = sent(&by.submit(form).await);
    site.run_jobs();
    by.submit(by.get(&link(site, "ada@example.org", "/comments/confirmation")).await.form("#confirm")).await.assert_status(200);
    id
}

#[actix_web::test]
async fn answers_are_mailed_to_whoever_confirmed_and_one_click_ends_them() {
    let (site, post) = with_post().await;
    arrange(&site, |comments| comments.policy = Policy::Open);
    let (ada, bob) = (site.visitor(), site.visitor().at("203.0.113.9:1"));
    let about_answers = || site.letters().into_iter().filter(|letter| letter.contains("answered you")).collect::<Vec<_>>();
    let id = subscribed(&site, &ada).await;
    reply(&site, &bob, post, id, "Bob", "More of it").await;
    site.run_jobs();
    let letters = about_answers();
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert!(letter.contains("More of it") && letter.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{letter}");
    let word = letter.split_whitespace().find(|word| word.contains("/unsubscribe/comments?token=")).unwrap();
    let address = word.trim_matches(['<', '>', ',']).strip_prefix("https://example.org").unwrap().to_owned();
    site.visitor().get(&address).await.assert_status(200).assert_shows("End the letters");
    assert!(found(&site, id).wants_replies, "looking ends nothing");
    // As a mail program does it: from nowhere.
    let one_click = TestRequest::post()
        .uri(&address)
        .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
        .set_payload("List-Unsubscribe=One-Click");
    site.visitor().send(one_click).await.assert_status(200).assert_shows("No more letters");
    reply(&site, &bob, post, id, "Bob", "Once more").await;
    site.run_jobs();
    assert_eq!(about_answers().len(), 1);
    site.visitor().submit(Form::forged("/unsubscribe/comments?token=x", &[])).await.assert_status(403);
}

#[actix_web::test]
async fn who_has_not_confirmed_gets_no_answers() {
    let (site, post) = with_post().await;
    arrange(&site, |comments| comments.policy = Policy::Open);
    let (ada, bob) = (site.visitor(), site.visitor().at("203.0.113.9:1"));
    let form = guest_form(&ada, "Ada", "victim@example.org", "Tell them").await.tick("comment_notify", "true");
    let id = sent(&ada.submit(form).await);
    reply(&site, &bob, post, id, "Bob", "An answer").await;
    site.run_jobs();
    assert!(site.letters().iter().all(|letter| !letter.contains("answered you")));
    assert_eq!(site.letters().iter().filter(|letter| letter.contains("victim@example.org")).count(), 1, "the question, and nothing else");
}

#[actix_web::test]
async fn letters_have_a_part_in_html_with_the_words_as_words() {
    let (site, post) = with_post().await;
    with_password(&site, Role::Editor);
    arrange(&site, |comments| comments.policy = Policy::Open);
    let (ada, bob) = (site.visitor(), site.visitor().at("203.0.113.9:1"));
    let id = subscribed(&site, &ada).await;
    reply(&site, &bob, post, id, "Bob <b>", "It is <i>so</i> & **loud** 😀").await;
    arrange(&site, |comments| comments.policy = Policy::Held);
    comment(&site, &bob, "Eve", "", "To look at").await;
    site.later(TimeDelta::minutes(20));
    site.run_jobs();
    let answer = letters::table.filter(letters::kind.eq("community.answer")).select(letters::html.assume_not_null());
    let answer: String = answer.first(&mut site.database.conn()).unwrap();
    assert!(answer.contains("Bob &#60;b&#62;") && answer.contains("It is &#60;i&#62;so&#60;/i&#62; &#38; **loud** 😀"), "{answer}");
    assert!(answer.contains("No more letters about answers</a>") && answer.contains("Read it there, and answer"), "{answer}");
    let sent = site.letters();
    for subject in ["Subject: Confirm your comment on", "Subject: A comment waits:", "Subject: Bob"] {
        let letter = sent.iter().find(|letter| letter.contains(subject)).unwrap_or_else(|| panic!("{subject}: {sent:#?}"));
        assert!(letter.contains("Content-Type: text/html; charset=utf-8"), "{letter}");
    }
    site.run_jobs();
}
