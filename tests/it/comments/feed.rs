//! Comments as programs follow them.

use super::{POST, arrange, comment, with_post};
use crate::support::site::{Site, a_post};
use atom_syndication as atom;
use mainstay::{site::comments::Policy, web::person::Role};

async fn feed(site: &Site, address: &str) -> atom::Feed {
    let answer = site.visitor().get(address).await;
    answer.assert_status(200);
    atom::Feed::read_from(answer.body.as_bytes()).unwrap()
}

fn titles(feed: &atom::Feed) -> Vec<&str> {
    feed.entries.iter().map(|entry| entry.title.as_str()).collect()
}

#[actix_web::test]
async fn comments_are_followed_below_one_post_or_everywhere_while_visitors_see_them() {
    let (site, _) = with_post().await;
    site.given(a_post("Other").published());
    arrange(&site, |comments| comments.policy = Policy::Open);
    let visitor = site.visitor();
    assert!(feed(&site, "/feeds/atom/comments").await.entries.is_empty());
    visitor.get(POST).await.assert_lacks("/feeds/atom/comments");
    let first = comment(&site, &visitor, "Ada <b>", "", "A **bold** word & 😀").await;

    let all = feed(&site, "/feeds/atom/comments").await;
    assert_eq!(titles(&all), ["Ada <b> on “Hello”"]);
    let entry = &all.entries[0];
    assert_eq!(entry.links[0].href, format!("https://example.org{POST}#comment-{first}"));
    assert!(entry.id.ends_with(&format!(":comment-{first}")), "{}", entry.id);
    assert!(entry.content.as_ref().unwrap().value.as_ref().unwrap().contains("<strong>bold</strong>"));
    visitor.get(POST).await.assert_shows("Follow these comments by feed");
    assert_eq!(titles(&feed(&site, &format!("/feeds/atom/comments{POST}")).await).len(), 1);
    assert!(feed(&site, "/feeds/atom/comments/posts/other").await.entries.is_empty());

    let editor = site.signed_in(Role::Editor);
    super::decide(&editor, first, "trash").await.assert_status(303);
    assert!(feed(&site, "/feeds/atom/comments").await.entries.is_empty());
    for nothing in ["/feeds/atom/comments/posts/nowhere", "/feeds/atom/comments/posts", "/feeds/none/comments"] {
        visitor.get(nothing).await.assert_status(404);
    }
}
