//! Entries that change, come and go, one by one and many at once; snippets and links in their texts.

use super::Small;
use crate::support::site::{Site, a_page, a_post};
use chrono::TimeDelta;
use mainstay::{
    content::model::{
        entry::{Entry, EntryId},
        revision::{Draft, Revision},
        saving,
    },
    exchange::{
        markdown::{self, Options},
        source::Source,
    },
    journal::Actor,
};
use std::fs;

#[actix_web::test]
async fn no_page_is_stale_after_an_entry_has_changed() {
    let (small, authors) = Small::new().await;
    let post = small.entry("/posts/post-5");
    small.after("a text", small.edit(post, |form| form.fill([("body", "Quite another text.")]))).await;
    small.after("a title", small.edit(post, |form| form.fill([("title", "Another title")]))).await;
    small.after("an address", small.edit(post, |form| form.fill([("slug", "moved")]))).await;
    small.after("the author", small.edit(post, |form| form.fill([("author", &authors.ada.to_string())]))).await;
    small.after("the tags", small.edit(post, |form| form.fill([("tags", "rust, new")]))).await;
    small.after("a featured post", small.edit(small.entry("/posts/post-4"), |form| form.without("featured"))).await;
    small.after("a page", small.edit(small.entry("/guides/deep"), |form| form.fill([("title", "Deep water")]))).await;
    small.after("a branch", small.edit(small.entry("/guides"), |form| form.fill([("slug", "manuals")]))).await;
    let deep = small.entry("/manuals/deep");
    let parent = small.entry("/about").to_string();
    small.after("a page elsewhere", small.edit(deep, |form| form.fill([("parent", &parent)]))).await;
    small
        .after("a page moved in the tree", async {
            let looked = small.owner.get(&format!("/admin/pages/{deep}/move?parent=/manuals")).await;
            small.owner.submit(looked.form("#confirm")).await.assert_status(303);
        })
        .await;
    small.site.given(a_page("Deep sea").by(authors.ada).published().with(|draft| draft.parent = Some(small.entry("/manuals"))));
    small.look("a second page").await;
    let level = format!("/admin/pages?below={}", small.entry("/manuals"));
    small.after("the order of siblings", small.submit(&level, &format!("#page-{deep} form"), |form| form.fill([("to", "down")]))).await;
    small
        .after("nothing: a draft", async {
            small.submit(&format!("/admin/entries/{}", small.entry("/about")), "#editor", |form| form.fill([("body", "Soon.")])).await;
        })
        .await;
    small.site.run_jobs();
    assert_ne!(authors.ada, authors.bob);
}

#[actix_web::test]
async fn no_page_is_stale_after_an_entry_has_come_or_gone() {
    let (small, authors) = Small::new().await;
    let site = &small.site;
    small
        .after("a new post", async {
            site.given(a_post("Brand new").by(authors.bob).published().with(|draft| draft.categories = vec![2.into()]));
        })
        .await;
    small
        .after("a post of an earlier month", async {
            let at = "2026-10-05T08:00:00".parse().unwrap();
            site.given(a_post("Old times").by(authors.bob).published().with(|draft| draft.dated_at = Some(at)));
        })
        .await;
    let post = small.entry("/posts/post-6");
    small.after("unpublishing", small.submit(&format!("/admin/entries/{post}/unpublication"), "#confirm", |form| form)).await;
    small.after("publishing again", small.edit(post, |form| form)).await;
    small.after("the trash", small.submit(&format!("/admin/entries/{post}/trash"), "#confirm", |form| form)).await;
    small
        .after("a scheduled post", async {
            let draft = site.given(a_post("Tomorrow").by(authors.ada));
            let (now, at) = (site.state.clock.now(), site.state.clock.now() + TimeDelta::minutes(1));
            site.write(|conn| mainstay::content::model::publishing::schedule(conn, draft, at, &Actor::default(), now));
            site.later(TimeDelta::minutes(2));
            assert_eq!(site.run_jobs(), 1);
        })
        .await;
    let draft = small.entry("/posts/tomorrow");
    small
        .after("a scheduled update, beside which a newer draft waits", async {
            save_draft(site, draft, "The title of the day after");
            let (now, at) = (site.state.clock.now(), site.state.clock.now() + TimeDelta::minutes(1));
            site.write(|conn| mainstay::content::model::publishing::schedule(conn, draft, at, &Actor::default(), now));
            save_draft(site, draft, "Not yet");
            site.later(TimeDelta::minutes(2));
            assert_eq!(site.run_jobs(), 1);
        })
        .await;
    small
        .after("a post that comes off by itself", async {
            let (now, at) = (site.state.clock.now(), site.state.clock.now() + TimeDelta::minutes(1));
            site.write(|conn| mainstay::content::model::timing::set_expiry(conn, draft, Some(at), &Actor::default(), now));
            site.later(TimeDelta::minutes(2));
            assert_eq!(site.run_jobs(), 1);
        })
        .await;
    let about = small.entry("/about");
    small.after("a page that goes", small.submit(&format!("/admin/entries/{about}/unpublication"), "#confirm", |form| form)).await;
    small
        .after("a page in the middle", async {
            let id = small.entry("/guides/deep");
            small.submit(&format!("/admin/entries/{id}/unpublication"), "#confirm", |form| form).await;
        })
        .await;
    let guides = small.entry("/guides");
    small.after("a branch in the trash", small.submit(&format!("/admin/entries/{guides}/trash"), "#confirm", |form| form)).await;
    small
        .after("nothing: a branch back as drafts", async {
            small.submit(&format!("/admin/entries/{guides}"), "#restore", |form| form).await;
        })
        .await;
    small.after("its first page back on the site", small.edit(guides, |form| form)).await;
    small
        .after("nothing: an old revision as the newest draft", async {
            small.edit(guides, |form| form.fill([("body", "Other words.")])).await;
            small.look("the new words").await;
            small.submit(&format!("/admin/entries/{guides}/revisions/1/restoration"), "#confirm", |form| form).await;
        })
        .await;
    small
        .after("an import", async {
            let folder = site.folder.join("tree");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("2026-11-20-imported.md"), "---\ntitle: Imported\ntags: [rust]\ncategories: [Craft]\n---\nText.")
                .unwrap();
            let bar = indicatif::ProgressBar::hidden();
            let source = Source::Folder(folder);
            markdown::import(&site.state.db, &site.state.storage, &source, &Options::default(), &site.state.clock, &bar).unwrap();
        })
        .await;
    site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_an_act_on_many() {
    let (small, authors) = Small::new().await;
    let (post, page) = (small.entry("/posts/post-5"), small.entry("/about"));
    let act = |act: &'static str, value: String| {
        let small = &small;
        async move {
            let looked = small.owner.get(&format!("/admin/entries/bulk?do={act}&id={post}&id={page}")).await;
            let form = looked.form("#confirm");
            let form = if value.is_empty() { form } else { form.fill([("value", &*value)]) };
            small.owner.submit(form).await.assert_status(303);
        }
    };
    small.after("a tag more", act("add_tag", "rust".to_owned())).await;
    small.after("a tag less", act("remove_tag", "t5".to_owned())).await;
    small.after("a category more", act("add_category", "2".to_owned())).await;
    small.after("a category less", act("remove_category", "1".to_owned())).await;
    small.after("the author", act("set_author", authors.ada.to_string())).await;
    small.after("many off the site", act("unpublish", String::new())).await;
    small.after("many published", act("publish", String::new())).await;
    small.after("many in the trash", act("trash", String::new())).await;
    small
        .after(
            "nothing: a copy",
            small.submit(&format!("/admin/entries/{}/duplication", small.entry("/posts/post-4")), "#confirm", |form| form),
        )
        .await;
}

#[actix_web::test]
async fn no_page_is_stale_after_a_snippet_has_changed() {
    let (small, authors) = Small::new().await;
    let call = |body: &str| body.to_owned();
    let snippet = |body: &'static str| {
        let (small, page) = (&small, "/admin/snippets/1");
        async move { small.submit(page, "#snippet", |form| form.fill([("body", body)])).await }
    };
    small.submit("/admin/snippets/new", "#snippet", |form| form.fill([("name", "hours"), ("body", "From nine.")])).await;
    let using = a_post("Using").by(authors.ada).published().with(|draft| draft.body = call("{{ snippet: hours }}"));
    small.site.given(using);
    small.site.given(a_page("Also").by(authors.ada).published().with(|draft| {
        draft.parent = Some(small.entry("/guides"));
        draft.body = call("Open {{ snippet: hours }}");
    }));
    small.site.given(a_post("Only a draft").by(authors.ada).with(|draft| draft.body = call("{{ snippet: hours }}")));
    assert_eq!(small.after("a snippet", snippet("From ten.")).await, 2);
    assert_eq!(small.after("a heading in a snippet", snippet("## Hours\n\nFrom ten.")).await, 2);
    assert_eq!(
        small
            .after("nothing: the name of a snippet", small.submit("/admin/snippets/1", "#snippet", |form| form.fill([("name", "times")])))
            .await,
        0
    );
    small.after("a snippet that is gone", small.submit("/admin/snippets/1/deletion", "#deletion", |form| form)).await;
}

#[actix_web::test]
async fn no_page_is_stale_after_links_and_redirects_have_changed() {
    let (small, _) = Small::new().await;
    let about = small.entry("/about");
    small
        .after("links to a page", async {
            small.edit(small.entry("/posts/post-1"), |form| form.fill([("body", "See [about](/about).")])).await;
            small.edit(small.entry("/guides/deep"), |form| form.fill([("body", "See [about](/about#us).")])).await;
        })
        .await;
    small
        .after("nothing: a redirect by hand, one changed, one deleted, and what is not counted", async {
            small.submit("/admin/redirects/new", "#redirect", |form| form.fill([("from", "/old"), ("to", "/about")])).await;
            small.submit("/admin/redirects/1", "#redirect", |form| form.fill([("to", "/guides")])).await;
            small.submit("/admin/redirects/deletion?id=1", "#deletion", |form| form).await;
            small.submit("/admin/lost/rules", "#not-counted", |form| form.fill([("rules", "/probe")])).await;
        })
        .await;
    let dropped =
        small.after("a rename that rewrites links", small.edit(about, |form| form.fill([("slug", "us")]).tick("relink", "true"))).await;
    assert!(dropped >= 3, "both entries that link there, and the page itself: {dropped}");
    small.after("a rename that leaves links", small.edit(about, |form| form.fill([("slug", "we")]))).await;
    small.site.run_jobs();
}

/// A newer draft behind what is live.
fn save_draft(site: &Site, id: EntryId, title: &str) {
    let now = site.state.clock.now();
    site.write(|conn| {
        let newest = Entry::find(conn, id)?.latest_revision_id.unwrap();
        let newest = Revision::find(conn, newest)?;
        let draft = Draft { title: title.to_owned(), ..newest.draft() };
        saving::save(conn, id, newest.id, &draft, &Actor::default(), now).map(drop)
    });
}
