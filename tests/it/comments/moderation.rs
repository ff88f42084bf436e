//! The queue, bans, deleting, and what the spam filter is told.

use super::{POST, arrange, comment, decide, found, reply, sent, shown, state, with_post};
use crate::support::{
    answer::Form,
    site::{Site, a_page, a_post},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    community::{
        jobs::Sweep,
        model::{comment::State, newest::newest},
    },
    jobs::Job,
    schema::{comments, journal, user_branches, users},
    site::comments::Policy,
    web::person::{Reach, Role},
};

const QUEUE: &str = "/admin/comments";

#[actix_web::test]
async fn what_is_approved_is_seen_at_once_and_taken_back_as_easily() {
    let (site, post) = with_post().await;
    let (ada, editor, visitor) = (site.visitor(), site.signed_in(Role::Editor), site.visitor());
    editor.get(QUEUE).await.assert_status(200).assert_shows("Nothing waits");
    let id = comment(&site, &ada, "Ada", "", "Look at me").await;
    visitor.get(POST).await;
    assert_eq!(visitor.get(POST).await.header("x-cache"), "hit");
    let queue = editor.get(QUEUE).await;
    queue.assert_shows("Look at me").assert_shows("first comment").assert_shows("Nothing by its author was shown before");
    let done = editor.submit(queue.form(".queue form").fill([("verdict", "approve")])).await;
    done.assert_redirects_to(&format!("{QUEUE}?undo={id}"));
    visitor.get(POST).await.assert_shows("Look at me");
    let after = editor.get(done.header("location")).await;
    after.assert_shows("Approved the comment by Ada.").assert_shows("Nothing waits");
    editor.submit(after.form("#undo")).await.assert_redirects_to(QUEUE);
    visitor.get(POST).await.assert_lacks("Look at me");
    assert_eq!((state(&site, id), shown(&site, post), found(&site, id).decisions), (State::Held, 0, 2));
    for (verdict, wanted) in [("spam", State::Spam), ("trash", State::Trashed), ("hold", State::Held), ("approve", State::Shown)] {
        let form = Form::forged(QUEUE, &[("id", &id.to_string()), ("verdict", verdict), ("token", &editor.token)]);
        editor.submit(form).await.assert_status(303);
        assert_eq!(state(&site, id), wanted);
    }
    let kinds: Vec<String> = journal::table
        .filter(journal::subject_kind.eq("comment"))
        .order(journal::id)
        .select(journal::kind)
        .load(&mut site.database.conn())
        .unwrap();
    let wanted = ["received", "approved", "undone", "marked_as_spam", "trashed", "held", "approved"];
    assert_eq!(kinds, wanted.map(|verb| format!("comment.{verb}")));
    site.run_jobs();
}

#[actix_web::test]
async fn many_are_decided_about_at_once() {
    let (site, post) = with_post().await;
    let (ada, editor) = (site.visitor(), site.signed_in(Role::Editor));
    let mut ids = Vec::new();
    for number in 1..=3 {
        ids.push(comment(&site, &ada, "Ada", "", &format!("Number {number}")).await);
    }
    let queue = editor.get(QUEUE).await;
    let bodies = queue.texts(".queue blockquote");
    assert_eq!(bodies, ["Number 1", "Number 2", "Number 3"], "what waits longest stands first");
    editor.submit(queue.form("#chosen").fill([("verdict", "approve")])).await.assert_redirects_to(QUEUE);
    editor.get(QUEUE).await.assert_shows("Nothing was chosen");
    let mut form = Form::forged(QUEUE, &[("verdict", "approve"), ("token", &editor.token)]);
    form.fields.extend(ids.iter().map(|id| ("id".to_owned(), id.to_string())));
    let done = editor.submit(form).await;
    editor.get(done.header("location")).await.assert_shows("Approved 3 comments.");
    assert_eq!(shown(&site, post), 3);
    let listed = editor.get("/admin/comments?view=shown").await;
    assert_eq!(listed.texts(".queue blockquote"), ["Number 3", "Number 2", "Number 1"]);
    assert_eq!(newest(&mut site.database.conn(), Some(post), 2).unwrap().iter().map(|row| row.0.id).collect::<Vec<_>>(), [ids[2], ids[1]]);
    site.run_jobs();
}

#[actix_web::test]
async fn the_queue_is_searched_and_paged() {
    let (site, post) = with_post().await;
    arrange(&site, |comments| comments.policy = Policy::Held);
    let (ada, editor) = (site.visitor().at("203.0.113.77:9"), site.signed_in(Role::Editor));
    comment(&site, &ada, "Ada", "ada@example.org", "Lighthouse keepers").await;
    let reader = site.visitor().at("198.51.100.9:1");
    for number in 1..=30 {
        comment(&site, &reader, "Bob", "", &format!("Plain number {number}")).await;
    }
    for (words, many) in [("lighthouse", 1), ("ada@example.org", 1), ("203.0.113.77", 1), ("203.0.113.78", 0), ("submarine", 0)] {
        let found = editor.get(&format!("{QUEUE}?q={words}")).await;
        assert_eq!(found.assert_status(200).texts(".queue blockquote").len(), many, "{words}");
    }
    let first = editor.get(QUEUE).await;
    assert_eq!(first.texts(".queue blockquote").len(), 25);
    let second = editor.get(&first.link("Next")).await;
    assert_eq!(second.texts(".queue blockquote").len(), 6);
    assert_eq!(editor.get(&second.link("Back")).await.texts(".queue blockquote"), first.texts(".queue blockquote"));
    assert_eq!(editor.get(&format!("{QUEUE}?entry={post}")).await.texts(".queue blockquote").len(), 25);
    site.run_jobs();
}

#[actix_web::test]
async fn authors_decide_below_their_own_entries_and_limited_editors_in_their_branch() {
    let site = Site::start().await;
    arrange(&site, |comments| comments.on_pages = true);
    let author = site.given_user(Role::Author);
    let own = site.given(a_post("Hello").by(author).published());
    let (inside, outside) = (site.given(a_page("Inside").published()), site.given(a_page("Outside").published()));
    let limited = site.given_user(Role::Editor);
    let conn = &mut site.database.conn();
    diesel::update(users::table.find(limited)).set(users::reach.eq(Reach::Branches)).execute(conn).unwrap();
    let row = (user_branches::user_id.eq(limited), user_branches::page_id.eq(inside.number()));
    diesel::insert_into(user_branches::table).values(row).execute(conn).unwrap();
    let guest = site.visitor();
    let mut ids = Vec::new();
    for (entry, body) in [(own, "On mine"), (inside, "In the branch"), (outside, "Outside of it")] {
        site.later(TimeDelta::minutes(1));
        let form = Form::forged("/comments", &[("entry", &entry.to_string()), ("comment_name", "Ada"), ("comment_body", body)]);
        ids.push(sent(&guest.submit(form).await));
    }
    for (who, sees, may, may_not) in [(author, "On mine", ids[0], ids[2]), (limited, "In the branch", ids[1], ids[2])] {
        let who = site.session_of(who);
        assert_eq!(who.get(QUEUE).await.texts(".queue blockquote"), [sees]);
        who.get(&format!("{QUEUE}/{may_not}")).await.assert_status(403);
        let forged = Form::forged(QUEUE, &[("id", &may_not.to_string()), ("verdict", "approve"), ("token", &who.token)]);
        who.submit(forged).await.assert_status(403);
        decide(&who, may, "approve").await.assert_status(303);
        assert_eq!(state(&site, may), State::Shown);
        who.get("/admin/comments/bans").await.assert_status(403);
    }
    assert_eq!(state(&site, ids[2]), State::Held);
    site.run_jobs();
}

#[actix_web::test]
async fn a_moderator_edits_and_deletes_for_good_after_being_asked() {
    let (site, post) = with_post().await;
    let (ada, editor, visitor) = (site.visitor(), site.signed_in(Role::Editor), site.visitor());
    let id = comment(&site, &ada, "Ada", "", "A tyop").await;
    decide(&editor, id, "approve").await.assert_status(303);
    let page = editor.get(&format!("{QUEUE}/{id}")).await;
    editor.submit(page.form("#comment").fill([("comment_body", "")])).await.assert_status(422).assert_shows("Write something");
    editor.submit(page.form("#comment").fill([("comment_body", "A typo"), ("name", "Ada L")])).await.assert_status(303);
    visitor.get(POST).await.assert_shows("A typo").assert_shows("Ada L").assert_shows("changed <time");
    let answer = reply(&site, &visitor, post, id, "Bob", "An answer").await;
    decide(&editor, answer, "approve").await;
    let ask = format!("{QUEUE}/deletion?id={id}");
    let forged = Form::forged(&format!("{QUEUE}/deletion"), &[("id", &id.to_string()), ("token", &editor.token)]);
    editor.submit(forged).await.assert_status(409);
    decide(&editor, id, "trash").await.assert_status(303);
    visitor.get(POST).await.assert_shows("A comment stood here").assert_shows("An answer");
    let asked = editor.get(&ask).await;
    asked.assert_shows("Delete 1 comment for good?").assert_shows("A typo");
    editor.submit(asked.form("#deletion")).await.assert_redirects_to("/admin/comments?view=trashed");
    assert_eq!((state(&site, id), found(&site, id).body.as_str()), (State::Withdrawn, ""), "its place stays above the answer");
    decide(&editor, answer, "trash").await;
    editor.submit(editor.get(&format!("{QUEUE}/deletion?id={answer}")).await.form("#deletion")).await.assert_status(303);
    assert_eq!((site.count("comments"), shown(&site, post)), (1, 0));
    visitor.get(POST).await.assert_lacks("A comment stood here");
    site.run_jobs();
}

#[actix_web::test]
async fn whoever_is_banned_goes_to_spam_without_being_told() {
    let (site, _) = with_post().await;
    arrange(&site, |comments| comments.policy = Policy::Open);
    let (eve, editor) = (site.visitor().at("203.0.113.9:1"), site.signed_in(Role::Editor));
    let id = comment(&site, &eve, "Eve", "eve@spam.example", "Hello there").await;
    let page = editor.get(&format!("{QUEUE}/{id}")).await;
    let ban = editor.get(&page.link("203.0.113.0/24")).await.form("#ban");
    assert_eq!(ban.value("value"), "203.0.113.0/24");
    editor.submit(ban.clone().fill([("value", "nonsense")])).await.assert_status(422).assert_shows("Give an address within the network");
    editor.submit(ban).await.assert_redirects_to("/admin/comments/bans");
    let again = comment(&site, &site.visitor().at("203.0.113.44:1"), "Other", "", "Hello again").await;
    assert_eq!(state(&site, again), State::Spam);
    let lifted = editor.get("/admin/comments/bans").await;
    editor.submit(lifted.form("tbody form")).await.assert_status(303);
    editor.get("/admin/comments/bans").await.assert_shows("Lifted the ban").assert_shows("Nobody is banned");
    assert_eq!(state(&site, comment(&site, &eve, "Eve", "", "Back again").await), State::Shown);
    let words = editor.get("/admin/comments/bans").await.form("#ban").fill([("kind", "words"), ("value", "Cheap  Pills")]);
    editor.submit(words).await.assert_status(303);
    assert_eq!(state(&site, comment(&site, &eve, "Eve", "", "Buy CHEAP PILLS now").await), State::Spam);
    site.run_jobs();
}

#[actix_web::test]
async fn where_it_came_from_is_forgotten_and_the_trash_emptied() {
    let (site, _) = with_post().await;
    let (ada, editor) = (site.visitor(), site.signed_in(Role::Editor));
    let (kept, spam) = (comment(&site, &ada, "Ada", "", "Stays").await, comment(&site, &ada, "Ada", "", "Goes").await);
    decide(&editor, spam, "spam").await.assert_status(303);
    assert_eq!(found(&site, kept).address, "198.51.100.7");
    site.run_jobs();
    site.later(TimeDelta::days(31));
    Sweep.run(&site.state.job_env()).unwrap();
    let row = found(&site, kept);
    assert_eq!((row.address.as_str(), row.agent.as_str()), ("", ""));
    assert_eq!(site.count("comments"), 1);
    assert_eq!(comments::table.select(comments::id).load::<i64>(&mut site.database.conn()).unwrap(), [kept.number()]);
    site.run_jobs();
}
