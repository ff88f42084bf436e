//! People who write and submit, and do not publish.

use crate::support::site::{Site, a_post};
use diesel::prelude::*;
use mainstay::{schema::users, web::person::Role};

#[actix_web::test]
async fn a_contributor_submits_and_an_editor_lets_it_go_out_without_any_workflow() {
    let site = Site::start().await;
    let (ada, owner) = (site.given_user(Role::Contributor), site.signed_in(Role::Owner));
    diesel::update(users::table).set(users::password_hash.eq("x")).execute(&mut site.database.conn()).unwrap();
    let contributor = site.session_of(ada);
    let form = contributor.get("/admin/entries/new?kind=post").await;
    form.assert_shows("Submit for review").assert_shows("What you submit goes to: An editor approves.");
    form.assert_lacks("value=\"publish\"").assert_lacks("When I publish it, once approved");
    let form = form.form("#editor").fill([("title", "By a guest"), ("body", "Words.")]);
    contributor.submit(form.clone().fill([("do", "publish")])).await.assert_status(422).assert_shows("Your role writes and submits.");
    let edit = contributor.submit(form.fill([("do", "submit")])).await.header("location").to_owned();
    assert_eq!((site.run_jobs(), site.letters().len()), (1, 1));
    assert!(site.letters()[0].contains("To: owner-2@example.org"));

    let review = contributor.get(&edit).await.attributes("a[href^='/admin/reviews/']", "href")[0].clone();
    owner.submit(owner.get(&review).await.form("#review").fill([("when", "author")])).await.assert_redirects_to(&review);
    site.run_jobs();
    assert!(
        site.letters().iter().any(|letter| letter.contains("To: contributor-1@example.org") && letter.contains("An editor publishes it."))
    );
    let page = contributor.get(&edit).await;
    page.assert_shows("Approved").assert_lacks("value=\"publish\"");
    contributor.submit(page.form("#editor").fill([("do", "publish")])).await.assert_status(422);
    owner.submit(owner.get(&edit).await.form("#editor").fill([("do", "publish")])).await.assert_redirects_to(&edit);
    site.visitor().get("/posts/by-a-guest").await.assert_status(200);
    assert_eq!(site.count("journal WHERE kind = 'entry.published_past_review'"), 0, "it was approved");
    site.run_jobs();
}

#[actix_web::test]
async fn a_contributor_takes_nothing_off_the_site() {
    let site = Site::start().await;
    let ada = site.given_user(Role::Contributor);
    let live = site.given(a_post("Live").by(ada).published());
    let draft = site.given(a_post("Draft").by(ada));
    let contributor = site.session_of(ada);
    let page = contributor.get(&format!("/admin/entries/{live}")).await;
    page.assert_status(200).assert_lacks("Take it off the site").assert_lacks("Move to trash");
    for path in ["unpublication", "trash"] {
        contributor.get(&format!("/admin/entries/{live}/{path}")).await.assert_status(403);
        let forged = page.form("#editor").to(&format!("/admin/entries/{live}/{path}"));
        contributor.submit(forged).await.assert_status(403).assert_shows("Ask an editor.");
    }
    site.visitor().get("/posts/live").await.assert_status(200);
    let asked = contributor.get(&format!("/admin/entries/{draft}/trash")).await;
    contributor.submit(asked.form("#confirm")).await.assert_status(303);
    // What is saved runs ahead of what is live, and waits.
    let form = page.form("#editor").fill([("body", "Better."), ("do", "submit")]);
    contributor.submit(form).await.assert_status(303);
    contributor.get("/admin/entries").await.assert_shows("Live, draft ahead").assert_shows("In review");
    site.visitor().get("/posts/live").await.assert_lacks("Better.");
    site.run_jobs();
}

#[actix_web::test]
async fn somebody_is_invited_as_a_contributor() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let page = admin.get("/admin/people/new").await;
    page.assert_shows("Contributor").assert_shows("Writes own entries and submits them for review; does not publish.");
    let form = page.form("#invite").fill([("name", "Guest"), ("email", "guest@example.org"), ("role", "contributor")]);
    admin.submit(form).await.assert_redirects_to("/admin/people/2");
    assert_eq!(site.count("users WHERE role = 'contributor'"), 1);
    site.run_jobs();
    admin.get("/admin/people").await.assert_shows("Contributor");
    assert!(site.letters()[0].contains("Your role: Contributor."));
    // Contributors approve nothing.
    diesel::update(users::table).set(users::password_hash.eq("x")).execute(&mut site.database.conn()).unwrap();
    let form = admin.get("/admin/workflows/new").await;
    form.assert_shows("Every author").assert_lacks("Every contributor").assert_lacks(">Guest<").assert_shows(">Admin 1<");
}
