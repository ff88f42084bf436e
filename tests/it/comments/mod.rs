//! Comments: written by visitors, looked at by moderators, told by letters.

mod letters;
mod moderation;
mod settings;
mod writing;

use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor, a_post},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    community::model::comment::{Comment, CommentId, State},
    content::model::entry::EntryId,
    schema::{comments, entry_comments},
    site::SiteSettings,
};

/// The post that everything here stands below.
const POST: &str = "/posts/hello";

/// A site with that post.
async fn with_post() -> (Site, EntryId) {
    let site = Site::start().await;
    let post = site.given(a_post("Hello").published());
    (site, post)
}

/// Changes how there are comments.
fn arrange(site: &Site, change: impl Fn(&mut mainstay::site::comments::Comments)) {
    let now = site.state.clock.now();
    site.write(|conn| {
        let mut settings = SiteSettings::load(conn)?;
        change(&mut settings.comments);
        Ok(settings.save_as("comments.arranged", conn, &mainstay::journal::Actor::default(), now)?)
    });
}

/// The form below the post, filled in by a guest.
async fn guest_form(by: &Visitor, name: &str, email: &str, body: &str) -> Form {
    by.get(POST).await.form("#comment-form").fill([("comment_name", name), ("comment_email", email), ("comment_body", body)])
}

/// Sends it; a minute passes first, so that the limit of the network is not met.
async fn comment(site: &Site, by: &Visitor, name: &str, email: &str, body: &str) -> CommentId {
    site.later(TimeDelta::minutes(1));
    sent(&by.submit(guest_form(by, name, email, body).await).await)
}

/// The comment that an answer leads to.
#[track_caller]
fn sent(answer: &Answer) -> CommentId {
    answer.assert_status(303);
    let to = answer.header("location");
    to.strip_prefix("/comments/").and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("{to}"))
}

/// Answers a comment on the page with the form.
async fn reply(site: &Site, by: &Visitor, entry: EntryId, to: CommentId, name: &str, body: &str) -> CommentId {
    site.later(TimeDelta::minutes(1));
    let page = by.get(&format!("/comments/new?entry={entry}&parent={to}")).await;
    site.later(TimeDelta::seconds(30));
    sent(&by.submit(page.assert_status(200).form("#comment-form").fill([("comment_name", name), ("comment_body", body)])).await)
}

fn found(site: &Site, id: CommentId) -> Comment {
    Comment::find(&mut site.database.conn(), id).unwrap()
}

fn state(site: &Site, id: CommentId) -> State {
    found(site, id).state
}

/// How many are told to be shown; held against those that are.
#[track_caller]
fn shown(site: &Site, entry: EntryId) -> i64 {
    let conn = &mut site.database.conn();
    let told: Option<i32> = entry_comments::table.find(entry).select(entry_comments::shown).first(conn).optional().unwrap();
    let of_entry = comments::table.filter(comments::entry_id.eq(entry)).filter(comments::state.eq(State::Shown));
    let counted: i64 = of_entry.count().get_result(conn).unwrap();
    assert_eq!(i64::from(told.unwrap_or(0)), counted, "entry_comments.shown is wrong");
    counted
}

/// Presses a button of the queue for one comment.
async fn decide(by: &Visitor, id: CommentId, verdict: &str) -> Answer {
    let page = by.get(&format!("/admin/comments/{id}")).await;
    by.submit(page.form("#verdict").fill([("verdict", verdict)])).await
}

/// Where a letter leads: the first address with a token in the newest letter to that address that has one below `path`.
#[track_caller]
fn link(site: &Site, to: &str, path: &str) -> String {
    let letters = site.letters();
    let of = letters.iter().filter(|letter| letter.contains(&format!("To: {to}")));
    let mut found =
        of.filter_map(|letter| letter.split_whitespace().find(|word| word.starts_with(&format!("https://example.org{path}?token="))));
    let found = found.next_back().unwrap_or_else(|| panic!("no link to {path} in a letter to {to} among {letters:#?}"));
    found["https://example.org".len()..].to_owned()
}
