//! How there are comments, and that pages follow.

use super::{POST, arrange, comment, decide, shown, with_post};
use crate::support::site::a_post;
use mainstay::{
    community::model::writing::{NewMention, receive_mention},
    site::comments::Policy,
    web::person::Role,
};

#[actix_web::test]
async fn an_admin_arranges_comments_and_every_mistake_is_told() {
    let (site, _) = with_post().await;
    let (admin, visitor) = (site.signed_in(Role::Admin), site.visitor());
    visitor.get(POST).await.assert_shows("A person reads it before it appears");
    let page = admin.get("/admin/comments/settings").await;
    let wrong = admin.submit(page.form("#comment-settings").fill([("close_days", "soon"), ("links", "-1")])).await;
    wrong.assert_status(422).assert_shows("Give a whole number from 0 to 3650.").assert_shows("value=\"soon\"");
    let form = page.form("#comment-settings").without("policy").fill([("policy", "open"), ("links", "0")]);
    admin.submit(form).await.assert_redirects_to("/admin/comments/settings");
    admin.get("/admin/comments/settings").await.assert_shows("Saved how there are comments");
    visitor.get(POST).await.assert_lacks("A person reads it before it appears");
}

#[actix_web::test]
async fn exactly_the_page_of_the_entry_is_made_anew() {
    let (site, post) = with_post().await;
    site.given(a_post("Other").published());
    arrange(&site, |comments| comments.policy = Policy::Held);
    let (visitor, editor) = (site.visitor(), site.signed_in(Role::Editor));
    let look = async || {
        let mut fresh = Vec::new();
        for page in ["/", "/posts", POST, "/posts/other"] {
            if visitor.get(page).await.header("x-cache") == "miss" {
                fresh.push(page);
            }
        }
        fresh
    };
    look().await;
    assert_eq!(look().await, [] as [&str; 0]);
    let id = comment(&site, &site.visitor(), "Ada", "", "Soon to be seen").await;
    assert_eq!(look().await, [] as [&str; 0], "what waits changes no page");
    decide(&editor, id, "approve").await;
    assert_eq!(look().await, [POST]);
    decide(&editor, id, "trash").await;
    assert_eq!(look().await, [POST]);
    decide(&editor, id, "spam").await;
    assert_eq!(look().await, [] as [&str; 0], "it was not seen before either");
    assert_eq!(shown(&site, post), 0);
    site.run_jobs();
}

#[actix_web::test]
async fn a_mention_waits_like_a_comment_and_is_renewed() {
    let (site, post) = with_post().await;
    let (editor, visitor, now) = (site.signed_in(Role::Editor), site.visitor(), site.state.clock.now());
    let mention = |text: &str| NewMention {
        entry_id: post,
        source_url: "https://blog.example/about-hello".to_owned(),
        author_name: "Grace".to_owned(),
        author_url: "https://blog.example/".to_owned(),
        text: text.to_owned(),
    };
    for text in ["They say hello.", "They say hello.", "They say hello again."] {
        site.write(|conn| receive_mention(conn, now, &mention(text)));
    }
    assert_eq!(site.count("comments"), 1);
    visitor.get(POST).await.assert_lacks("Grace");
    decide(&editor, 1.into(), "approve").await.assert_status(303);
    let page = visitor.get(POST).await;
    page.assert_shows("They say hello again.");
    assert_eq!(page.link("Grace"), "https://blog.example/");
    assert_eq!(page.link("Read it where it was written"), "https://blog.example/about-hello");
    site.write(|conn| receive_mention(conn, now, &mention("Something else entirely.")));
    visitor.get(POST).await.assert_lacks("Something else").assert_lacks("Grace");
    assert_eq!(shown(&site, post), 0);
    site.run_jobs();
}

#[actix_web::test]
async fn what_a_guest_wrote_is_handed_out_and_erased_by_the_mail_address() {
    let (site, post) = with_post().await;
    arrange(&site, |comments| comments.policy = Policy::Open);
    let (admin, ada, visitor) = (site.signed_in(Role::Admin), site.visitor(), site.visitor());
    comment(&site, &ada, "Ada L", "ada@example.org", "Words of mine").await;
    comment(&site, &ada, "Bob", "", "Words of another").await;
    admin.get("/admin/personal-data?email=nonsense").await.assert_status(422).assert_shows("Give the mail address of the person");
    admin.get("/admin/personal-data?email=eve@example.org").await.assert_shows("Nothing is kept with that address");
    let found = admin.get("/admin/personal-data?email=ADA@example.org").await;
    found.assert_shows("Comments: 1");
    let file = admin.get(&found.link("Download it")).await;
    file.assert_status(200).assert_shows("Words of mine").assert_shows("198.51.100.7").assert_lacks("Words of another");
    admin.submit(found.form("#erase")).await.assert_redirects_to("/admin/personal-data");
    visitor.get(POST).await.assert_shows("Words of mine").assert_lacks("Ada L").assert_shows("Somebody who has left");
    comment(&site, &ada, "Ada L", "ada@example.org", "Once more").await;
    let again = admin.get("/admin/personal-data?email=ada@example.org").await.form("#erase").tick("words", "true");
    admin.submit(again).await.assert_status(303);
    visitor.get(POST).await.assert_lacks("Once more");
    assert_eq!(shown(&site, post), 2);
    site.run_jobs();
}
