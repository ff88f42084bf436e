//! People who write and submit, and do not publish.

use crate::support::{
    answer::Form,
    site::{Site, a_page, a_post},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    content::model::{
        entry::{Entry, EntryState},
        publishing, timing,
    },
    journal::Actor,
    schema::users,
    web::person::Role,
};

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
    assert_eq!((site.run_jobs(), site.letters().len()), (2, 1), "one writes the letter, one sends it");
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

#[actix_web::test]
async fn whatever_a_contributor_forges_nothing_goes_out_or_comes_off_at_a_time_of_theirs() {
    let site = Site::start().await;
    let ada = site.given_user(Role::Contributor);
    let draft = site.given(a_post("Draft").by(ada));
    let due = site.given(a_post("Due").by(ada));
    let live = site.given(a_post("Live").by(ada).published());
    let (now, nobody) = (site.state.clock.now(), Actor::default());
    site.write(|conn| {
        publishing::schedule(conn, due, now + TimeDelta::days(1), &nobody, now)?;
        timing::set_expiry(conn, live, Some(now + TimeDelta::days(2)), &nobody, now)
    });
    let times = || -> Vec<_> {
        let all = [draft, due, live].map(|id| Entry::find(&mut site.database.conn(), id).unwrap());
        all.map(|one| (one.state, one.live_revision_id, one.publish_at, one.scheduled_revision_id, one.unpublish_at)).to_vec()
    };
    let (before, contributor) = (times(), site.session_of(ada));
    for id in [draft, due, live] {
        let edit = format!("/admin/entries/{id}");
        let form = contributor.get(&edit).await.form("#editor").fill([("body", "Forged.")]);
        let at = [("publish_date", "2026-12-01"), ("publish_time", "10:01")];
        let until = [("until", "at"), ("until_date", "2026-12-01"), ("until_time", "10:01")];
        for (wish, extra) in [
            ("publish", &[][..]),
            ("publish", &[("when", "at")][..]),
            ("reschedule", &[][..]),
            ("save", &until[..]),
            ("submit", &until[..]),
            ("save", &[("until", "never"), ("until_was", "x")][..]),
        ] {
            let mut fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let forged: Vec<(&str, &str)> = at.iter().chain(extra).copied().chain([("do", wish)]).collect();
            fields.retain(|(name, _)| forged.iter().all(|(known, _)| known != name));
            fields.extend(forged);
            let answer = contributor.submit(Form::forged(&edit, &fields)).await;
            assert!([409, 422].contains(&answer.status.as_u16()), "{wish} {extra:?} of {id}: {}", answer.status);
            assert_eq!(times(), before, "{wish} {extra:?} of {id}");
        }
        for path in ["unpublication", "trash", "deletion"].into_iter().filter(|_| id != draft) {
            contributor.submit(form.clone().to(&format!("{edit}/{path}"))).await.assert_status(403);
        }
    }
    for id in [due, live] {
        let form = contributor.get(&format!("/admin/entries/{id}")).await.form("#editor").fill([("do", "unschedule")]);
        let answer = contributor.submit(form).await.status.as_u16();
        assert_eq!((answer, times()[1..].to_vec()), (403, before[1..].to_vec()));
    }
    // What comes back from the trash is a draft, and an old revision of what is live waits like any other.
    let edit = format!("/admin/entries/{draft}");
    let asked = contributor.get(&format!("{edit}/trash")).await.form("#confirm");
    contributor.submit(asked).await.assert_status(303);
    assert_eq!(Entry::find(&mut site.database.conn(), draft).unwrap().state, EntryState::Trashed);
    contributor.submit(contributor.get(&edit).await.form("#restore")).await.assert_redirects_to(&edit);
    let live_page = format!("/admin/entries/{live}");
    let form = contributor.get(&live_page).await.form("#editor").fill([("body", "Newer."), ("do", "save")]);
    contributor.submit(form).await.assert_redirects_to(&live_page);
    let asked = contributor.get(&format!("{live_page}/revisions/1/restoration")).await.form("#confirm");
    contributor.submit(asked).await.assert_redirects_to(&live_page);
    assert_eq!(times(), before);
    assert_eq!(site.count("journal WHERE kind IN ('entry.published', 'entry.updated', 'entry.unpublished')"), 1, "as it was given");
    site.later(TimeDelta::minutes(5));
    site.run_jobs();
    site.visitor().get("/posts/draft").await.assert_status(404);
    site.visitor().get("/posts/live").await.assert_shows("The text of Live.");
}

#[actix_web::test]
async fn a_contributor_does_not_take_live_pages_along_with_a_draft_above_them() {
    let site = Site::start().await;
    let ada = site.given_user(Role::Contributor);
    let above = site.given(a_page("Above").by(ada).published());
    site.given(a_page("Below").by(ada).published().with(|draft| draft.parent = Some(above)));
    let now = site.state.clock.now();
    site.write(|conn| publishing::unpublish(conn, above, &Actor::default(), now));
    let contributor = site.session_of(ada);
    let asked = contributor.get(&format!("/admin/entries/{above}/trash")).await;
    contributor.submit(asked.form("#confirm")).await.assert_status(403).assert_shows("pages below this one that you may not take off");
    site.visitor().get("/above/below").await.assert_status(200);
}
