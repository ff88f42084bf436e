//! What an entry stands in: topics, series, translations, related posts.

use super::Small;
use crate::support::site::a_post;
use mainstay::{
    content::model::{category_changes, entry::EntryId},
    journal::Actor,
    search::model::{learning, related},
};

#[actix_web::test]
async fn no_page_is_stale_after_topics_have_changed() {
    let (small, _) = Small::new().await;
    let category = |id: i64| format!("/admin/categories/{id}");
    small.after("the name of a category", small.submit(&category(2), "#category", |form| form.fill([("name", "Storage")]))).await;
    small.after("the words on a category", small.submit(&category(3), "#category", |form| form.fill([("description", "By hand.")]))).await;
    small.after("the address of a category", small.submit(&category(1), "#category", |form| form.fill([("slug", "machines")]))).await;
    small.after("the place of a category", small.submit(&category(2), "#category", |form| form.fill([("parent", "3")]))).await;
    small.after("the order of categories", small.submit(&category(3), "#category", |form| form.fill([("position", "9")]))).await;
    small
        .after("a new category", async {
            small.submit("/admin/categories/new", "#category", |form| form.fill([("name", "Networks"), ("parent", "3")])).await;
        })
        .await;
    small
        .after("a category less", async {
            let now = small.site.state.clock.now();
            small.site.write(|conn| category_changes::delete(conn, 3.into(), &Actor::default(), now));
        })
        .await;
    let tag = |slug: &str| format!("/admin/tags/{}", small.tag(slug));
    small
        .after("the name of a tag", small.submit(&tag("rust"), "#tag", |form| form.fill([("name", "Rust!"), ("slug", "rust-lang")])))
        .await;
    small.after("two tags in one", small.submit(&format!("{}/merge", tag("t5")), "#merge", |form| form.fill([("into", "mysql")]))).await;
    small
        .after("a tag less", async {
            let (id, now) = (small.tag("t6"), small.site.state.clock.now());
            small.site.write(|conn| mainstay::content::model::tag_changes::delete(conn, id, &Actor::default(), now));
        })
        .await;
}

#[actix_web::test]
async fn no_page_is_stale_after_a_series_has_changed() {
    let (small, _) = Small::new().await;
    let page = "/admin/series/1";
    let [one, two] = ["/posts/post-1", "/posts/post-2"].map(|path| small.entry(path));
    let add = |path: &'static str| small.submit(page, "#part", move |form| form.fill([("entry", path)]));
    let made = small.submit("/admin/series/new", "#series", |form| form.fill([("title", "Steps")]));
    small.after("nothing: a series without parts", made).await;
    assert_eq!(small.after("a first part", add("/posts/post-1")).await, 3, "its own page, and those of the series, which are new");
    assert_eq!(small.after("a second part", add("/posts/post-2")).await, 4, "both parts, the series and the list of all");
    add("/posts/post-3").await;
    small.look("a third part").await;
    let form = format!("#part-{two} form[action$=position]");
    assert_eq!(
        small.after("another order", small.submit(page, &form, |form| form.fill([("to", "up")]))).await,
        4,
        "three parts and the series"
    );
    let text = small.edit(one, |form| form.fill([("body", "Quite another text.")]));
    small.after("the text of a part", text).await;
    small.after("the title of a part", small.edit(one, |form| form.fill([("title", "Begin here")]))).await;
    small.after("the address of a part", small.edit(one, |form| form.fill([("slug", "begin")]))).await;
    let words = small.submit(page, "#series", |form| form.fill([("description", "In this order.")]));
    assert_eq!(small.after("the words on a series", words).await, 2, "the series and the list of all");
    let renamed = small.submit(page, "#series", |form| form.fill([("title", "First steps"), ("slug", "first-steps")]));
    assert_eq!(small.after("the title of a series", renamed).await, 6, "three parts, both addresses of the series, and the list of all");
    small.after("a part off the site", small.submit(&format!("/admin/entries/{two}/unpublication"), "#confirm", |form| form)).await;
    let draft = small.submit(page, &form, |form| form.fill([("to", "down")]));
    small.after("nothing: a draft in another place", draft).await;
    small.after("a part published", small.edit(two, |form| form)).await;
    small.after("a part in the trash", small.submit(&format!("/admin/entries/{two}/trash"), "#confirm", |form| form)).await;
    small.after("a part less", small.submit(page, &format!("#part-{one} form[action$=removal]"), |form| form)).await;
    small.after("a series less", small.submit(&format!("{page}/deletion"), "#deletion", |form| form)).await;
    small.site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_a_translation_has_changed() {
    let (small, authors) = Small::new().await;
    let say = |id: EntryId, language: &'static str, of: &'static str| {
        let small = &small;
        let fields = [("language", language), ("translates", of), ("do", "save")];
        async move { small.submit(&format!("/admin/entries/{id}"), "#editor", |form| form.fill(fields)).await }
    };
    let [two, nine] = ["/posts/post-2", "/posts/post-9"].map(|path| small.entry(path));
    assert_eq!(small.after("a language", say(two, "de", "")).await, 1);
    assert_eq!(small.after("a translation", say(two, "de", "/posts/post-9")).await, 2);
    small.after("the title of a translation", small.edit(two, |form| form.fill([("title", "Zwei")]))).await;
    small.after("the address of a translation", small.edit(two, |form| form.fill([("slug", "zwei")]))).await;
    small.after("a translation off the site", small.submit(&format!("/admin/entries/{two}/unpublication"), "#confirm", |form| form)).await;
    small
        .after("nothing: a third language, of a draft", async {
            let french = small.site.given(a_post("Trois").by(authors.ada));
            say(french, "fr", "/posts/post-9").await;
        })
        .await;
    small.after("a translation published", small.edit(two, |form| form)).await;
    small.after("a third one published", small.edit(small.entry("/posts/trois"), |form| form)).await;
    small.after("a translation in the trash", small.submit(&format!("/admin/entries/{two}/trash"), "#confirm", |form| form)).await;
    assert_eq!(small.after("no translation any more", say(nine, "", "")).await, 2);
    let (deep, about) = (small.entry("/guides/deep"), small.entry("/about"));
    small.after("a page in another language", say(about, "de", "/guides/deep")).await;
    small.after("the branch of a translation", small.edit(small.entry("/guides"), |form| form.fill([("slug", "manuals")]))).await;
    let guides = small.entry("/manuals");
    small
        .after("the branch of a translation in the trash", small.submit(&format!("/admin/entries/{guides}/trash"), "#confirm", |form| form))
        .await;
    assert_ne!(deep, about);
    small.site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_links_below_a_post_have_changed() {
    let (small, _) = Small::new().await;
    let page = format!("/admin/entries/{}/links", small.entry("/posts/post-7"));
    let choose = |links: &'static str| small.submit(&page, "#links-form", move |form| form.fill([("links", links)]));
    assert_eq!(small.after("links chosen", choose("/posts/post-1\n/about")).await, 1, "the page of one post");
    small.after("links in another order", choose("/about\n/posts/post-1")).await;
    assert_eq!(small.after("nothing: the same links", choose("/about\n/posts/post-1")).await, 0);
    small.after("a link's title", small.edit(small.entry("/about"), |form| form.fill([("title", "About us all")]))).await;
    small
        .after("links found by their words", async {
            while small.site.write(|conn| Ok(learning::learn(conn)?)) > 0 {}
            let now = small.site.state.clock.now();
            while small.site.write(|conn| related::step(conn, now)) > 0 {}
        })
        .await;
    let promoted = small.submit("/admin/searches/promotions/new", "#promotion", |form| form.fill([("query", "x"), ("entry", "/about")]));
    assert_eq!(small.after("nothing: a promoted result", promoted).await, 0);
}
