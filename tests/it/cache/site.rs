//! What stands on many pages: settings, authors, menus, the look; forms and comments below entries.

use super::Small;
use crate::{
    media::gif,
    support::{answer::Form, pictures::png},
};
use mainstay::{
    journal::Actor,
    site::{SiteSettings, comments::Policy},
};
use std::cell::RefCell;

#[actix_web::test]
async fn no_page_is_stale_after_the_site_or_an_author_has_changed() {
    let (small, authors) = Small::new().await;
    for (name, value) in [
        ("title", "Another name"),
        ("tagline", "Another line"),
        ("description", "Other words"),
        ("language", "de"),
        ("time_zone", "Pacific/Auckland"),
        ("posts_per_page", "3"),
        ("home_page", "/about"),
    ] {
        small.after(&format!("setting: {name}"), small.settings(&[(name, value)])).await;
    }
    for (name, value) in
        [("accent", "#1b4f8f"), ("footer", "At the foot"), ("header", "centred"), ("fonts", "sans"), ("css", "a { color: red }")]
    {
        let look = small.submit("/admin/appearance", "#appearance", |form| form.fill([(name, value)]));
        small.after(&format!("the look: {name}"), look).await;
    }
    small.after("the look before", small.submit("/admin/appearance", "#undo", |form| form)).await;
    let about = small.entry("/about");
    small.after("the home page gone", small.submit(&format!("/admin/entries/{about}/unpublication"), "#confirm", |form| form)).await;
    small.after("the home page back", small.edit(about, |form| form)).await;
    small.after("a menu", async { small.menu(&[("Deeper", Some("/guides/deep/deeper"))]) }).await;
    let person = format!("/admin/people/{}", authors.ada);
    small.after("an author's name", small.submit(&person, "#person", |form| form.fill([("name", "Ada Lovelace")]))).await;
    small.after("an author's address", small.submit(&person, "#person", |form| form.fill([("slug", "ada")]))).await;
    let dropped = small.after("words on an author", small.submit(&person, "#person", |form| form.fill([("bio", "Counts.")]))).await;
    assert!(dropped < 5, "the pages of that author only");
    let role = small.submit(&person, "#person", |form| form.fill([("role", "editor")]));
    assert_eq!(small.after("nothing: a role", role).await, 0);
    small
        .after("an emptied cache", async {
            small.submit("/admin/cache", "#empty", |form| form).await;
            small.settings(&[("title", "Else each page is dropped in vain")]).await;
        })
        .await;
}

#[actix_web::test]
async fn no_page_is_stale_after_a_menu_has_changed() {
    let (small, _) = Small::new().await;
    let item = |menu: &str| format!("/admin/menus/{menu}/items/new");
    let address = |address: &'static str| move |form: Form| form.fill([("kind", "address"), ("address", address)]);
    let all = small.after("an item", small.submit(&item("header"), "#item", address("/tags"))).await;
    let guides = small.entry("/guides").to_string();
    small.after("an item that follows a title", small.submit(&item("header"), "#item", |form| form.tick("entry", &guides))).await;
    let dropped =
        small.after("a title that is followed", small.edit(small.entry("/guides"), |form| form.fill([("title", "Manuals")]))).await;
    assert_eq!(dropped, all);
    let dropped = small.after("a title that no menu shows", small.edit(small.entry("/about"), |form| form.fill([("title", "We")]))).await;
    assert!(dropped < all);

    let made = |name: &'static str, place: &'static str| {
        let fill = move |form: Form| form.fill([("name", name), ("place", place), ("branch", "/guides")]);
        small.submit("/admin/menus/new", "#menu", fill)
    };
    assert_eq!(small.after("nothing: a menu without items", made("Handbook", "branch")).await, 0);
    let dropped = small.after("a menu beside a branch", small.submit(&item("handbook"), "#item", address("/about"))).await;
    assert_eq!(dropped, 3, "the pages of the branch only");
    let moved = small.edit(small.entry("/guides"), |form| form.fill([("slug", "manuals")]));
    small.after("a branch with a menu beside it", moved).await;
    small.after("nothing: a menu of the home page", made("Start", "home")).await;
    assert_eq!(small.after("an item on the home page", small.submit(&item("start"), "#item", address("/posts"))).await, 1);
    let grid = small.submit("/admin/appearance", "#appearance", |form| form.fill([("home", "grid")]));
    small.after("setting: pictures on the home page", grid).await;
    let pictured =
        small.edit(small.entry("/posts/post-5"), |form| form.fill([("image_url", "/files/a/b.png"), ("image_alt", "A picture")]));
    small.after("the picture of a post", pictured).await;
    assert_eq!(small.after("a menu less", small.submit("/admin/menus/start/deletion", "#deletion", |form| form)).await, 1);
    small.site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_logo_or_favicon_have_changed() {
    let (small, _) = Small::new().await;
    let site = &small.site;
    let (logo, icon) = (site.given_file("logo.gif", &gif(3)), site.given_file("icon.png", &png(40, 40)));
    site.run_jobs();
    let look = |field: &'static str, value: &str| {
        let (small, value) = (&small, value.to_owned());
        async move { small.submit("/admin/appearance", "#appearance", |form| form.fill([(field, &*value)])).await }
    };
    let all = small.after("the look: logo", look("logo", &logo.address)).await;
    assert_eq!(small.after("the look: favicon", look("favicon", &icon.address)).await, all);
    let made = small.after("the favicon in its sizes", async { assert_eq!(site.run_jobs(), 1) });
    assert_eq!(made.await, all);
    for (file, name, bytes) in [(logo.id, "new.gif", gif(9)), (icon.id, "new.png", png(34, 34))] {
        let replaced = small
            .after("another picture in place of one that every page shows", async {
                let form = small.owner.get(&format!("/admin/media/{file}/replacement")).await.form("#replacement");
                small.owner.submit_files(form, "file", &[(name, &bytes)]).await.assert_status(303);
            })
            .await;
        assert_eq!(replaced, all);
    }
    assert_eq!(small.after("the new favicon in its sizes", async { assert_eq!(site.run_jobs(), 1) }).await, all);
    let (logo_page, icon_page) = (format!("/admin/media/{}", logo.id), format!("/admin/media/{}", icon.id));
    let words = small.submit(&logo_page, "#file", |form| form.fill([("alt", "A ship"), ("caption", "Ours")]));
    assert_eq!(small.after("nothing: words on the logo, which stand nowhere", words).await, 0);
    let moved = small.submit(&icon_page, "#file", |form| form.fill([("focal_x", "10")]));
    assert_eq!(small.after("nothing: a focal point, until it is cut anew", moved).await, 0);
    assert_eq!(small.after("the favicon cut anew", async { assert_eq!(site.run_jobs(), 1) }).await, all);
    let deletion = format!("{logo_page}/deletion");
    let gone = small.submit(&deletion, "#deletion", |form| form.tick("used", "true"));
    assert_eq!(small.after("a logo that is gone", gone).await, all);
}

#[actix_web::test]
async fn no_page_is_stale_after_a_contact_form_has_changed() {
    let (small, _) = Small::new().await;
    let form = |fields: [(&'static str, &'static str); 2]| move |form: Form| form.fill(fields);
    let made = small.submit("/admin/messages/forms/new", "#contact", form([("path", "/about"), ("recipients", "desk@example.net")]));
    assert_eq!(small.after("a contact form", made).await, 1, "its page alone");
    let heading = small.submit("/admin/messages/forms/1", "#contact", form([("path", "/about"), ("heading", "Ask us")]));
    assert_eq!(small.after("the heading of a form", heading).await, 1);
    let moved = small.submit("/admin/messages/forms/1", "#contact", form([("path", "/guides"), ("heading", "Ask us")]));
    assert_eq!(small.after("a form on another page", moved).await, 2);
    let message = async {
        let answer = small.reader.get("/guides").await.form("#contact-form");
        let answer = answer.fill([("name", "Ada"), ("email", "ada@example.org"), ("message", "Hello there.")]);
        small.reader.submit(answer).await.assert_status(303);
    };
    small.after("nothing: a message", message).await;
    let gone = small.submit("/admin/messages/forms/1/deletion", "#deletion", |form| form);
    assert_eq!(small.after("a form less", gone).await, 1);
    small.site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_a_comment_has_changed() {
    let (small, _) = Small::new().await;
    let (post, ada, now) = ("/posts/post-6", small.site.visitor(), small.site.state.clock.now());
    small.site.write(|conn| {
        let mut site = SiteSettings::load(conn)?;
        site.comments.policy = Policy::Open;
        Ok(site.save(conn, &Actor::default(), now)?)
    });
    let id: RefCell<String> = RefCell::default();
    let written = async {
        let form = ada.get(post).await.form("#comment-form").fill([("comment_name", "Ada"), ("comment_body", "Nice knots")]);
        let answer = ada.submit(form).await;
        id.replace(answer.assert_status(303).header("location").trim_start_matches("/comments/").to_owned());
    };
    assert_eq!(small.after("a comment", written).await, 1, "the page of one post");
    let verdict = async |verdict: &'static str| {
        let page = format!("/admin/comments/{}", id.borrow());
        small.submit(&page, "#verdict", |form| form.fill([("verdict", verdict)])).await;
    };
    assert_eq!(small.after("a comment that waits again", verdict("hold")).await, 1);
    assert_eq!(small.after("nothing: a comment that waits is not wanted", verdict("trash")).await, 0);
    assert_eq!(small.after("a comment that is approved", verdict("approve")).await, 1);
    let page = format!("/admin/comments/{}", id.borrow());
    let edited = small.submit(&page, "#comment", |form| form.fill([("comment_body", "Very nice knots")]));
    assert_eq!(small.after("a comment that a moderator edits", edited).await, 1);
    let (edit, withdrawal) = (format!("/comments/{}/edit", id.borrow()), format!("/comments/{}/withdrawal", id.borrow()));
    let edited = async {
        let form = ada.get(&edit).await.form("#comment-edit").fill([("comment_body", "These are no knots")]);
        ada.submit(form).await.assert_status(303);
    };
    assert_eq!(small.after("a comment that its author edits", edited).await, 1);
    assert_eq!(small.after("a comment that is spam after all", verdict("spam")).await, 1);
    assert_eq!(small.after("a comment that is none", verdict("approve")).await, 1);
    let withdrawn = async {
        let form = ada.get(&withdrawal).await.form("#withdrawal");
        ada.submit(form).await.assert_status(303);
    };
    assert_eq!(small.after("a comment that its author withdraws", withdrawn).await, 1);
    small.site.run_jobs();
}
